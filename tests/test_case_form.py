"""The form that a case is written in: numbers, suggestions, preview, completeness, the ledger."""

import datetime
from decimal import Decimal
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from lxml import html

from cases.admin.completeness import COPIER_FIELDS, completeness
from cases.admin.outcomes import proposals_for
from cases.admin.suggesting import suggestions_for
from cases.models import (
    Adoption,
    Approach,
    Case,
    Notice,
    Outcome,
    Region,
    Section,
    Theme,
)
from cases.models.outcomes import headline

pytestmark = pytest.mark.django_db

BACKGROUND = "以往企业办理告知承诺要多头跑。依据《优化营商环境条例》（国务院令第722号）办理。"
SAVED = "审批时限由15个工作日压缩至5个工作日，提速66%。"
RESULT = f"{SAVED}群众满意率达100%。"


def page(name, *args):
    return reverse(f"admin:cases_{name}", args=args)


def text_of(response):
    return unescape(response.content.decode())


def tree_of(response):
    return html.fromstring(response.content.decode())


def filled_in(client, address, **changes):
    """What a browser would send for the form at the address, with some fields changed."""
    form = tree_of(client.get(address)).xpath("//form[@id='case_form']")[0]
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("chen"))
    return client


@pytest.fixture
def fuzhou():
    fujian = Region.objects.create(code="350000", name="福建省", short_name="福建", kind="province")
    return Region.objects.create(
        code="350100", name="福州市", short_name="福州", kind="city", parent=fujian
    )


@pytest.fixture
def xiamen(fuzhou):
    return Region.objects.create(
        code="350200", name="厦门市", short_name="厦门", kind="city", parent=fuzhou.parent
    )


@pytest.fixture
def terms():
    Theme.objects.create(code="t", name="政务服务", order=1, cues="福州市推行")
    return Approach.objects.create(code="a", name="告知承诺", order=1)


@pytest.fixture
def case(fuzhou, terms):
    notice = Notice.objects.create(
        title="通知", region=fuzhou.parent, issued_on=datetime.date(2025, 4, 10)
    )
    case = Case.objects.create(notice=notice, number=1, title="福州市推行告知承诺", region=fuzhou)
    source = [{"position": 7, "text": BACKGROUND.replace("，", ",")}]
    for order, (kind, heading, text) in enumerate(
        [("background", "一、背景情况", BACKGROUND), ("outcomes", "二、取得成效", RESULT)], 1
    ):
        Section.objects.create(
            case=case, order=order, kind=kind, heading=heading, text=text, source=source
        )
    return case


@pytest.fixture
def address(case):
    return page("case_change", case.pk)


@pytest.fixture
def outcome(case):
    return Outcome.objects.create(
        case=case,
        kind="before_after",
        metric="审批时限",
        before=15,
        before_unit="个工作日",
        after=5,
        unit="个工作日",
        change=Decimal("-66.67"),
        stated_change=-66,
        sentence=SAVED,
        confirmed=True,
    )


def added(**values):
    """The fields of a number in a row of its own."""
    row = {"metric": "审批时限", "kind": "before_after", "sentence": SAVED, "confirmed": "on"}
    row |= {"before_amount": "15个工作日", "after_amount": "5个工作日", "stated": ""} | values
    return {
        "outcomes-TOTAL_FORMS": "1",
        **{f"outcomes-0-{name}": value for name, value in row.items() if value is not None},
    }


