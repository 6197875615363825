"""The public pages: what they show, that they never show more than is published, and how they
behave on odd input."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cases.insight import overview
from cases.models import Case, Notice, NoticeFile, Region, Section, SectionKind, Status, Theme
from cases.shortlist import Pick, pack
from cases.views import EXAMPLES
from search import following
from search.request import read_request
from search.searching import search
from search.snippets import paragraph_anchor

pytestmark = pytest.mark.django_db


def case_numbered(number):
    return Case.objects.get(number=number)


def every_page():
    """An address of every kind of page, for the first notice."""
    case = case_numbered(16)
    return [
        reverse("home"),
        reverse("case-list"),
        reverse("case-list") + "?q=企业&theme=paying-taxes&city=350200",
        reverse("case-list") + "?q=量子&theme=paying-taxes",
        case.get_absolute_url(),
        reverse("city", args=["350000"]),
        reverse("city", args=["350500"]),
        reverse("city", args=["350524"]),
        reverse("city", args=["357100"]),
        reverse("city", args=["110000"]),
        reverse("theme", args=["government-services"]),
        reverse("theme", args=["minority-investors"]),
        reverse("notice", args=[case.notice_id]),
        reverse("overview"),
        reverse("benchmark"),
        reverse("benchmark") + "?city=350200",
        reverse("benchmark") + "?city=350524&theme=bidding",
        reverse("compare"),
        reverse("compare") + f"?case={case.pk}&case={case_numbered(5).pk}",
        reverse("shortlist"),
        reverse("shortlist") + f"?list={pack((Pick(case.pk),))}",
    ]


def tree_of(response):
    return html.fromstring(response.content.decode())


def case_address(number):
    return Case.objects.get(number=number).get_absolute_url()


def text_of(response):
    return response.content.decode()


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the ids."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    @property
    def ids(self):
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def links(self):
        return [attributes.get("href", "") for tag, attributes in self.tags if tag == "a"]


# Every page


def test_every_page_has_a_title_of_its_own(library, client):
    titles = [re.search("<title>(.*)</title>", text_of(client.get(a)))[1] for a in every_page()]
    assert len(set(titles)) == len(titles)
    assert all("典型经验库" in title for title in titles)


def test_no_page_has_inline_style_or_script_or_asks_another_host(library, client):
    for address in every_page():
        for tag, attributes in Tags(text_of(client.get(address))).tags:
            assert tag != "style", address
            assert "style" not in attributes, (address, tag)
            assert not [name for name in attributes if name.startswith("on")], (address, tag)
            if attributes.get("type") == "application/ld+json":
                # Data for machines, which no browser runs.
                continue
            if attributes.get("rel") in ("search", "alternate", "canonical"):
                # Addresses of this site, which no browser loads with the page.
                assert attributes["href"].startswith(("/", "http://testserver/")), address
                continue
            if tag in ("script", "img", "link", "iframe", "source"):
                source = attributes.get("src") or attributes.get("href")
                assert source.startswith("/static/"), (address, tag, attributes)


def test_ids_are_unique(library, client):
    for address in every_page():
        ids = Tags(text_of(client.get(address))).ids
        assert len(ids) == len(set(ids)), address


def test_links_inside_the_site_lead_somewhere(library, client):
    seen = set()
    for address in every_page():
        html = text_of(client.get(address))
        for link in Tags(html).links():
            if link.startswith("#"):
                assert link[1:] in Tags(html).ids, (address, link)
            elif link.startswith("/") and not link.startswith(("/admin/", "/cases/?")):
                seen.add(link.split("#")[0])
    broken = [link for link in sorted(seen) if client.get(link).status_code != 200]
    assert not broken


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN])
def test_no_page_shows_a_case_that_is_not_published(library, client, status):
    hidden = case_numbered(16)
    hidden.status = status
    hidden.save()
    for address in every_page():
        response = client.get(address)
        if address == hidden.get_absolute_url():
            assert response.status_code == 404
        # The notice's letter and file are public as they are, contents list and all.
        page = text_of(response).split("letter__text")[0]
        assert "三免机制" not in page, address


def test_a_notice_without_a_published_case_is_not_shown(library, client):
    notice = Notice.objects.get()
    Case.objects.update(status=Status.WITHDRAWN)
    assert client.get(reverse("notice", args=[notice.pk])).status_code == 404
    assert client.get(reverse("notice-file", args=[notice.pk])).status_code == 404


# Home


def test_every_number_of_the_matrix_is_what_its_link_finds(library):
    matrix = overview().matrix
    tallies = [*matrix.places, *(row.theme for row in matrix.rows)]
    tallies += [cell for row in matrix.rows for cell in row.cells]
    for one in tallies:
        read = read_request(QueryDict(one.query))
        assert not read.problems
        assert search(read.request).total == one.count, one


def test_home_shows_places_themes_and_the_newest_notice(library, client):
    html = text_of(client.get("/"))
    assert all(theme.name in html for theme in Theme.objects.all())
    assert '已收录 <b class="figure">35</b> 个案例' in html
    assert Notice.objects.get().title in html
    assert case_numbered(1).title in html


def test_the_example_searches_find_something(library):
    for example in EXAMPLES:
        results = search(read_request(QueryDict(f"q={example}")).request)
        assert results.total and not results.partial, example


def test_home_of_an_empty_library_says_what_to_do(taxonomy, client):
    html = text_of(client.get("/"))
    assert "库里还没有已发布的案例" in html
    assert reverse("admin:index") in html
    assert "<table" not in html


# Results


def test_the_typed_text_is_kept_and_escaped(library, client):
    html = text_of(client.get("/cases/", {"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in html
    assert 'value="&quot;&gt;&lt;script&gt;' in html


def test_a_chip_lifts_its_own_condition_and_keeps_the_others(library, client):
    response = client.get("/cases/?q=企业&theme=paying-taxes&theme=bidding&sort=newest&page=1")
    chips = {(chip.label, chip.value): QueryDict(chip.query) for chip in response.context["chips"]}
    assert set(chips) == {("检索词", "企业"), ("领域", "纳税"), ("领域", "招标投标")}
    lifted = chips["领域", "纳税"]
    assert lifted.getlist("theme") == ["bidding"]
    assert (lifted["q"], lifted["sort"]) == ("企业", "newest")
    assert "q" not in chips["检索词", "企业"]


def test_the_form_alone_carries_the_whole_state(library, client):
    """Without JavaScript the form's own controls are the query string."""
    html = text_of(client.get("/cases/?q=企业&theme=paying-taxes&city=350200&sort=newest"))
    controls = [attributes for tag, attributes in Tags(html).tags if tag == "input"]
    sent = {
        (one["name"], one.get("value"))
        for one in controls
        if one.get("name") not in (None, "next")
        and (one.get("type") != "checkbox" or "checked" in one)
    }
    assert sent == {
        ("q", "企业"),
        ("theme", "paying-taxes"),
        ("city", "350200"),
        ("sort", "newest"),
    }


