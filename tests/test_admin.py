"""The admin as its users meet it: every page in Chinese, publishing guarded, nothing lost."""

import datetime
import hashlib
import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from lxml import html

from cases.models import (
    Approach,
    Case,
    IssuingBody,
    Notice,
    NoticeFile,
    Region,
    Section,
    Theme,
)

pytestmark = pytest.mark.django_db

ORIGINAL = "<script>alert(1)</script>通知原文".encode()

# Words in Latin letters that belong on a Chinese page: names of standards, and what tests typed.
AT_HOME = {"READY", "GB", "SHA", "LDAP", "XLSX", "CSV", "chen", "example", "cn", "html"}
AT_HOME |= {"paying", "taxes", "electricity"}


def parsed(response):
    return html.fromstring(response.content.decode())


def shown_to_people(response):
    """Everything on an HTML page that a person reads or hears read aloud."""
    tree = parsed(response)
    for hidden in tree.xpath(
        "//script | //style | //*[contains(@class, 'field-sha256')]"
        # The summary of a password's hash.
        " | //*[contains(@class, 'field-password')]//bdi"
    ):
        hidden.drop_tree()
    attributes = tree.xpath(
        "//@title | //@aria-label | //@placeholder | //@alt"
        " | //input[@type='submit' or @type='button']/@value"
    )
    return " ".join([*tree.itertext(), *attributes])


def assert_chinese(response):
    assert response.status_code == 200
    words = set(re.findall(r"[A-Za-z]{2,}", shown_to_people(response)))
    assert words <= AT_HOME, f"{response.request['PATH_INFO']}: {sorted(words - AT_HOME)}"


@pytest.fixture
def tree():
    fujian = Region.objects.create(code="350000", name="福建省", short_name="福建", kind="province")
    fuzhou = Region.objects.create(
        code="350100", name="福州市", short_name="福州", kind="city", parent=fujian
    )
    jiangsu = Region.objects.create(
        code="320000", name="江苏省", short_name="江苏", kind="province"
    )
    nanjing = Region.objects.create(
        code="320100", name="南京市", short_name="南京", kind="city", parent=jiangsu
    )
    for code, city in (("350102", fuzhou), ("320106", nanjing)):
        Region.objects.create(
            code=code, name="鼓楼区", short_name="鼓楼", kind="district", parent=city
        )
    return fujian


@pytest.fixture
def notice(tree):
    notice = Notice.objects.create(
        title="关于印发典型经验的通知",
        doc_number="闽发改〔2025〕1号",
        issuer="省发展改革委",
        issued_on=datetime.date(2025, 4, 10),
        region=tree,
        letter="各设区市：现印发如下。",
    )
    NoticeFile.objects.create(
        notice=notice,
        name="典型经验（第一批）.html",
        size=len(ORIGINAL),
        sha256=hashlib.sha256(ORIGINAL).hexdigest(),
        content=ORIGINAL,
    )
    return notice


@pytest.fixture
def terms():
    return {
        "theme": Theme.objects.create(code="paying-taxes", name="纳税", order=1),
        "other": Theme.objects.create(code="electricity", name="获得电力", order=2),
        "approach": Approach.objects.create(code="a", name="告知承诺", order=1),
        "body": IssuingBody.objects.create(code="b", name="税务", order=1),
    }


@pytest.fixture
def case(notice, terms):
    case = Case.objects.create(
        notice=notice,
        number=1,
        title="推行告知承诺",
        region=Region.objects.get(code="350102"),
        primary_theme=terms["theme"],
        maturity="city",
    )
    case.other_themes.add(terms["other"])
    case.approaches.add(terms["approach"])
    case.bodies.add(terms["body"])
    Section.objects.create(case=case, order=1, heading="背景情况", text="办税窗口排队。\n第二段。")
    return case


@pytest.fixture
def published(case):
    case.publish()
    return case


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("chen", "chen@example.cn", "x"))
    return client


@pytest.fixture
def editor(client):
    """May do everything with cases except publish them."""
    user = User.objects.create_user("chen", is_staff=True)
    rights = [f"{right}_case" for right in ("view", "add", "change", "delete")]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    return client


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


def filled_in(client, address, **changes):
    """What a browser would send for the form at the address, with some fields changed."""
    form = parsed(client.get(address)).xpath("//form[@id='case_form']")[0]
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


LISTS = [
    "cases_case",
    "cases_notice",
    "cases_region",
    "cases_theme",
    "cases_approach",
    "cases_issuingbody",
    "auth_user",
    "auth_group",
]


