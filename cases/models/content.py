"""The content of a case as plain values: to keep, to compare, and to put back.

content_of() -> {"fields": {name: text or code}, "terms": {name: [codes]}, "sections": [{…}],
"outcomes": [{…}]}, all JSON. Where a case comes from (its notice and number) and how far it has
come (its status) are no content.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from .. import redline
from .outcomes import Outcome

TEXTS = (
    "title",
    "highlight",
    "mark",
    "group",
    "maturity",
    "conditions",
    "lead_bodies",
    "policy_basis",
    "systems",
    "funding",
    "duration",
    "risks",
    "contact",
)
TERMS = ("region", "primary_theme")
TERM_LISTS = ("other_themes", "approaches", "bodies")
SECTION = ("heading", "kind", "text", "source")
NUMBERS = ("before", "before_high", "after", "after_high", "change", "stated_change")
OUTCOME = (
    "kind",
    "metric",
    *NUMBERS,
    "before_unit",
    "before_bound",
    "unit",
    "bound",
    "agrees",
    "sentence",
    "confirmed",
)


# Parts less alike than this are one taken out and one put in.
ALIKE = 0.3


@dataclass(frozen=True)
class Part:
    """A part of the content before and after; label: what staff call it.

    moved: it stands at another place among its like. whole: what did not change in it is not to
    be folded away. side_by_side(): the rows of both, marked.
    """

    label: str
    old: str
    new: str
    moved: bool = False
    whole: bool = False
    marked: Callable[[str, str], list[redline.Row]] = redline.rows

    @property
    def changed(self) -> bool:
        return self.moved or self.old != self.new

    def side_by_side(self) -> list[redline.Row]:
        return self.marked(self.old, self.new)


def content_of(case) -> dict:
    return {
        "fields": {
            **{name: getattr(case, name) for name in TEXTS},
            **{name: getattr(getattr(case, name), "code", "") for name in TERMS},
        },
        "terms": {
            name: sorted(getattr(case, name).values_list("code", flat=True)) for name in TERM_LISTS
        },
        "sections": [
            {name: getattr(section, name) for name in SECTION}
            for section in case.sections.order_by("order", "pk")
        ],
        "outcomes": [
            {name: _plain(getattr(outcome, name)) for name in OUTCOME}
            for outcome in case.outcomes.order_by("order", "pk")
        ],
    }


def fingerprint(content: dict) -> str:
    """Tells whether two contents are the same; 32 characters."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def apply(case, content: dict) -> None:
    """Make `content` the content of `case`. Terms that no longer exist are left out."""
    with transaction.atomic():
        for name in TEXTS:
            setattr(case, name, content["fields"].get(name, ""))
        for name in TERMS:
            model = case._meta.get_field(name).related_model
            code = content["fields"].get(name)
            setattr(case, name, model.objects.filter(code=code).first() if code else None)
        case.save(update_fields=[*TEXTS, *TERMS, "updated_at"])
        for name in TERM_LISTS:
            model = case._meta.get_field(name).related_model
            getattr(case, name).set(model.objects.filter(code__in=content["terms"].get(name, ())))
        _put(case.sections, content["sections"], SECTION)
        _put(case.outcomes, content["outcomes"], OUTCOME)


def parts(old: dict, new: dict, case_model) -> list[Part]:
    """Everything in two contents that is not empty in both, in the order of the form."""
    found = []

    def add(label, before, after, **more):
        if before or after:
            found.append(Part(label, before, after, **more))

    for name in (*TEXTS, *TERMS):
        field = case_model._meta.get_field(name)
        values = [_shown(field, content["fields"].get(name, "")) for content in (old, new)]
        plain = field.is_relation or field.choices
        add(field.verbose_name, *values, marked=redline.whole if plain else redline.rows)
    for name in TERM_LISTS:
        field = case_model._meta.get_field(name)
        values = [_shown_list(field, content["terms"].get(name, [])) for content in (old, new)]
        add(field.verbose_name, *values, marked=redline.items)
    kinds = dict(
        case_model._meta.get_field("sections").related_model._meta.get_field("kind").choices
    )
    for label, before, after, moved in _paired(old["sections"], new["sections"], "text"):
        add(f"正文{label('部分')}", _section(before), _section(after), moved=moved)
        if before and after and before["kind"] != after["kind"]:
            names = [kinds.get(row["kind"], row["kind"]) for row in (before, after)]
            add(f"正文{label('部分')}的类型", *names, marked=redline.whole)
    for label, before, after, moved in _paired(old["outcomes"], new["outcomes"], "sentence"):
        told = [_outcome(row) for row in (before, after)]
        # Whoever confirms a number has to see it.
        add(f"成效数据{label('条')}", *told, moved=moved, whole=True)
    return found