def test_what_could_not_be_used_is_said(library, client):
    html = text_of(client.get("/cases/?city=亚特兰蒂斯&foo=1&page=9"))
    assert "城市里没有“亚特兰蒂斯”。已忽略这个条件。" in html
    assert "没有“foo”这个参数。" in html
    assert "没有第 9 页，下面是最后一页。" in html
    [current] = [
        one
        for _, one in Tags(html).tags
        if "pagination__page" in one.get("class", "") and "aria-current" in one
    ]
    assert current["href"].endswith("page=2")


def test_a_partial_match_is_labelled_and_explained(library, client):
    response = client.get("/cases/?q=散装食品 海上风电 量子通信")
    assert response.context["results"].partial
    assert "部分匹配" in text_of(response)


def test_without_hits_each_way_out_tells_what_it_brings(library, client):
    response = client.get("/cases/?q=散装食品&city=350200&theme=paying-taxes")
    assert response.context["results"].total == 0
    ways = response.context["ways_out"]
    assert {way.label for way in ways} == {
        "去掉检索词“散装食品”",
        "去掉城市“厦门市”",
        "去掉领域“纳税”",
        "去掉全部筛选，只留检索词",
    }
    for way in ways:
        read = read_request(QueryDict(way.query))
        assert search(read.request).total == way.count, way
    assert any(way.count for way in ways)
    assert [way.count for way in ways] == sorted((way.count for way in ways), reverse=True)


