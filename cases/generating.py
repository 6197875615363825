"""Cases that nobody wrote, to measure with: the real ones recombined and varied. Pure.

What is varied, so that thousands are not the same thirty-five texts over and over:

- sentences and clauses are drawn from all sources and mixed; those of the same theme come often,
  others down a Zipf curve, so that words are common, rare and in between;
- places in the text become those of the case, years those of its notice, numbers others of the
  same size; expressions of the thesaurus become others, most often of the theme;
- names of persons, villages, enterprises, platforms and methods are coined (coined.py), ever new
  ones, so that the vocabulary grows with the number of cases as that of a real library does.

The same stock and seed give the same cases; the first thousand of ten thousand are the thousand.
"""

import datetime
import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import coined

# Characters of text that a case is filled up to: median, and sigma of its logarithm. With the ends
# of the last paragraphs cases have about 1,600.
LENGTH, SPREAD = 1200, 0.3
SHARES = {"background": 0.12, "practices": 0.65, "outcomes": 0.23}
HEADINGS = {"background": "一、背景情况", "practices": "二、主要做法", "outcomes": "三、取得成效"}
YEARS = range(2018, 2026)

# GB/T 2260 prefixes of 台湾, 香港 and 澳门, where no such notices are issued.
_WITHOUT_NOTICES = ("71", "81", "82")

_NUMERALS = "一二三四五六七八九十"
_SENTENCE = re.compile(r"[^。；]+[。；]?")
_SUBHEADING = re.compile(r"^（[一二三四五六七八九十]+）\s*")
_LEAD = re.compile(r"^(?:[一二三四五六七八九十]是|\d+[.、．]|——)")
_VARIABLE = r"(?P<year>20[0-3]\d(?=年))|(?P<number>\d+(?:\.\d+)?)|“(?P<name>[^“”]{2,12})”"

# What ties the coined names into a text. Each kind of name in braces.
_FRAMES = [
    "如{enterprise}在办理{term}时，用时由{n}个工作日压缩至{m}个工作日。",
    "{village}{person}反映的{term}问题，{m}日内即办结。",
    "依托“{platform}”，为{enterprise}等{n}家企业提供{term}服务。",
    "印发《{place}{term}{document}》，明确{n}项{term}标准。",
    "在{village}设立“{platform}”{system}，累计服务群众{n}人次。",
    "推行“{platform}”工作法，由{village}{person}等{m}名专员上门服务。",
    "{enterprise}负责人{person}表示，{term}少跑了{m}趟。",
    "与{enterprise}共建{term}{system}，覆盖{village}等{n}个点位。",
    "推出“{platform}”，对{term}实行“{method}”。",
    "以“{method}”破解{term}难题，{village}率先试点。",
]


@dataclass(frozen=True)
class Place:
    """A region with its path: kind -> (name, short name), from the province down to itself."""

    code: str
    kind: str
    path: Mapping[str, tuple[str, str]]

    @property
    def title(self) -> str:
        """How titles name it: 福州市晋安区; a province or a city by its own name."""
        names = [name for kind, (name, _) in self.path.items() if kind != "province"]
        return "".join(names) or self.path["province"][0]


@dataclass(frozen=True)
class Source:
    """A real case. sections: (kind, text), a paragraph a line."""

    title: str
    theme: str | None
    place: Place
    sections: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stock:
    """What cases are made from. themes: code -> its cues; expressions: words of the field."""

    sources: Sequence[Source]
    places: Sequence[Place]
    themes: Mapping[str, Sequence[str]]
    approaches: Sequence[str]
    bodies: Sequence[str]
    expressions: Sequence[str]


@dataclass(frozen=True)
class MadeCase:
    """Terms and regions by code; sections: (kind, heading, text)."""

    title: str
    place: str
    theme: str
    other_themes: tuple[str, ...]
    approaches: tuple[str, ...]
    bodies: tuple[str, ...]
    maturity: str
    highlight: str
    sections: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class MadeNotice:
    title: str
    issuer: str
    issued_on: datetime.date
    place: str
    cases: tuple[MadeCase, ...]


# A clause is a row of pieces (kind, text): text, year, number, name, term, or a place's kind
# with a mark whether it stands there in full; a sentence is a row of clauses.
_Clause = tuple[tuple[str, str], ...]


