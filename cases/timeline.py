"""The notices by date, each with its number of published cases."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, F

from .models import Notice, Status


@dataclass(frozen=True)
class Entry:
    """A notice. share: of the largest one's cases, in per cent."""

    pk: int
    title: str
    doc_number: str
    issuer: str
    issued_on: datetime.date | None
    cases: int
    share: int


@dataclass(frozen=True)
class Year:
    """year: None for notices without a date. notices, cases: of the whole year.

    entries: those of its notices that are shown, newest first. share: of the largest year's cases.
    """

    year: int | None
    notices: int
    cases: int
    entries: tuple[Entry, ...]
    share: int


def all_entries() -> tuple[Entry, ...]:
    """Every notice with a published case, newest first, those without a date last; one query."""
    found = (
        Notice.objects.filter(cases__status=Status.PUBLISHED)
        .annotate(number=Count("cases"))
        .order_by(F("issued_on").desc(nulls_last=True), "-pk")
        .values_list("pk", "title", "doc_number", "issuer", "issued_on", "number")
    )
    rows = list(found)
    largest = max((row[-1] for row in rows), default=0)
    return tuple(Entry(*row, share=-(-row[-1] * 100 // largest)) for row in rows)


def timeline(shown: int) -> tuple[Year, ...]:
    """The years, newest first, with the `shown` newest notices among them."""
    numbered = list(enumerate(all_entries()))
    groups = [
        (year, list(group))
        for year, group in groupby(numbered, lambda one: one[1].issued_on and one[1].issued_on.year)
    ]
    totals = [sum(entry.cases for _, entry in group) for _, group in groups]
    largest = max(totals, default=0)
    return tuple(
        Year(
            year,
            len(group),
            total,
            tuple(entry for number, entry in group if number < shown),
            -(-total * 100 // largest),
        )
        for (year, group), total in zip(groups, totals, strict=True)
    )
