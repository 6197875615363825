"""Work on many rows at once: setting, merging, tables out and in; readers never see half of it."""

import csv
import io
import zipfile

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html
from openpyxl import Workbook, load_workbook

from accounts.models import AuditEvent
from cases import bulk
from cases.exports import reading
from cases.exports.reading import TableError, read_table
from cases.merging import merge
from cases.models import (
    Approach,
    Case,
    IssuingBody,
    Notice,
    Region,
    Section,
    Sheet,
    Status,
    Theme,
)
from search.models import IndexChange, SynonymGroup

pytestmark = pytest.mark.django_db

CASES = "/admin/cases/case/"


def text(response):
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


@pytest.fixture
def chen(client):
    user = User.objects.create_superuser("chen")
    client.force_login(user)
    return user


@pytest.fixture
def terms(db):
    return {
        **{
            name: Theme.objects.create(code=name, name=label)
            for name, label in (("tax", "纳税"), ("power", "获得电力"), ("levy", "税费"))
        },
        **{
            name: Approach.objects.create(code=name, name=label)
            for name, label in (("promise", "告知承诺"), ("online", "全程网办"))
        },
        "body": IssuingBody.objects.create(code="b", name="税务"),
    }


@pytest.fixture
def region(db):
    return Region.objects.create(code="350000", name="福建省", short_name="福建", kind="province")


def make(title, region, status=Status.DRAFT, **values):
    case = Case.objects.create(title=title, region=region, status=status, **values)
    Section.objects.create(case=case, heading="做法", text=f"{title}的正文。")
    return case


@pytest.fixture
def cases(region, terms):
    draft = make("草稿甲", region, primary_theme=terms["tax"])
    published = make("已发布乙", region, Status.PUBLISHED, primary_theme=terms["tax"])
    waiting = make("待审丙", region, Status.REVIEW, primary_theme=terms["tax"])
    for case in (draft, published, waiting):
        case.approaches.add(terms["promise"])
    return draft, published, waiting


class TestSettingMany:
    def choose(self, client, *cases, **data):
        chosen = {"action": "set_selected", "_selected_action": [case.pk for case in cases]}
        return client.post(CASES, {**chosen, **data}, follow=True)

    SET = {"theme": "power", "add": None, "maturity": "keep"}

    def data(self, terms, **more):
        return {"theme": "power", "maturity": "city", "add": [terms["online"].pk], **more}

    def test_the_preview_names_each_change_and_writes_nothing(self, client, chen, cases, terms):
        assert "加上改革手段" in text(self.choose(client, *cases))
        answer = self.choose(client, *cases, **self.data(terms, step="preview"))
        said = text(answer)
        assert "3 个里，2 个会改" in said
        assert "主要领域 纳税 → 获得电力" in said
        assert "改革手段 告知承诺 → 全程网办、告知承诺" in said
        assert "推广阶段 本市推广" in said
        assert "开始修订，读者暂时看到的不变" in said
        assert "不改：《待审丙》正在待审" in said
        assert not Case.objects.filter(primary_theme=terms["power"]).exists()
        assert not Case.objects.exclude(revises=None).exists()

    def test_drafts_are_changed_and_published_ones_revised(self, client, chen, cases, terms):
        draft, published, waiting = cases
        said = text(self.choose(client, *cases, **self.data(terms, step="confirm")))
        assert "已设置 2 个案例，其中 1 个已发布的写在修订稿里" in said
        assert "1 个没有办成：《待审丙》正在待审" in said
        for case in cases:
            case.refresh_from_db()
        assert draft.primary_theme == terms["power"]
        assert set(draft.approaches.all()) == {terms["promise"], terms["online"]}
        assert draft.maturity == "city"
        assert (published.primary_theme, published.maturity) == (terms["tax"], "")
        assert waiting.primary_theme == terms["tax"]
        revision = published.revision
        assert (revision.status, revision.primary_theme) == (Status.DRAFT, terms["power"])
        assert revision.sections.get().text == "已发布乙的正文。"
        first = draft.versions.first()
        assert (first.action, first.user, first.note) == ("edit", chen, "批量设置")
        changed = AuditEvent.objects.filter(event="change", detail__startswith="批量设置")
        assert {row.object_name for row in changed} == {"草稿甲", "已发布乙"}

    def test_a_second_time_changes_nothing(self, client, chen, cases, terms):
        draft = cases[0]
        self.choose(client, draft, **self.data(terms, step="confirm"))
        versions = draft.versions.count()
        self.choose(client, draft, **self.data(terms, step="confirm"))
        assert draft.versions.count() == versions

    def test_they_can_be_submitted_at_once(self, client, chen, cases, terms):
        draft, published, _ = cases
        self.choose(client, draft, published, **self.data(terms, step="confirm", submit="on"))
        draft.refresh_from_db()
        assert draft.status == published.revision.status == Status.REVIEW

    def test_a_theme_is_not_twice_in_a_case(self, client, chen, cases, terms):
        draft = cases[0]
        draft.other_themes.add(terms["power"], terms["levy"])
        self.choose(client, draft, theme="power", maturity="keep", step="confirm")
        assert list(draft.other_themes.all()) == [terms["levy"]]

    @pytest.mark.parametrize(
        ("more", "said"),
        [({"theme": "keep", "maturity": "keep"}, "还没有选要改什么"), ({}, "既要加上又要去掉")],
    )
    def test_what_makes_no_sense_is_said(self, client, chen, cases, terms, more, said):
        data = more or {
            "theme": "keep",
            "maturity": "keep",
            "add": [terms["online"].pk],
            "remove": [terms["online"].pk],
        }
        assert said in text(self.choose(client, cases[0], step="confirm", **data))

    def test_readers_of_the_desk_may_not(self, client, cases, terms):
        user = User.objects.create_user("li", is_staff=True)
        user.user_permissions.add(*_rights("view_case"))
        client.force_login(user)
        self.choose(client, cases[0], **self.data(terms, step="confirm"))
        cases[0].refresh_from_db()
        assert cases[0].primary_theme == terms["tax"]


