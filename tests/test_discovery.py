"""What other programs find of the site: feeds, sitemap, robots, OpenSearch, schema.org."""

import json

import pytest
from django.urls import reverse
from lxml import etree, html

from cases.models import Case

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAPS = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def xml_of(response):
    assert response.status_code == 200
    return etree.fromstring(response.content)


def test_a_search_is_a_feed_of_its_newest_cases(library, client):
    feed = xml_of(client.get("/cases/feed?city=350200"))
    assert feed.xpath("string(a:title)", namespaces=ATOM) == "典型经验库，厦门市"
    shown = html.fromstring(client.get("/cases/?city=350200&sort=newest").content.decode())
    links = shown.xpath("//*[@class='entry__title']/a/@href")
    found = feed.xpath("a:entry/a:link/@href", namespaces=ATOM)
    assert found == [f"http://testserver{link}" for link in links]
    assert len(found) == len(set(feed.xpath("a:entry/a:id/text()", namespaces=ATOM)))


@pytest.mark.parametrize("query", ["?q=医保", "?theme=paying-taxes", "?q=xyzzyq", "?page=9", ""])
def test_every_list_has_its_feed(library, client, query):
    feed = xml_of(client.get(f"/cases/feed{query}"))
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert bool(entries) == ("xyzzyq" not in query)
    assert len(entries) <= 30
    assert feed.xpath("a:link[@rel='self']", namespaces=ATOM)


def test_a_withdrawn_case_leaves_feed_and_sitemap(library, client):
    case = Case.objects.get(number=16)
    address = f"http://testserver{case.get_absolute_url()}"
    for page in ("/cases/feed?q=安溪县", "/sitemap-cases.xml"):
        assert address in client.get(page).content.decode()
    case.withdraw()
    for page in ("/cases/feed?q=安溪县", "/sitemap-cases.xml"):
        assert address not in client.get(page).content.decode()


def test_the_sitemap_leads_to_pages_that_are_there(library, client):
    index = xml_of(client.get("/sitemap.xml"))
    sections = index.xpath("//m:loc/text()", namespaces=MAPS)
    assert len(sections) == 5
    for section in sections:
        pages = xml_of(client.get(section)).xpath("//m:loc/text()", namespaces=MAPS)
        assert pages
        for address in (pages[0], pages[-1]):
            assert client.get(address).status_code == 200
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_the_description_for_browsers_searches_here(library, client):
    description = xml_of(client.get("/opensearch.xml"))
    templates = description.xpath("//*[local-name()='Url']/@template")
    assert "http://testserver/cases/?q={searchTerms}" in templates
    for template in templates:
        assert client.get(template.replace("{searchTerms}", "医保")).status_code == 200


def test_a_case_describes_itself_to_machines_and_has_one_address(library, client):
    case = Case.objects.get(number=16)
    Case.objects.filter(pk=case.pk).update(title="</script><b>医保&社保")
    tree = html.fromstring(client.get(f"{case.get_absolute_url()}?list=q%3D医保").content.decode())
    data = json.loads(tree.xpath("//script[@type='application/ld+json']/text()")[0])
    assert data["headline"] == "</script><b>医保&社保"
    assert data["isPartOf"]["name"] == case.notice.title
    canonical = tree.xpath("//link[@rel='canonical']/@href")
    assert canonical == [data["url"]] == [f"http://testserver{case.get_absolute_url()}"]


class TestNews:
    def test_what_came_since_the_last_visit(self, library, client):
        first = client.get(reverse("news"))
        assert "近 30 天" in first.content.decode()
        assert client.cookies["seen-until"]["httponly"]
        again = client.get(reverse("news")).content.decode()
        assert "您上次来是" in again and "没有新发布的案例" in again
        case = Case.objects.get(number=16)
        case.withdraw()
        case.publish()
        page = client.get(reverse("news")).content.decode()
        assert '<b class="figure">1</b> 个案例' in page and case.title in page

    @pytest.mark.parametrize("value", ["", "x", "2999-01-01T00:00:00+00:00", "2025-01-01"])
    def test_a_date_that_cannot_be_is_none(self, library, client, value):
        client.cookies["seen-until"] = value
        assert "近 30 天" in client.get(reverse("news")).content.decode()

    def test_looking_further_back_forgets_nothing(self, library, client):
        client.get(reverse("news"))
        assert "近 90 天" in client.get("/news/?days=90").content.decode()
        assert "您上次来是" in client.get("/news/?days=5").content.decode()
