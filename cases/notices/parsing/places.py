"""Which region a text speaks of. Pure: the gazetteer is plain values, nothing is looked up.

Names are found from left to right, the longest first, and names that stand side by side make one
chain (福建省 + 福州市 + 晋安区). A name counts by what surrounds it: a full name nearly always, a
short name where a region's name is to be expected, an everyday word only after its city.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Place:
    """A region as plain values; `kind` is province, city, district or zone."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str | None


@dataclass(frozen=True)
class Chain:
    """Names side by side in a text, and the codes of the places that they may mean."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class PlaceSuggestion:
    """A region's code, or None; `problem` is what staff should look at, in Chinese, or empty."""

    code: str | None
    problem: str = ""


# How much has to stand around a name before it counts.
_FULL, _SHORT, _WEAK = "full", "short", "weak"

_OFFICE = (
    r"税务|中院|中级|人民法院|法院|检察|海关|海事|供电|电力|电网|公安|消防|自贸|自由贸易|片区|"
    r"发展改革|发改|数据|财政|市场监|自然资源|生态环境|住建|住房|人社|医保|商务|金融|文旅|交通|"
    r"行政审批|公共资源|农业农村|政务|营商|人民政府|银行|仲裁|邮政|机场|港"
)
_OFFICE_FOLLOWS = re.compile(rf"(?:市|省)?(?:{_OFFICE})")
_EXPERIENCE_FOLLOWS = re.compile(r"样板|经验|实践|模式|方案|做法|路径|范例|探索|特色")
# What may stand between a title's beginning and a region's name.
_BEFORE_A_NAME = re.compile(r"(?:国网|国家电网|国家税务总局|中国人民银行|人民银行|中国（|中共)$")
# Side by side in effect: 中国（福建）自由贸易试验区厦门片区.
_BETWEEN_NAMES = re.compile(r"）?(?:自由贸易试验区|自贸试验区|自贸区)?|）?·?|国家")
_ENUMERATION = re.compile(r"[、和与及]")
_BREAK = re.compile(r"[，。；：！？、\s—“”‘’（）《》]")
# A body named without its place: 省发展改革委, 自治区商务厅, 市税务局; not 省时省力.
_OWN_BODY = re.compile(
    r"(?P<rank>省|自治区|市)(?![内外心力时钱])"
    r"[^，。；：、\s“”（）]{1,12}?(?:局|厅|委|办公室|法院|高院|检察院|公司|总队)"
)
_SUFFIXES = ("自治州", "自治县", "自治旗", "地区", "市", "区", "县", "旗", "盟")
_OF_THE_COUNTRY = re.compile(r"国家|国务院|中共中央|中央|中华人民共和国|全国")
_LONGEST_TITLE = 300
_LAST_CHARACTERS = "市区县旗州盟"
_ZONE_SHORTENINGS = (
    ("经济技术开发区", ("经开区", "开发区", "经济开发区")),
    ("高新技术产业开发区", ("高新区",)),
    ("高技术产业开发区", ("高新区",)),
    ("综合实验区", ("实验区",)),
)


# Cities whose short names are everyday words: 安康码, 日照时长, 长治久安, 大同小异.
_EVERYDAY_CITIES = frozenset(
    ["安康", "白银", "百色", "大同", "和田", "来宾", "日照", "通化", "长治"]
)


def _is_weak_full_name(name: str) -> bool:
    """Full names that also arise by chance: 城区, 新城区, 范县 in 示范县, 兴城市 in 振兴城市."""
    return (
        len(name) == 2
        or name in {"新城区", "老城区", "市中区", "城中区"}
        or (len(name) == 3 and name.endswith("城市"))
    )


