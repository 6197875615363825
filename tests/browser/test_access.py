"""Every public page for everyone: axe-core finds nothing, nothing leaves for another host, and a
first visit stays light."""

from pathlib import Path

import pytest
from django.urls import reverse

from cases.models import Adoption, Case, Region

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_VISIT = 150 * 1024


@pytest.fixture
def pages(library):
    """Name -> address of every kind of public page, with something on each of its parts."""
    first, second, third = (
        Case.objects.published().filter(number__in=(3, 16, 34)).order_by("number")
    )
    Case.objects.filter(pk=second.pk).update(conditions="有统一的平台。", funding="约20万元。")
    region = Region.objects.get(code="350200")
    Adoption.objects.create(case=second, region=region, status="planned", effect="正在准备。")
    cases = reverse("case-list")
    compare = f"{reverse('compare')}?case={first.pk}&case={second.pk}&case={third.pk}"
    return {
        "home": reverse("home"),
        "overview": reverse("overview"),
        "all cases": cases,
        "a search": f"{cases}?q=企业&theme=government-services",
        "nothing found": f"{cases}?q=xyzzyq&city=350200",
        "a case": f"{second.get_absolute_url()}?list=q%3D司法",
        "a case with numbers": first.get_absolute_url(),
        "a city": reverse("city", args=["350200"]),
        "a place without cases": reverse("city", args=["659001"]),
        "a theme": reverse("theme", args=["government-services"]),
        "a notice": reverse("notice", args=[first.notice_id]),
        "one place against all": reverse("benchmark"),
        "one place chosen": f"{reverse('benchmark')}?city=350200",
        "nothing to compare": reverse("compare"),
        "compared": compare,
        "an empty shortlist": reverse("shortlist"),
        "news": reverse("news"),
        "a report": reverse("report"),
        "not there": "/cases/999999/",
    }


@pytest.mark.parametrize("mode", ["wide", "phone in the dark", "large"])
def test_axe_finds_nothing(pages, open_page, live_server, mode):
    phone = mode == "phone in the dark"
    page = open_page(
        viewport={"width": 390 if phone else 1440, "height": 900},
        color_scheme="dark" if phone else "light",
    )
    if mode == "large":
        cookie = {"name": "display", "value": "large", "url": live_server.url}
        page.context.add_cookies([cookie])
    found = []
    for name, address in pages.items():
        page.goto(address)
        page.evaluate(AXE)
        options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES}}
        result = page.evaluate("options => axe.run(document, options)", options)
        found += [
            (name, violation["id"], node["html"][:160])
            for violation in result["violations"]
            for node in violation["nodes"][:3]
        ]
    assert found == []


def test_a_first_visit_is_light(pages, open_page):
    """Each page with all that it loads, into an empty cache."""
    heavy = {}
    for name, address in pages.items():
        page = open_page()
        sizes = []
        page.on("requestfinished", lambda request, sizes=sizes: sizes.append(request.sizes()))
        page.goto(address, wait_until="networkidle")
        total = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
        if total > FIRST_VISIT:
            heavy[name] = total
        page.context.close()
    assert heavy == {}