def _rights(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


class TestMerging:
    def test_every_case_gets_the_other_and_loses_none(self, cases, terms, chen):
        draft, published, _ = cases
        draft.other_themes.add(terms["levy"])
        published.other_themes.add(terms["levy"], terms["power"])
        terms["tax"].cues = "办税\n纳税"
        terms["tax"].save()
        SynonymGroup.objects.create(term="交税", synonyms="缴税", theme=terms["tax"])
        IndexChange.objects.all().delete()
        assert merge(terms["tax"], terms["levy"], chen) == 3
        levy = Theme.objects.get(code="levy")
        assert not Theme.objects.filter(code="tax").exists()
        for case in cases:
            case.refresh_from_db()
            assert case.primary_theme == levy
            assert levy not in case.other_themes.all()
        assert list(published.other_themes.all()) == [terms["power"]]
        assert levy.cue_list == ["纳税", "办税"]
        assert SynonymGroup.objects.get().theme == levy
        assert published.pk in IndexChange.objects.values_list("case_id", flat=True)
        before, after = published.versions.all()[1], published.versions.all()[0]
        assert before.content["fields"]["primary_theme"] == "tax"
        assert after.content["fields"]["primary_theme"] == "levy"
        assert after.note == "合并领域：“纳税”并入“税费”"

    @pytest.mark.parametrize("kind", ["approaches", "bodies"])
    def test_other_kinds(self, cases, terms, chen, kind):
        model = {"approaches": Approach, "bodies": IssuingBody}[kind]
        source, target = model.objects.first(), model.objects.create(code="z", name="并到这里")
        getattr(cases[1], kind).set([source])
        merge(source, target, chen)
        assert list(getattr(cases[1], kind).all()) == [target]

    def test_half_of_it_never_stays(self, cases, terms, chen, monkeypatch):
        def breaks(*args):
            raise RuntimeError

        monkeypatch.setattr("cases.merging._move_other_rows", breaks)
        with pytest.raises(RuntimeError):
            merge(terms["tax"], terms["levy"], chen)
        assert Case.objects.filter(primary_theme=terms["tax"]).count() == 3

    def test_not_into_itself(self, terms, chen):
        with pytest.raises(ValidationError):
            merge(terms["tax"], terms["tax"], chen)

    def test_the_pages(self, client, chen, cases, terms):
        tax, levy = terms["tax"], terms["levy"]
        form = client.get(reverse("admin:cases_theme_change", args=[tax.pk]))
        assert "并入另一项" in text(form)
        address = reverse("admin:cases_theme_merge", args=[tax.pk])
        said = text(client.get(address, {"into": levy.pk}))
        assert "涉及 3 个案例" in said
        assert "已发布乙" in said
        assert Theme.objects.filter(pk=tax.pk).exists()
        answer = client.post(address, {"into": levy.pk}, follow=True)
        assert "“纳税”已并入“税费”，3 个案例随之更新" in text(answer)
        assert AuditEvent.objects.filter(event="merge", object_name="税费").exists()

    def test_editors_may_not(self, client, terms):
        user = User.objects.create_user("wang", is_staff=True)
        user.groups.add(Group.objects.get_or_create(name="编辑")[0])
        client.force_login(user)
        address = reverse("admin:cases_theme_merge", args=[terms["tax"].pk])
        assert client.post(address, {"into": terms["levy"].pk}).status_code == 403


HEADINGS = ["案例编号", "标题", "亮点", "地区", "主要领域", "其他领域", "推广阶段"]


def xlsx(*rows, headings=HEADINGS):
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("案例.xlsx", file.getvalue())


def in_csv(*rows, headings=HEADINGS, encoding="utf-8-sig"):
    file = io.StringIO()
    csv.writer(file).writerows((headings, *rows))
    return SimpleUploadedFile("案例.csv", file.getvalue().encode(encoding))


class TestTablesOfCases:
    def upload(self, client, file):
        return client.post(f"{CASES}sheet/", {"file": file}, follow=True)

    def confirm(self, client, answer):
        address = answer.redirect_chain[-1][0]
        return client.post(address, {"confirm": "1"}, follow=True)

    def test_out_and_in_again_changes_nothing(self, client, chen, cases, terms):
        cases[0].title = " =1+1 有空格"
        cases[0].highlight = "第一行\n第二行"
        cases[0].other_themes.add(terms["power"], terms["levy"])
        cases[0].save()
        for kind in ("xlsx", "csv"):
            exported = client.get(f"{CASES}sheet/export/{kind}/")
            content = b"".join(exported.streaming_content)
            answer = self.upload(client, SimpleUploadedFile(f"a.{kind}", content))
            assert "0 行有改动，0 行是新增，3 行没有变化，0 行有问题" in text(answer)
        assert AuditEvent.objects.filter(event="export", object_type="案例").count() == 2

    def test_the_export_is_the_list_as_filtered_and_without_formulas(self, client, chen, cases):
        cases[0].title = "=HYPERLINK(1)"
        cases[0].save()
        address = f"{CASES}sheet/export/xlsx/?status__exact=draft"
        content = b"".join(client.get(address).streaming_content)
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet.max_row == 2
        assert sheet["E2"].data_type == "s"
        assert sheet["E2"].value == "=HYPERLINK(1)"
        content = b"".join(client.get(address.replace("xlsx", "csv")).streaming_content)
        assert '"\'=HYPERLINK(1)"' in content.decode("utf-8-sig")

    @pytest.mark.parametrize("write_file", [xlsx, in_csv])
    def test_the_whole_way(self, client, chen, cases, terms, write_file):
        draft, published, waiting = cases
        file = write_file(
            [draft.pk, "草稿甲", "一句话", "福建省", "获得电力", "纳税；税费", "本市推广"],
            [published.pk, "已发布乙改", "", "福建省", "纳税", "", ""],
            [waiting.pk, "待审丙改", "", "福建省", "纳税", "", ""],
            ["", "新来的丁", "", "福建省", "", "", ""],
            [99999, "没有", "", "", "", "", ""],
            [draft.pk, "又一次", "", "", "", "", ""],
        )
        before = {case.pk: bulk.flat(case) for case in cases}
        answer = self.upload(client, file)
        said = text(answer)
        assert "2 行有改动，1 行是新增，0 行没有变化，3 行有问题" in said
        assert "标题 已发布乙 → 已发布乙改" in said
        assert "不写入：《待审丙》正在待审" in said
        assert "没有编号为“99999”的案例" in said
        assert "与第 2 行是同一个案例" in said
        assert {case.pk: bulk.flat(Case.objects.get(pk=case.pk)) for case in cases} == before
        assert Case.objects.count() == 3

        said = text(self.confirm(client, answer))
        assert "已写入 3 行，其中 1 个已发布的写在修订稿里" in said
        draft, published = Case.objects.get(pk=draft.pk), Case.objects.get(pk=published.pk)
        assert (draft.highlight, draft.maturity) == ("一句话", "city")
        assert draft.primary_theme == terms["power"]
        assert set(draft.other_themes.all()) == {terms["tax"], terms["levy"]}
        assert draft.sections.get().text == "草稿甲的正文。"
        # A column that the file does not have.
        assert list(draft.approaches.all()) == [terms["promise"]]
        assert (published.title, published.revision.title) == ("已发布乙", "已发布乙改")
        new = Case.objects.get(title="新来的丁")
        assert (new.status, new.versions.first().user) == (Status.DRAFT, chen)
        assert not Sheet.objects.exists()
        assert AuditEvent.objects.filter(event="import").exists()

    def test_confirming_twice_writes_once(self, client, chen, cases):
        answer = self.upload(client, xlsx(["", "新来的", "", "福建省", "", "", ""]))
        self.confirm(client, answer)
        assert client.post(answer.redirect_chain[-1][0], {"confirm": "1"}).status_code == 404
        assert Case.objects.filter(title="新来的").count() == 1

    def test_what_was_changed_meanwhile_is_not_overwritten(self, client, chen, cases):
        draft = cases[0]
        answer = self.upload(client, xlsx([draft.pk, "表里的", "", "福建省", "纳税", "", ""]))
        Case.objects.filter(pk=draft.pk).update(highlight="刚写的")
        assert "预览之后又有改动" in text(self.confirm(client, answer))
        draft.refresh_from_db()
        assert (draft.title, draft.highlight) == ("草稿甲", "刚写的")

    def test_a_revision_keeps_what_the_table_does_not_mean(self, client, chen, cases):
        published = cases[1]
        revision = published.revise(chen)
        Case.objects.filter(pk=revision.pk).update(highlight="修订稿里的亮点")
        answer = self.upload(client, xlsx([published.pk, "新标题", "", "福建省", "纳税", "", ""]))
        assert "写进已有的修订稿" in text(answer)
        self.confirm(client, answer)
        revision.refresh_from_db()
        assert (revision.title, revision.highlight) == ("新标题", "修订稿里的亮点")

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            (["", "福建省", "纳税", "", ""], "标题：该字段不能为空|标题：此字段"),
            (["改", "厦门市", "纳税", "", ""], "地区：没有叫“厦门市”的地区"),
            (["改", "福建省", "不存在", "", ""], "主要领域：没有叫“不存在”的领域"),
            (["改", "福建省", "纳税", "纳税；甲", ""], "其他领域：没有叫“甲”的领域"),
            (["改", "福建省", "纳税", "", "到处"], "推广阶段：没有“到处”"),
            (["改" * 201, "福建省", "纳税", "", ""], "标题：确保该变量"),
        ],
    )
    def test_bad_rows_say_where_and_why(self, client, chen, cases, cells, said):
        title, region, theme, others, maturity = cells
        file = xlsx([cases[0].pk, title, "", region, theme, others, maturity])
        shown = text(self.upload(client, file))
        assert any(part in shown for part in said.split("|")), shown[-400:]
        assert "1 行有问题" in shown
        assert "确认，写入" not in shown

    def test_what_a_table_only_tells_cannot_be_changed_in_it_and_that_is_said(
        self, client, chen, cases
    ):
        draft, published, _ = cases
        notice = Notice.objects.create(title="通知", doc_number="闽发改〔2025〕1号")
        Case.objects.filter(pk=draft.pk).update(notice=notice, number=7)
        headings = ["案例编号", "状态", "文号", "序号", "标题", "亮点"]

        def shown(*cells):
            return text(self.upload(client, xlsx(cells, headings=headings)))

        as_exported = (draft.pk, "草稿", "闽发改〔2025〕1号", 7, "草稿甲", "")
        assert "不能在表里改" not in shown(*as_exported)
        assert "0 行有问题" in shown(*as_exported)
        said = shown(draft.pk, "已发布", "闽发改〔2025〕1号", 7, "草稿甲", "一句话")
        assert "状态不能在表里改，没有采用" in said
        assert "1 行有改动" in said
        said = shown(draft.pk, "草稿", "闽发改〔2025〕2号", 8, "草稿甲", "")
        assert "文号、序号不能在表里改" in said
        assert "1 行没有变化" in said
        assert "不能在表里改" not in shown(published.pk, "已发布", "", "", "已发布乙", "")
        answer = self.upload(client, xlsx(["", "已发布", "", "", "新来的", ""], headings=headings))
        assert "状态不能在表里改" in text(answer)
        self.confirm(client, answer)
        assert Case.objects.get(title="新来的").status == Status.DRAFT
        draft.refresh_from_db()
        assert (draft.status, draft.number) == (Status.DRAFT, 7)

    def test_a_name_of_two_places_asks_which(self, client, chen, cases, region):
        for number in (1, 2):
            city = Region.objects.create(
                code=f"35010{number}",
                name=f"市{number}",
                short_name="市",
                kind="city",
                parent=region,
            )
            Region.objects.create(
                code=f"35020{number}",
                name="鼓楼区",
                short_name="鼓楼",
                kind="district",
                parent=city,
            )
        file = xlsx([cases[0].pk, "草稿甲", "", "鼓楼区", "纳税", "", ""])
        assert "有 2 个“鼓楼区”，请写全，如“福建省 > 市1 > 鼓楼区”" in text(
            self.upload(client, file)
        )
        file = xlsx([cases[0].pk, "草稿甲", "", "福建省>市2>鼓楼区", "纳税", "", ""])
        self.confirm(client, self.upload(client, file))
        assert Case.objects.get(pk=cases[0].pk).region.code == "350202"

    def test_the_preview_is_paged(self, client, chen, region):
        file = xlsx(*[["", f"新的{n}", "", "福建省", "", "", ""] for n in range(120)])
        answer = self.upload(client, file)
        assert "第 1 页，共 3 页" in text(answer)
        address = answer.redirect_chain[-1][0]
        assert "新的119" in text(client.get(address, {"p": 3}))
        with_all = text(self.confirm(client, answer))
        assert "已写入 120 行" in with_all

    def test_so_many_at_once_and_no_more(self, client, chen, region):
        rows = [["", f"新的{n}", "", "", "", "", ""] for n in range(201)]
        assert "表里有 201 行改动，一次最多写入 200 行" in text(self.upload(client, xlsx(*rows)))
        assert not Sheet.objects.exists()

    def test_anothers_table_is_not_there(self, client, chen, cases):
        answer = self.upload(client, xlsx(["", "新的", "", "", "", "", ""]))
        address = answer.redirect_chain[-1][0]
        client.force_login(User.objects.create_superuser("li"))
        assert client.post(address, {"confirm": "1"}).status_code == 404
        assert not Case.objects.filter(title="新的").exists()

    def test_who_may_not_change_may_not_import(self, client, cases):
        user = User.objects.create_user("li", is_staff=True)
        user.user_permissions.set(_rights("view_case"))
        client.force_login(user)
        assert client.post(f"{CASES}sheet/", {"file": xlsx()}).status_code == 403
        assert client.get(f"{CASES}sheet/export/csv/").status_code == 200
        user.user_permissions.set(_rights("change_case", "view_case"))
        answer = self.upload(client, xlsx(["", "新的", "", "", "", "", ""]))
        assert "您没有新增的权限" in text(answer)