class Gazetteer:
    """All regions, ready for finding their names in texts."""

    def __init__(self, places: Iterable[Place]):
        self.places = {place.code: place for place in places}

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """Name -> {code: form}; of two forms of one place under one name the stronger stays."""
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for place in self.places.values():
            for name, form in self._names_of(place):
                if len(name) >= 2:
                    names[name].setdefault(place.code, form)
        return dict(names)

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)

    @cached_property
    def _shared(self) -> set[str]:
        """Short names that several places have: 南山, 和平, 长安."""
        counts = Counter(place.short_name for place in self.places.values())
        return {name for name, count in counts.items() if count > 1}

    def _names_of(self, place: Place) -> Iterator[tuple[str, str]]:
        """A place's names, the strongest forms first."""
        name, short = place.name, place.short_name
        yield name, _WEAK if _is_weak_full_name(name) else _FULL
        parent = self.places.get(place.parent or "")
        if parent and name.startswith("市"):
            # 市中区 of 乐山市 is written 乐山市中区 as well.
            yield parent.short_name + name, _FULL
        if place.kind == "province" and name.endswith("自治区"):
            yield short + "自治区", _FULL
        stem = next((name.removesuffix(s) for s in _SUFFIXES if name.endswith(s)), name)
        if "自治" in name and place.kind != "province":
            # A short name kept whole hides a stem that another region has: 海南 of 海南藏族自治州.
            root = short if short != name else self._borrowed_root(stem)
            ending = "州" if name.endswith("自治州") else name[-1]
            yield root + ending, _FULL
        if place.kind == "zone":
            yield from self._names_of_zone(place, parent)
        if short == name:
            # A short name kept whole says that the stem alone is an everyday word.
            yield stem, _WEAK
        elif short.endswith("区"):
            yield short, _FULL
        elif place.kind in ("district", "zone"):
            yield short, _WEAK if short in self._shared else _SHORT
        else:
            yield short, _WEAK if short in _EVERYDAY_CITIES else _SHORT

    def _names_of_zone(self, zone: Place, parent: Place | None) -> Iterator[tuple[str, str]]:
        """福州高新技术产业开发区: 福州高新区 anywhere, 高新区 after 福州市."""
        names = [zone.name, zone.short_name]
        for long, shorter in _ZONE_SHORTENINGS:
            if zone.name.endswith(long):
                names += [zone.name.removesuffix(long) + ending for ending in shorter]
        for name in names[2:]:
            yield name, _FULL
        for name in names:
            if parent and name.startswith(parent.short_name):
                yield name.removeprefix(parent.short_name), _WEAK

    def _borrowed_root(self, stem: str) -> str:
        others = (place.short_name for place in self.places.values())
        return max((o for o in others if stem.startswith(o) and o != stem), key=len, default=stem)

    def path(self, code: str) -> str:
        """福建省福州市晋安区."""
        return "".join(self.places[c].name for c in reversed([code, *self.above(code)]))

    def above(self, code: str) -> list[str]:
        """The codes above, nearest first."""
        codes: list[str] = []
        parent = self.places[code].parent
        while parent is not None and parent in self.places and parent not in codes:
            codes.append(parent)
            parent = self.places[parent].parent
        return codes

    def is_within(self, code: str, other: str) -> bool:
        """Whether the place is the other one or lies in it."""
        return code == other or other in self.above(code)

    def province_of(self, code: str) -> str:
        return [code, *self.above(code)][-1]

    def chains(self, text: str, *, scope: str | None = None) -> list[Chain]:
        """Every chain of names in the text, from left to right.

        `scope` is a region's code: places neither in it nor above it are passed over.
        """
        chains: list[Chain] = []
        position = 0
        while position < len(text):
            last = chains[-1] if chains else None
            if last and not _BETWEEN_NAMES.fullmatch(text[last.end : position]):
                last = None
            found = self._name_at(text, position, scope, last)
            if found is None:
                position += 1
                continue
            end, codes, continues = found
            if last and continues:
                chains[-1] = Chain(last.start, end, text[last.start : end], codes)
            else:
                chains.append(Chain(position, end, text[position:end], codes))
            position = end
        return chains

    def _name_at(
        self, text: str, start: int, scope: str | None, last: Chain | None
    ) -> tuple[int, tuple[str, ...], bool] | None:
        """The longest name that counts at `start`: its end, its codes, whether it continues."""
        for end in range(min(len(text), start + self._longest), start + 1, -1):
            forms = self._names.get(text[start:end])
            if not forms:
                continue
            if scope is not None:
                forms = {c: form for c, form in forms.items() if self._touches(c, scope)}
            if last:
                inside = [c for c in forms if any(a in self.above(c) for a in last.codes)]
                if inside and not self._is_chance(inside, text[start:end], last):
                    return end, tuple(inside), True
            codes = tuple(
                c for c, form in forms.items() if self._counts(c, form, text, start, end, scope)
            )
            if codes:
                return end, codes, False
        return None

    def _is_chance(self, codes: list[str], name: str, last: Chain) -> bool:
        """荆州市公安局 is not 公安县: after a city written out, a district is written out too."""
        return (
            any(last.text.endswith(self.places[c].name) for c in last.codes)
            and name[-1] not in _LAST_CHARACTERS
            and all(self.places[c].kind in ("district", "zone") for c in codes)
        )

    def _touches(self, code: str, scope: str) -> bool:
        return self.is_within(code, scope) or self.is_within(scope, code)

    def _counts(
        self, code: str, form: str, text: str, start: int, end: int, scope: str | None
    ) -> bool:
        """Whether a name that continues no chain is a region's name where it stands."""
        before, after = text[:start], text[end:]
        begins = not before or bool(_BEFORE_A_NAME.search(before))
        if form == _FULL:
            return True
        if form == _WEAK:
            # In its own city's notice a district needs no city: 城区人民法院.
            name = self.places[code].name
            own_city = scope is not None and self.places[code].parent == scope
            return begins and name == text[start:end] and (own_city or name[-1] != "区")
        bracketed = before.endswith("（") and after.startswith("）")
        if begins or bracketed or _OFFICE_FOLLOWS.match(after):
            return True
        wide = self.places[code].kind in ("province", "city")
        starts_clause = bool(_BREAK.match(before[-1])) and before[-1] not in "“‘《、"
        return wide and (starts_clause or bool(_EXPERIENCE_FOLLOWS.match(after)))