class TestPages:
    @pytest.mark.parametrize("name", LISTS)
    def test_every_page_of_a_model_is_chinese(self, desk, published, name):
        model = {
            "cases_case": Case,
            "cases_notice": Notice,
            "cases_region": Region,
            "cases_theme": Theme,
            "cases_approach": Approach,
            "cases_issuingbody": IssuingBody,
            "auth_user": User,
            "auth_group": Group,
        }[name]
        pk = model.objects.first().pk
        assert_chinese(desk.get(page(f"{name}_changelist")))
        assert_chinese(desk.get(page(f"{name}_changelist"), {"q": "福州 鼓楼"}))
        assert_chinese(desk.get(page(f"{name}_add")))
        assert_chinese(desk.get(page(f"{name}_change", pk)))
        assert_chinese(desk.get(page(f"{name}_history", pk)))
        assert_chinese(desk.get(page(f"{name}_delete", pk)))
        chosen = {"action": "delete_selected", "_selected_action": [pk]}
        assert_chinese(desk.post(page(f"{name}_changelist"), chosen))
        # An empty form sent back comes with its complaints.
        empty = {
            f"{rows}-{number}_FORMS": "0"
            for rows in ("sections", "outcomes", "adoptions")
            for number in ("TOTAL", "INITIAL")
        }
        assert_chinese(desk.post(page(f"{name}_add"), empty))

    @pytest.mark.parametrize("name", LISTS)
    def test_every_filter_leads_to_a_list(self, desk, published, name):
        address = page(f"{name}_changelist")
        tree = parsed(desk.get(address))
        links = tree.xpath("//*[@id='changelist-filter']//a/@href")
        for link in links:
            assert_chinese(desk.get(address + link))
        filtered = {"cases_case": 30, "cases_notice": 2, "cases_region": 8, "auth_user": 6}
        assert len(links) >= filtered.get(name, 0)

    def test_pages_of_the_site_itself(self, desk, case):
        assert "典型经验库 管理后台" in shown_to_people(desk.get(page("index")))
        for name in ("index", "password_change"):
            assert_chinese(desk.get(page(name)))
        assert_chinese(desk.get(page("app_list", "cases")))
        assert_chinese(desk.post(page("logout")))
        assert_chinese(desk.get(page("login")))

    def test_permissions_are_named_in_chinese(self, desk):
        text = shown_to_people(desk.get(page("auth_group_add")))
        assert "案例：发布和撤回" in text
        assert "通知：查看" in text
        assert "会话" not in text


class TestCaseList:
    def test_the_number_of_queries_does_not_grow_with_the_cases(
        self, desk, case, notice, terms, django_assert_max_num_queries
    ):
        region = Region.objects.get(code="320106")
        for number in range(2, 61):
            one = Case.objects.create(
                notice=notice,
                number=number,
                title=f"第{number}个",
                region=region,
                primary_theme=terms["theme"],
            )
            one.approaches.add(terms["approach"])
        with django_assert_max_num_queries(16) as captured:
            response = desk.get(page("cases_case_changelist"))
        assert "江苏省 > 南京市 > 鼓楼区" in shown_to_people(response)
        assert len(response.context["cl"].result_list) == 50
        rows = [query["sql"] for query in captured if "LIMIT 50" in query["sql"]]
        assert len(rows) == 1
        assert '"cases_notice"."letter"' not in rows[0]

    def titles(self, desk, **query):
        response = desk.get(page("cases_case_changelist"), query)
        return {case.title for case in response.context["cl"].result_list}

    def test_regions_roll_up_and_cities_appear_below_the_chosen_province(self, desk, case):
        Case.objects.create(title="江苏的", region=Region.objects.get(code="320100"))
        Case.objects.create(title="没有地区")
        assert self.titles(desk, region="350000") == {"推行告知承诺"}
        assert self.titles(desk, region="350100") == {"推行告知承诺"}
        assert self.titles(desk, region="320000") == {"江苏的"}
        assert len(self.titles(desk, region="999999")) == 3

        def offered(**query):
            response = desk.get(page("cases_case_changelist"), query)
            tree = parsed(response)
            return set(tree.xpath("//nav[@id='changelist-filter']//a/@href"))

        assert not any("region=350100" in link for link in offered())
        assert any("region=350100" in link for link in offered(region="350000"))
        assert not any("350102" in link for link in offered(region="350000"))

    def test_what_is_missing_can_be_listed(self, desk, case):
        Case.objects.create(title="光有标题")
        for missing in ("region", "theme", "text"):
            assert self.titles(desk, missing=missing) == {"光有标题"}

    @pytest.mark.parametrize("words", ["告知承诺", "窗口排队", "鼓楼", "闽发改〔2025〕1号"])
    def test_search(self, desk, case, words):
        Case.objects.create(title="别的")
        assert self.titles(desk, q=words) == {"推行告知承诺"}


