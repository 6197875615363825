import pytest
from django.db import connection
from django.http import QueryDict

from cases.filters import CaseFilter
from cases.models import Case, Region, Status
from search.facets import FACETS
from search.index import IndexUnavailable
from search.request import read_request
from search.searching import SearchRequest, search

pytestmark = pytest.mark.django_db

# Every filter alone, several values of one, and several at once.
QUERY_STRINGS = [
    "city=350500",
    "city=350000",
    "city=350000&level=省级",
    "city=350100&city=357100",
    "district=350524&district=350505",
    "theme=bidding",
    "theme=bidding&theme=electricity",
    "approach=data-sharing",
    "body=taxation&city=350200",
    "level=县级&level=功能区",
    "year=2025",
    "year=2024",
    "theme=getting-credit&approach=financial-products",
]


def numbers(query_string):
    read = read_request(QueryDict(f"{query_string}&page_size=100"))
    assert read.problems == ()
    return [hit.case.number for hit in search(read.request).hits]


def test_a_city_includes_its_districts_and_counties(library):
    found = Case.objects.filter(number__in=numbers("city=泉州市"))
    names = {case.region.name for case in found}
    assert names == {"泉州市", "安溪县", "泉港区"}


def test_province_level_cases_belong_to_the_province_itself(library):
    assert numbers("city=福建省&level=省级") == [1, 2, 3, 4]
    assert len(numbers("city=福建省")) == 35


@pytest.mark.parametrize("query_string", QUERY_STRINGS)
def test_index_and_database_filter_alike(library, query_string):
    by_database = CaseFilter(QueryDict(query_string), queryset=Case.objects.published()).qs
    assert sorted(numbers(query_string)) == sorted(by_database.values_list("number", flat=True))


@pytest.mark.parametrize("query_string", ["", "q=企业", "q=企业&city=350500&theme=bidding"])
def test_a_facet_count_is_what_ticking_the_value_gives(library, query_string):
    read = read_request(QueryDict(query_string))
    results = search(read.request)
    checked = 0
    for name in FACETS:
        for value in results.facets[name]:
            alone = {**read.request.filters, name: (value.value,)}
            assert search(SearchRequest(read.request.text, alone)).total == value.count
            checked += 1
    assert checked >= 9


def test_selected_values_stay_in_sight_when_nothing_has_them(library):
    results = search(
        SearchRequest(filters={"theme": ("resolving-insolvency",), "city": ("350100",)})
    )
    assert results.total == 0
    assert [value.count for value in results.facets["theme"] if value.selected] == [0]


def test_pages_share_out_the_hits(library):
    seen = []
    for page in range(1, 5):
        results = search(SearchRequest(page=page, page_size=10))
        assert (results.page, results.pages, results.total) == (page, 4, 35)
        seen += [hit.case.number for hit in results.hits]
    assert seen == list(range(1, 36))
    assert search(SearchRequest(page=99, page_size=10)).page == 4


def test_relaxed_results_are_called_partial(library):
    assert not search(SearchRequest("远程异地评标")).partial
    relaxed = search(SearchRequest("远程异地评标 龙零工平台 船舶证书"))
    assert relaxed.partial and relaxed.total


def test_a_title_that_says_it_ranks_first(library):
    assert search(SearchRequest("排污权抵押")).hits[0].case.number == 25
    assert search(SearchRequest("船舶证书")).hits[0].case.number == 35


def test_the_database_has_the_last_word(library):
    target = search(SearchRequest("排污权抵押")).hits[0].case
    # Behind the index's back: neither signals nor commits tell it.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET status = %s WHERE id = %s", [Status.WITHDRAWN, target.pk]
        )
    results = search(SearchRequest("排污权抵押"))
    assert target.pk not in [hit.case.pk for hit in results.hits]
    assert len(results.hits) == results.total


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "*",
        "((((" * 3000,
        "NOT " * 1000,
        "'; DROP TABLE cases_case; --",
        "<script>alert(1)</script>",
        "🎉🎉",
        "\x00",
        "\ud800",
        "营" * 10000,
        "“”《》",
        "a AND OR NOT b",
        "title:[a TO",
    ],
)
def test_hostile_text_gets_an_answer(library, text):
    results = search(SearchRequest(text))
    assert results.total >= 0


def test_without_an_index_it_says_what_to_do(db):
    with pytest.raises(IndexUnavailable, match="rebuild_index"):
        search(SearchRequest("企业"))


def test_names_and_codes_are_the_same_filter(library):
    for query_string in ("city=350200", "city=厦门市", "city=厦门"):
        read = read_request(QueryDict(query_string))
        assert read.request.filters == {"city": ("350200",)}
        assert read.selected == {"city": (Region.objects.get(code="350200"),)}


@pytest.mark.parametrize(
    ("query_string", "parameter"),
    [
        ("foo=1", "foo"),
        ("city=999999", "city"),
        ("level=部级", "level"),
        ("notice=abc", "notice"),
        ("notice=99999999999999999999", "notice"),
        ("sort=random", "sort"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page_size=101", "page_size"),
        ("year=20255", "year"),
    ],
)
def test_what_cannot_be_used_is_named(library, query_string, parameter):
    read = read_request(QueryDict(query_string))
    assert [problem.parameter for problem in read.problems] == [parameter]
    assert search(read.request).total == 35


def test_usable_values_stay_when_others_are_unknown(library):
    read = read_request(QueryDict("city=厦门市&city=海底市"))
    assert read.request.filters == {"city": ("350200",)}
    assert "海底市" in read.problems[0].message