def issuer_place(gazetteer: Gazetteer, issuer: str, title: str) -> str | None:
    """The code of the region whose body issued a notice; None for a body of the whole country."""
    for chain in gazetteer.chains(issuer):
        if len(chain.codes) == 1:
            return chain.codes[0]
    if _OF_THE_COUNTRY.match(issuer):
        return None
    return _only(gazetteer.chains(title))


def case_place(
    gazetteer: Gazetteer,
    title: str,
    *,
    group: str = "",
    opening: Sequence[str] = (),
    scope: str | None = None,
) -> PlaceSuggestion:
    """The region of a case.

    title    the case's title, the strongest witness
    group    the heading of the group that the case stands in
    opening  the case's first paragraphs, the weakest witness
    scope    the code of the notice's own region: a case of its notice lies in it

    Where several regions fit equally well none is chosen, and the problem names them.
    """
    # No title is longer; what is longer is text that lost its line breaks.
    title = title[:_LONGEST_TITLE]
    in_group = _only(gazetteer.chains(group, scope=scope))
    chains = gazetteer.chains(title, scope=scope)
    if chains and _BEFORE_A_NAME.sub("", title[: chains[0].start]) == "":
        together = _enumerated(title, chains)
        if len(together) > 1:
            names = "、".join(chain.text for chain in together)
            return PlaceSuggestion(None, f"标题里并列了几个地区（{names}），请选定一个。")
        return _decide(gazetteer, chains[0], in_group, opening, scope)
    own = _own_body(gazetteer, title, scope)
    if own:
        return PlaceSuggestion(own)
    if in_group:
        chains = [c for c in chains if any(gazetteer.is_within(x, in_group) for x in c.codes)]
    if chains:
        return _decide(gazetteer, chains[0], in_group, opening, scope)
    in_group = in_group or _own_body(gazetteer, group, scope)
    if in_group:
        return PlaceSuggestion(in_group)
    return _from_opening(gazetteer, opening, scope)