class TestCaseForm:
    def test_a_new_case_comes_with_prepared_parts_and_empty_ones_are_not_kept(self, desk, tree):
        address = page("cases_case_add")
        data = filled_in(desk, address, title="手写的", **{"sections-1-text": "一是简化。"})
        headings = [data[f"sections-{number}-heading"][0] for number in range(3)]
        assert headings == ["背景情况", "主要做法", "取得成效"]
        desk.post(address, data)
        (section,) = Case.objects.get().sections.all()
        assert (section.order, section.kind, section.text) == (2, "practices", "一是简化。")

    def test_a_part_without_an_order_goes_last(self, desk, case):
        address = page("cases_case_change", case.pk)
        added = {
            "sections-TOTAL_FORMS": "2",
            "sections-1-order": "",
            "sections-1-kind": "other",
            "sections-1-text": "补充。",
        }
        desk.post(address, filled_in(desk, address, **added))
        assert [section.order for section in case.sections.all()] == [1, 2]

    def test_saving_without_a_change_leaves_an_imported_draft_untouched(self, desk, case):
        Case.objects.filter(pk=case.pk).update(imported_digest=case.content_digest())
        address = page("cases_case_change", case.pk)
        data = filled_in(desk, address)
        # As a browser sends it.
        data["sections-0-text"] = case.sections.get().text.replace("\n", "\r\n")
        assert desk.post(address, data).status_code == 302
        case.refresh_from_db()
        assert case.is_untouched

    def test_regions_are_chosen_by_their_whole_path(self, desk, tree):
        query = {"app_label": "cases", "model_name": "case", "field_name": "region", "term": "鼓楼"}
        response = desk.get(page("cases_region_choices"), query)
        paths = [result["text"] for result in response.json()["results"]]
        assert paths == ["江苏省 > 南京市 > 鼓楼区", "福建省 > 福州市 > 鼓楼区"]

    def test_regions_are_offered_to_those_who_may_see_them(self, editor, tree):
        query = {"app_label": "cases", "model_name": "case", "field_name": "region", "term": "鼓楼"}
        assert editor.get(page("cases_region_choices"), query).status_code == 403


class TestDeleting:
    def delete(self, desk, name, obj):
        """By both ways at once; what people read on the two pages."""
        one = desk.post(page(f"cases_{name}_delete", obj.pk), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [obj.pk], "post": "yes"}
        many = desk.post(page(f"cases_{name}_changelist"), chosen)
        return [shown_to_people(response) for response in (one, many)]

    def test_what_is_published_or_in_use_stays_and_the_page_says_why(self, desk, published, terms):
        refused = [
            ("case", published, "已经发布。请先撤回，再删除。"),
            ("notice", published.notice, "下还有 1 个案例"),
            ("theme", terms["theme"], "领域“纳税”还有 1 个案例在用"),
            ("theme", terms["other"], "领域“获得电力”还有 1 个案例在用"),
            ("approach", terms["approach"], "改革手段“告知承诺”还有 1 个案例在用"),
            ("issuingbody", terms["body"], "牵头部门“税务”还有 1 个案例在用"),
            ("region", published.region, "“福建省 > 福州市 > 鼓楼区”还有 1 个案例"),
            ("region", published.notice.region, "还有 1 个下级地区、1 个通知"),
        ]
        for name, obj, reason in refused:
            for text in self.delete(desk, name, obj):
                assert reason in text
            assert type(obj).objects.filter(pk=obj.pk).exists()

    @pytest.mark.parametrize("name", ["case", "notice", "theme", "approach", "region"])
    def test_what_nobody_uses_goes(self, desk, notice, case, terms, name):
        case.delete()
        unused = {
            "case": Case.objects.create(title="草稿一篇"),
            "notice": notice,
            "theme": terms["theme"],
            "approach": terms["approach"],
            "region": Region.objects.get(code="320106"),
        }[name]
        chosen = {"action": "delete_selected", "_selected_action": [unused.pk], "post": "yes"}
        desk.post(page(f"cases_{name}_changelist"), chosen)
        assert not type(unused).objects.filter(pk=unused.pk).exists()


