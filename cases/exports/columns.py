"""What a row of a list of cases is, declared once for every kind of table."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from ..models import Case, RegionKind, Section, SectionKind

# Cases in memory at a time; their related rows come in one query each.
CHUNK = 200

Value = str | int | datetime.date | None


@dataclass(frozen=True)
class Row:
    """A case at its place in the list. site: the site's address without a path, or ""."""

    position: int
    case: Case
    site: str


@dataclass(frozen=True)
class Column:
    """width: in characters of the sheet. printed: stands on paper, not on the screen alone."""

    heading: str
    width: int
    value: Callable[[Row], Value]
    printed: bool = True


def _region(*kinds: RegionKind):
    def name(row):
        return _listed(region for region in row.case.region.ancestors if region.kind in kinds)

    return name


def _listed(terms) -> str:
    return "；".join(str(term) for term in terms)


def _notice(name: str):
    def value(row):
        return getattr(row.case.notice, name) if row.case.notice else ""

    return value


def _text(kind: SectionKind):
    """All parts of one kind, each under its own heading."""

    def text(row):
        parts = [part for part in row.case.sections.all() if part.kind == kind]
        return "\n".join(
            line for part in parts for line in (part.heading, *part.paragraphs) if line
        )

    return text


def _address(row):
    return f"{row.site}{row.case.get_absolute_url()}" if row.site else ""


# What is short comes first: it is read and sorted as a table, and it fits on paper.
COLUMNS = (
    Column("序号", 6, lambda row: row.position),
    Column("标题", 34, lambda row: row.case.title),
    Column("省份", 9, _region(RegionKind.PROVINCE)),
    Column("城市", 9, _region(RegionKind.CITY)),
    Column("区县", 9, _region(RegionKind.DISTRICT)),
    Column("功能区", 9, _region(RegionKind.ZONE)),
    Column("层级", 7, lambda row: str(row.case.level)),
    Column("主要领域", 12, lambda row: _listed(filter(None, [row.case.primary_theme]))),
    Column(
        "其他领域",
        12,
        lambda row: _listed(t for t in row.case.themes if t != row.case.primary_theme),
    ),
    Column("改革手段", 14, lambda row: _listed(row.case.approaches.all())),
    Column("牵头部门", 12, lambda row: _listed(row.case.bodies.all())),
    Column("推广阶段", 9, lambda row: row.case.get_maturity_display()),
    Column("亮点", 36, lambda row: row.case.highlight),
    Column("通知标题", 24, _notice("title")),
    Column("文号", 14, _notice("doc_number")),
    Column("印发日期", 11, _notice("issued_on")),
    Column("案例编号", 9, lambda row: row.case.pk, printed=False),
    Column("链接", 24, _address, printed=False),
    Column("引言", 30, _text(SectionKind.LEAD), printed=False),
    Column("背景", 40, _text(SectionKind.BACKGROUND), printed=False),
    Column("做法", 60, _text(SectionKind.PRACTICES), printed=False),
    Column("成效", 50, _text(SectionKind.OUTCOMES), printed=False),
    Column("其他", 30, _text(SectionKind.OTHER), printed=False),
)


def public(ids: Iterable[int]) -> list[int]:
    """Those of the cases that readers may see, in the same order."""
    shown = set(Case.objects.published().order_by().values_list("pk", flat=True))
    return [number for number in ids if number in shown]


def rows(ids: Sequence[int], site: str = "") -> Iterator[tuple[Value, ...]]:
    """The published ones of these cases in the given order, CHUNK of them in memory at a time."""
    position = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = _readable().in_bulk(chunk)
        for case in (found[number] for number in chunk if number in found):
            position += 1
            row = Row(position, case, site)
            yield tuple(column.value(row) for column in COLUMNS)


def _readable():
    """The letter of a notice and the original paragraphs are long, and no column shows them."""
    return (
        Case.objects.published()
        .with_terms()
        .defer("notice__letter", "imported_digest")
        .prefetch_related(Prefetch("sections", Section.objects.defer("source")))
    )
