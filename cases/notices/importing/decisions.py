"""What staff decide about a parsed notice before it is imported, as data. Pure.

ParsedNotice + Decisions -> the cases as staff want them. Decisions are kept as JSON beside the file
and laid over the freshly parsed file each time, so that nothing parsed has to be kept.

A passage is named by the number of its paragraph in the file ("12"; "12.2" for the second passage
of one paragraph), and a case by its first passage.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..document import Paragraph
from ..formats.lines import ends_sentence
from ..parsed import ParsedCase, ParsedNotice, ParsedSection, Passage, Problem
from ..parsing.kinds import LEAD, OTHER, known_kind
from ..parsing.manuscript import TITLE_LENGTH, make_line
from ..parsing.numbering import parse_mark
from ..parsing.sections import split_sections

_NO_TITLE = "没有找到案例标题，请补写。"
_BOTH = ("text", "source")
_NO_NUMBER = 0


@dataclass(frozen=True)
class Item:
    """A passage of a case with its name; section: which of the case's, None for title lines."""

    name: str
    passage: Passage
    section: int | None
    is_heading: bool = False


@dataclass(frozen=True)
class Piece:
    """A case as staff want it.

    key     its name: that of its first passage
    items   its passages in order
    is_cut  it begins where staff have cut a case in two
    joined  the names of the cases that were joined on to it
    """

    key: str
    case: ParsedCase
    items: tuple[Item, ...]
    is_cut: bool = False
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decisions:
    """What has been decided so far.

    reading        fingerprint of the parse that the names belong to
    cuts           passages at which a case is cut in two
    joins          cases that are joined on to the one before them
    notice         corrected facts of the notice: title, doc_number, issuer, issued_on, region
    cases          name of a case -> {"title", "region", "primary_theme", "drop", "update"}, each
                   only where it was decided; regions and themes are codes, "" for none
    update_notice  let the library's notice take the facts of the file
    separate       the file is no amendment of the library's notice
    carried        the cuts and joins are those of an earlier import of the notice
    """

    reading: str = ""
    cuts: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    notice: dict[str, str] = field(default_factory=dict)
    cases: dict[str, dict] = field(default_factory=dict)
    update_notice: bool = False
    separate: bool = False
    carried: bool = False

    @classmethod
    def from_json(cls, content: dict) -> "Decisions":
        sets = {name: frozenset(content.get(name, ())) for name in ("cuts", "joins")}
        return cls(**{**content, **sets})

    def as_json(self) -> dict:
        return {**vars(self), "cuts": sorted(self.cuts), "joins": sorted(self.joins)}

    def of_case(self, key: str) -> dict:
        return self.cases.get(key, {})

    def with_case(self, key: str, **values) -> "Decisions":
        """With values for a case; None takes a decision back."""
        merged = {**self.of_case(key), **values}
        kept = {name: value for name, value in merged.items() if value is not None}
        cases = {other: decided for other, decided in self.cases.items() if other != key}
        return replace(self, cases={**cases, key: kept} if kept else cases)

    def with_cut(self, name: str) -> "Decisions":
        return replace(self, cuts=self.cuts | {name})

    def without_cut(self, name: str) -> "Decisions":
        """Taken back; what was decided of the case that began there goes with it."""
        cases = {key: decided for key, decided in self.cases.items() if key != name}
        return replace(self, cuts=self.cuts - {name}, joins=self.joins - {name}, cases=cases)

    def with_join(self, key: str) -> "Decisions":
        return replace(self, joins=self.joins | {key})

    def without_join(self, key: str) -> "Decisions":
        return replace(self, joins=self.joins - {key})


def fingerprint(parsed: ParsedNotice) -> str:
    """Another value where the program reads the same file differently; 32 characters."""
    cases = [(item.name, item.passage.source) for items in _items(parsed) for item in items]
    starts = [items[0].name for items in _items(parsed)]
    return hashlib.sha256(repr((starts, cases)).encode()).hexdigest()[:32]


