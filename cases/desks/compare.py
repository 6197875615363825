"""Two to four cases side by side. Which ones, in which order and how is all in the address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..comparing import MARKS, compare, side
from ..exports.briefs import cases
from ..exports.comparison import comparison_brief, comparison_rows
from ..exports.tables import table_response
from ..freshness import page
from ..models import Case
from ..shortlist import numbers
from ..views import proven
from .shortlist import own_picks
from .word import word_response

FEWEST, MOST = 2, 4
# A number, or the address of a case with whatever stands behind it.
_CASE = re.compile(r"\s*(?:\S*/cases/)?(\d{1,9})(?:[/?#]\S*)?\s*")
# More are not read; nobody types so many.
_READ = 20


@dataclass(frozen=True)
class Asked:
    """cases: those to compare, in order. problems: what was not taken as it was asked, in words."""

    cases: tuple[Case, ...]
    problems: tuple[str, ...]

    @property
    def ids(self) -> list[int]:
        return [case.pk for case in self.cases]

    @property
    def enough(self) -> bool:
        return len(self.cases) >= FEWEST


@dataclass(frozen=True)
class Column:
    """A case with the addresses of the page that has it one place earlier, later, or not at all."""

    mark: str
    case: Case
    earlier: str
    later: str
    without: str


def read(values: Sequence[str]) -> Asked:
    """Drafts and cases that never were are the same to readers."""
    wanted, problems = [], []
    for value in filter(str.strip, values[:_READ]):
        found = _CASE.fullmatch(value)
        if not found:
            problems.append(f"“{value.strip()[:30]}”不是案例的编号或网址。")
        elif (number := int(found[1])) in wanted:
            problems.append(f"编号 {number} 的案例写了不止一次，只列一次。")
        else:
            wanted.append(number)
    shown = cases().in_bulk(wanted)
    for number in wanted:
        if number not in shown:
            problems.append(f"没有编号为 {number} 的案例，或者它已经撤回。")
    there = [shown[number] for number in wanted if number in shown]
    if len(there) > MOST:
        left = "、".join(f"《{case.title}》" for case in there[MOST:])
        problems.append(f"一次最多对比 {MOST} 个案例，没有列入：{left}。")
    return Asked(tuple(there[:MOST]), tuple(problems))


def address(ids: Sequence[int], **switches: bool) -> str:
    pairs = [("case", number) for number in ids]
    pairs += [(name, "1") for name, on in switches.items() if on]
    return f"{reverse('compare')}?{urlencode(pairs)}" if pairs else reverse("compare")


def offered(request) -> tuple[int, ...]:
    """The reader's own picks, which the page offers as further columns."""
    return tuple(numbers(own_picks(request)))


@require_safe
@page(varies=offered)
def compare_page(request):
    asked = read(request.GET.getlist("case"))
    switches = {name: name in request.GET for name in ("differ", "whole")}
    groups, same = (), 0
    columns = _columns(asked.cases, switches)
    if asked.enough:
        sides = [side(case, proven) for case in asked.cases]
        everything = compare(sides, whole=switches["whole"])
        same = sum(not row.differs for group in everything for row in group.rows)
        groups = everything
        if switches["differ"]:
            groups = compare(sides, whole=switches["whole"], differing=True)
    flipped = {name: not on for name, on in switches.items()}
    return render(
        request,
        "compare.html",
        {
            "asked": asked,
            "columns": columns,
            # Each cell with the column that it stands in.
            "groups": [
                (group, [(row, list(zip(columns, row.cells, strict=True))) for row in group.rows])
                for group in groups
            ],
            "same": same,
            "switches": switches,
            "differ_address": address(asked.ids, **{**switches, "differ": flipped["differ"]}),
            "whole_address": address(asked.ids, **{**switches, "whole": flipped["whole"]}),
            "query": urlencode([("case", number) for number in asked.ids]),
            "candidates": _candidates(request, asked, switches),
            "room": len(asked.cases) < MOST,
        },
    )


def _columns(shown: Sequence[Case], switches) -> list[Column]:
    ids = [case.pk for case in shown]
    found = []
    for place, case in enumerate(shown):

        def swapped(other, place=place):
            if not 0 <= other < len(ids):
                return ""
            order = list(ids)
            order[place], order[other] = order[other], order[place]
            return address(order, **switches)

        without = address(ids[:place] + ids[place + 1 :], **switches)
        earlier, later = swapped(place - 1), swapped(place + 1)
        found.append(Column(MARKS[place], case, earlier, later, without))
    return found


def _candidates(request, asked, switches):
    """[(title, address with it)] of the reader's picks that are not among the columns."""
    ids = [number for number in offered(request) if number not in asked.ids]
    if not ids or len(asked.cases) >= MOST:
        return []
    titles = dict(Case.objects.published().filter(pk__in=ids).values_list("pk", "title"))
    return [
        (titles[number], address([*asked.ids, number], **switches))
        for number in ids
        if number in titles
    ]


@require_safe
def export(request, kind):
    """The whole comparison as a file, the practices in full."""
    asked = read(request.GET.getlist("case"))
    if not asked.enough:
        return redirect(address(asked.ids))
    sides = [side(case, proven) for case in asked.cases]
    if kind == "xlsx":
        headings = ["项目", *(case.title for case in asked.cases)]
        return table_response("案例对比", headings, comparison_rows(sides), kind, wrap=True)
    brief = comparison_brief(sides, request.build_absolute_uri("/")[:-1])
    response = word_response(brief, f"案例对比-{timezone.localdate()}.docx")
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    path("compare/", compare_page, name="compare"),
    re_path(r"^compare/export\.(?P<kind>docx|xlsx)$", export, name="compare-export"),
]