class TestNumbers:
    def test_what_the_text_states_is_proposed_until_it_is_there(self, case):
        assert [(p.outcome.metric, p.outcome.written_after) for p in proposals_for(case)] == [
            ("审批时限", "5个工作日"),
            ("群众满意率", "100%"),
        ]
        # The metric put right, it is the same statement still.
        found = proposals_for(case)[0].outcome
        found.case, found.metric = case, "办理时限"
        found.save()
        assert [p.outcome.metric for p in proposals_for(case)] == ["群众满意率"]

    def test_a_ticked_proposal_is_confirmed_and_the_others_are_not_kept(self, desk, case, address):
        first = proposals_for(case)[0]
        desk.post(address, filled_in(desk, address, **{first.name: "on"}))
        (saved,) = case.outcomes.all()
        assert (saved.metric, saved.before, saved.after) == ("审批时限", 15, 5)
        assert (saved.change, saved.stated_change) == (Decimal("-66.67"), -66)
        assert saved.confirmed

    def test_all_are_confirmed_with_one_button_in_the_order_of_the_text(
        self, desk, case, address, outcome
    ):
        Outcome.objects.update(confirmed=False, order=9)
        desk.post(address, filled_in(desk, address, _confirm_all="1"))
        rows = case.outcomes.values_list("metric", "confirmed", "order")
        assert list(rows) == [("审批时限", True, 1), ("群众满意率", True, 2)]

    def test_a_proposal_of_words_that_were_deleted_is_not_kept(self, desk, case, address):
        first = proposals_for(case)[0]
        changes = {first.name: "on", "sections-1-text": "没有数字了。"}
        desk.post(address, filled_in(desk, address, **changes))
        assert not case.outcomes.exists()

    def test_an_amount_is_typed_as_prose_and_the_change_is_computed(self, desk, case, address):
        typed = added(before_amount="约15个工作日", after_amount="即办", stated="")
        assert desk.post(address, filled_in(desk, address, **typed)).status_code == 302
        saved = case.outcomes.get()
        assert (saved.before, saved.before_unit, saved.before_bound) == (15, "个工作日", "约")
        assert (saved.after, saved.unit) == (0, "")
        # 0 of no unit and 15 个工作日 cannot be compared without an assumption.
        assert saved.change is None

    @pytest.mark.parametrize(
        ("values", "complaint"),
        [
            ({"before_amount": "很多"}, "看不懂“很多”"),
            ({"stated": "66%"}, "带上增减"),
            ({"after_amount": ""}, "请填改革后的数"),
            ({"before_amount": "", "after_amount": ""}, "至少填一个数"),
            ({"stated": "提高3个百分点"}, "只能是百分比"),
            ({"after_amount": "5.12345天"}, "小数"),
            ({"sentence": SAVED.replace("压缩至", "压缩到")}, f"最接近的一句：<q>{SAVED}</q>"),
            ({"sentence": f"{SAVED[:5]} {SAVED[5:]}"}, "一字一空格都要相同"),
            ({"sentence": "农户人均增收两千元。"}, "没有相近的句子"),
        ],
    )
    def test_what_cannot_be_right_is_refused_in_words(self, desk, case, address, values, complaint):
        response = desk.post(address, filled_in(desk, address, **added(**values)))
        assert response.status_code == 200
        assert complaint in text_of(response)
        assert not case.outcomes.exists()

    def test_the_sentence_has_to_stand_in_the_text_as_it_is_being_saved(self, desk, case, address):
        new = "窗口由8个减少到2个。"
        typed = added(sentence=new, before_amount="8个", after_amount="2个")
        changes = {"sections-1-text": new, **typed}
        assert desk.post(address, filled_in(desk, address, **changes)).status_code == 302
        assert case.outcomes.get().change == -75

    def test_a_stated_change_that_contradicts_is_shown_beside_the_computed_one(
        self, desk, case, address
    ):
        words = "时长由10.23个工作日压缩至7.84个工作日，下降23.15%。"
        typed = added(
            sentence=words,
            before_amount="10.23个工作日",
            after_amount="7.84个工作日",
            stated="下降23.15%",
        )
        desk.post(address, filled_in(desk, address, **{"sections-1-text": words, **typed}))
        saved = case.outcomes.get()
        assert (saved.change, saved.stated_change) == (Decimal("-23.36"), Decimal("-23.15"))
        assert not saved.agrees
        shown = text_of(desk.get(address))
        assert "算出：减少23.36%" in shown
        assert "文中所说：减少23.15%，与前后两个数不符" in shown

    def test_saving_unchanged_changes_nothing(self, desk, case, address, outcome):
        before = Outcome.objects.values().get()
        desk.post(address, filled_in(desk, address))
        assert Outcome.objects.values().get() == before

    def test_a_changed_text_asks_about_its_confirmed_sentence(self, desk, address, outcome):
        text = RESULT.replace("15个", "20个")
        changes = {"sections-1-text": text}
        response = desk.post(address, filled_in(desk, address, **changes))
        shown = text_of(response)
        assert "正文改动后，这一句已不在正文里" in shown
        assert "审批时限由20个工作日压缩至5个工作日" in shown
        # Each of the three ways out is open.
        for way in (
            {"outcomes-0-confirmed": None},
            {"outcomes-0-DELETE": "on"},
            {"_nearest": "outcomes-0", "outcomes-0-before_amount": "20个工作日"},
        ):
            data = filled_in(desk, address, **changes, **way)
            assert desk.post(address, data).status_code == 302
            left = Outcome.objects.first()
            assert left is None or not left.confirmed or left.sentence in text
            Outcome.objects.all().delete()
            Section.objects.filter(order=2).update(text=RESULT)
            outcome.pk = None
            outcome.confirmed, outcome.sentence = True, SAVED
            outcome.save()

    def test_an_exchanged_sentence_does_not_bear_the_numbers_of_the_old_one(
        self, desk, case, address, outcome
    ):
        changes = {"sections-1-text": RESULT.replace("15个", "20个"), "_nearest": "outcomes-0"}
        response = desk.post(address, filled_in(desk, address, **changes))
        assert "换上的这一句里没有15个工作日" in text_of(response)
        assert case.outcomes.get().sentence == SAVED

    def test_numbers_that_their_sentence_does_not_say_are_told_and_proposed_anew(
        self, desk, case, address, outcome
    ):
        Section.objects.filter(order=2).update(text=RESULT.replace("15个", "20个"))
        Outcome.objects.update(sentence=SAVED.replace("15个", "20个"))
        assert [str(one.outcome.before) for one in proposals_for(case)][:1] == ["20"]
        told = f"成效数据“{outcome.metric}”的原句里找不到15个工作日，请核对。"
        assert told in text_of(desk.get(address))

    def test_the_form_marks_a_sentence_that_was_lost_elsewhere(self, desk, address, outcome):
        Section.objects.filter(order=2).update(text="改写过了。")
        assert "正文里已没有这一句，读者看不到这一条" in text_of(desk.get(address))

    def test_whoever_may_only_look_reads_the_numbers(self, desk, case, address, outcome):
        case.publish()
        row = tree_of(desk.get(address)).xpath("//*[@id='outcomes-0']")[0].text_content()
        for words in ("改革前", "15个工作日", "5个工作日", "减少66.67%"):
            assert words in row
        assert not tree_of(desk.get(address)).xpath("//*[@name='outcomes-0-metric']")

    def test_a_closed_case_takes_no_number_by_a_crafted_post(self, desk, case, address, outcome):
        name = proposals_for(case)[0].name
        data = filled_in(desk, address, **{name: "on", "_confirm_all": "1"})
        case.publish()
        desk.post(address, data)
        assert case.outcomes.count() == 1