class Maker:
    def __init__(self, stock: Stock, seed: str):
        self.stock = stock
        self.seed = seed
        self.expressions = self._shuffled("expressions", stock.expressions)
        self.longest = max(map(len, self.expressions), default=0)
        self.known = set(self.expressions)
        self.provinces = self._shuffled(
            "provinces",
            [
                place
                for place in stock.places
                if place.kind == "province" and not place.code.startswith(_WITHOUT_NOTICES)
            ],
        )
        self.within = {
            province.code: self._shuffled(
                province.code,
                [place for place in stock.places if place.code[:2] == province.code[:2]],
            )
            for province in self.provinces
        }
        self.characters = sorted({c for p in stock.places for c in p.path[p.kind][1]})
        self.themes = self._shuffled("themes", stock.themes)
        self.sentences: dict[str, list[tuple[str | None, list[_Clause]]]] = {}
        self.subheadings: dict[str, list[tuple[str | None, list[_Clause]]]] = {}
        self.titles: list[tuple[str | None, list[_Clause]]] = []
        for source in stock.sources:
            self._take(source)
        # By theme: its own sentences first, the others in an order of the theme's own.
        self.ranked = {
            (kind, theme): self._shuffled(f"{kind}/{theme}", pool, theme)
            for kind, pool in [
                *self.sentences.items(),
                *((f"{kind}/heading", pool) for kind, pool in self.subheadings.items()),
                ("title", self.titles),
            ]
            for theme in self.themes
        }

    def notices(self, first: int = 1) -> Iterator[MadeNotice]:
        """Notice after notice, without an end, from the number `first`."""
        for number in itertools.count(first):
            yield self.notice(number)

    def notice(self, number: int) -> MadeNotice:
        draw = random.Random(f"{self.seed}/{number}")
        province = self.provinces[_rank(draw, len(self.provinces))]
        year = draw.choice(YEARS)
        issued_on = datetime.date(year, 1, 1) + datetime.timedelta(days=draw.randrange(365))
        name = province.path["province"][0]
        return MadeNotice(
            title=f"{name}优化营商环境典型经验做法{year}年（第{draw.randint(1, 9)}批）",
            issuer=f"{name}发展和改革委员会",
            issued_on=issued_on,
            place=province.code,
            cases=tuple(
                self._case(draw, province, year) for _ in range(draw.choice([12, 20, 30, 35, 50]))
            ),
        )

    def _case(self, draw: random.Random, province: Place, year: int) -> MadeCase:
        places = self.within[province.code]
        place = places[_rank(draw, len(places))] if draw.random() < 0.9 else province
        themes = [self.themes[_rank(draw, len(self.themes))] for _ in range(draw.choice([1, 1, 2]))]
        writer = _Writer(self, draw, place, year, themes[0])
        length = LENGTH * draw.lognormvariate(0, SPREAD)
        sections = tuple(
            (kind, HEADINGS[kind], writer.section(kind, share * length))
            for kind, share in SHARES.items()
            if kind in self.sentences
        )
        told = [s for s in re.findall(r"[^。\n]+。", sections[-1][2]) if re.search(r"\d", s)]
        return MadeCase(
            title=writer.title(),
            place=place.code,
            theme=themes[0],
            other_themes=tuple(dict.fromkeys(t for t in themes[1:] if t != themes[0])),
            approaches=_some(draw, self.stock.approaches, (1, 2, 2, 3)),
            bodies=_some(draw, self.stock.bodies, (1, 1, 2)),
            maturity=draw.choice(["", "", "", "pilot", "city", "province"]),
            highlight=told[0][:120] if told and draw.random() < 0.7 else "",
            sections=sections,
        )

    # Reading the sources

    def _take(self, source: Source) -> None:
        heads, *tails = source.title.split(" ")
        named = {
            text: (kind, full)
            for kind, names in source.place.path.items()
            for text, full in zip(names, ("full", "short"), strict=True)
        }
        for part in (heads, *tails):
            clause = self._pieces(part, named)
            # The place is put before the title anew.
            clause = tuple(itertools.dropwhile(lambda piece: piece[0] in source.place.path, clause))
            if clause:
                self.titles.append((source.theme, [clause]))
        for kind, text in source.sections:
            if kind not in SHARES:
                continue
            for paragraph in text.splitlines():
                line = _SUBHEADING.sub("", paragraph.strip())
                if line != paragraph.strip() and len(line) < 40:
                    pool = self.subheadings.setdefault(kind, [])
                    pool.append((source.theme, [self._pieces(line, named)]))
                    continue
                for sentence in _SENTENCE.findall(line):
                    bare = _LEAD.sub("", sentence).strip("。；")
                    clauses = [self._pieces(clause, named) for clause in bare.split("，")]
                    self.sentences.setdefault(kind, []).append((source.theme, clauses))

    def _pieces(self, text: str, named: Mapping[str, tuple[str, str]]) -> _Clause:
        places = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
        pieces: list[tuple[str, str]] = []
        position = 0
        for match in re.finditer(f"{_VARIABLE}|(?P<place>{places})", text):
            pieces += self._terms(text[position : match.start()])
            kind = match.lastgroup
            pieces.append(named[match[0]] if kind == "place" else (kind, match[kind]))
            position = match.end()
        return tuple(pieces + self._terms(text[position:]))

    def _terms(self, text: str) -> list[tuple[str, str]]:
        """`text` with the expressions of the field, the longest first, as pieces of their own."""
        pieces, plain, position = [], "", 0
        while position < len(text):
            for length in range(min(self.longest, len(text) - position), 2, -1):
                if text[position : position + length] in self.known:
                    pieces += [("text", plain)] if plain else []
                    pieces.append(("term", text[position : position + length]))
                    plain, position = "", position + length
                    break
            else:
                plain += text[position]
                position += 1
        return pieces + ([("text", plain)] if plain else [])

    def _shuffled(self, name: str, items, theme: str | None = None) -> list:
        items = list(items)
        random.Random(f"{self.seed}/{name}").shuffle(items)
        return sorted(items, key=lambda item: item[0] != theme) if theme else items


