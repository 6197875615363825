"""A notice becomes drafts; importing again never loses what was there."""

import hashlib
import threading

import pytest
from django.conf import settings
from django.db import connection
from notice_files import HEAD, changed, docx_of

from cases.models import Case, Notice, NoticeFile, Region, Section, Status, Theme
from cases.notices.document import NoticeFileError
from cases.notices.importer import import_notice
from cases.notices.importing.curation import Curation, CurationError, read_curation
from cases.notices.importing.report import Outcome
from cases.notices.importing.vocabulary import LibraryNotReady

FIRST_NOTICE = settings.BASE_DIR / "fixtures" / "notices" / "fujian-2025-batch-1.txt"

TAX = [
    "案例一：宁波市税务局打造出口退税服务新模式",
    "一、背景情况",
    "外贸企业反映退税材料多，税务部门决定改革。",
    "二、主要做法",
    "（一）精简材料。税务局将退税资料由15份减至3份。",
    "（二）数据共享。与海关共享报关数据。",
    "三、取得成效",
    "退税平均时间压缩到2个工作日。",
]
POWER = [
    "案例二：湖州市德清县供电公司推行办电“零上门”",
    "一、背景情况",
    "企业办电往返多次。",
    "二、主要做法",
    "供电公司推行线上报装，上门服务。",
    "三、取得成效",
    "办电时间压缩一半。",
]
COURT = [
    "案例三：义乌市构建国际商事纠纷多元解纷新格局",
    "一、背景情况",
    "国际商事纠纷增多。",
    "二、主要做法",
    "人民法院与调解组织合作，调解商事纠纷。",
    "三、取得成效",
    "纠纷化解更快。",
]
VAGUE = [
    "案例一：优化服务有新招",
    "一、背景情况",
    "过去大家有很多想法，但是一直没有机会说出来，也没有人愿意听。",
    "二、主要做法",
    "大家一起坐下来慢慢商量，把想法一条一条写在纸上，然后一起努力去做。",
    "三、取得成效",
    "现在大家都很满意，说起这件事来都很高兴，觉得很值得。",
]


def text_of(*parts):
    return "\n\n".join("　　" + line for part in parts for line in part).encode()


def numbered(*parts):
    """The cases with the marks 案例一, 案例二 … in this order."""
    return [
        [f"案例{mark}：{part[0].split('：', 1)[1]}", *part[1:]]
        for mark, part in zip("一二三四五", parts, strict=False)
    ]


def titled(part, title):
    return [f"案例一：{title}", *part[1:]]


def messages(report):
    """What is said of the notice and of its cases."""
    return [problem.message for each in (report, *report.cases) for problem in each.problems]


def placed():
    """Title -> (id, number, mark) of each case in the library."""
    return {case.title: (case.pk, case.number, case.mark) for case in Case.objects.all()}


def run(*parts, filename="通知.txt", **options):
    return import_notice(text_of(*parts), filename, **options)


def outcomes(report):
    return [case.outcome for case in report.cases]


