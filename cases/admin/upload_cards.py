"""What the preview of an uploaded notice shows, and what staff enter in it."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.dateparse import parse_date

from .. import redline
from ..cited import documents
from ..models import Case, Notice, Status
from ..notices.importing.decisions import Decisions
from ..notices.importing.measures import proposed
from ..notices.importing.merging import by_heading
from ..notices.outcomes import find_outcomes
from ..notices.parsing.places import named_place
from ..notices.uploading import Preview, Standing

FACTS = ("title", "doc_number", "issuer", "issued_on", "region")
YES, NO = "yes", "no"
BADGES = {
    Standing.NEW: "新增",
    Standing.UPDATED: "更新",
    Standing.UNDECIDED: "待决定",
    Standing.KEPT: "不更新",
    Standing.SAME: "未变",
    Standing.LEFT: "不导入",
}


@dataclass(frozen=True)
class Field:
    """One input: its name, what it shows, what is kept, and why the two differ."""

    name: str
    value: str
    was: str
    error: str = ""


@dataclass(frozen=True)
class Fold:
    """Rows of a comparison; `same`: so many paragraphs that did not change are not shown."""

    rows: tuple[redline.Row, ...] = ()
    same: int = 0


class Card:
    """One case of the preview. `entered`: what was typed and could not be kept."""

    def __init__(self, preview: Preview, index: int, entered: "Entered | None" = None):
        self.preview = preview
        self.index = index
        self.piece = preview.pieces[index]
        self.plan = preview.plan.cases[index]
        self.key = self.piece.key
        self.entered = entered

    # What it is

    @property
    def number(self):
        return self.plan.number

    @property
    def is_dropped(self):
        return self.plan.wish.drop

    @property
    def is_new(self):
        return self.plan.case is None

    @property
    def is_amended(self):
        return self.plan.is_amended

    @property
    def is_settled(self):
        """In the library as the file has it: there is nothing to decide."""
        return not self.is_new and not self.is_amended

    @property
    def is_open(self):
        """Its title, region and theme can be corrected here."""
        return self.is_new or (self.is_amended and not self.plan.touched)

    @property
    def is_published(self):
        return self.plan.case is not None and self.plan.case.status == Status.PUBLISHED

    @property
    def update(self):
        """yes, no, or "" where it is still to be decided."""
        wish = self.plan.wish.update
        if wish is None:
            return "" if self.plan.touched else YES
        return YES if wish else NO

    @property
    def badge(self):
        """(CSS class, words)."""
        standing = self.preview.standings[self.index]
        return str(standing), BADGES[standing]

    @property
    def needs_a_look(self):
        return self.preview.needs_a_look(self.index) or bool(self.errors)

    # What can be entered

    @cached_property
    def title(self):
        return self._field("title", self.plan.decided.title)

    @cached_property
    def region(self):
        code = self.plan.decided.region
        return self._field("region", self._gazetteer.path(code) if code else "")

    @cached_property
    def theme(self):
        return self._field("primary_theme", next(iter(self.plan.decided.themes), ""))

    @property
    def errors(self):
        return [each.error for each in (self.title, self.region, self.theme) if each.error]

    def _field(self, name, value):
        name = f"{self.key}-{name}"
        error = self.entered.errors.get(name, "") if self.entered else ""
        return Field(name, self.entered.value(name) if error else value, value, error)

    # What is suggested and said of it

    @property
    def level(self):
        region = self._vocabulary.regions.get(self.plan.decided.region)
        return region.level if region else ""

    @property
    def other_themes(self):
        return [self._vocabulary.themes[code].name for code in self.plan.decided.themes[1:]]

    @property
    def approaches(self):
        return [self._vocabulary.approaches[code].name for code in self.plan.decided.approaches]

    @property
    def bodies(self):
        return [self._vocabulary.bodies[code].name for code in self.plan.decided.bodies]

    @property
    def sections(self):
        return self.piece.case.sections

    @cached_property
    def outcomes(self):
        """As they would come into the library: proposals for staff to confirm."""
        found = [found for section in self.sections for found in find_outcomes(section.text)]
        return [proposed(each) for each in found]

    @cached_property
    def cited(self):
        return documents("\n".join(section.text for section in self.sections))

    @cached_property
    def problems(self):
        return self.preview.problems(self.index)

    @property
    def duplicates(self):
        return self.preview.duplicates.get(self.index, [])

    @cached_property
    def changes(self):
        """[(name of the part, its paragraphs before and after)] of an amended case."""
        before, after = self.plan.before, self.plan.after
        parts = []
        if before["title"] != after["title"]:
            parts.append(("标题", [Fold(tuple(redline.rows(before["title"], after["title"])))]))
        old, new = by_heading(before["sections"]), by_heading(after["sections"])
        for key in [*new, *(key for key in old if key not in new)]:
            texts = [each[key]["text"] if key in each else "" for each in (old, new)]
            if texts[0] != texts[1] or (key in old) != (key in new):
                heading = key[0] or "没有小标题的部分"
                if key not in old:
                    heading += "（新增的部分）"
                elif key not in new:
                    heading += "（删去的部分）"
                parts.append((heading, folded(redline.rows(*texts))))
            elif old[key]["kind"] != new[key]["kind"]:
                parts.append((f"{key[0]}（类型有变）", []))
        return parts or [("各部分的顺序有变", [])]

    @property
    def _vocabulary(self):
        return self.preview.plan.vocabulary

    @property
    def _gazetteer(self):
        return self._vocabulary.gazetteer


def folded(rows):
    """Changed rows as they are, and runs of others as their number."""
    folds, changed, same = [], [], 0
    for row in rows:
        if row.same:
            if changed:
                folds.append(Fold(rows=tuple(changed)))
                changed = []
            same += 1
        else:
            if same:
                folds.append(Fold(same=same))
                same = 0
            changed.append(row)
    if changed:
        folds.append(Fold(rows=tuple(changed)))
    if same:
        folds.append(Fold(same=same))
    return folds


@dataclass
class Entered:
    """What came from the form of a preview; each input has with it what it held when shown.

    errors: name of an input -> what is wrong with what was entered; it is not kept then.
    """

    post: dict
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name):
        # PostgreSQL keeps no zero characters.
        return " ".join(self.post.get(name, "").replace("\0", "").split())

    def is_changed(self, name):
        return f"{name}-was" in self.post and self.value(name) != self.post[f"{name}-was"]

    def laid_over(self, preview: Preview, decisions: Decisions) -> Decisions:
        """The decisions with what was entered. Values that others changed meanwhile stay theirs."""
        cards = {card.key: card for card in cards_of(preview)}
        for key in dict.fromkeys(name.rsplit("-", 2)[0] for name in self.post if "-was" in name):
            if key == "notice":
                decisions = self._notice(preview, decisions)
            elif key in cards:
                decisions = self._case(cards[key], decisions)
        return decisions

    def _case(self, card: Card, decisions: Decisions) -> Decisions:
        plan, key = card.plan, card.key
        values = {}
        if self._is_to_be_kept(card.title, decisions.of_case(key), "title", card):
            title, limit = self.value(card.title.name), Case._meta.get_field("title").max_length
            if not title:
                self.errors[card.title.name] = "标题不能空着。"
            elif len(title) > limit:
                self.errors[card.title.name] = f"标题不能超过 {limit} 字。"
            else:
                values["title"] = None if title == plan.proposal.title else title
        if self._is_to_be_kept(card.region, decisions.of_case(key), "region", card):
            code = self._region(card.region.name, card.preview)
            if code is not None:
                values["region"] = None if code == (plan.proposal.region or "") else code
        if self._is_to_be_kept(card.theme, decisions.of_case(key), "primary_theme", card):
            code = self.value(card.theme.name)
            if code and code not in plan_themes(card.preview):
                self.errors[card.theme.name] = "没有这个领域，请从列表里选。"
            else:
                suggested = next(iter(plan.proposal.themes), "")
                values["primary_theme"] = None if code == suggested else code
        if self.is_changed(f"{key}-drop"):
            values["drop"] = True if self.value(f"{key}-drop") else None
        if self.is_changed(f"{key}-update"):
            values["update"] = {YES: True, NO: False}.get(self.value(f"{key}-update"))
        return decisions.with_case(key, **values) if values else decisions

    def _notice(self, preview: Preview, decisions: Decisions) -> Decisions:
        facts = dict(decisions.notice)
        shown = facts_of(preview)
        for name in FACTS:
            entry = f"notice-{name}"
            if not self.is_changed(entry):
                continue
            value = self.value(entry)
            if self.post[f"{entry}-was"] != shown[name].was:
                if value != shown[name].was:
                    self._refuse(entry, shown[name].was)
                continue
            if name == "title" and not value:
                self.errors[entry] = "标题不能空着。"
                continue
            limit = Notice._meta.get_field(name).max_length
            if name == "issued_on" and value and parse_day(value) is None:
                self.errors[entry] = "日期写成 2025-04-10 的样子。"
                continue
            if name == "region":
                value = self._region(entry, preview, scope=None)
                if value is None:
                    continue
            elif limit and len(value) > limit:
                self.errors[entry] = f"不能超过 {limit} 字。"
                continue
            facts[name] = str(parse_day(value) or "") if name == "issued_on" else value
        changes = {"notice": facts}
        for name in ("update_notice", "separate"):
            if self.is_changed(f"notice-{name}"):
                changes[name] = bool(self.value(f"notice-{name}"))
        return replace(decisions, **changes)

    def _is_to_be_kept(self, shown: Field, decided: dict, name: str, card: Card) -> bool:
        """It was changed here, and nobody has changed it since it was shown."""
        if not self.is_changed(shown.name):
            return False
        theirs = decided.get(name) != card.preview.decisions.of_case(card.key).get(name)
        if theirs or self.post[f"{shown.name}-was"] != shown.was:
            if self.value(shown.name) != shown.was:
                self._refuse(shown.name, shown.was)
            return False
        return True

    def _refuse(self, name: str, theirs: str) -> None:
        self.errors[name] = f"您填写期间，这里已由别人改成“{theirs}”。如仍要改，请再保存一次。"

    def _region(self, name: str, preview: Preview, scope=True) -> str | None:
        """The code of the region, "" for none; None where it is not clear which."""
        text = self.value(name)
        if not text:
            return ""
        home = preview.plan.existing or preview.plan.offered
        within = home.region.code if scope and home.region else None
        found = named_place(preview.plan.vocabulary.gazetteer, text, within)
        if found.code is None:
            self.errors[name] = found.problem
        return found.code


def cards_of(preview: Preview, entered: Entered | None = None) -> list[Card]:
    return [Card(preview, index, entered) for index in range(len(preview.pieces))]


def plan_themes(preview: Preview) -> dict:
    return preview.plan.vocabulary.themes


def facts_of(preview: Preview, entered: Entered | None = None) -> dict[str, Field]:
    """The inputs for the notice's own facts."""
    offered = preview.plan.offered
    values = {name: getattr(offered, name) for name in FACTS}
    values["issued_on"] = str(offered.issued_on or "")
    region = offered.region
    values["region"] = preview.plan.vocabulary.gazetteer.path(region.code) if region else ""
    fields = {}
    for name, value in values.items():
        error = entered.errors.get(f"notice-{name}", "") if entered else ""
        shown = entered.value(f"notice-{name}") if error else value
        fields[name] = Field(f"notice-{name}", shown, value, error)
    return fields


def parse_day(text: str):
    """A date typed as 2025-04-10, 2025/4/10, 2025.4.10 or 2025年4月10日; None for anything else."""
    plain = text.translate(str.maketrans({"年": "-", "月": "-", "日": "", "/": "-", ".": "-"}))
    parts = plain.strip().split("-")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return None
    try:
        return parse_date("{:04}-{:02}-{:02}".format(*(int(part) for part in parts)))
    except ValueError:
        return None


def places_near(preview: Preview) -> list[str]:
    """Regions to offer while typing: the notice's province, or all provinces and cities."""
    gazetteer = preview.plan.vocabulary.gazetteer
    home = preview.plan.existing or preview.plan.offered
    if home.region:
        province = gazetteer.province_of(home.region.code)
        codes = [code for code in gazetteer.places if gazetteer.is_within(code, province)]
    else:
        wide = ("province", "city")
        codes = [code for code, place in gazetteer.places.items() if place.kind in wide]
    return [gazetteer.path(code) for code in sorted(codes)]