class _Writer:
    """Writes the text of one case."""

    def __init__(self, maker: Maker, draw: random.Random, place: Place, year: int, theme: str):
        self.maker, self.draw, self.place, self.year, self.theme = maker, draw, place, year, theme
        self.cues = maker.stock.themes[theme]

    def title(self) -> str:
        parts = [self._filled(self._drawn("title")[0]) for _ in range(self.draw.choice([1, 2, 2]))]
        if self.draw.random() < 0.3:
            parts.append(f"打造“{self._coined('platform')}”{self.draw.choice(coined.SYSTEMS)}")
        return f"{self.place.title}{' '.join(dict.fromkeys(parts))}"[:200]

    def section(self, kind: str, length: float) -> str:
        """Paragraphs of together `length` characters and what the last one has more."""
        paragraphs: list[str] = []
        heading = 0
        while length > 0:
            if kind in self.maker.subheadings and kind != "background" and heading < 10:
                head = self._filled(self._drawn(f"{kind}/heading")[0])
                paragraphs.append(f"（{_NUMERALS[heading]}）{head}")
                length -= len(paragraphs[-1])
                heading += 1
            for number in range(self.draw.randint(1, 3)):
                paragraphs.append(f"{_NUMERALS[number]}是" if kind == "practices" else "")
                for _ in range(self.draw.randint(2, 4)):
                    sentence = self._sentence(kind)
                    paragraphs[-1] += sentence
                    length -= len(sentence)
                if length <= 0:
                    break
        return "\n".join(paragraphs)

    def _sentence(self, kind: str) -> str:
        if self.draw.random() < 0.2:
            return self._framed(self.draw.choice(_FRAMES))
        clauses = list(self._drawn(kind))
        if self.draw.random() < 0.4:
            clauses[self.draw.randrange(len(clauses))] = self.draw.choice(self._drawn(kind))
        return "，".join(map(self._filled, clauses)) + "。"

    def _drawn(self, pool: str) -> list[_Clause]:
        ranked = self.maker.ranked[pool, self.theme]
        return ranked[_rank(self.draw, len(ranked))][1]

    def _filled(self, clause: _Clause) -> str:
        return "".join(self._varied(*piece) for piece in clause)

    def _varied(self, kind: str, text: str) -> str:
        draw = self.draw
        if kind == "text":
            return text
        if kind == "year":
            return str(self.year - draw.choice([0, 0, 1]))
        if kind == "number":
            return _like(draw, text)
        if kind == "name":
            return f"“{self._coined('platform') if draw.random() < 0.4 else text}”"
        if kind == "term":
            return self._coined("term") if draw.random() < 0.5 else text
        name, short = self.place.path.get(kind, self.place.path[self.place.kind])
        return name if text == "full" else short

    def _framed(self, frame: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self._coined(match[1]), frame)

    def _coined(self, kind: str) -> str:
        """A name or an expression of this kind; the rank that is drawn decides which."""
        draw, maker = self.draw, self.maker
        if kind == "n":
            return str(int(10 ** draw.uniform(1, 4)))
        if kind == "m":
            return str(draw.randint(2, 9))
        if kind == "place":
            return self.place.title
        if kind == "document":
            return draw.choice(coined.DOCUMENTS)
        if kind == "system":
            return draw.choice(coined.SYSTEMS)
        if kind == "term":
            pool = self.cues if self.cues and draw.random() < 0.4 else maker.expressions
            return pool[_rank(draw, len(pool))] if pool else "政务服务"
        return coined.name(kind, draw, maker.seed, maker.characters)


def _rank(draw: random.Random, size: int) -> int:
    """0 … size-1, each so often as Zipf's law has it (the density falls as 1 / rank)."""
    return min(size - 1, int((size + 1) ** draw.random()) - 1)


def _like(draw: random.Random, number: str) -> str:
    """Another number with as many digits."""
    digits = "".join(draw.choice("0123456789") if d.isdigit() else d for d in number[1:])
    return (draw.choice("123456789") if number[0] != "0" else "0") + digits


def _some(draw: random.Random, items: Sequence[str], counts: Sequence[int]) -> tuple[str, ...]:
    chosen = [items[_rank(draw, len(items))] for _ in range(draw.choice(counts))]
    return tuple(dict.fromkeys(chosen))
