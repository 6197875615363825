"""Cases and terms as tables for Excel: out, changed there, and in again after a look.

Rows are known by 案例编号 or 代码. A column that the file lacks stays as it is; an empty cell
empties the value. The text of cases is not in the table: a cell holds too little of it.

A row of a plan is a dict for JSON: row (number in the file), key (案例编号 or 代码, "" for a new
one), title, way (how it would be written), changes ([[label, old, new], …]), problem (why it cannot
be), note (what of it counts for nothing), values (what to write) and seen (what it was planned
from).
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction

from . import bulk
from .exports.columns import CHUNK
from .exports.reading import Table, TableError
from .exports.spreadsheet import cell_text
from .models import Action, Approach, Case, IssuingBody, Maturity, Region, Theme
from .models.content import TERM_LISTS, TERMS

# So many cases are changed in one go: nobody else can save meanwhile on SQLite.
MOST = 200
BETWEEN = re.compile(r"[；;、，,\n]+")


def _plan(row, key, title, way="", changes=(), problem="", note="", values=None, seen=None) -> dict:
    return {
        "row": row,
        "key": key,
        "title": title,
        "way": way,
        "changes": [list(change) for change in changes],
        "problem": problem,
        "note": note,
        "values": values or {},
        "seen": seen or {},
    }


def _columns(table: Table, key: str, known: dict[str, str], others=()) -> dict[str, int]:
    """name -> place of its column. Raises TableError where the table is another one."""
    if key not in table.headings:
        raise TableError(f"第一行里没有“{key}”一列。请先导出一份，在那上面改。")
    doubled = {one for one in table.headings if one and table.headings.count(one) > 1}
    if doubled:
        raise TableError(f"有两列都叫“{'、'.join(sorted(doubled))}”，请删去一列。")
    if strange := [one for one in table.headings if one and one not in {key, *known, *others}]:
        raise TableError(f"不认识这些列：{'、'.join(strange)}。请改回导出时的列名，或删去。")
    places = {known[one]: n for n, one in enumerate(table.headings) if one in known}
    return {"": table.headings.index(key), **places}


class CaseSheet:
    """What stands beside the text of cases."""

    model = Case
    name = "案例"
    key = "案例编号"
    # Told, and not to be changed here.
    told = ("状态", "文号", "序号")
    names = (
        "title",
        "highlight",
        "region",
        "primary_theme",
        *TERM_LISTS,
        "maturity",
        "conditions",
        "lead_bodies",
        "policy_basis",
        "systems",
        "funding",
        "duration",
        "risks",
        "contact",
    )

    def __init__(self):
        self.known = {str(Case._meta.get_field(name).verbose_name): name for name in self.names}

    @property
    def headings(self):
        return (self.key, *self.told, *self.known)

    def rows(self, cases) -> Iterator[tuple]:
        cases = cases.with_terms().defer("notice__letter")
        for case in cases.iterator(chunk_size=CHUNK):
            yield (case.pk, *self._about(case), *self._shown(case).values())

    def _about(self, case) -> tuple:
        notice = case.notice
        return (case.get_status_display(), notice.doc_number if notice else "", case.number)

    def _note(self, told: dict[str, str], about=("", "", "")) -> str:
        """That what somebody wrote into a column that only tells counts for nothing."""
        now = {
            name: cell_text("" if value is None else str(value))
            for name, value in zip(self.told, about, strict=True)
        }
        names = "、".join(name for name, text in told.items() if text != now[name])
        return f"{names}不能在表里改，没有采用。" if names else ""

    def _shown(self, case) -> dict[str, str]:
        shown = {name: getattr(case, name) for name in self.names if name not in TERM_LISTS}
        shown |= {
            "region": case.region.path if case.region else "",
            "primary_theme": str(case.primary_theme or ""),
            "maturity": case.get_maturity_display(),
        }
        for name in TERM_LISTS:
            shown[name] = "；".join(term.name for term in getattr(case, name).all())
        return {name: shown[name] for name in self.names}

    def plan(self, table: Table) -> list[dict]:
        columns = _columns(table, self.key, self.known, self.told)
        places = {name: table.headings.index(name) for name in self.told if name in table.headings}
        reader = _CaseReader()
        keys = [cells[columns[""]] for _, cells in table.rows]
        numbers = {int(key) for key in keys if key.isdecimal() and len(key) < 16}
        cases = Case.objects.filter(pk__in=numbers).originals().with_terms()
        cases = cases.select_related("notice")
        cases = {case.pk: case for case in cases.defer("notice__letter")}
        plans, first, changing = [], {}, {}
        for number, cells in table.rows:
            key = cells[columns[""]]
            cell = {name: cells[place] for name, place in columns.items() if name}
            told = {name: cells[place] for name, place in places.items()}
            if not key:
                plans.append({**self._new(number, cell, reader), "note": self._note(told)})
                continue
            case = cases.get(int(key)) if key.isdecimal() and len(key) < 16 else None
            title = case.title if case else cell.get("title", "")
            note = self._note(told, self._about(case)) if case else ""
            if case is None:
                problem = f"没有编号为“{key}”的案例。新增案例请把编号空着。"
            elif case.pk in first:
                problem = f"与第 {first[case.pk]} 行是同一个案例。"
            else:
                first[case.pk] = number
                shown = self._shown(case)
                # What stands there as it was exported is not a wish to change anything.
                meant = {
                    name: text for name, text in cell.items() if text != cell_text(shown[name])
                }
                values, problem = reader.read(meant)
                if not problem and values:
                    changing[len(plans)] = (case, values)
            plans.append(_plan(number, key, title, problem=problem, note=note))
        self._work_out(plans, changing)
        if (number := sum(map(is_work, plans))) > MOST:
            raise TableError(f"表里有 {number} 行改动，一次最多写入 {MOST} 行。请分成几个文件。")
        return plans

    def _work_out(self, plans, changing):
        """Fill in what would become of the cases that the rows at these places change."""
        values = {case.pk: values for case, values in changing.values()}
        worked_out = bulk.plans(
            [case for case, _ in changing.values()], lambda case: lambda now: values[case.pk]
        )
        for place, planned in zip(changing, worked_out, strict=True):
            row = plans[place]
            row |= {"problem": planned.refused, "way": planned.way}
            row["changes"] = [[one.label, one.old, one.new] for one in planned.changes]
            row["values"], row["seen"] = values[planned.case.pk], planned.seen

    def _new(self, number, cell, reader):
        title = cell.get("title", "")
        if not title:
            return _plan(number, "", "", problem="没有编号，也没有标题，不知道是哪个案例。")
        if twin := Case.objects.filter(title=title).first():
            problem = f"已有同名的案例，编号是 {twin.pk}。要改它，请填上编号。"
            return _plan(number, "", title, problem=problem)
        values, problem = reader.read({name: text for name, text in cell.items() if text})
        changes = [
            (str(Case._meta.get_field(name).verbose_name), "", cell[name]) for name in values
        ]
        return _plan(number, "", title, "新增草稿，正文在页面上写", changes, problem, values)

    def carry_out(self, row: dict, by) -> tuple[Case | None, bool]:
        """(what was written to, whether it is new). Raises ValidationError."""
        if row["key"]:
            case = Case(pk=int(row["key"]))
            values = row["values"]
            return bulk.write(case, lambda now: values, by, "表格导入", row["seen"]), False
        if Case.objects.filter(title=row["title"]).exists():
            raise ValidationError("预览之后有人录入了同名的案例，没有写入。")
        case = Case.objects.create(title=row["title"])
        bulk.write(case, lambda now: row["values"], by, "表格导入")
        # One whose table gives nothing but the title.
        case.keep_version(Action.EDIT, by, "表格导入")
        case.refresh_from_db()
        return case, True


class _CaseReader:
    """Cells -> values as bulk.flat() has them; regions and terms are read once."""

    def __init__(self):
        self._terms = {
            model: dict(model.objects.values_list("name", "code"))
            for model in (Theme, Approach, IssuingBody)
        }
        self._regions = None

    def read(self, cells: dict[str, str]) -> tuple[dict, str]:
        """(values, "") or ({}, what is wrong with all of them)."""
        values, problems = {}, []
        for name, text in cells.items():
            try:
                values[name] = self._value(name, text)
            except ValidationError as error:
                label = Case._meta.get_field(name).verbose_name
                problems.append(f"{label}：{'；'.join(error.messages)}")
        return ({}, " ".join(problems)) if problems else (values, "")

    def _value(self, name, text):
        field = Case._meta.get_field(name)
        if name == "region":
            return self._region(text)
        if name in TERMS:
            return self._term(field.related_model, text) if text else ""
        if name in TERM_LISTS:
            named = [one.strip() for one in BETWEEN.split(text) if one.strip()]
            return sorted({self._term(field.related_model, one) for one in named})
        if name == "maturity":
            for value, label in Maturity.choices:
                if text in ("", label, value):
                    return value if text else ""
            raise ValidationError(f"没有“{text}”，只能填{'、'.join(Maturity.labels)}。")
        return field.clean(text, None)

    def _term(self, model, name):
        if (code := self._terms[model].get(name)) is None:
            raise ValidationError(f"没有叫“{name}”的{model._meta.verbose_name}。")
        return code

    def _region(self, text):
        if not text:
            return ""
        if self._regions is None:
            self._regions = {}
            ids = list(Region.objects.values_list("pk", flat=True))
            for region in Region.objects.paths(ids).values():
                for called in {region.path, region.name, region.code}:
                    self._regions.setdefault(called, []).append(region)
        found = self._regions.get(re.sub(r"\s*[>＞]\s*", " > ", text), [])
        if len(found) == 1:
            return found[0].code
        if not found:
            raise ValidationError(f"没有叫“{text}”的地区。")
        raise ValidationError(f"有 {len(found)} 个“{text}”，请写全，如“{found[0].path}”。")


class TermSheet:
    """Terms of one kind."""

    key = "代码"

    def __init__(self, model):
        self.model, self.name = model, str(model._meta.verbose_name)
        names = ["name", "order", "cues"]
        if model is Theme:
            names.insert(1, "b_ready_topic")
        self.known = {str(model._meta.get_field(name).verbose_name): name for name in names}

    @property
    def headings(self):
        return (self.key, *self.known)

    def rows(self, terms) -> Iterator[tuple]:
        for term in terms:
            yield (term.code, *(getattr(term, name) for name in self.known.values()))

    def plan(self, table: Table) -> list[dict]:
        columns = _columns(table, self.key, self.known)
        terms = {term.code: term for term in self.model.objects.all()}
        plans, first = [], {}
        for number, cells in table.rows:
            code = cells[columns[""]]
            cell = {name: cells[place] for name, place in columns.items() if name}
            if not code:
                problem = "没有代码。"
            elif code in first:
                problem = f"与第 {first[code]} 行代码相同。"
            else:
                problem = ""
                first[code] = number
            if problem:
                plans.append(_plan(number, code, cell.get("name", ""), problem=problem))
            else:
                plans.append(self._plan(number, code, terms.get(code), cell))
        return plans

    def _plan(self, number, code, term, cell):
        is_new = term is None
        term = term or self.model(code=code)
        seen = {name: str(getattr(term, name)) for name in self.known.values()}
        values = {
            name: text
            for name, text in cell.items()
            if text != cell_text(seen[name]) and (text or not is_new)
        }
        title = cell.get("name") or term.name
        try:
            self._set(term, values)
        except ValidationError as error:
            return _plan(number, code, title, problem=_said(error, self.model))
        labels = {name: label for label, name in self.known.items()}
        changes = [
            (labels[name], "" if is_new else seen[name], text) for name, text in values.items()
        ]
        way = "新增" if is_new else "直接修改，用到它的案例随即更新"
        return _plan(number, code, title, way, changes, values=values, seen={} if is_new else seen)

    def _set(self, term, values):
        for name, text in values.items():
            setattr(term, name, self.model._meta.get_field(name).clean(text, term))
        term.full_clean()

    def carry_out(self, row: dict, by):
        with transaction.atomic():
            term = self.model.objects.select_for_update().filter(code=row["key"]).first()
            is_new = term is None
            if is_new:
                term = self.model(code=row["key"])
            now = {} if is_new else {name: str(getattr(term, name)) for name in row["seen"]}
            if now != row["seen"]:
                raise ValidationError("预览之后又有改动，没有写入，请重新预览。")
            try:
                self._set(term, row["values"])
            except ValidationError as error:
                raise ValidationError(_said(error, self.model)) from error
            term.save()
        return term, is_new


def _said(error: ValidationError, model) -> str:
    if not hasattr(error, "error_dict"):
        return "".join(error.messages)
    said = []
    for name, messages in error.message_dict.items():
        label = "" if name == "__all__" else f"{model._meta.get_field(name).verbose_name}："
        said.append(label + "".join(messages))
    return " ".join(said)


def sheet_of(model) -> CaseSheet | TermSheet:
    return CaseSheet() if model is Case else TermSheet(model)


def is_work(row: dict) -> bool:
    """Whether the row of a plan would write anything."""
    return bool(row["changes"]) and not row["problem"]


def confirm(sheet, plan: list[dict], by) -> tuple[list, list[tuple[int, str]]]:
    """Write the plan in one transaction: ([(object, whether new)], [(row, why not)])."""
    done, refused = [], []
    with transaction.atomic():
        for row in filter(is_work, plan):
            try:
                with transaction.atomic():
                    written, is_new = sheet.carry_out(row, by)
            except ValidationError as error:
                refused.append((row["row"], "".join(error.messages)))
            else:
                if written is not None:
                    done.append((written, is_new))
    return done, refused
