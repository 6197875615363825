"""总览, and the pages of a city and a theme: what a place is known for, how everybody does it."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.insight import overview
from cases.models import Case, Notice, Outcome, Region, Section, Theme
from cases.profile import profile
from cases.timeline import timeline
from search.request import read_request
from search.searching import search

pytestmark = pytest.mark.django_db

XIAMEN, QUANZHOU, JINJIANG, JINAN = "350200", "350500", "350582", "370100"


def make(code, theme, notice=None, title="", others=()):
    case = Case.objects.create(
        title=title or f"{code}的做法",
        region=Region.objects.get(code=code),
        primary_theme=Theme.objects.get(code=theme),
        notice=notice,
    )
    case.other_themes.set(Theme.objects.filter(code__in=others))
    Section.objects.create(case=case, text="一段。")
    case.publish()
    return case


def number(case, change, **values):
    values = {"metric": "时限", "sentence": "一段。", "confirmed": True, "after": 1} | values
    return Outcome.objects.create(case=case, kind="before_after", change=change, **values)


def profile_of(code):
    region = Region.objects.with_path().get(code=code)
    return profile(region, Case.objects.published().in_region(region).count())


def notice(title, day=None):
    return Notice.objects.create(title=title, issued_on=day)


# Timeline


def test_notices_stand_by_date_with_their_published_cases(taxonomy):
    first, second = notice("春", datetime.date(2023, 3, 1)), notice("秋", datetime.date(2023, 9, 1))
    undated, empty = notice("无日期"), notice("没有案例", datetime.date(2024, 1, 1))
    for one in (first, second, second, undated):
        make(XIAMEN, "bidding", one)
    Case.objects.create(title="草稿", notice=empty)
    years = timeline(10)
    assert [(year.year, year.notices, year.cases) for year in years] == [(2023, 2, 3), (None, 1, 1)]
    assert [(e.title, e.cases, e.share) for e in years[0].entries] == [
        ("秋", 2, 100),
        ("春", 1, 50),
    ]


def test_older_years_are_counted_whole_even_where_nothing_of_them_is_listed(taxonomy):
    for year in (2021, 2022, 2022):
        make(XIAMEN, "bidding", notice(f"{year}", datetime.date(year, 5, 1)))
    newest, older = timeline(1)
    assert (newest.notices, len(newest.entries)) == (2, 1)
    assert (older.notices, older.cases, older.entries) == (1, 1, ())


def test_an_empty_library_has_no_years(taxonomy):
    assert timeline(5) == ()


# The page and its data


def table(client, plot):
    response = client.get(reverse("overview-csv", args=[plot]))
    assert response["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_the_data_of_each_plot_are_its_numbers(library, client):
    matrix = overview().matrix
    assert [row[1:] for row in table(client, "places")[1:]] == [
        [place.name, str(place.count)] for place in matrix.places
    ]
    assert [row[2] for row in table(client, "themes")[1:]] == [
        str(row.theme.count) for row in matrix.rows
    ]
    head, *rows = table(client, "matrix")
    assert head[2:] == [place.name for place in matrix.places]
    for row in rows:
        assert sum(map(int, row[2:])) == int(row[1]), row
    head, row = table(client, "notices")
    assert row[head.index("案例数")] == "35"
    assert row[head.index("印发日期")] == "2025-04-10"


def test_the_data_come_as_xlsx_too(library, client):
    response = client.get(reverse("overview-xlsx", args=["matrix"]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).worksheets[0]
    assert sheet.cell(1, 2).value == "全部"
    assert sheet.cell(2, 2).value == overview().matrix.rows[0].theme.count


def test_a_notice_that_is_named_like_a_formula_stays_text(taxonomy, client):
    make(XIAMEN, "bidding", notice("=1+1"))
    assert table(client, "notices")[1][1] == "'=1+1"


def test_there_are_no_other_data(library, client):
    assert client.get("/overview/cases.csv").status_code == 404


def test_the_page_shows_every_notice_place_and_theme(library, client):
    html = client.get(reverse("overview")).content.decode()
    for name in ("厦门", "三明", "宁德"):
        assert name in html
    assert Notice.objects.get().title in html
    assert reverse("overview-csv", args=["notices"]) in html
    assert reverse("overview") in client.get("/").content.decode()


def test_an_empty_library_has_a_page_without_plots(taxonomy, client):
    html = client.get(reverse("overview")).content.decode()
    assert "还没有已发布的案例" in html
    assert "<table" not in html


def test_home_makes_room_for_many_places(taxonomy, client):
    newest = notice("新", datetime.date(2025, 1, 1))
    codes = Region.objects.filter(kind="province").values_list("code", flat=True)
    for code in codes[:12]:
        make(code, "bidding", newest)
    response = client.get("/")
    assert (len(response.context["newest"]), response.context["many_places"]) == (6, False)
    make(codes[12], "bidding", newest)
    response = client.get("/")
    assert len(response.context["newest"]) == 3
    assert "tiles--many" in response.content.decode()


# What a city is known for


def test_a_place_is_known_for_what_takes_more_of_it_than_of_others(taxonomy):
    for theme in ("bidding", "bidding", "paying-taxes"):
        make(XIAMEN, theme)
    for theme in ("bidding", "paying-taxes", "paying-taxes", "paying-taxes"):
        make(QUANZHOU, theme)
    [strength] = profile_of(XIAMEN).strengths
    assert (strength.theme.code, strength.theme.count) == ("bidding", 2)
    assert (strength.share, strength.elsewhere, strength.alone) == (67, 25, False)
    assert [one.theme.code for one in profile_of(QUANZHOU).strengths] == ["paying-taxes"]


def test_one_case_is_a_strength_only_where_nobody_else_has_one(taxonomy):
    make(XIAMEN, "bidding")
    make(XIAMEN, "paying-taxes")
    for _ in range(5):
        make(QUANZHOU, "bidding")
    [strength] = profile_of(XIAMEN).strengths
    assert (strength.theme.code, strength.alone) == ("paying-taxes", True)


def test_a_place_alone_is_not_held_against_anybody(taxonomy):
    make(XIAMEN, "bidding")
    found = profile_of("350000")
    assert found.strengths == ()
    assert [theme.count for theme in found.themes] == [1]


def test_the_numbers_are_confirmed_ones_of_different_cases_that_moved_furthest(taxonomy):
    half, tenth, other = (make(code, "bidding") for code in (XIAMEN, JINJIANG, QUANZHOU))
    number(half, -50)
    number(half, -40)
    number(tenth, -10)
    number(tenth, -99, confirmed=False)
    number(other, 300)
    assert [one.change for one in profile_of("350000").numbers] == [300, -50, -10]
    assert [one.change for one in profile_of(QUANZHOU).numbers] == [300, -10]


def test_the_city_page_names_its_districts_with_and_without_cases(taxonomy, client):
    make(JINJIANG, "bidding")
    html = client.get(reverse("city", args=[QUANZHOU])).content.decode()
    assert "晋江市" in html
    assert reverse("city", args=["350524"]) in html
    # There is nobody else yet to be held against.
    assert f"/benchmark/?city={QUANZHOU}" not in html
    make(XIAMEN, "bidding")
    for code in (QUANZHOU, JINAN):
        html = client.get(reverse("city", args=[code])).content.decode()
        assert f"/benchmark/?city={code}" in html


def test_the_shares_and_counts_of_a_city_are_what_their_links_find(library):
    for code in ("350200", "350500", "350100"):
        for one in profile_of(code).strengths:
            total = search(read_request(QueryDict(one.theme.query)).request).total
            assert total == one.theme.count


# How everybody does it


def test_a_theme_shows_each_city_with_its_cases_approaches_and_numbers(library, client):
    theme = Theme.objects.get(code="government-services")
    case = Case.objects.published().in_theme(theme).first()
    number(case, -99, metric="平均用时", before=100, before_unit="分钟", unit="分钟", after=1)
    response = client.get(reverse("theme", args=[theme.code]))
    html = response.content.decode()
    for city, cases in response.context["groups"]:
        assert city.name in html
        assert 0 < len(cases) <= city.count
        for one in cases:
            assert one.title in html
            assert all(approach.name in html for approach in one.approaches.all())
    assert "平均用时" in html
    assert "减少99%" in html


@pytest.mark.parametrize(
    "address", ["/overview/", "/cities/350000/", "/cities/350200/", "/themes/government-services/"]
)
def test_no_page_asks_more_often_when_there_are_more_cases(
    library, client, settings, tmp_path, address
):
    def queries():
        client.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    before = queries()
    settings.DATA_DIR = tmp_path
    call_command("generate_cases", 200, published=True, verbosity=0)
    after = queries()
    assert after <= 11
    assert after <= before + 1
