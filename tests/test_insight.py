import pytest

from cases.insight import HEAT_STEPS, overview, tally
from cases.models import Case, Region, Section, Theme

pytestmark = pytest.mark.django_db


def published_case(code, theme="bidding"):
    case = Case.objects.create(
        title=f"{code}的做法",
        region=Region.objects.get(code=code),
        primary_theme=Theme.objects.get(code=theme),
    )
    Section.objects.create(case=case, text="一段。")
    case.publish()
    return case


def names_and_counts(found):
    return {place.name: place.count for place in found.matrix.places if place.count}


def test_one_province_is_shown_by_its_cities_and_its_own_cases(taxonomy):
    for code in ("350000", "350524", "350524", "357100"):
        published_case(code)
    found = overview()
    assert not found.nationwide
    assert names_and_counts(found) == {"省级": 1, "泉州": 2, "平潭": 1}
    # The cities without a case are there too: a gap is worth seeing.
    assert [place.count for place in found.matrix.places if place.name == "厦门"] == [0]


def test_several_provinces_are_shown_as_provinces(taxonomy):
    for code in ("350000", "350524", "110105"):
        published_case(code)
    found = overview()
    assert found.nationwide
    assert names_and_counts(found) == {"北京": 1, "福建": 2}


def test_a_municipality_alone_is_shown_by_its_districts(taxonomy):
    for code in ("110000", "110105", "117100"):
        published_case(code)
    queries = {place.name: place.query for place in overview().matrix.places if place.count}
    assert queries == {
        "省级": "city=110000&level=%E7%9C%81%E7%BA%A7",
        "朝阳": "district=110105",
        "北京经开区": "district=117100",
    }


def test_a_case_with_a_theme_twice_counts_once(taxonomy):
    case = published_case("350200")
    case.other_themes.set(Theme.objects.filter(code__in=["bidding", "paying-taxes"]))
    counts = {row.theme.code: row.theme.count for row in overview().matrix.rows if row.theme.count}
    assert counts == {"bidding": 1, "paying-taxes": 1}


def test_an_empty_library_has_no_places(taxonomy):
    found = overview()
    assert (found.cases, found.matrix.places) == (0, ())


def test_what_exists_is_never_drawn_as_nothing():
    assert tally("c", "n", 1, {}, 1000).step == 1
    assert tally("c", "n", 1, {}, 1000).share == 1
    assert tally("c", "n", 1000, {}, 1000).step == HEAT_STEPS
    assert tally("c", "n", 0, {}, 0).step == 0
