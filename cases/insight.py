"""Who has cases for what: plain values for tiles, bars and the matrix."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, Value
from django.db.models.functions import Coalesce

from .models import Case, Region, RegionKind, Theme

HEAT_STEPS = 5

# The region of a case itself, and the province that it lies in.
ITSELF = F("region")
PROVINCE = Coalesce(
    "region__parent__parent__parent", "region__parent__parent", "region__parent", "region"
)


@dataclass(frozen=True)
class Tally:
    """How many cases something has.

    query: the case list's parameters that show them. step: 0 for none, 1 to HEAT_STEPS for the
    heat. share: of the largest count, in per cent.
    """

    code: str
    name: str
    count: int
    query: str
    step: int
    share: int


@dataclass(frozen=True)
class MatrixRow:
    theme: Tally
    cells: tuple[Tally, ...]


@dataclass(frozen=True)
class Matrix:
    """Themes down, places across; the cells of a row stand in the order of `places`."""

    places: tuple[Tally, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class Overview:
    """cases: all published ones. nationwide: the places are provinces, otherwise cities."""

    cases: int
    nationwide: bool
    matrix: Matrix

    @property
    def places_with_cases(self) -> int:
        return sum(1 for place in self.matrix.places if place.count)

    @property
    def themes_with_cases(self) -> int:
        return sum(1 for row in self.matrix.rows if row.theme.count)


@dataclass(frozen=True)
class _Place:
    """A column: a region, with everything below it or (own) only what is its own."""

    region: Region
    own: bool = False

    @property
    def name(self) -> str:
        return self.region.level.label if self.own else self.region.short_name

    @property
    def full_name(self) -> str:
        return f"{self.region.name}本级" if self.own else self.region.name

    @property
    def parameters(self) -> dict[str, str]:
        own = {"level": self.region.level.value} if self.own else {}
        return parameters_of(self.region) | own


def overview() -> Overview:
    """Every place against every theme, among published cases.

    One province alone is shown by its cities (those without a case too) and by its own cases;
    several are shown as provinces. Seven queries at most, whatever the number of cases.
    """
    cases = Case.objects.published()
    counted, by_region = Counter(), Counter()
    for region, province, number in (
        cases.order_by().values_list(ITSELF, PROVINCE).annotate(Count("pk"))
    ):
        by_region[region] += number
        counted[province] += number
    provinces = list(Region.objects.filter(pk__in=counted).order_by("code"))
    nationwide = len(provinces) > 1
    if nationwide:
        column = PROVINCE
        places = [_Place(province) for province in provinces]
        place_of = {province.pk: index for index, province in enumerate(provinces)}
    else:
        column, counted = ITSELF, by_region
        places, place_of = _cities(provinces, Region.objects.paths(counted))
    totals, by_theme, by_cell = Counter(), Counter(), Counter()
    for region, number in counted.items():
        totals[place_of[region]] += number
    for (region, theme), number in themes_by_region(cases, column).items():
        by_theme[theme] += number
        by_cell[place_of[region], theme] += number
    themes = list(Theme.objects.all())
    largest = max(by_cell.values(), default=0)
    columns = tallies(
        (place.region.code, place.name, totals[index], place.parameters)
        for index, place in enumerate(places)
    )
    heads = tallies(
        (theme.code, theme.name, by_theme[theme.pk], {"theme": theme.code}) for theme in themes
    )
    rows = tuple(
        MatrixRow(
            head,
            tuple(
                tally(
                    place.region.code,
                    place.name,
                    by_cell[index, theme.pk],
                    {**place.parameters, "theme": theme.code},
                    largest,
                )
                for index, place in enumerate(places)
            ),
        )
        for head, theme in zip(heads, themes, strict=True)
    )
    return Overview(totals.total(), nationwide, Matrix(columns, rows))


def _cities(provinces, regions):
    if not provinces:
        return [], {}
    [province] = provinces
    below = Region.objects.filter(parent=province).with_path().order_by("code")
    places = [_Place(province, own=True), *(_Place(one) for one in below)]
    index = {place.region.pk: number for number, place in enumerate(places)}

    def place_of(region):
        return next(index[one.pk] for one in reversed(region.ancestors) if one.pk in index)

    return places, {pk: place_of(region) for pk, region in regions.items()}


def themes_by_region(cases, region=ITSELF) -> Counter:
    """(pk of `region`, theme pk) -> number of cases in the queryset `cases`, no case twice."""
    others = cases.annotate(other=F("other_themes")).exclude(other=None)
    counted = Counter()
    for queryset, theme in (
        (cases.exclude(primary_theme=None), "primary_theme"),
        (others.exclude(primary_theme=F("other")), "other"),
    ):
        groups = queryset.order_by().values_list(region, theme).annotate(Count("pk"))
        for place, code, number in groups:
            counted[place, code] += number
    return counted


def count_by_theme(cases) -> Counter:
    """theme pk -> number of cases in the queryset `cases`, no case twice."""
    # One group for all regions.
    return Counter({t: n for (_, t), n in themes_by_region(cases, Value(0)).items()})


def tally(code: str, name: str, count: int, parameters: dict, largest: int) -> Tally:
    # Rounded up: what exists is never drawn as nothing.
    return Tally(
        code=code,
        name=name,
        count=count,
        query=urlencode(parameters),
        step=-(-count * HEAT_STEPS // largest) if largest else 0,
        share=-(-count * 100 // largest) if largest else 0,
    )


def tallies(counted: Iterable[tuple[str, str, int, dict]]) -> tuple[Tally, ...]:
    """Bars for (code, name, count, parameters), relative to the largest of them."""
    rows = list(counted)
    largest = max((row[2] for row in rows), default=0)
    return tuple(tally(*row, largest) for row in rows)


def city_tallies(cases, parameters: dict) -> tuple[Tally, ...]:
    """The cities of the queryset `cases`, most frequent first."""
    by_region = count_by_region(cases)
    return tallies_by_city(by_region, Region.objects.paths(by_region), parameters)


def tallies_by_city(by_region: Counter, regions: dict, parameters: dict) -> tuple[Tally, ...]:
    """The same from what is known: pk -> number of cases, and pk -> region with its path."""
    counted = Counter()
    for pk, number in by_region.items():
        counted[regions[pk].city] += number
    return tallies(
        (city.code, place.full_name, number, {**parameters, **place.parameters})
        for city, number in counted.most_common()
        for place in [_Place(city, own=has_cities(city))]
    )


def province_tallies() -> tuple[Tally, ...]:
    """The provinces that have published cases, with everything below them."""
    counted = count_by_region(Case.objects.published(), PROVINCE)
    provinces = Region.objects.in_bulk(counted)
    return tallies(
        (province.code, province.name, number, parameters_of(province))
        for pk, number in counted.most_common()
        for province in [provinces[pk]]
    )


def theme_tallies(cases, parameters: dict) -> tuple[Tally, ...]:
    """The themes of the queryset `cases`, most frequent first."""
    counted = count_by_theme(cases)
    themes = Theme.objects.in_bulk(counted)
    return tallies(
        (themes[pk].code, themes[pk].name, number, {**parameters, "theme": themes[pk].code})
        for pk, number in counted.most_common()
    )


def places_below(region: Region) -> tuple[Tally, ...]:
    """The region's own cases and those of each region right below it that has any."""
    by_region = count_by_region(Case.objects.published().in_region(region))
    regions = Region.objects.paths(by_region)
    below = Counter()
    for pk, one in regions.items():
        path = one.ancestors
        depth = path.index(region)
        below[path[min(depth + 1, len(path) - 1)]] += by_region[pk]
    return tallies(
        (child.code, place.full_name, number, place.parameters)
        for child, number in below.most_common()
        for place in [_Place(child, own=child == region)]
    )


def has_cities(region: Region) -> bool:
    return region.kind == RegionKind.PROVINCE and not region.is_municipality


def parameters_of(region: Region) -> dict[str, str]:
    """The filter that finds a region: by city what is shown as one, by district what is not."""
    return {"city" if region.city == region else "district": region.code}


def count_by_region(cases, region=ITSELF) -> Counter:
    """pk of `region` -> number of cases in the queryset `cases`; a published case has a region."""
    return Counter(dict(cases.order_by().values_list(region).annotate(Count("pk"))))