class TestTablesOfTerms:
    ADDRESS = "/admin/cases/theme/sheet/"

    def test_the_whole_way(self, client, chen, terms):
        headings = ["代码", "名称", "顺序", "提示词"]
        file = xlsx(
            ["tax", "纳税服务", 5, "办税\n缴费"],
            ["new", "新领域", 9, ""],
            ["power", "税费", 0, ""],
            ["不行", "名称", 1, ""],
            headings=headings,
        )
        answer = client.post(self.ADDRESS, {"file": file}, follow=True)
        said = text(answer)
        assert "1 行有改动，1 行是新增，0 行没有变化，2 行有问题" in said
        assert "代码只用小写字母" in said
        assert Theme.objects.get(code="tax").name == "纳税"
        client.post(answer.redirect_chain[-1][0], {"confirm": "1"})
        tax = Theme.objects.get(code="tax")
        assert (tax.name, tax.order, tax.cue_list) == ("纳税服务", 5, ["办税", "缴费"])
        assert Theme.objects.get(code="new").order == 9
        assert Theme.objects.get(code="power").name == "获得电力"

    def test_out_and_in_again_changes_nothing(self, client, chen, terms):
        content = b"".join(client.get(f"{self.ADDRESS}export/xlsx/").streaming_content)
        file = SimpleUploadedFile("a.xlsx", content)
        said = text(client.post(self.ADDRESS, {"file": file}, follow=True))
        assert "0 行有改动，0 行是新增，3 行没有变化，0 行有问题" in said


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "data", "why"),
        [
            ("a.xlsx", b"", "只能上传"),
            ("a.docx", b"hello", "只能上传"),
            ("a.xls", b"\xd0\xcf\x11\xe0rest", "旧的 .xls"),
            ("a.xlsx", b"PK\x03\x04broken", "打不开"),
            ("a.csv", b"\xff\xfe\xff\x00\x01", "编码|打不开"),
            ("a.csv", b"", "没有内容"),
            ("a.csv", "标题".encode(), "只有一行"),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, name, data, why):
        if name == "a.xlsx" and not data:
            name = "a.txt"
        with pytest.raises(TableError) as refused:
            read_table(name, data)
        assert any(part in str(refused.value) for part in why.split("|")), refused.value

    def hostile(self, part, content):
        good = xlsx(["1"] * 7).read()
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(file, "w", 8) as new:
            for name in old.namelist():
                new.writestr(name, content if name == part else old.read(name))
        return file.getvalue()

    def test_entities_and_bombs_are_refused(self):
        sheet = "xl/worksheets/sheet1.xml"
        entities = (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
        )
        for content in (entities, b" " * (70 * 1024 * 1024)):
            with pytest.raises(TableError, match="打不开"):
                read_table("a.xlsx", self.hostile(sheet, content))

    def test_too_many_rows_and_too_large(self, monkeypatch):
        lines = "案例编号\n" + "1\n" * (reading.MAX_ROWS + 1)
        with pytest.raises(TableError, match="分成几个文件"):
            read_table("a.csv", lines.encode())
        with pytest.raises(TableError, match="超过 5 MB"):
            read_table("a.csv", b"x" * (reading.MAX_BYTES + 1))

    def test_excels_own_encoding_and_numbers(self):
        table = read_table("a.csv", "案例编号,标题\r\n1,营商环境\r\n".encode("gb18030"))
        assert table.rows == ((2, ("1", "营商环境")),)
        table = read_table("a.xlsx", xlsx([7, 2025.0, None]).read())
        assert table.rows[0][1][:3] == ("7", "2025", "")

    @pytest.mark.parametrize(
        ("headings", "why"),
        [
            (["标题"], "没有“案例编号”一列"),
            (["案例编号", "标题", "标题"], "有两列都叫“标题”"),
            (["案例编号", "薪水"], "不认识这些列：薪水"),
        ],
    )
    def test_another_table_is_refused(self, client, chen, headings, why):
        file = xlsx(["1"] * len(headings), headings=headings)
        answer = client.post(f"{CASES}sheet/", {"file": file})
        assert why in text(answer)
        assert not Sheet.objects.exists()
