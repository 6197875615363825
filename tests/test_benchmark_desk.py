"""对标: one place against all others. (tests/test_benchmarks.py is about measuring speed.)"""

import csv
import io

import docx
import openpyxl
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.benchmark import benchmark
from cases.desks.benchmark import IN_WORD
from cases.evidence import Evidence, records
from cases.exports.benchmark import numeral
from cases.models import Adoption, AdoptionStatus, Approach, Case, Outcome, Region, Section, Theme
from search.request import read_request
from search.searching import search

pytestmark = pytest.mark.django_db

XIAMEN, QUANZHOU, JINJIANG, JINAN = "350200", "350500", "350582", "370100"


def make(code, theme, *approaches, title="", maturity="", others=()):
    case = Case.objects.create(
        title=title or f"{code}的做法",
        region=Region.objects.get(code=code),
        primary_theme=Theme.objects.get(code=theme),
        maturity=maturity,
    )
    case.approaches.set(Approach.objects.filter(code__in=approaches))
    case.other_themes.set(Theme.objects.filter(code__in=others))
    Section.objects.create(case=case, text="一段。")
    case.publish()
    return case


def number(case, **values):
    values = {"kind": "total", "metric": "办件", "sentence": "一段。", "confirmed": True} | values
    return Outcome.objects.create(case=case, **values)


def copied(case, *codes, status=AdoptionStatus.UNDER_WAY):
    for code in codes:
        Adoption.objects.create(case=case, region=Region.objects.get(code=code), status=status)


def against(code, shown=5, **limits):
    region = Region.objects.with_path().get(code=code)
    return benchmark(
        region, list(Theme.objects.all()), list(Approach.objects.all()), shown, **limits
    )


def titles(side):
    return [practice.case.title for practice in side.practices]


def by_theme(found):
    return {one.theme.code: one for one in found.comparisons}


# Evidence


@pytest.mark.parametrize(
    ("evidence", "score"),
    [
        (Evidence(), 0),
        (Evidence(numbers=3), 2),
        (Evidence(numbers=3, changes=1), 4),
        (Evidence(maturity="country"), 4),
        (Evidence(numbers=1, changes=1, maturity="province", copied=3), 10),
        (Evidence(numbers=1, changes=1, maturity="country", copied=9), 12),
    ],
)
def test_the_score_is_the_sum_of_three_signs(evidence, score):
    assert evidence.score == score


def test_only_what_is_confirmed_and_really_copied_counts(taxonomy):
    case = make(XIAMEN, "bidding", maturity="city")
    number(case, after=5, confirmed=False)
    copied(case, QUANZHOU, status=AdoptionStatus.PLANNED)
    assert records().of(case.pk, case.maturity).signs == ("本市推广",)
    number(case, after=5)
    copied(case, JINAN, JINJIANG)
    found = records().of(case.pk, case.maturity)
    assert found.signs == ("有已确认数据", "本市推广", "2 处复制推广")
    number(case, kind="before_after", before=10, after=5, change=-50)
    assert records().of(case.pk, case.maturity).signs[0] == "有已确认的变化数据"


@pytest.mark.parametrize(
    "values",
    [
        {"after": 3},
        {"before": 10, "after": 4, "change": -60},
        {"before": 10, "after": 0, "change": -100},
        {"before": 10, "after": 35, "change": 250},
        {"before": 10, "after": 10, "change": 0},
        {"stated_change": -30, "unit": "%"},
        {"stated_change": 8, "unit": "个百分点"},
        {"stated_change": 45, "after": 9, "unit": "件"},
        {"stated_change": -300, "unit": "%"},
    ],
)
def test_the_database_and_the_model_say_the_same_of_how_far_a_number_moved(taxonomy, values):
    outcome = number(make(XIAMEN, "bidding"), **values)
    outcome.refresh_from_db()
    found = Outcome.objects.with_moved().get(pk=outcome.pk).moved
    assert found == pytest.approx(outcome.improvement)


# Against all others