def _only(chains: Sequence[Chain]) -> str | None:
    return chains[0].codes[0] if chains and len(chains[0].codes) == 1 else None


def _enumerated(title: str, chains: Sequence[Chain]) -> list[Chain]:
    """The first chain and those that are joined to it by 、 or 和."""
    together = [chains[0]]
    for chain in chains[1:]:
        if not _ENUMERATION.fullmatch(title[together[-1].end : chain.start]):
            break
        together.append(chain)
    return together


def _decide(
    gazetteer: Gazetteer,
    chain: Chain,
    in_group: str | None,
    opening: Sequence[str],
    scope: str | None,
) -> PlaceSuggestion:
    """One of the chain's places: the only one, the group's, or the one that the text spells out."""
    codes = chain.codes
    if scope is not None:
        codes = [c for c in codes if gazetteer.is_within(c, scope)] or codes
    if len(codes) > 1 and in_group:
        codes = [c for c in codes if gazetteer.is_within(c, in_group)] or codes
    if len(codes) > 1:
        spelled = {c.codes for text in opening for c in gazetteer.chains(text, scope=scope)}
        codes = [c for c in codes if (c,) in spelled] or codes
    if len(codes) == 1:
        return PlaceSuggestion(codes[0])
    paths = "、".join(gazetteer.path(code) for code in codes)
    return PlaceSuggestion(None, f"“{chain.text}”有几处同名（{paths}），请选定一个。")


def _own_body(gazetteer: Gazetteer, text: str, scope: str | None) -> str | None:
    """The notice's own province or city where a body is named without its place."""
    match = _OWN_BODY.match(text)
    if match is None or scope is None:
        return None
    if match["rank"] == "市":
        return scope if gazetteer.places[scope].kind == "city" else None
    province = gazetteer.province_of(scope)
    return province if gazetteer.places[province].name.endswith(match["rank"]) else None


def _from_opening(
    gazetteer: Gazetteer, opening: Sequence[str], scope: str | None
) -> PlaceSuggestion:
    """What the first paragraphs name: places below the notice's region before the region."""
    itself: str | None = None
    for paragraph in opening:
        for chain in gazetteer.chains(paragraph, scope=scope):
            if len(chain.codes) > 1:
                continue
            code = chain.codes[0]
            if scope is None or (code != scope and gazetteer.is_within(code, scope)):
                return _to_be_checked(gazetteer, code, chain.text)
            itself = itself or (chain.text if code == scope else None)
    if itself and scope is not None:
        return _to_be_checked(gazetteer, scope, itself)
    return PlaceSuggestion(None, "没有识别出地区，请选定。")


def _to_be_checked(gazetteer: Gazetteer, code: str, text: str) -> PlaceSuggestion:
    path = gazetteer.path(code)
    return PlaceSuggestion(code, f"标题里没有地区，按正文开头的“{text}”暂定为{path}，请核对。")


def named_place(gazetteer: Gazetteer, text: str, scope: str | None = None) -> PlaceSuggestion:
    """The region that somebody typed: a code, a name, or the end of a path (福州市鼓楼区).

    Of several with one name those in `scope` count; where several are left the problem names them.
    """
    words = "".join(text.replace(">", "").split())
    if words in gazetteer.places:
        return PlaceSuggestion(words)
    named = {code: place for code, place in gazetteer.places.items() if words.endswith(place.name)}
    found = [code for code in named if gazetteer.path(code).endswith(words)]
    found = found or [c for c, place in gazetteer.places.items() if place.short_name == words]
    if scope is not None and len(found) > 1:
        found = [code for code in found if gazetteer.is_within(code, scope)] or found
    if len(found) == 1:
        return PlaceSuggestion(found[0])
    if not found:
        return PlaceSuggestion(None, f"没有叫“{text}”的地区，请填全称，如“福州市鼓楼区”。")
    paths = "、".join(gazetteer.path(code) for code in found[:5])
    more = "等" if len(found) > 5 else ""
    return PlaceSuggestion(None, f"“{text}”有几处同名（{paths}{more}），请写上所在的市。")