class TestNotices:
    def test_the_original_comes_as_an_attachment_byte_for_byte(self, desk, notice):
        response = desk.get(page("cases_notice_file", notice.files.get().pk))
        assert b"".join(response.streaming_content) == ORIGINAL
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]

    def test_a_name_with_line_breaks_or_folders_is_harmless(self, desk, notice):
        notice.files.update(name="../../etc/a\r\nSet-Cookie: x.html")
        response = desk.get(page("cases_notice_file", notice.files.get().pk))
        assert response.status_code == 200
        assert "\n" not in response["Content-Disposition"]
        assert "etc" not in response["Content-Disposition"]

    def test_only_staff_who_see_notices_get_the_original(self, client, editor, notice):
        address = page("cases_notice_file", notice.files.get().pk)
        assert editor.get(address).status_code == 403
        client.logout()
        assert client.get(address)["Location"].startswith(page("login"))

    def test_no_page_reads_the_content_of_a_file(
        self, desk, published, django_assert_max_num_queries
    ):
        for address in (
            page("cases_notice_changelist"),
            page("cases_notice_change", published.notice_id),
            page("cases_case_change", published.pk),
        ):
            with django_assert_max_num_queries(60) as captured:
                desk.get(address)
            assert not any('"cases_noticefile"."content"' in query["sql"] for query in captured)

    def test_an_editor_leaves_a_notice_that_is_read_as_it_is(self, editor, notice, case):
        user = User.objects.get()
        rights = Permission.objects.filter(codename__in=["view_notice", "change_notice"])
        user.user_permissions.add(*rights)
        address = page("cases_notice_change", notice.pk)
        data = {"title": "改过的名称", "files-TOTAL_FORMS": 0, "files-INITIAL_FORMS": 0}
        assert editor.post(address, data).status_code == 302
        case.publish()
        assert editor.post(address, data | {"title": "又改"}).status_code == 403
        assert Notice.objects.get().title == "改过的名称"

    def test_readers_get_a_new_original_with_the_next_publication(
        self, editor, notice, case, client
    ):
        case.publish()
        released = notice.original
        new = NoticeFile.objects.create(
            notice=notice, name="修订.docx", size=2, sha256="1" * 64, content=b"PK"
        )
        assert notice.original == released
        assert "修订.docx" not in client.get(reverse("notice", args=[notice.pk])).content.decode()
        case.revise().publish()
        assert notice.original == new

    def test_a_reviewer_lets_readers_have_it_without_a_case(self, desk, published, notice):
        NoticeFile.objects.create(
            notice=notice, name="修订.docx", size=2, sha256="1" * 64, content=b"PK"
        )
        data = {"action": "release_files", "_selected_action": notice.pk}
        desk.post(page("cases_notice_changelist"), data)
        assert notice.original.name == "修订.docx"

    def test_a_notice_can_be_made_by_hand(self, desk, tree):
        data = {"title": "手工录入的通知", "issued_on": "2025-04-10", "region": tree.pk}
        desk.post(page("cases_notice_add"), data)
        made = Notice.objects.get()
        assert (made.title, made.issued_on) == ("手工录入的通知", datetime.date(2025, 4, 10))


class TestTerms:
    def test_the_order_is_edited_in_the_list(self, desk, terms):
        first, second = terms["theme"], terms["other"]
        data = {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "2",
            "form-0-id": first.pk,
            "form-0-order": "9",
            "form-1-id": second.pk,
            "form-1-order": "2",
            "_save": "1",
        }
        desk.post(page("cases_theme_changelist"), data)
        assert list(Theme.objects.all()) == [second, first]

    def test_the_list_counts_published_cases_and_leads_to_them(self, desk, published):
        for name in ("theme", "approach", "issuingbody"):
            tree = parsed(desk.get(page(f"cases_{name}_changelist")))
            (link, *_) = tree.xpath("//td[contains(@class, 'field-published_cases')]/a")
            assert link.text == "1"
            response = desk.get(link.get("href"))
            assert list(response.context["cl"].result_list) == [published]

    @pytest.mark.parametrize("name", ["theme", "approach", "issuingbody", "region"])
    def test_a_code_is_fixed_once_it_is_made(self, desk, tree, terms, name):
        model = {
            "theme": Theme,
            "approach": Approach,
            "issuingbody": IssuingBody,
            "region": Region,
        }[name]
        obj = model.objects.first()
        assert 'name="code"' in desk.get(page(f"cases_{name}_add")).content.decode()
        address = page(f"cases_{name}_change", obj.pk)
        assert 'name="code"' not in desk.get(address).content.decode()

    def test_a_province_lists_everything_below_it(self, desk, tree):
        response = desk.get(page("cases_region_changelist"), {"province": "350000"})
        codes = [region.code for region in response.context["cl"].result_list]
        assert codes == ["350000", "350100", "350102"]