def test_what_is_missing_stands_apart_from_what_the_place_has(taxonomy):
    make(XIAMEN, "bidding", title="厦门")
    make(JINJIANG, "bidding", title="晋江")
    make(QUANZHOU, "paying-taxes", title="泉州")
    found = against(XIAMEN)
    assert (found.own, found.others) == (1, 2)
    assert [one.theme.code for one in found.missing] == ["paying-taxes"]
    assert [one.theme.code for one in found.shared] == ["bidding"]
    assert len(found.without) == Theme.objects.count() - 2
    # From the city's side, its district's case is its own.
    found = by_theme(against(QUANZHOU))
    assert titles(found["bidding"].own) == ["晋江"]
    assert titles(found["bidding"].others) == ["厦门"]
    # And a district is a place, too: its city is another one.
    assert titles(by_theme(against(JINJIANG))["paying-taxes"].others) == ["泉州"]


def test_the_best_proven_practice_comes_first(taxonomy):
    nothing = make(QUANZHOU, "bidding", title="没有依据")
    pilot = make(QUANZHOU, "bidding", title="试点", maturity="pilot")
    small = make(QUANZHOU, "bidding", title="变化小")
    large = make(QUANZHOU, "bidding", title="变化大")
    spread = make(JINAN, "bidding", title="推广又复制", maturity="province")
    number(small, before=10, after=9, change=-10)
    number(large, before=10, after=1, change=-90)
    copied(spread, QUANZHOU, JINJIANG)
    number(spread, after=8)
    assert titles(by_theme(against(XIAMEN))["bidding"].others) == [
        case.title for case in (spread, large, small, pilot, nothing)
    ]


def test_themes_with_the_best_practice_elsewhere_come_first(taxonomy):
    make(QUANZHOU, "bidding")
    make(QUANZHOU, "bidding")
    make(JINAN, "paying-taxes", maturity="country")
    found = against(XIAMEN)
    assert [one.theme.code for one in found.missing] == ["paying-taxes", "bidding"]


def test_approaches_that_only_others_use_are_named(taxonomy):
    codes = list(Approach.objects.values_list("code", flat=True)[:3])
    make(XIAMEN, "bidding", codes[0])
    make(QUANZHOU, "bidding", codes[0], codes[1])
    make(JINAN, "bidding", codes[1], codes[2])
    lacking = by_theme(against(XIAMEN))["bidding"].lacking
    assert [(one.code, one.count) for one in lacking] == [(codes[1], 2), (codes[2], 1)]


def test_a_theme_or_an_approach_limits_both_sides(taxonomy):
    one, other = Approach.objects.all()[:2]
    make(XIAMEN, "bidding", one.code, title="甲")
    make(XIAMEN, "bidding", other.code, title="乙")
    make(QUANZHOU, "bidding", one.code, other.code, title="丙", others=["paying-taxes"])
    found = against(XIAMEN, approach=one)
    assert titles(by_theme(found)["bidding"].own) == ["甲"]
    assert (found.own, found.others) == (1, 1)
    [practice] = by_theme(found)["bidding"].others.practices
    assert practice.approaches == (one.name, other.name)
    found = against(XIAMEN, theme=Theme.objects.get(code="paying-taxes"))
    assert list(by_theme(found)) == ["paying-taxes"]
    assert titles(by_theme(found)["paying-taxes"].others) == ["丙"]


def test_what_is_not_published_is_on_no_side(library):
    before = against(XIAMEN, shown=40)
    hidden = next(one.case for one in by_theme(before)["bidding"].others.practices)
    hidden.withdraw()
    after = against(XIAMEN, shown=40)
    assert after.others == before.others - 1
    assert hidden.title not in [t for one in after.comparisons for t in titles(one.others)]


def test_every_total_is_what_its_link_finds(library):
    for code in (XIAMEN, JINJIANG):
        for one in against(code).comparisons:
            total = search(read_request(QueryDict(one.own.query)).request).total
            assert total == one.own.total
            total = search(read_request(QueryDict(one.others.query)).request).total
            assert total == one.own.total + one.others.total
            for tally in one.lacking:
                assert search(read_request(QueryDict(tally.query)).request).total == tally.count


# The page


def page(client, **query):
    return client.get(reverse("benchmark"), query)


def test_without_a_city_the_page_offers_them(library, client):
    html = page(client).content.decode()
    assert f'href="/benchmark/?city={XIAMEN}"' in html
    assert "思明区" not in html