def divide(parsed: ParsedNotice, decisions: Decisions) -> list[Piece]:
    """The cases, cut and joined as decided. Names that the file does not have count for nothing."""
    pieces: list[Piece] = []
    taken = {case.number for case in parsed.cases}
    for case, items in zip(parsed.cases, _items(parsed), strict=True):
        for segment in _segments(items, decisions.cuts):
            key = segment[0].name
            if segment[0] is items[0]:
                piece = Piece(key, _head(case, segment), segment)
            else:
                tail = _tail(case, segment, taken)
                taken.add(tail.number)
                piece = Piece(key, tail, segment, is_cut=True)
            if key in decisions.joins and pieces:
                before = pieces[-1]
                pieces[-1] = replace(
                    before,
                    case=_joined(before.case, piece.case),
                    items=before.items + piece.items,
                    joined=(*before.joined, key),
                )
            else:
                pieces.append(piece)
    return _in_order(pieces)


def _in_order(pieces: list[Piece]) -> list[Piece]:
    """A case that was cut out stands after the one before it; those that follow make room."""
    numbers = [piece.case.number for piece in pieces]
    for index, piece in enumerate(pieces):
        if piece.is_cut and numbers[index] == _NO_NUMBER:
            own = end = numbers[index - 1] + 1
            while end in numbers:
                end += 1
            numbers = [number + (own <= number < end) for number in numbers]
            numbers[index] = own
    return [
        piece
        if piece.case.number == number
        else replace(piece, case=replace(piece.case, number=number))
        for piece, number in zip(pieces, numbers, strict=True)
    ]


def unknown_names(parsed: ParsedNotice, decisions: Decisions) -> set[str]:
    """Names in the decisions that the file does not have: it is read differently now."""
    names = {item.name for items in _items(parsed) for item in items}
    return (decisions.cuts | decisions.joins | decisions.cases.keys()) - names


def read_anew(parsed: ParsedNotice, decisions: Decisions) -> Decisions:
    """As far as they fit the file as it is read now: staff have looked at it."""
    gone = unknown_names(parsed, decisions)
    return replace(
        decisions,
        reading=fingerprint(parsed),
        cuts=decisions.cuts - gone,
        joins=decisions.joins - gone,
        cases={key: decided for key, decided in decisions.cases.items() if key not in gone},
    )


def carried(old: Decisions, before: ParsedNotice, after: ParsedNotice) -> Decisions:
    """What was decided about the shape of an earlier file, for an amended one.

    Cuts, joins and cases left out, wherever their first passage still stands word for word.
    """
    texts = {item.name: _text(item) for items in _items(before) for item in items}
    places: dict[str, list[str]] = {}
    for items in _items(after):
        for item in items:
            places.setdefault(_text(item), []).append(item.name)

    def now(name: str) -> str | None:
        found = places.get(texts.get(name, ""), [])
        return found[0] if len(found) == 1 else None

    cuts = frozenset(filter(None, map(now, old.cuts)))
    joins = frozenset(filter(None, map(now, old.joins)))
    dropped = [now(key) for key, decided in old.cases.items() if decided.get("drop")]
    cases = {key: {"drop": True} for key in dropped if key}
    return Decisions(
        reading=fingerprint(after),
        cuts=cuts,
        joins=joins,
        cases=cases,
        carried=bool(cuts or joins or cases),
    )


def _text(item: Item) -> str:
    return "".join(item.passage.source.split())


def _items(parsed: ParsedNotice) -> list[tuple[Item, ...]]:
    """The passages of each case, named."""
    seen: Counter[int] = Counter()

    def item(passage: Passage, section: int | None, is_heading: bool = False) -> Item:
        seen[passage.position] += 1
        count = seen[passage.position]
        name = str(passage.position) if count == 1 else f"{passage.position}.{count}"
        return Item(name, passage, section, is_heading)

    cases = []
    for case in parsed.cases:
        items = [item(line, None) for line in case.lines]
        for index, section in enumerate(case.sections):
            if section.heading_passage is not None:
                items.append(item(section.heading_passage, index, True))
            items += [item(passage, index) for passage in section.paragraphs]
        # A case without any words of its own has a place all the same.
        nothing = Passage("", "", case.position)
        cases.append(tuple(items) or (item(nothing, None),))
    return cases


