"""The content of a case as plain values: to keep, to compare, and to put back.

content_of() -> {"fields": {name: text or code}, "terms": {name: [codes]}, "sections": [{…}],
"outcomes": [{…}]}, all JSON. Where a case comes from (its notice and number) and how far it has
come (its status) are no content.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

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


@dataclass(frozen=True)
class Change:
    """One part of the content that differs; label: what readers call it."""

    label: str
    old: str
    new: str


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


def apply(case, content: dict) -> None:
    """Make `content` the content of `case`. Terms that no longer exist are left out."""
    with transaction.atomic():
        for name in TEXTS:
            setattr(case, name, content["fields"].get(name, ""))
        for name in TERMS:
            model = case._meta.get_field(name).related_model
            code = content["fields"].get(name)
            setattr(case, name, model.objects.filter(code=code).first() if code else None)
        case.save()
        for name in TERM_LISTS:
            model = case._meta.get_field(name).related_model
            getattr(case, name).set(model.objects.filter(code__in=content["terms"].get(name, ())))
        case.sections.all().delete()
        _create(case.sections, content["sections"], SECTION)
        case.outcomes.all().delete()
        _create(case.outcomes, content["outcomes"], OUTCOME)


def differences(old: dict, new: dict, case_model) -> list[Change]:
    """What differs between two contents, in the order of the form."""
    found = []

    def compare(label, before, after):
        if before != after:
            found.append(Change(label, before, after))

    for name in (*TEXTS, *TERMS):
        field = case_model._meta.get_field(name)
        before, after = old["fields"].get(name, ""), new["fields"].get(name, "")
        compare(field.verbose_name, _shown(field, before), _shown(field, after))
    for name in TERM_LISTS:
        field = case_model._meta.get_field(name)
        before, after = old["terms"].get(name, []), new["terms"].get(name, [])
        compare(field.verbose_name, _shown_list(field, before), _shown_list(field, after))
    for number, (before, after) in enumerate(_paired(old["sections"], new["sections"]), 1):
        compare(f"正文第 {number} 部分", _section(before), _section(after))
    for number, (before, after) in enumerate(_paired(old["outcomes"], new["outcomes"]), 1):
        compare(f"成效数据第 {number} 条", _outcome(before), _outcome(after))
    return found


def _create(manager, rows, names):
    manager.bulk_create(
        manager.model(
            **{manager.field.name: manager.instance, "order": order},
            **{name: row[name] for name in names if name in row},
        )
        for order, row in enumerate(rows, 1)
    )


def _plain(value):
    return str(value.normalize()) if isinstance(value, Decimal) else value


def _paired(old: list, new: list):
    """Items side by side; None where one side has fewer."""
    size = max(len(old), len(new))
    return zip(*([*items, *[None] * (size - len(items))] for items in (old, new)), strict=True)


def _shown(field, value):
    if field.is_relation:
        row = field.related_model.objects.filter(code=value).first() if value else None
        return str(row) if row else value or ""
    return dict(field.flatchoices).get(value, value)


def _shown_list(field, codes):
    names = dict(field.related_model.objects.filter(code__in=codes).values_list("code", "name"))
    return "、".join(names.get(code, code) for code in codes)


def _section(row):
    return "\n".join(filter(None, (row["heading"], row["text"]))) if row else ""


def _outcome(row):
    if not row:
        return ""
    numbers = [row.get("before"), row.get("after"), row.get("stated_change")]
    shown = " → ".join(str(number) for number in numbers if number is not None)
    return f"{row['metric']}：{shown}{row.get('unit', '')}\n{row['sentence']}"