class TestHeadline:
    def outcome(self, **values):
        return Outcome(**{"confirmed": True, "unit": "天", **values})

    @pytest.mark.parametrize(
        ("values", "share"),
        [
            ({"change": Decimal(-50)}, 0.5),
            ({"change": Decimal(100)}, 0.5),
            ({"change": Decimal(-100)}, 1.0),
            ({"change": Decimal(300)}, 0.75),
            ({"stated_change": Decimal(-60), "unit": "%"}, 0.6),
            ({"stated_change": Decimal(3), "unit": "个百分点"}, None),
            ({"change": Decimal(0)}, None),
            ({"after": Decimal(100), "unit": "%"}, None),
        ],
    )
    def test_less_and_more_count_alike(self, values, share):
        assert self.outcome(**values).improvement == share

    def test_the_confirmed_one_that_moved_furthest_stands_for_the_case(self, case):
        half = self.outcome(change=Decimal(-50), metric="一半")
        double = self.outcome(change=Decimal(100), metric="一倍")
        unconfirmed = self.outcome(change=Decimal(-90), confirmed=False)
        still = self.outcome(after=Decimal(3))
        assert headline([still, half, double, unconfirmed]) is half
        assert headline([still, unconfirmed]) is None
        for one in (half, unconfirmed):
            one.case, one.kind, one.sentence = case, "before_after", SAVED
            one.save()
        assert case.headline_outcome == half


