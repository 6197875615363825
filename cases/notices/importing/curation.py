"""Curated values for the cases of a notice, kept beside its file.

{"notice": {"title", "doc_number", "issuer", "issued_on", "region", "source_url"},
 "cases": [{"number", "region", "primary_theme", "themes", "approaches", "bodies", "highlight",
            "numbers": [{"metric", "before", "after", "stated"}]}]}

All keys but a case's number are optional; terms and regions are codes, `themes` are those beside
the primary one. numbers: those that the text states and that are confirmed, as decimals in strings
(a range by its lower end), under the metric's name that readers see.

A curation counts as an editor's work: it is laid over what an import has just created, and never
over what is already in the library.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from cases.models import Case, Notice, Outcome

from ..document import NoticeFileError
from .vocabulary import Vocabulary


class CurationError(NoticeFileError):
    """A curation file that cannot be applied. The message is one Chinese sentence."""


@dataclass(frozen=True)
class CuratedCase:
    """What was decided about one case; None where nothing was, "" for none of a kind."""

    number: int
    title: str | None = None
    region: str | None = None
    primary_theme: str | None = None
    themes: tuple[str, ...] | None = None
    approaches: tuple[str, ...] | None = None
    bodies: tuple[str, ...] | None = None
    highlight: str | None = None
    numbers: tuple[dict, ...] | None = None


@dataclass(frozen=True)
class CuratedNotice:
    title: str | None = None
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    region: str | None = None
    source_url: str | None = None


@dataclass(frozen=True)
class Curation:
    notice: CuratedNotice = CuratedNotice()
    cases: dict[int, CuratedCase] = field(default_factory=dict)

    def check(self, vocabulary: Vocabulary, numbers: set[int]) -> None:
        """Raise CurationError for the first code or number that does not exist."""
        _known("地区", self.notice.region, vocabulary.regions, "通知")
        for case in self.cases.values():
            where = f"第 {case.number} 个案例"
            if case.number not in numbers:
                raise CurationError(f"整理文件里有{where}，但通知里没有这个序号，请核对后再导入。")
            _known("地区", case.region, vocabulary.regions, where)
            for code in [case.primary_theme, *(case.themes or ())]:
                _known("领域", code, vocabulary.themes, where)
            for code in case.approaches or ():
                _known("改革手段", code, vocabulary.approaches, where)
            for code in case.bodies or ():
                _known("牵头部门", code, vocabulary.bodies, where)


def read_curation(data: bytes) -> Curation:
    """The curation in a JSON file. Raises CurationError where it is not of the shape above."""
    try:
        content = json.loads(data)
    except ValueError as error:
        raise CurationError("整理文件不是有效的 JSON，请核对后再导入。") from error
    _shape(content, {"notice": dict, "cases": list}, "整理文件")
    notice = dict(content.get("notice") or {})
    _shape(notice, dict.fromkeys(CuratedNotice.__dataclass_fields__, str), "“notice”")
    if notice.get("issued_on") is not None:
        try:
            notice["issued_on"] = date.fromisoformat(notice["issued_on"])
        except ValueError as error:
            raise CurationError(
                f"整理文件里的印发日期“{notice['issued_on']}”应写成 2025-04-10 的样子。"
            ) from error
    if notice.get("source_url"):
        try:
            URLValidator(["http", "https"])(notice["source_url"])
        except ValidationError as error:
            raise CurationError(
                f"整理文件里的网址“{notice['source_url']}”不完整，应以 http:// 或 https:// 开头。"
            ) from error
    _fits(Notice, notice, "通知")
    cases: dict[int, CuratedCase] = {}
    for row in content.get("cases") or []:
        case = _curated_case(row)
        if case.number in cases:
            raise CurationError(f"整理文件里第 {case.number} 个案例出现了两次，请删去一处。")
        cases[case.number] = case
    return Curation(CuratedNotice(**notice), cases)


_CASE_SHAPE = {
    "number": int,
    "region": str,
    "primary_theme": str,
    "themes": list,
    "approaches": list,
    "bodies": list,
    "highlight": str,
    "numbers": list,
}
_NUMBER_SHAPE = dict.fromkeys(("metric", "before", "after", "stated"), str)


def _curated_case(row: object) -> CuratedCase:
    _shape(row, _CASE_SHAPE, "“cases”")
    if row.get("number") is None:
        raise CurationError("整理文件“cases”里有一条没有序号（number），请补上。")
    where = f"第 {row['number']} 个案例"
    for number in row.get("numbers") or ():
        _shape(number, _NUMBER_SHAPE, f"{where}的“numbers”")
        _fits(Outcome, {"metric": number.get("metric")}, where)
    for key, value in row.items():
        if key == "numbers":
            continue
        if isinstance(value, list) and not all(isinstance(code, str) for code in value):
            raise CurationError(f"整理文件里{where}的“{key}”应是代码的列表，请核对。")
    _fits(Case, {"highlight": row.get("highlight")}, where)
    return CuratedCase(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    )


def _shape(value: object, kinds: dict[str, type], where: str) -> None:
    """Raise CurationError unless `value` is an object with some of the keys, of these kinds."""
    if not isinstance(value, dict):
        raise CurationError(f"{where}里应是“名称: 内容”的形式，请对照文档检查。")
    for key, content in value.items():
        if key not in kinds:
            raise CurationError(f"{where}里不认识“{key}”，请改正或删去。")
        if content is None:
            continue
        if not isinstance(content, kinds[key]) or isinstance(content, bool):
            raise CurationError(f"{where}里“{key}”的内容不合要求，请对照文档检查。")


def _fits(model: type, values: dict[str, object], where: str) -> None:
    for name, value in values.items():
        column = model._meta.get_field(name)
        limit = column.max_length
        if limit and isinstance(value, str) and len(value) > limit:
            raise CurationError(
                f"整理文件里{where}的{column.verbose_name}超过 {limit} 字，请缩短。"
            )


def _known(what: str, code: str | None, things: dict[str, object], where: str) -> None:
    if code is not None and code not in things:
        raise CurationError(f"整理文件里{where}的{what}代码“{code}”不存在，请核对后再导入。")


def curate_notice(notice: Notice, curated: CuratedNotice, vocabulary: Vocabulary) -> None:
    """Lay the curated metadata over a notice that is about to be saved for the first time."""
    for name in ("title", "doc_number", "issuer", "issued_on", "source_url"):
        value = getattr(curated, name)
        if value is not None:
            setattr(notice, name, value)
    if curated.region is not None:
        notice.region = vocabulary.regions[curated.region]


def curate_case(case: Case, curated: CuratedCase, vocabulary: Vocabulary) -> None:
    """Lay the curated values over a case that was just written, as an editor would."""
    if curated.title is not None:
        case.title = curated.title
    if curated.region is not None:
        case.region = vocabulary.regions.get(curated.region)
    if curated.primary_theme is not None:
        case.primary_theme = vocabulary.themes.get(curated.primary_theme)
    if curated.highlight is not None:
        case.highlight = curated.highlight
    case.save()
    if curated.primary_theme:
        case.other_themes.remove(case.primary_theme)
    if curated.themes is not None:
        case.other_themes.set(vocabulary.themes[code] for code in curated.themes)
    if curated.approaches is not None:
        case.approaches.set(vocabulary.approaches[code] for code in curated.approaches)
    if curated.bodies is not None:
        case.bodies.set(vocabulary.bodies[code] for code in curated.bodies)
    if curated.numbers is not None:
        _confirm(case, curated)


def _confirm(case: Case, curated: CuratedCase) -> None:
    """Confirm the curated ones among the proposed numbers of the case."""
    proposed = list(case.outcomes.all())
    for number in curated.numbers:
        wanted = tuple(_decimal(number.get(name)) for name in ("before", "after", "stated"))
        one = next((o for o in proposed if (o.before, o.after, o.stated_change) == wanted), None)
        if one is None:
            raise CurationError(
                f"整理文件里第 {curated.number} 个案例的数“{number.get('metric')}”在正文里找不到，"
                "请核对后再导入。"
            )
        proposed.remove(one)
        one.metric, one.confirmed = number.get("metric") or one.metric, True
        one.save(update_fields=["metric", "confirmed"])


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise CurationError(f"整理文件里的“{text}”不是数，请核对后再导入。") from error