def everything():
    """Every row that an import could write, as plain values."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (
            Notice,
            NoticeFile,
            Case,
            Section,
            Case.other_themes.through,
            Case.approaches.through,
            Case.bodies.through,
        )
    }


# The first import


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestFirstImport:
    def test_each_case_becomes_a_draft_with_its_sections(self):
        report = run(HEAD, TAX, POWER, COURT)
        assert outcomes(report) == [Outcome.NEW] * 3
        first, second, third = Case.objects.order_by("number")
        assert first.title == "宁波市税务局打造出口退税服务新模式"
        # Without the colon that parts it from the title.
        assert first.mark == "案例一"
        assert [case.status for case in (first, second, third)] == [Status.DRAFT] * 3
        assert [case.region.name for case in (first, second, third)] == [
            "宁波市",
            "德清县",
            "义乌市",
        ]
        assert [s.heading for s in first.sections.all()] == [
            "一、背景情况",
            "二、主要做法",
            "三、取得成效",
        ]
        assert [s.kind for s in first.sections.all()] == ["background", "practices", "outcomes"]
        assert first.primary_theme.code == "paying-taxes"
        assert [body.code for body in second.bodies.all()] == ["power-supply"]

    def test_paragraphs_know_their_place_in_the_original(self):
        run(HEAD, TAX)
        practices = Case.objects.get().sections.get(kind="practices")
        assert [p["text"].strip() for p in practices.source] == TAX[4:6]
        assert [p["position"] for p in practices.source] == [11, 12]
        assert len(practices.source) == len(practices.paragraphs)

    def test_the_notice_keeps_its_facts_and_its_file_byte_for_byte(self):
        data = docx_of(HEAD, TAX)
        report = import_notice(data, "/some/where/通知.docx")
        notice = Notice.objects.get(pk=report.notice_id)
        assert report.notice_is_new
        assert notice.doc_number == "浙发改营商〔2025〕12号"
        assert notice.issuer == "浙江省发展和改革委员会"
        assert str(notice.issued_on) == "2025-03-08"
        assert notice.region.code == "330000"
        assert "请结合实际学习借鉴" in notice.letter
        file = notice.files.get()
        assert bytes(file.content) == data
        assert (file.name, file.size) == ("通知.docx", len(data))
        assert file.sha256 == hashlib.sha256(data).hexdigest()

    def test_word_and_text_give_the_same_cases(self):
        word = import_notice(docx_of(HEAD, TAX, POWER), "通知.docx", dry_run=True)
        text = run(HEAD, TAX, POWER, dry_run=True)
        assert word.as_json() == text.as_json()

    def test_a_draft_counts_as_untouched(self):
        run(HEAD, TAX)
        assert Case.objects.get().is_untouched

    def test_publishing_shows_complete_cases_only(self):
        nowhere = changed(TAX, "宁波市税务局打造", "打造")
        report = run(HEAD, nowhere, POWER, publish=True)
        without_region, complete = report.cases
        assert (without_region.published, complete.published) == (False, True)
        assert any("还缺地区" in problem.message for problem in without_region.problems)
        assert [case.number for case in Case.objects.published()] == [2]

    def test_what_is_not_known_becomes_a_problem_and_nothing_is_invented(self):
        report = run(HEAD, VAGUE)
        messages = [problem.message for problem in report.cases[0].problems]
        assert "没有识别出地区，请选定。" in messages
        assert "没有识别出领域，请选定。" in messages
        case = Case.objects.get()
        assert case.region is None
        assert case.primary_theme is None

    def test_a_title_that_its_column_cannot_hold_is_kept_as_a_problem(self):
        long = "宁波市" + "税务改革" * 60
        report = import_notice(docx_of(HEAD, [f"案例一：{long}", *TAX[1:]]), "通知.docx")
        assert Case.objects.get().title == long[:200]
        assert any(problem.paragraph == long for problem in report.cases[0].problems)

    def test_two_cases_of_one_number_are_both_kept(self):
        report = run(HEAD, TAX, changed(POWER, "案例二", "案例一"))
        assert sorted(Case.objects.values_list("number", flat=True)) == [1, 2]
        again = run(HEAD, TAX, changed(POWER, "案例二", "案例一"))
        assert len(report.cases) == 2
        assert outcomes(again) == [Outcome.UNCHANGED] * 2

    def test_a_letter_without_cases_writes_nothing_and_says_so(self):
        report = run(HEAD)
        assert report.cases == ()
        assert "没有找到案例" in report.problems[0].message
        assert not Notice.objects.exists()

    def test_another_paper_is_refused(self):
        with pytest.raises(NoticeFileError, match="不像是通知"):
            import_notice(b"for each in things: print(each)" * 5, "a.txt")

    def test_the_file_name_stands_in_for_a_missing_title(self):
        report = import_notice(FIRST_NOTICE.read_bytes(), "福建第一批.txt")
        notice = Notice.objects.get()
        if report.title:
            assert notice.title == report.title
        else:
            assert notice.title == "福建第一批"

    def test_a_file_name_that_is_no_text_does_no_harm(self):
        run(HEAD, TAX, filename="通知\udcff.txt")
        assert NoticeFile.objects.get().name == "通知?.txt"


@pytest.mark.django_db
def test_without_regions_and_terms_it_says_what_to_do():
    with pytest.raises(LibraryNotReady, match="load_fixtures"):
        run(HEAD, TAX)
    assert not Notice.objects.exists()


# Importing again


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestSecondImport:
    def test_the_same_file_changes_no_row(self):
        run(HEAD, TAX, POWER)
        before = everything()
        report = run(HEAD, TAX, POWER)
        assert outcomes(report) == [Outcome.UNCHANGED] * 2
        assert everything() == before

    def test_the_same_file_under_another_name_is_the_same_notice(self):
        run(HEAD, TAX)
        before = everything()
        run(HEAD, TAX, filename="另存.txt")
        assert everything() == before

    def test_the_document_number_tells_an_amended_notice(self):
        first = run(HEAD, TAX)
        report = run(changed(HEAD, "学习借鉴", "认真学习"), TAX)
        assert report.notice_id == first.notice_id
        assert Notice.objects.get().files.count() == 2
        assert any("未覆盖" in problem.message for problem in report.problems)

    def test_title_issuer_and_day_tell_a_notice_without_number(self):
        head = [line for line in HEAD if "〔" not in line]
        first = run(head, TAX)
        report = run(head, TAX, POWER)
        assert report.notice_id == first.notice_id

    def test_another_number_is_another_notice(self):
        run(HEAD, TAX)
        report = run(changed(HEAD, "12号", "13号"), TAX)
        assert report.notice_is_new
        assert Case.objects.count() == 2

    def test_an_untouched_draft_follows_the_amended_file(self):
        run(HEAD, TAX, POWER)
        kept = Case.objects.get(number=2)
        report = run(HEAD, changed(TAX, "3份", "2份"), POWER, COURT)
        assert outcomes(report) == [Outcome.UPDATED, Outcome.UNCHANGED, Outcome.NEW]
        assert report.cases[0].differences == ("二、主要做法",)
        case = Case.objects.get(number=1)
        assert "减至2份" in case.sections.get(kind="practices").text
        assert case.sections.count() == 3
        assert case.is_untouched
        assert Case.objects.get(number=2).updated_at == kept.updated_at

    def test_an_edited_draft_is_reported_and_kept(self):
        run(HEAD, TAX)
        Section.objects.filter(kind="practices").update(text="编辑改写过的做法。")
        before = everything()
        report = run(HEAD, TAX)
        assert outcomes(report) == [Outcome.DIFFERING]
        assert report.cases[0].differences == ("二、主要做法",)
        assert everything() == before

    def test_a_draft_whose_terms_were_edited_keeps_its_words_too(self):
        run(HEAD, TAX)
        Case.objects.get().other_themes.add(Theme.objects.get(code="electricity"))
        report = run(HEAD, changed(TAX, "3份", "2份"))
        assert outcomes(report) == [Outcome.DIFFERING]
        assert "减至3份" in Case.objects.get().sections.get(kind="practices").text

    def test_a_published_case_is_reported_and_kept(self):
        run(HEAD, TAX, publish=True)
        report = run(HEAD, changed(TAX, "宁波市税务局打造", "宁波市税务局推出"), publish=True)
        assert outcomes(report) == [Outcome.DIFFERING]
        assert report.cases[0].differences == ("标题",)
        assert Case.objects.published().get().title == "宁波市税务局打造出口退税服务新模式"

    def test_a_draft_of_an_earlier_import_is_not_published(self):
        run(HEAD, TAX)
        run(HEAD, TAX, POWER, publish=True)
        assert [case.number for case in Case.objects.published()] == [2]

    def test_a_case_that_is_gone_from_the_file_stays(self):
        run(HEAD, TAX, POWER)
        report = run(HEAD, TAX)
        assert report.missing == ("第 2 个案例《湖州市德清县供电公司推行办电“零上门”》",)
        assert Case.objects.count() == 2


TAX_TITLE, POWER_TITLE, COURT_TITLE = (part[0][4:] for part in (TAX, POWER, COURT))


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestCasesThatMove:
    """An amended notice renumbers its cases; each stays what it was, under its address."""

    def test_an_inserted_case_turns_none_into_another(self):
        run(HEAD, TAX, POWER)
        edited = Case.objects.get(title=TAX_TITLE)
        edited.sections.filter(kind="practices").update(text="编辑改写过的做法。")
        published = Case.objects.get(title=POWER_TITLE)
        published.publish()
        amended = numbered(COURT, TAX, POWER)
        report = run(HEAD, *amended)
        assert outcomes(report) == [Outcome.NEW, Outcome.DIFFERING, Outcome.UNCHANGED]
        assert [(case.title, case.number) for case in Case.objects.order_by("number")] == [
            (COURT_TITLE, 1),
            (TAX_TITLE, 2),
            (POWER_TITLE, 3),
        ]
        assert placed()[TAX_TITLE][0] == edited.pk
        assert placed()[POWER_TITLE][0] == published.pk
        assert edited.sections.get(kind="practices").text == "编辑改写过的做法。"
        again = Case.objects.get(pk=published.pk)
        assert (again.is_published, again.updated_at) == (True, published.updated_at)
        # The mark that readers see goes with the number, and makes the case no edited one.
        assert again.mark == "案例三"
        assert again.imported_digest == again.content_digest()
        assert any("原第 1、2 个现为第 2、3 个" in message for message in messages(report))

    def test_an_untouched_draft_takes_its_new_number_and_mark(self):
        run(HEAD, TAX, POWER)
        tax, power = placed()[TAX_TITLE][0], placed()[POWER_TITLE][0]
        report = run(HEAD, *numbered(POWER, TAX))
        assert outcomes(report) == [Outcome.UPDATED] * 2
        assert {"序号", "编号或分组"} <= set(report.cases[0].differences)
        assert placed() == {TAX_TITLE: (tax, 2, "案例二"), POWER_TITLE: (power, 1, "案例一")}
        assert all(case.is_untouched for case in Case.objects.all())

    def test_importing_the_amended_file_again_changes_no_row(self):
        run(HEAD, TAX, POWER, publish=True)
        run(HEAD, *numbered(COURT, POWER))
        before = everything()
        report = run(HEAD, *numbered(COURT, POWER))
        assert outcomes(report) == [Outcome.UNCHANGED] * 2
        assert report.missing == (f"不再编号的案例《{TAX_TITLE}》",)
        assert messages(report) == []
        assert everything() == before

    def test_a_removed_case_stays_and_comes_back_as_itself(self):
        run(HEAD, TAX, POWER, COURT, publish=True)
        before = placed()
        report = run(HEAD, *numbered(TAX, COURT))
        assert report.missing == (f"原第 2 个案例《{POWER_TITLE}》",)
        assert placed()[POWER_TITLE][:2] == (before[POWER_TITLE][0], None)
        assert placed()[COURT_TITLE][:2] == (before[COURT_TITLE][0], 2)
        assert Case.objects.published().count() == 3
        run(HEAD, TAX, POWER, COURT)
        assert placed() == before

    def test_another_case_of_the_same_number_is_a_new_one(self):
        run(HEAD, TAX, POWER)
        power = placed()[POWER_TITLE][0]
        report = run(HEAD, *numbered(TAX, COURT))
        assert outcomes(report) == [Outcome.UNCHANGED, Outcome.NEW]
        assert placed()[POWER_TITLE][:2] == (power, None)
        kept = Case.objects.get(pk=power).sections.get(kind="practices")
        assert kept.text == "供电公司推行线上报装，上门服务。"
        (message,) = messages(report)
        assert message.startswith(f"库中原第 2 个案例《{POWER_TITLE}》的标题和正文都与此不同")

    def test_a_retitled_case_is_known_by_its_text_wherever_it_stands(self):
        run(HEAD, TAX, POWER)
        tax = placed()[TAX_TITLE][0]
        report = run(HEAD, *numbered(POWER, titled(TAX, "甬城外贸企业退税提速增效")))
        assert outcomes(report) == [Outcome.UPDATED] * 2
        assert placed()["甬城外贸企业退税提速增效"][:2] == (tax, 2)
        assert Case.objects.count() == 2
        assert any(f"库中原题为《{TAX_TITLE}》" in message for message in messages(report))

    def test_a_rewritten_case_is_known_by_number_and_like_title(self):
        run(HEAD, TAX, POWER)
        before = {place[:2] for place in placed().values()}
        rewritten = [f"{TAX[0]}（修订）", "一、主要做法", "全部改写成另一番话，与原来毫无关系。"]
        assert outcomes(run(HEAD, rewritten, POWER))[0] is Outcome.UPDATED
        assert {place[:2] for place in placed().values()} == before

    def test_an_editor_may_rewrite_everything(self):
        run(HEAD, TAX, POWER)
        case = Case.objects.get(title=TAX_TITLE)
        Case.objects.filter(pk=case.pk).update(title="另起的题目")
        case.sections.update(text="另写的文字。")
        before = everything()
        assert outcomes(run(HEAD, TAX, POWER)) == [Outcome.DIFFERING, Outcome.UNCHANGED]
        assert everything() == before
        # Parts that were deleted and written anew leave nothing but the number.
        case.sections.all().delete()
        Section.objects.create(case=case, heading="做法", text="另写的文字。")
        before = everything()
        assert outcomes(run(HEAD, TAX, POWER)) == [Outcome.DIFFERING, Outcome.UNCHANGED]
        assert everything() == before

    def test_what_every_case_of_a_notice_says_tells_none_from_another(self):
        def like(title):
            return [f"案例一：{title}", "一、主要做法", *["坚持高位推动，压实各级责任。"] * 3]

        first = numbered(TAX, like("湖州市推行政务公开"), like("嘉兴市推行政务公开"))
        run(HEAD, *first)
        report = run(HEAD, *numbered(TAX, like("嘉兴市推行政务公开"), like("丽水市清理拖欠账款")))
        assert [outcome is Outcome.NEW for outcome in outcomes(report)] == [False, False, True]
        assert Case.objects.filter(title="湖州市推行政务公开", number=None).exists()

    def test_a_case_entered_by_hand_is_not_entered_twice(self):
        notice = Notice.objects.get(pk=run(HEAD, TAX).notice_id)
        by_hand = Case.objects.create(notice=notice, title=POWER_TITLE)
        other = Case.objects.create(notice=notice, title="与文件无关的案例")
        report = run(HEAD, TAX, POWER)
        assert outcomes(report) == [Outcome.UNCHANGED, Outcome.DIFFERING]
        assert placed()[POWER_TITLE][:2] == (by_hand.pk, 2)
        assert placed()[other.title][1] is None
        assert report.missing == ()

    def test_a_dry_run_moves_no_number(self):
        run(HEAD, TAX, POWER)
        before = everything()
        run(HEAD, *numbered(POWER, TAX), dry_run=True)
        assert everything() == before


BARE = ["全省优化营商环境“十佳”经验做法"]


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestWhichNotice:
    """Where issuer, number or day are not known, the cases say which notice it is."""

    @pytest.mark.parametrize("again", [[TAX, POWER], [TAX, POWER, COURT], [POWER]])
    def test_the_same_title_and_cases_are_the_same_notice(self, again):
        first = run(BARE, TAX, POWER)
        report = run(BARE, *numbered(*again), ["完。"])
        assert report.notice_id == first.notice_id
        assert Notice.objects.count() == 1
        assert any("按标题和案例认定" in message for message in messages(report))

    def test_a_byte_more_is_no_other_notice(self):
        run(BARE, TAX, POWER)
        cases = everything()["Case"]
        report = import_notice(text_of(BARE, TAX, POWER) + b"\n", "通知.txt")
        assert outcomes(report) == [Outcome.UNCHANGED] * 2
        assert everything()["Case"] == cases

    def test_a_copy_without_number_and_day_joins_its_notice(self):
        first = run(HEAD, TAX, POWER)
        copy = [HEAD[0], *HEAD[2:4]]
        report = run(copy, TAX, POWER)
        assert (report.doc_number, report.issued_on) == ("", None)
        assert report.notice_id == first.notice_id

    def test_the_same_cases_under_another_title_are_the_same_notice(self):
        first = run(BARE, TAX, POWER)
        report = run(["浙江省优化营商环境典型案例选登"], TAX, POWER)
        assert report.notice_id == first.notice_id
        assert any(message.startswith("标题") for message in messages(report))

    def test_the_same_place_names_in_another_year_are_not(self):
        def year(number, *texts):
            head = [f"{number}年全省优化营商环境典型案例"]
            places = ("宁波市海曙区", "湖州市德清县")
            return [head, *numbered(*(titled(t, p) for t, p in zip(texts, places, strict=True)))]

        run(*year(2023, TAX, POWER))
        other = [line.replace("商事纠纷", "医保报销") for line in COURT]
        report = run(*year(2024, COURT, other))
        assert report.notice_is_new
        assert Case.objects.count() == 4

    def test_one_title_with_other_cases_is_another_notice_and_said(self):
        run(BARE, TAX)
        report = run(BARE, *numbered(POWER, COURT))
        assert report.notice_is_new
        assert any("标题相同的通知" in message for message in messages(report))

    def test_a_case_that_two_notices_share_is_kept_twice_and_named(self):
        first = run(HEAD, TAX, POWER)
        other = changed(changed(HEAD, "12号", "30号"), "典型经验的", "典型案例的")
        report = run(other, *numbered(COURT, POWER))
        assert report.notice_is_new
        assert Case.objects.filter(title=POWER_TITLE).count() == 2
        assert Case.objects.filter(notice=first.notice_id).count() == 2
        assert messages(report) == [
            f"可能重复：库中通知《{HEAD[0]}》的第 2 个案例《{POWER_TITLE}》标题相同，请核对。"
        ]
        assert [len(case.problems) for case in report.cases] == [0, 1]

    def test_a_case_without_notice_may_be_a_duplicate_too(self):
        Case.objects.create(title=TAX_TITLE)
        (message,) = messages(run(HEAD, TAX))
        assert "不出自通知的案例" in message

    def test_one_number_with_other_cases_is_said(self):
        first = run(HEAD, TAX)
        report = run(HEAD, *numbered(COURT))
        assert report.notice_id == first.notice_id
        assert outcomes(report) == [Outcome.NEW]
        assert any("文号相同的通知" in message for message in messages(report))

    def test_a_difference_of_the_letter_is_told_once(self):
        run(HEAD, TAX)
        report = run(changed(HEAD, "学习借鉴", "认真学习"), TAX)
        assert messages(report) == ["正文与库中不同，未覆盖，请核对。"]


# A dry run


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestDryRun:
    def test_it_says_the_same_and_writes_nothing(self):
        before = everything()
        dry = run(HEAD, TAX, POWER, dry_run=True, publish=True)
        assert everything() == before
        assert dry.dry_run
        assert dry.notice_id is None
        real = run(HEAD, TAX, POWER, publish=True)
        assert dry.cases == real.cases

    def test_it_leaves_an_existing_notice_alone(self):
        first = run(HEAD, TAX)
        before = everything()
        report = run(HEAD, changed(TAX, "3份", "2份"), dry_run=True)
        assert outcomes(report) == [Outcome.UPDATED]
        assert report.notice_id == first.notice_id
        assert everything() == before


# Curation


CURATED = """{
  "notice": {"title": "典型经验（第一批）", "source_url": "https://example.gov.cn/a.html"},
  "cases": [{"number": 1, "region": "330212", "primary_theme": "cross-border-trade",
             "themes": ["paying-taxes"], "approaches": ["data-sharing"], "bodies": ["taxation"],
             "highlight": "退税资料由15份减至3份。"}]
}""".encode()


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestCuration:
    def test_curated_values_are_laid_over_new_cases(self):
        report = run(HEAD, TAX, POWER, curation=read_curation(CURATED))
        case, other = Case.objects.order_by("number")
        assert case.region == Region.objects.get(code="330212")
        assert [theme.code for theme in case.themes] == ["cross-border-trade", "paying-taxes"]
        assert [each.code for each in case.approaches.all()] == ["data-sharing"]
        assert case.highlight == "退税资料由15份减至3份。"
        assert case.notice.title == "典型经验（第一批）"
        assert case.notice.source_url == "https://example.gov.cn/a.html"
        assert report.cases[0].as_json()["region_code"] == "330212"
        assert other.region.name == "德清县"

    def test_a_decided_region_and_theme_leave_no_problem(self):
        report = run(HEAD, VAGUE, curation=read_curation(CURATED))
        assert report.cases[0].problems == ()

    def test_curation_counts_as_editing(self):
        run(HEAD, TAX, curation=read_curation(CURATED))
        before = everything()
        assert outcomes(run(HEAD, TAX)) == [Outcome.UNCHANGED]
        assert outcomes(run(HEAD, TAX, curation=read_curation(CURATED))) == [Outcome.UNCHANGED]
        assert everything() == before
        report = run(HEAD, changed(TAX, "3份", "2份"), curation=read_curation(CURATED))
        assert outcomes(report) == [Outcome.DIFFERING]

    def test_an_existing_case_is_not_curated(self):
        run(HEAD, TAX)
        run(HEAD, TAX, curation=read_curation(CURATED))
        assert Case.objects.get().highlight == ""

    def test_an_amended_file_is_known_by_the_title_before_or_after_curation(self):
        head = [line for line in HEAD if "〔" not in line]
        first = run(head, TAX, curation=read_curation(CURATED))
        again = run(head, TAX, POWER, curation=read_curation(CURATED))
        assert again.notice_id == first.notice_id

    @pytest.mark.parametrize(
        ("cases", "message"),
        [
            ('[{"number": 1, "region": "999999"}]', "地区代码“999999”不存在"),
            ('[{"number": 1, "primary_theme": "x"}]', "领域代码“x”不存在"),
            ('[{"number": 1, "themes": ["y"]}]', "领域代码“y”不存在"),
            ('[{"number": 1, "approaches": ["y"]}]', "改革手段代码“y”不存在"),
            ('[{"number": 1, "bodies": ["y"]}]', "牵头部门代码“y”不存在"),
            ('[{"number": 7}]', "没有这个序号"),
        ],
    )
    def test_unknown_codes_and_numbers_stop_the_import(self, cases, message):
        curation = read_curation(f'{{"cases": {cases}}}'.encode())
        with pytest.raises(CurationError, match=message):
            run(HEAD, TAX, curation=curation)
        assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "不是有效的 JSON"),
        ("[]", "名称: 内容"),
        ('{"case": []}', "不认识“case”"),
        ('{"cases": {}}', "“cases”"),
        ('{"cases": [1]}', "“cases”"),
        ('{"cases": [{"region": "350000"}]}', "没有序号"),
        ('{"cases": [{"number": true}]}', "“number”"),
        ('{"cases": [{"number": 1, "themes": [1]}]}', "“themes”"),
        ('{"cases": [{"number": 1}, {"number": 1}]}', "出现了两次"),
        ('{"cases": [{"number": 1, "highlight": "' + "长" * 121 + '"}]}', "超过 120 字"),
        ('{"notice": {"issued_on": "2025年4月"}}', "印发日期"),
        ('{"notice": {"source_url": "www.example.cn"}}', "网址"),
    ],
)
def test_a_curation_file_of_another_shape_is_refused(content, message):
    with pytest.raises(CurationError, match=message):
        read_curation(content.encode())


def test_an_empty_curation_decides_nothing():
    assert read_curation(b"{}") == Curation()


# Two imports at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a PostgreSQL server")
def test_two_imports_at_once_give_one_notice_on_postgresql(taxonomy):
    start = threading.Barrier(2)
    reports = []

    def one():
        try:
            start.wait(timeout=10)
            reports.append(run(HEAD, TAX, POWER))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(report.notice_is_new for report in reports) == [False, True]
    assert Notice.objects.count() == 1
    assert Case.objects.count() == 2
    assert NoticeFile.objects.count() == 1


# The first notice itself


@pytest.mark.django_db
def test_the_first_notice_comes_curated_and_complete(taxonomy):
    curation = read_curation(FIRST_NOTICE.with_suffix(".curation.json").read_bytes())
    report = import_notice(
        FIRST_NOTICE.read_bytes(), FIRST_NOTICE.name, publish=True, curation=curation
    )
    assert [case.parsed.number for case in report.cases] == list(range(1, 36))
    assert all(case.published for case in report.cases)
    published = Case.objects.published()
    assert published.count() == 35
    assert not published.filter(primary_theme=None).exists()
    assert not published.filter(highlight="").exists()
    before = everything()
    again = import_notice(
        FIRST_NOTICE.read_bytes(), FIRST_NOTICE.name, publish=True, curation=curation
    )
    assert outcomes(again) == [Outcome.UNCHANGED] * 35
    assert everything() == before