def differences(old: dict, new: dict, case_model) -> list[Part]:
    """What differs between two contents, in the order of the form."""
    return [part for part in parts(old, new, case_model) if part.changed]


def _put(manager, rows, names):
    """Make `rows` the rows of the case; those in their place stay themselves, with their ids."""
    kept = list(manager.order_by("order", "pk"))
    for order, row in enumerate(rows, 1):
        values = {"order": order, **{name: row[name] for name in names if name in row}}
        if order > len(kept):
            manager.create(**values)
            continue
        one = kept[order - 1]
        if any(_plain(getattr(one, name)) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(one, name, value)
            one.save()
    for one in kept[len(rows) :]:
        one.delete()


def _plain(value):
    """Decimals as figures without trailing zeros, never as 1E+1."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _paired(old: list[dict], new: list[dict], main: str):
    """Rows that are the most alike in twos, in the order of `new`; -> (label, old, new, moved).

    label(what): its place in words. main: the key whose text tells what a row is.
    """

    def alike(one, other):
        named = 0.5 if one.get("heading") and one.get("heading") == other.get("heading") else 0.0
        return max(redline.likeness(one[main], other[main]), named)

    scores = sorted(
        ((alike(one, other), -i, -j) for i, one in enumerate(old) for j, other in enumerate(new)),
        reverse=True,
    )
    partner: dict[int, int] = {}
    for score, i, j in scores:
        if score >= ALIKE and -i not in partner.values() and -j not in partner:
            partner[-j] = -i
    ranks = {i: rank for rank, i in enumerate(sorted(partner.values()))}
    gone = [i for i in range(len(old)) if i not in ranks]
    kept = 0
    for j, row in enumerate(new):
        i = partner.get(j)
        if i is None:
            yield _place(j, "，新增"), None, row, False
            continue
        while gone and gone[0] < i:
            k = gone.pop(0)
            yield _place(k, "，已删去", "原"), old[k], None, False
        moved = ranks[i] != kept
        kept += 1
        yield _place(j, f"，原第 {i + 1} 位" if moved else ""), old[i], row, moved
    for k in gone:
        yield _place(k, "，已删去", "原"), old[k], None, False


def _place(index, more, before=""):
    return lambda what: f"{before}第 {index + 1} {what}{more}"


def _shown(field, value):
    if field.is_relation:
        row = field.related_model.objects.filter(code=value).first() if value else None
        return getattr(row, "path", str(row)) if row else value or ""
    return dict(field.flatchoices).get(value, value)


def _shown_list(field, codes):
    names = dict(field.related_model.objects.filter(code__in=codes).values_list("code", "name"))
    return "、".join(names.get(code, code) for code in codes)


def _section(row):
    return "\n".join(filter(None, (row["heading"], row["text"]))) if row else ""


def _outcome(row):
    """Its numbers and what is doubtful about them, the sentence, and whether readers see it."""
    if not row:
        return ""
    values = {name: row.get(name) for name in OUTCOME if row.get(name) is not None}
    for name in NUMBERS:
        if name in values:
            values[name] = Decimal(values[name])
    one = Outcome(**values)
    sides = [side for side in (one.written_before, one.written_after) if side]
    numbers = [" → ".join(sides)] if sides else []
    if one.change is not None:
        numbers.append(f"按前后两个数{one.written_change}")
    if one.stated_change is not None:
        numbers.append(f"文中说{one.written_stated_change}")
    told = [f"{one.metric}：{'，'.join(numbers)}"]
    if not one.agrees:
        told.append("文中所说的变化与前后两个数不符")
    if one.unsaid:
        told.append(f"原句里找不到{'、'.join(one.unsaid)}")
    return "\n".join([*told, one.sentence, "已确认" if one.confirmed else "未确认"])