class TestSuggestions:
    def test_what_the_case_has_is_not_suggested(self, case, terms):
        assert {one.key for one in suggestions_for(case)} == {
            f"primary_theme:{Theme.objects.get().pk}",
            f"approaches:{terms.pk}",
        }
        case.primary_theme = Theme.objects.get()
        case.approaches.add(terms)
        assert suggestions_for(case) == []

    def test_a_missing_region_is_suggested_by_its_path(self, case, fuzhou):
        case.region = None
        assert suggestions_for(case)[0].name == "福建省 > 福州市"
        assert suggestions_for(Case(title="没有正文", pk=0)) == []

    def test_a_button_saves_what_was_typed_and_takes_the_suggestion(
        self, desk, case, address, terms
    ):
        keys = " ".join(one.key for one in suggestions_for(case))
        data = filled_in(desk, address, title="改过的标题", _accept=keys)
        response = desk.post(address, data)
        case.refresh_from_db()
        assert response["Location"] == address
        assert (case.title, case.primary_theme.code) == ("改过的标题", "t")
        assert list(case.approaches.all()) == [terms]

    def test_only_terms_and_the_region_can_be_taken(self, desk, case, address):
        data = filled_in(desk, address, _accept="title:1")
        assert desk.post(address, data).status_code == 400


class TestPreview:
    def test_readers_own_page_is_made_of_what_was_typed_and_nothing_is_saved(
        self, desk, case, address, outcome
    ):
        changes = {
            "title": "没有保存的标题",
            "sections-0-text": "没有保存的一段。",
            "highlight": "亮",
        }
        data = filled_in(desk, address, **changes)
        shown = text_of(desk.post(page("case_preview", case.pk), data))
        assert '<h1 class="case-title">没有保存的标题</h1>' in shown
        assert "没有保存的一段。" in shown
        assert "预览：按表单里现在的内容排出" in shown
        assert "成效一览" in shown
        case.refresh_from_db()
        assert case.title == "福州市推行告知承诺"
        assert case.sections.first().text == BACKGROUND

    def test_what_is_wrong_or_deleted_or_moved_is_previewed_as_far_as_it_goes(
        self, desk, case, address
    ):
        changes = {
            "region": "",
            "sections-0-order": "5",
            "sections-1-kind": "没有这种",
            **added(sentence="没有这一句"),
        }
        shown = text_of(
            desk.post(page("case_preview", case.pk), filled_in(desk, address, **changes))
        )
        assert "（未选地区）" in shown
        assert shown.index("满意率") < shown.index("多头跑")
        changes = {"sections-0-DELETE": "on"}
        shown = text_of(
            desk.post(page("case_preview", case.pk), filled_in(desk, address, **changes))
        )
        assert "多头跑" not in shown

    def test_a_case_that_was_never_saved_has_a_preview(self, desk, terms, fuzhou):
        data = filled_in(desk, page("case_add"), title="新写的", region=fuzhou.pk)
        data |= {"sections-0-text": "一段背景。", "approaches": [terms.pk]}
        shown = text_of(desk.post(page("case_add_preview"), data))
        for words in ("新写的", "一段背景。", "告知承诺", "福州市"):
            assert words in shown
        assert not Case.objects.exists()

    def test_a_script_gets_the_page_and_the_panels(self, desk, case, address):
        changes = {"highlight": "一句话", "sections-0-text": BACKGROUND.replace("多头", "来回")}
        data = filled_in(desk, address, **changes)
        answer = desk.post(page("case_live", case.pk), data).json()
        assert "来回跑" in answer["page"]
        assert "没有写亮点" not in answer["panels"]["completeness"]
        assert "<del>" in answer["panels"]["sections-0-original"]
        assert "告知承诺" in answer["panels"]["suggestions"]
        assert "群众满意率" in answer["panels"]["proposals"]

    def test_only_staff_who_may_see_the_case_get_a_preview(self, client, case):
        for name in ("case_preview", "case_live"):
            assert client.post(page(name, case.pk))["Location"].startswith(reverse("admin:login"))
        client.force_login(User.objects.create_user("li", is_staff=True))
        for name in ("case_preview", "case_live"):
            assert client.post(page(name, case.pk)).status_code == 403
            assert client.post(page("case_add_preview")).status_code == 403