def test_pagination_keeps_the_state(library, client):
    response = client.get("/cases/?level=市级&level=县级&sort=newest")
    assert response.context["results"].pages == 2
    query = QueryDict(response.context["next"].query)
    assert query.getlist("level") == ["市级", "县级"]
    assert (query["sort"], query["page"]) == ("newest", "2")
    assert response.context["previous"] is None


def test_long_facets_are_folded_but_never_hide_what_is_ticked(library, client):
    rarest = client.get("/cases/").context["facets"][3].facet.values[-1]
    response = client.get(f"/cases/?theme={rarest.value}")
    folded = next(one for one in response.context["facets"] if one.facet.name == "theme")
    assert rarest.value in [value.value for value in folded.head]
    assert len(folded.head) + len(folded.tail) == len(folded.facet.values)
    assert folded.tail


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "(" * 2000},
        {"q": "NOT " * 400},
        {"q": "a" * 5000},
        {"q": "，。"},
        {"q": "🙂"},
        {"q": "%"},
        {"theme": "\x00"},
        {"page": "-1"},
        {"page": "9" * 30},
        {"notice": "x"},
        {"year": "0"},
    ],
)
def test_hostile_input_gets_a_page(library, client, query):
    assert client.get("/cases/", query).status_code == 200


def test_a_query_that_was_cut_is_said_to_be(library, client):
    assert "只用了前 200 个字" in text_of(client.get("/cases/", {"q": "企业" * 200}))


def test_without_an_index_the_page_says_what_to_do_and_offers_to_browse(taxonomy, client):
    case = Case.objects.create(title="某市一窗通办", region=Region.objects.get(code="350200"))
    Section.objects.create(case=case, kind=SectionKind.PRACTICES, text="设一个窗口。")
    case.publish()
    response = client.get("/cases/?q=企业")
    html = text_of(response)
    assert response.status_code == 503
    assert "manage.py rebuild_index" in html
    assert reverse("city", args=["350200"]) in html
    assert client.get("/").status_code == 200


# Case


def test_every_paragraph_of_every_case_has_its_address_and_its_words(library, client):
    for case in Case.objects.with_text():
        html = text_of(client.get(case.get_absolute_url()))
        ids = Tags(html).ids
        for number, section in enumerate(case.sections.all(), 1):
            for index, paragraph in enumerate(section.paragraphs, 1):
                anchor = paragraph_anchor(number, index)
                assert anchor in ids, (case.number, anchor)
                block = html.split(f'id="{anchor}"')[1].split("</div>")[0]
                shown = re.sub(r"<a class=\"para__address\".*?</a>", "", block, flags=re.DOTALL)
                shown = re.sub("<[^>]*>", "", shown.split(">", 1)[1]).strip()
                assert unescape(shown) == paragraph, (case.number, anchor)


def test_a_passage_links_to_its_paragraph(library, client):
    response = client.get("/cases/?q=替代规章制度目录")
    hit = response.context["results"].hits[0]
    assert response.context["results"].full == 1
    address = f"{hit.case.get_absolute_url()}#{hit.snippet.anchor}"
    assert address in Tags(text_of(response)).links()
    page = text_of(client.get(address))
    block = page.split(f'id="{hit.snippet.anchor}"')[1].split("</div>")[0]
    assert "替代规章制度目录" in block


def test_a_case_names_its_source_and_its_neighbours(library, client):
    case = case_numbered(16)
    html = text_of(client.get(case.get_absolute_url()))
    for fact in (case.notice.title, case.notice.issuer, "2025-04-10", case.mark):
        assert fact in html
    links = Tags(html).links()
    assert reverse("notice-file", args=[case.notice_id]) in links
    assert case_numbered(15).get_absolute_url() in links
    assert case_numbered(17).get_absolute_url() in links
    assert "原文第 " in html
    assert f"{case.title}[EB/OL]//{case.notice.title}. (2025-04-10)[{timezone.localdate()}]" in html


