"""What of long facets is shown: enough to choose from, and never less than what is ticked."""

from types import SimpleNamespace

from search.facets import FACETS, FacetCount
from search.labels import label_facets
from search.listing import FACET_HEAD, FACET_LENGTH, fold
from search.searching import SearchRequest


def folded(name, counts, selected=()):
    """The facet `name` with (value -> count), as the result page shows it."""
    values = tuple(FacetCount(value, number, value in selected) for value, number in counts.items())
    results = SimpleNamespace(
        labels={},
        request=SearchRequest(filters={name: tuple(selected)}),
        facets={facet: values if facet == name else () for facet in FACETS},
    )
    [shown] = fold(label_facets(results, FACET_HEAD + FACET_LENGTH))
    return shown


def test_of_thousands_of_districts_the_most_frequent_and_the_ticked_are_shown():
    counts = {str(350_000 + number): 5000 - number for number in range(3000)}
    rarest = list(counts)[-1]
    shown = folded("district", counts, [rarest])
    values = [value.value for value in (*shown.head, *shown.tail)]
    assert values[:FACET_HEAD] == list(counts)[:FACET_HEAD]
    assert rarest in [value.value for value in shown.head]
    assert len(values) + shown.left_out == len(counts)
    assert len(shown.tail) == FACET_LENGTH


def test_of_hundreds_of_cities_every_province_stays_and_all_cities_of_a_ticked_one():
    provinces = {f"{number}0000": 100 for number in range(11, 42)}
    cities = {f"{p}{c:02}00": p + c for p in range(11, 42) for c in range(1, 12)}
    counts = dict(sorted((provinces | cities).items(), key=lambda item: -item[1]))
    shown = folded("city", counts)
    values = [value.value for value in (*shown.head, *shown.tail)]
    assert set(provinces) <= set(values)
    assert len(values) + shown.left_out == len(counts)
    assert shown.left_out > 200
    below = {city for city in cities if city.startswith("11")}
    assert not below <= set(values)
    ticked = folded("city", counts, ["110000"])
    assert below <= {value.value for value in (*ticked.head, *ticked.tail)}


def test_where_there_are_few_nothing_is_left_out():
    shown = folded("district", {str(number): 1 for number in range(FACET_HEAD + FACET_LENGTH)})
    assert shown.left_out == 0