class TestCompleteness:
    def names(self, case, weight):
        return [lack.name for lack in completeness(case) if lack.weight == weight]

    def test_an_empty_case_lacks_everything(self):
        case = Case.objects.create(title="")
        assert self.names(case, "needed") == ["标题", "地区", "正文"]
        assert self.names(case, "wanted") == ["亮点", "主要领域", "改革手段", "牵头部门"]
        assert len(self.names(case, "optional")) == len(COPIER_FIELDS)

    def test_kinds_of_parts_and_numbers_are_asked_for(self, case, outcome):
        assert self.names(case, "needed") == []
        assert "做法" in self.names(case, "wanted")
        assert "成效数据" not in self.names(case, "wanted")
        Outcome.objects.update(confirmed=False)
        assert "成效数据" in self.names(case, "wanted")

    def test_a_sentence_that_is_gone_is_told(self, case, outcome):
        Section.objects.filter(order=2).update(text="改写过了。")
        messages = [lack.message for lack in completeness(case)]
        assert "成效数据“审批时限”的原句已不在正文里，读者看不到这一条。" in messages

    def test_every_item_leads_to_its_field(self, desk, case, address):
        Case.objects.update(region=None)
        Section.objects.all().delete()
        tree = tree_of(desk.get(address))
        links = tree.xpath("//*[@id='panel-completeness']//a/@href")
        assert len(links) == 14
        for link in links:
            assert tree.xpath(f"//*[@id='{link.removeprefix('#')}']"), link


class TestParts:
    def test_numbers_put_the_parts_in_order(self, desk, case, address):
        changes = {"sections-0-order": "3"}
        desk.post(address, filled_in(desk, address, **changes))
        assert [section.kind for section in case.sections.all()] == ["outcomes", "background"]

    def test_without_a_script_a_row_more_comes_with_a_button(self, desk, case, address):
        for rows in ("sections", "outcomes", "adoptions"):
            data = filled_in(desk, address, title=f"改了{rows}", _more=rows)
            response = desk.post(address, data)
            assert response["Location"] == f"{address}?more={rows}#{rows}-group"
            total = f"//input[@name='{rows}-TOTAL_FORMS']/@value"
            before, after = (
                int(tree_of(desk.get(one)).xpath(total)[0])
                for one in (address, f"{address}?more={rows}")
            )
            assert after == before + 1

    def test_documents_are_listed_with_the_other_cases_that_cite_them(self, desk, case, address):
        other = Case.objects.create(title="也依据这个条例")
        Section.objects.create(case=other, text="依据《优化营商环境条例》办理。")
        (row,) = tree_of(desk.get(address)).xpath("//*[@id='panel-cited']//tbody/tr")
        shown = row.text_content()
        assert "《优化营商环境条例》" in shown
        assert "国务院令第722号" in shown
        assert "也依据这个条例" in shown

    def test_a_large_case_stays_below_the_limit_of_fields(self, desk, case, address):
        for order in range(3, 41):
            Section.objects.create(case=case, order=order, kind="practices", text=RESULT)
        for order in range(60):
            Outcome.objects.create(
                case=case, order=order, kind="total", metric=f"指标{order}", after=1, sentence=SAVED
            )
        data = filled_in(desk, address)
        sent = sum(len(value) if isinstance(value, list) else 1 for value in data.values())
        assert sent < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS * 0.8
        assert desk.post(address, data).status_code == 302