def test_neighbours_skip_what_is_not_published(library, client):
    hidden = case_numbered(17)
    hidden.withdraw()
    response = client.get(case_numbered(16).get_absolute_url())
    assert response.context["after"].number == 18


def test_a_case_written_by_hand_has_a_page(taxonomy, client):
    case = Case.objects.create(title="某市一窗通办", region=Region.objects.get(code="350200"))
    Section.objects.create(case=case, kind=SectionKind.PRACTICES, text="设一个窗口。")
    case.publish()
    html = text_of(client.get(case.get_absolute_url()))
    assert "设一个窗口。" in html
    assert "出处" not in html


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://testserver/cases/?q=企业&page=2", "/cases/?q=企业&page=2"),
        ("http://testserver/cases/", "/cases/"),
        ("http://testserver/cities/350200/", None),
        ("http://example.com/cases/?q=企业", None),
        ("", None),
    ],
)
def test_the_way_back_leads_to_this_sites_results_only(library, client, referrer, back):
    response = client.get(case_numbered(1).get_absolute_url(), headers={"referer": referrer})
    assert response.context["back"] == back


# Cities, themes, notices


def test_the_counts_of_a_city_page_are_what_their_links_find(library, client):
    for code in ("350000", "350500", "350524", "357100"):
        response = client.get(reverse("city", args=[code]))
        below, themes = response.context["below"], response.context["profile"].themes
        assert sum(one.count for one in below) == response.context["total"]
        for one in (*below, *themes):
            read = read_request(QueryDict(one.query))
            assert not read.problems
            assert search(read.request).total == one.count, (code, one)


def test_the_counts_of_a_theme_page_are_what_their_links_find(library, client):
    response = client.get(reverse("theme", args=["government-services"]))
    context = response.context
    cities = [city for city, _ in context["groups"]]
    assert sum(city.count for city in cities) == context["total"] == 11
    assert sum(len(cases) for _, cases in context["groups"]) == 11
    for one in (*cities, *context["approaches"]):
        assert search(read_request(QueryDict(one.query)).request).total == one.count, one


def test_a_city_without_cases_names_its_neighbours(library, client):
    withdrawn = Case.objects.in_region(Region.objects.get(code="350600"))
    for case in withdrawn:
        case.withdraw()
    html = text_of(client.get(reverse("city", args=["350600"])))
    assert "漳州市还没有收录的案例" in html
    assert "厦门市" in html


def test_a_province_without_cases_names_those_that_have(library, client):
    html = text_of(client.get(reverse("city", args=["110000"])))
    assert "北京市还没有收录的案例" in html
    assert "福建省" in html


