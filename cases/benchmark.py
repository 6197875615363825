"""对标: one place against all others, theme by theme, the best proven practice first.

Everything is ranked in memory, as plain numbers; only the cases that are shown are read.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from .evidence import Evidence, records
from .insight import Tally, parameters_of, tallies
from .models import Approach, Case, Outcome, Region, Theme

# Approaches that others use and this place does not, for one theme.
APPROACHES_SHOWN = 5


@dataclass(frozen=True)
class Practice:
    """A case and what speaks for it. headline: the confirmed number that moved furthest."""

    case: Case
    evidence: Evidence
    headline: Outcome | None
    approaches: tuple[str, ...]

    @property
    def place(self) -> str:
        """From the city down: 福州市晋安区. The province goes without saying."""
        region = self.case.region
        path = region.ancestors
        return "".join(one.name for one in path[path.index(region.city) :])


@dataclass(frozen=True)
class Side:
    """total: of all its cases. practices: the best of them. query: the case list's parameters."""

    total: int
    practices: tuple[Practice, ...]
    query: str


@dataclass(frozen=True)
class Comparison:
    """One theme. lacking: approaches that only others use for it, most frequent first."""

    theme: Theme
    own: Side
    others: Side
    lacking: tuple[Tally, ...]


@dataclass(frozen=True)
class Benchmark:
    """missing: themes for which others have cases and the place none; shared: those it has."""

    region: Region
    own: int
    others: int
    missing: tuple[Comparison, ...]
    shared: tuple[Comparison, ...]
    without: tuple[Theme, ...]

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return self.missing + self.shared


@dataclass(frozen=True)
class _Entry:
    """A case as numbers, ready to be ranked; themes and approaches are primary keys."""

    pk: int
    own: bool
    evidence: Evidence
    themes: frozenset[int]
    approaches: frozenset[int]

    @property
    def rank(self):
        """Smaller is better; the query gives the newer case first, and sorting keeps that."""
        return tuple(-part for part in self.evidence.order)


def benchmark(
    region: Region,
    themes: Sequence[Theme],
    approaches: Sequence[Approach],
    shown: int,
    theme: Theme | None = None,
    approach: Approach | None = None,
) -> Benchmark:
    """The published cases of `region`, and of all below it, against all others.

    themes, approaches: all there are. shown: cases on either side of a theme. theme, approach:
    nothing else counts. Six queries, whatever the number of cases.
    """
    wanted = [theme] if theme else themes
    entries = sorted(_entries(region, approach), key=lambda entry: entry.rank)
    sides = {one.pk: _sides(entries, one) for one in wanted}
    best = {e.pk for pair in sides.values() for side in pair for e in side[:shown]}
    cases = _shown().in_bulk(best)
    names = {one.pk: one.name for one in approaches}
    chosen = {"approach": approach.code} if approach else {}

    def side(ranked, parameters):
        practices = (
            Practice(
                cases[entry.pk],
                entry.evidence,
                cases[entry.pk].headline_outcome,
                tuple(name for pk, name in names.items() if pk in entry.approaches),
            )
            for entry in ranked[:shown]
            if entry.pk in cases
        )
        return Side(len(ranked), tuple(practices), urlencode(parameters | chosen))

    def comparison(one):
        own, others = sides[one.pk]
        parameters = {"theme": one.code}
        return Comparison(
            one,
            side(own, parameters_of(region) | parameters),
            side(others, parameters),
            () if approach else _lacking(own, others, approaches, parameters),
        )

    found = sorted((comparison(one) for one in wanted if any(sides[one.pk])), key=_best_first)
    places = {entry.pk: entry.own for pair in sides.values() for side in pair for entry in side}
    counted = Counter(places.values())
    return Benchmark(
        region=region,
        own=counted[True],
        others=counted[False],
        missing=tuple(one for one in found if not one.own.total),
        shared=tuple(one for one in found if one.own.total),
        without=tuple(one for one in wanted if not any(sides[one.pk])),
    )


def _best_first(comparison):
    """By the best practice of the others, then by their number."""
    best = max((one.evidence.order for one in comparison.others.practices), default=(-1, 0.0))
    return -best[0], -best[1], -comparison.others.total, comparison.theme.order


def _entries(region, approach) -> list[_Entry]:
    """Every published case (with the approach), newest first."""
    within = set(Region.objects.within(region).order_by().values_list("pk", flat=True))
    recorded = records()
    cases = Case.objects.published().newest_first()
    if approach:
        cases = cases.filter(pk__in=approach.cases.order_by().values("pk"))
    # A row for each of the themes with each of the approaches: one query instead of three.
    terms = defaultdict(lambda: (set(), set()))
    facts = {}
    for pk, place, maturity, primary, other, used in cases.values_list(
        "pk", "region", "maturity", "primary_theme", "other_themes", "approaches"
    ):
        facts[pk] = place, maturity
        terms[pk][0].update((primary, other))
        terms[pk][1].add(used)
    return [
        _Entry(
            pk,
            place in within,
            recorded.of(pk, maturity),
            frozenset(terms[pk][0]),
            frozenset(terms[pk][1]),
        )
        for pk, (place, maturity) in facts.items()
    ]


def _sides(entries, theme) -> tuple[list[_Entry], list[_Entry]]:
    """Those for the theme: the place's own and the others', in the order of `entries`."""
    own, others, wanted = [], [], theme.pk
    for entry in entries:
        if wanted in entry.themes:
            (own if entry.own else others).append(entry)
    return own, others


def _lacking(own, others, approaches, parameters) -> tuple[Tally, ...]:
    used = {pk for entry in own for pk in entry.approaches}
    counted = Counter(pk for entry in others for pk in entry.approaches)
    missing = [one for one in approaches if counted[one.pk] and one.pk not in used]
    missing.sort(key=lambda one: -counted[one.pk])
    return tallies(
        (one.code, one.name, counted[one.pk], parameters | {"approach": one.code})
        for one in missing[:APPROACHES_SHOWN]
    )


def _shown():
    """Cases with what a practice says of them; the letter of a notice is long and says nothing."""
    return (
        Case.objects.published()
        .with_entry()
        .defer("notice__letter", "imported_digest")
        .prefetch_related("outcomes")
    )