def test_the_page_names_the_place_and_what_is_asked(library, client):
    response = page(client, city="厦门市", theme="bidding")
    html = response.content.decode()
    assert "<h1>厦门市对标</h1>" in html
    assert [one.theme.code for one in response.context["found"].comparisons] == ["bidding"]
    assert f'value="{XIAMEN}" selected' in html


def test_a_district_can_be_asked_for_by_its_code(library, client):
    assert "<h1>晋江市对标</h1>" in page(client, city=JINJIANG).content.decode()


@pytest.mark.parametrize("city", ["999999", "亚特兰蒂斯", "\x00", "３５０２００", "9" * 3000])
def test_an_unknown_city_is_said_to_be_unknown(library, client, city):
    response = page(client, city=city)
    assert response.status_code == 200
    assert response.context["asked"].region is None
    assert "地区里没有" in response.content.decode()
    assert client.get(reverse("benchmark-docx"), {"city": city}).status_code == 404


def test_an_empty_library_says_so(taxonomy, client):
    assert "还没有已发布的案例" in page(client).content.decode()
    assert "没有可对照的案例" in page(client, city=XIAMEN).content.decode()


def asked(client, address):
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries), response


def test_the_page_is_bounded_whatever_the_number_of_cases(library, client, settings, tmp_path):
    addresses = [
        "/benchmark/",
        f"/benchmark/?city={XIAMEN}",
        f"/benchmark/?city={JINJIANG}&theme=bidding&approach=data-sharing",
    ]
    few = [asked(client, address)[0] for address in addresses]
    settings.DATA_DIR = tmp_path
    call_command("generate_cases", 300, published=True, verbosity=0)
    for address, before in zip(addresses, few, strict=True):
        now, response = asked(client, address)
        assert now <= 11
        assert now <= before + 1
        assert len(response.content) < 250_000
        packed = client.get(address, headers={"accept-encoding": "gzip"})
        assert len(packed.content) < 40_000


# Taken away


def test_the_table_has_every_case_once_for_each_of_its_themes(library, client):
    address = f"{reverse('benchmark-xlsx')}?city={XIAMEN}"
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).getvalue()))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    themes = sum(len(case.themes) for case in Case.objects.published().with_terms())
    assert len(rows) == themes
    own = [row for row in rows if row[head.index("归属")] == "本地"]
    assert own and all("厦门市" in row[head.index("地区")] for row in own)
    assert all(row[head.index("链接")].startswith("http://testserver/cases/") for row in rows)


def test_a_title_that_is_like_a_formula_stays_text(taxonomy, client):
    make(QUANZHOU, "bidding", title='=HYPERLINK("http://example.com")')
    response = client.get(f"{reverse('benchmark-csv')}?city={XIAMEN}")
    head, row = csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert row[head.index("标题")].startswith("'=")


def test_the_report_says_what_the_page_says(library, client):
    Outcome.objects.update(confirmed=False)
    case = Case.objects.published().in_region(Region.objects.get(code=QUANZHOU)).first()
    number(
        case, metric="办理时限", before=1000, before_unit="天", after=1, unit="天", change="-99.9"
    )
    response = client.get(f"{reverse('benchmark-docx')}?city={XIAMEN}")
    paper = docx.Document(io.BytesIO(response.getvalue()))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    found = against(XIAMEN, IN_WORD)
    assert paper.paragraphs[0].text == "厦门市对标各地典型经验"
    headings = [p.text for p in paper.paragraphs if p.style.name.lower().startswith("heading")]
    assert "二、厦门市还没有案例的领域" in headings
    for one in found.comparisons:
        assert any(heading.endswith(f"）{one.theme.name}") for heading in headings)
        for title in titles(one.others):
            assert title in text
    # A case that stands under several themes is described under the first of them.
    assert text.count("主要数据：办理时限由1000天到1天，减少99.9%。") == 1
    assert "见前面“" in text
    assert len(paper.tables[0].rows) == 1 + len(found.comparisons)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (38, "三十八")],
)
def test_headings_count_in_chinese(value, text):
    assert numeral(value) == text
