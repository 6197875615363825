"""Every page asks the database a few times, however many cases there are."""

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Approach, Case, IssuingBody, Level, Theme
from search.searching import prepare

pytestmark = pytest.mark.django_db

# One of them reads the version of the content, one notes a search.
MOST = 11


def ticked(**values):
    return "&".join(f"{name}={value}" for name, some in values.items() for value in some)


def addresses():
    """Name -> an address of each kind of page, and of the worst of its kind."""
    everything = ticked(
        theme=Theme.objects.values_list("code", flat=True),
        approach=Approach.objects.values_list("code", flat=True),
        body=IssuingBody.objects.values_list("code", flat=True),
        level=Level.values,
        year=range(2010, 2030),
    )
    impossible = ticked(theme=["paying-taxes"], city=["350200"], level=["功能区"], year=[1999])
    case = Case.objects.filter(number=16).earliest("pk")
    cases = reverse("case-list")
    return {
        "home": reverse("home"),
        "all cases": cases,
        "a word": f"{cases}?q=企业",
        "a question": f"{cases}?q=怎么让企业少跑腿&page=2",
        "filters alone": f"{cases}?theme=paying-taxes&city=350200&city=厦门市",
        "everything ticked": f"{cases}?q=企业&{everything}",
        "nothing found": f"{cases}?q=企业 量子通信卫星 招投镖&{impossible}",
        "parts found": f"{cases}?q=散装食品 海上风电 量子通信",
        "a province": reverse("city", args=["350000"]),
        "a city": reverse("city", args=["350200"]),
        "a place without cases": reverse("city", args=["659001"]),
        "a theme": reverse("theme", args=["government-services"]),
        "the overview": reverse("overview"),
        "places to choose from": reverse("benchmark"),
        "one place against the others": reverse("benchmark") + "?city=350200",
        "a district, a theme, an approach": reverse("benchmark")
        + "?city=350524&theme=bidding&approach=data-sharing",
        "a notice": reverse("notice", args=[case.notice_id]),
        "a case": case.get_absolute_url(),
        "a case among results": f"{case.get_absolute_url()}?list=q%3D企业",
        "suggestions": reverse("suggest") + "?q=企业",
        "the API's list": reverse("api-cases") + f"?q=企业&page_size=100&{everything}",
        "the API's case": reverse("api-case", args=[case.pk]),
        "similar cases": reverse("api-similar", args=[case.pk]),
    }


def queries_of_each(client):
    prepare()
    counts = {}
    for name, address in addresses().items():
        client.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, (name, response.content[:500])
        counts[name] = len(queries)
        assert len(queries) <= MOST, (name, [query["sql"][:200] for query in queries])
    return counts


def test_no_page_asks_more_often_when_there_are_more_cases(library, client, settings, tmp_path):
    few = queries_of_each(client)
    settings.DATA_DIR = tmp_path
    call_command("generate_cases", 300, published=True, verbosity=0)
    call_command("rebuild_index", verbosity=0)
    many = queries_of_each(client)
    # A page that had nothing to look up before may have something now; nothing goes by the number.
    assert {name: many[name] - few[name] for name in few if many[name] > few[name] + 1} == {}


def test_a_result_page_is_small_whatever_is_ticked(library, client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("generate_cases", 300, published=True, verbosity=0)
    call_command("rebuild_index", verbosity=0)
    address = addresses()["everything ticked"]
    plain = client.get(address)
    assert plain.context["results"].hits
    assert len(plain.content) < 150_000
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert len(packed.content) < 30_000