def _segments(items: tuple[Item, ...], cuts: Iterable[str]) -> list[tuple[Item, ...]]:
    starts = [0]
    for index, item in enumerate(items):
        # The lines of a title stay together.
        if index and item.name in cuts and item.section is not None:
            starts.append(index)
    return [items[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _head(case: ParsedCase, items: Sequence[Item]) -> ParsedCase:
    sections = _sections(case, items)
    if sections == case.sections:
        return case
    last = max(item.passage.position for item in items)
    problems = tuple(p for p in case.problems if p.position is None or p.position <= last)
    return replace(case, sections=sections, problems=problems)


def _sections(case: ParsedCase, items: Sequence[Item]) -> tuple[ParsedSection, ...]:
    """The sections as far as their passages are among the items."""
    sections = []
    for index, section in enumerate(case.sections):
        own = [item for item in items if item.section == index]
        has_heading = section.heading_passage is None or any(item.is_heading for item in own)
        paragraphs = tuple(item.passage for item in own if not item.is_heading)
        if len(paragraphs) == len(section.paragraphs) and has_heading:
            sections.append(section)
        elif own:
            sections.append(replace(section, paragraphs=paragraphs))
    return tuple(sections)


def _tail(case: ParsedCase, items: Sequence[Item], taken: set[int]) -> ParsedCase:
    """The case that begins with the items, with the number of its mark if that is free."""
    first, rest = items[0], list(items[1:])
    text = first.passage.text
    is_title = _could_be_title(first)
    mark = parse_mark(text) if is_title else None
    title = text[mark.length :].strip() if mark else text
    opening = [item for item in rest if item.section == first.section]
    later = _sections(case, [item for item in rest if item.section != first.section])
    if is_title:
        sections = _resplit(opening)
    elif first.is_heading:
        section = replace(
            case.sections[first.section], paragraphs=tuple(item.passage for item in opening)
        )
        sections = (section,)
    else:
        sections = _resplit([first, *opening])
    if later and len(sections) == 1 and not sections[0].heading:
        sections = (replace(sections[0], kind=LEAD),)
    position = first.passage.position
    last = max(item.passage.position for item in items)
    problems = [p for p in case.problems if p.position and position < p.position <= last]
    if not is_title:
        problems.insert(0, Problem(_NO_TITLE, text, position))
    return ParsedCase(
        number=mark.number if mark and mark.number not in taken else _NO_NUMBER,
        title=title if is_title else "",
        mark=text[: mark.length].strip() if mark else "",
        group=case.group,
        position=position,
        lines=(first.passage,) if is_title else (),
        sections=(*sections, *later),
        problems=tuple(problems),
    )


def _could_be_title(item: Item) -> bool:
    """背景情况 and sentences are no titles; 案例二：… and other short lines are."""
    text = item.passage.text
    return (
        0 < len(text) <= TITLE_LENGTH
        and known_kind(text) is None
        and "。" not in text[:-1]
        and not ends_sentence(text)
    )


def _resplit(items: Sequence[Item]) -> tuple[ParsedSection, ...]:
    """Paragraphs that were taken for the text of one section may be several sections."""
    lines = [
        line
        for item in items
        if (line := make_line(Paragraph(item.passage.source, item.passage.position))) is not None
    ]
    return split_sections(lines) if lines else ()


def _joined(first: ParsedCase, second: ParsedCase) -> ParsedCase:
    """The second case as a part of the first: each of its passages, in their order.

    Where it has the parts of a case its title stays a heading; else that was a paragraph that
    looked like a title.
    """
    sections = list(second.sections)
    opening: tuple[Passage, ...] = ()
    if sections and not sections[0].heading:
        opening = sections.pop(0).paragraphs
    own = list(first.sections)
    if second.lines:
        text, source = ("".join(getattr(line, name) for line in second.lines) for name in _BOTH)
        heading = Passage(text, source, second.lines[0].position)
        kind = known_kind(text)
        if kind or len(sections) > 1:
            own.append(ParsedSection(text, kind or OTHER, opening, heading))
            opening = ()
        else:
            opening = (*second.lines, *opening)
    if opening and own:
        own[-1] = replace(own[-1], paragraphs=own[-1].paragraphs + opening)
    elif opening:
        own.append(ParsedSection("", LEAD if sections else OTHER, opening))
    problems = [p for p in (*first.problems, *second.problems) if p.message != _NO_TITLE]
    if not first.title:
        problems.insert(0, Problem(_NO_TITLE, None, first.position))
    return replace(first, sections=(*own, *sections), problems=tuple(problems))
