"""What a place is known for: its themes beside those of the others, its best confirmed numbers."""

from collections import Counter
from dataclasses import dataclass

from django.db import models
from django.db.models import Value

from .insight import Tally, parameters_of, tallies, themes_by_region
from .models import Case, Outcome, Region, Status, Theme
from .models.regions import up_the_tree

STRENGTHS, NUMBERS = 3, 4
# One case alone is no strength, unless nobody else has one.
LEAST = 2
# Rows to find the best number of each of NUMBERS cases in: a case may have several good ones.
LOOKED_AT = 60


@dataclass(frozen=True)
class Strength:
    """A theme that takes more of the place's cases than of the others'.

    share, elsewhere: its part of the place's and of the others' cases, in per cent. alone: nobody
    else has a case for it.
    """

    theme: Tally
    share: int
    elsewhere: int
    alone: bool


@dataclass(frozen=True)
class Profile:
    """themes: most frequent first. numbers: the headline numbers that moved furthest.

    elsewhere: how many cases the others have.
    """

    themes: tuple[Tally, ...]
    strengths: tuple[Strength, ...]
    numbers: tuple[Outcome, ...]
    elsewhere: int


def profile(region: Region, total: int) -> Profile:
    """Of the region's published cases, `total` in number; five queries."""
    cases = Case.objects.published()
    own_first = models.Case(
        models.When(up_the_tree("region", region), then=Value(1)), default=Value(0)
    )
    own, others = Counter(), Counter()
    for (is_own, theme), number in themes_by_region(cases, own_first).items():
        (own if is_own else others)[theme] = number
    themes = Theme.objects.in_bulk(own)
    parameters = parameters_of(region)
    counted = tallies(
        (themes[pk].code, themes[pk].name, number, parameters | {"theme": themes[pk].code})
        for pk, number in sorted(own.items(), key=lambda one: (-one[1], themes[one[0]].order))
    )
    elsewhere = cases.count() - total
    strengths = _strengths(counted, total, {themes[pk].code: others[pk] for pk in own}, elsewhere)
    return Profile(counted, strengths, _numbers(region), elsewhere)


def _strengths(themes, total, others, elsewhere) -> tuple[Strength, ...]:
    if not elsewhere:
        return ()
    found = []
    for theme in themes:
        share, their_share = theme.count / total, others[theme.code] / elsewhere
        alone = not others[theme.code]
        if share > their_share and (theme.count >= LEAST or alone):
            strength = Strength(theme, round(share * 100), round(their_share * 100), alone)
            found.append((share - their_share, strength))
    found.sort(key=lambda one: -one[0])
    return tuple(strength for _, strength in found[:STRENGTHS])


def _numbers(region) -> tuple[Outcome, ...]:
    moved = (
        Outcome.objects.confirmed()
        .filter(up_the_tree("case__region", region), case__status=Status.PUBLISHED)
        .with_moved()
        .exclude(moved=None)
        .select_related("case")
        .order_by("-moved", "order", "pk")
    )
    best = {}
    for outcome in moved[:LOOKED_AT]:
        best.setdefault(outcome.case_id, outcome)
    return tuple(best.values())[:NUMBERS]