@pytest.mark.parametrize(
    "address", ["/cities/999999/", "/themes/none/", "/cases/0/", "/notices/0/", "/nowhere/"]
)
def test_what_does_not_exist_is_not_found_and_offers_a_search(library, client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert 'name="q"' in text_of(response)


def test_the_original_file_comes_back_byte_for_byte(library, client):
    notice = Notice.objects.get()
    original = NoticeFile.objects.create(
        notice=notice, name="福建省 通知\r\n.docx", size=4, sha256="0" * 64, content=b"PK\x00\xff"
    )
    notice.release_files()
    response = client.get(reverse("notice-file", args=[notice.pk]))
    assert b"".join(response.streaming_content) == bytes(original.content)
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%E7%A6%8F%E5%BB%BA%E7%9C%81")
    assert "\n" not in disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"


# Errors, large print, footer


def test_the_page_for_a_fault_needs_no_context():
    html = get_template("500.html").render({})
    assert "网站出了问题" in html
    assert "{%" not in get_template("500.html").template.source


def test_large_print_is_kept_in_a_cookie_and_leads_back(library, client):
    assert 'class="normal-print"' in text_of(client.get("/"))
    response = client.post("/display", {"mode": "large", "next": "/cases/?q=企业"})
    assert (response.status_code, response["Location"]) == (302, "/cases/?q=%E4%BC%81%E4%B8%9A")
    page = client.get("/")
    assert 'class="large-print"' in text_of(page)
    assert "Cookie" in page["Vary"]
    client.post("/display", {"next": "/"})
    assert 'class="normal-print"' in text_of(client.get("/"))


@pytest.mark.parametrize("target", ["http://example.com/", "//example.com/", "javascript:x", ""])
def test_large_print_leads_to_no_other_site(client, target):
    assert client.post("/display", {"mode": "large", "next": target})["Location"] == "/"


def test_the_footer_shows_each_line_that_is_set(library, client, settings):
    lines = {"organizer": "某省发改委", "icp": "某ICP备1号", "correction_url": "/correct"}
    assert "主办单位" not in text_of(client.get("/"))
    settings.SITE = settings.SITE | lines
    html = text_of(client.get("/"))
    assert "主办单位：某省发改委" in html
    assert "某ICP备1号" in html
    assert 'href="/correct"' in html
    assert "公安备案" not in html


def test_the_case_page_shows_numbers_with_bars_and_leads_to_their_sentences(library, client):
    tree = tree_of(client.get(case_address(3)))
    row = tree.xpath("//table[contains(@class, 'outcomes__table')]//tr[contains(., '到场时长')]")[0]
    assert "320分钟" in row.text_content() and "90分钟" in row.text_content()
    assert row.xpath(".//rect/@width") == ["100%", "28%"]
    anchor = row.xpath(".//a/@href")[0]
    assert "320分钟" in tree.xpath(f"//*[@id='{anchor[1:]}']")[0].text_content()


def test_a_list_entry_shows_the_number_that_moved_furthest(library, client):
    case = Case.objects.get(number=3)
    entries = tree_of(client.get("/cases/?q=专家到场时长")).xpath("//article[@class='entry']")
    entry = next(one for one in entries if case.title in one.text_content())
    number = entry.xpath(".//*[@class='entry__number']")[0].text_content()
    assert "专家平均到场时长 减少71.88%" in number and "320分钟 → 90分钟" in number


def test_what_staff_write_for_copiers_is_on_the_page(library, client):
    case = Case.objects.get(number=3)
    assert "供复制者参考" not in text_of(client.get(case.get_absolute_url()))
    Case.objects.filter(pk=case.pk).update(funding="市级财政 120 万元\n每年运维 8 万元")
    section = tree_of(client.get(case.get_absolute_url())).xpath("//*[@id='for-copiers']")[0]
    assert section.xpath(".//dt/text()") == [case._meta.get_field("funding").verbose_name]
    assert section.xpath(".//dd/p/text()") == ["市级财政 120 万元", "每年运维 8 万元"]


def test_cited_documents_lead_to_the_other_cases_that_cite_them(library, client):
    first, second = Case.objects.filter(number__in=[3, 16]).order_by("number")
    for case in (first, second):
        text = f"{case.sections.first().text}\n依据《轻舟渡口管理办法》（国务院令第722号）。"
        case.sections.filter(pk=case.sections.first().pk).update(text=text)
    following.follow()
    tree = tree_of(client.get(first.get_absolute_url()))
    item = tree.xpath("//*[@id='cited']//li[contains(., '轻舟渡口')]")[0]
    assert "国务院令第722号" in item.text_content()
    others = text_of(client.get(item.xpath(".//a/@href")[0]))
    assert second.title in others


def test_previous_and_next_are_those_of_the_list_that_the_reader_came_from(library, client):
    results = "/cases/?q=企业&sort=newest"
    titles = [
        link.text_content()
        for link in tree_of(client.get(results)).xpath("//*[@class='entry__title']/a")
    ]
    links = tree_of(client.get(results)).xpath("//*[@class='entry__title']/a/@href")
    response = client.get(links[1], headers={"referer": f"http://testserver{results}"})
    near = tree_of(response).xpath("//nav[@class='neighbours']//a[@rel]")
    assert [titles[0], titles[2]] == [link.text_content().split("结果")[-1] for link in near]
    # The next one knows the list, too, without a referrer.
    third = tree_of(client.get(near[1].get("href")))
    assert "这是第 3 个" in third.xpath("//nav[@class='neighbours']")[0].text_content()
    for odd in ("?list=", "?list=page%3D9999", "?list=%00q", "?list=q%3D不存在的词语啊"):
        assert client.get(links[1] + odd).status_code == 200