class TestLedger:
    def rows(self, region, **values):
        row = {"region": region.pk, "status": "planned", "dated": "2025-06-01"} | values
        return {
            "adoptions-TOTAL_FORMS": "1",
            **{f"adoptions-0-{name}": value for name, value in row.items()},
        }

    def test_a_copy_is_written_below_the_case_also_a_published_one(
        self, desk, case, address, xiamen
    ):
        case.publish()
        effect = "已在两个区推开"
        desk.post(address, filled_in(desk, address, **self.rows(xiamen, effect=effect)))
        adoption = case.adoptions.get()
        assert (adoption.region, adoption.effect) == (xiamen, effect)
        assert adoption.recorded_by.username == "chen"
        shown = text_of(desk.get(case.get_absolute_url()))
        for words in ("复制推广", "厦门市", "拟复制", "2025-06-01", effect):
            assert words in shown

    def test_a_region_does_not_copy_its_own_case(self, desk, case, address, fuzhou):
        response = desk.post(address, filled_in(desk, address, **self.rows(fuzhou)))
        assert "案例就出自福州市，不算复制" in text_of(response)
        data = {"case": case.pk, "region": fuzhou.pk, "status": "planned"}
        response = desk.post(page("adoption_add"), data)
        assert "案例就出自福州市，不算复制" in text_of(response)
        assert not Adoption.objects.exists()

    def test_a_region_copies_a_case_once(self, desk, case, xiamen):
        Adoption.objects.create(case=case, region=xiamen)
        data = {"case": case.pk, "region": xiamen.pk, "status": "effective", "effect": "省时"}
        assert "已经登记过" in text_of(desk.post(page("adoption_add"), data))

    @pytest.mark.parametrize(
        ("values", "complaint"),
        [
            ({"status": "effective", "dated": ""}, "请写明见了什么效"),
            ({"status": "under_way", "dated": "2999-01-01"}, "日期还没有到"),
        ],
    )
    def test_what_cannot_be_true_yet_is_refused(self, desk, case, xiamen, values, complaint):
        data = {"case": case.pk, "region": xiamen.pk, **values}
        assert complaint in text_of(desk.post(page("adoption_add"), data))
        assert not Adoption.objects.exists()

    def test_cases_to_choose_from_stand_once(self, desk, case):
        case.publish()
        case.revise()
        query = {"app_label": "cases", "model_name": "adoption", "field_name": "case"}
        found = desk.get(reverse("admin:autocomplete"), query | {"term": case.title}).json()
        assert [row["id"] for row in found["results"]] == [str(case.pk)]

    def test_a_copy_of_a_revision_is_one_of_its_case(self, desk, case, xiamen):
        case.publish()
        data = {"case": case.revise().pk, "region": xiamen.pk, "status": "planned"}
        desk.post(page("adoption_add"), data)
        adoption = Adoption.objects.get()
        assert (adoption.case, adoption.recorded_by.username) == (case, "chen")

    def test_the_list_is_filtered_by_region_status_and_case(self, desk, case, xiamen):
        other = Case.objects.create(title="另一个案例")
        Adoption.objects.create(case=case, region=xiamen, status="planned")
        Adoption.objects.create(case=other, region=xiamen.parent, status="effective")

        def listed(**query):
            response = desk.get(page("adoption_changelist"), query)
            assert response.status_code == 200
            return [one.case.title for one in response.context["cl"].result_list]

        assert len(listed(region="350000")) == 2
        assert listed(region="350200") == [case.title]
        assert listed(status__exact="effective") == [other.title]
        assert listed(case__id__exact=case.pk) == [case.title]
        assert listed(q="厦门") == [case.title]

    def test_the_ledger_has_rights_of_its_own(self, client, case, xiamen):
        user = User.objects.create_user("wang", is_staff=True)
        rights = ["view_case", "change_case"]
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(user)
        address = page("case_change", case.pk)
        client.post(address, filled_in(client, address, **self.rows(xiamen)))
        assert not Adoption.objects.exists()


class TestReadersPage:
    def test_only_confirmed_numbers_whose_sentence_stands_are_shown(self, client, case, outcome):
        Outcome.objects.create(
            case=case, kind="total", metric="没有确认的", after=1, sentence=SAVED
        )
        Outcome.objects.create(
            case=case, kind="total", metric="没有原句的", after=1, sentence="没有", confirmed=True
        )
        case.publish()
        response = client.get(case.get_absolute_url())
        (row,) = tree_of(response).xpath("//section[contains(@class, 'outcomes')]//tbody/tr")
        cells = [cell.text_content() for cell in row]
        assert cells[:4] == ["审批时限", "15个工作日", "5个工作日", "减少66.67%"]
        assert row.xpath(".//a/@href") == ["#s2-p1"]
        assert tree_of(response).xpath("//*[@id='s2-p1']")
