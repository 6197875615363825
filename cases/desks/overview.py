"""总览: who has cases for what, and since when; the data of each plot to be saved."""

from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from .. import insight
from ..exports.tables import table_response
from ..freshness import page
from ..timeline import all_entries, timeline

# Notices in the timeline; older years are a line each.
SHOWN = 40


@page
def desk(request):
    years, overview = timeline(SHOWN), insight.overview()
    themes = [row.theme for row in overview.matrix.rows if row.theme.count]
    context = {
        "overview": overview,
        "themes": sorted(themes, key=lambda theme: -theme.count),
        "years": years,
        "notices": sum(year.notices for year in years),
    }
    return render(request, "overview.html", context)


def _places(request):
    tallies = insight.overview().matrix.places
    return "各地案例数", ("代码", "地区", "案例数"), [(t.code, t.name, t.count) for t in tallies]


def _themes(request):
    tallies = [row.theme for row in insight.overview().matrix.rows]
    return "各领域案例数", ("代码", "领域", "案例数"), [(t.code, t.name, t.count) for t in tallies]


def _matrix(request):
    matrix = insight.overview().matrix
    headings = ("领域", "全部", *(place.name for place in matrix.places))
    rows = [
        (row.theme.name, row.theme.count, *(cell.count for cell in row.cells))
        for row in matrix.rows
    ]
    return "领域与地区对照", headings, rows


def _notices(request):
    site = request.build_absolute_uri("/")[:-1]
    rows = [
        (e.issued_on, e.title, e.doc_number, e.issuer, e.cases, f"{site}{_address(e)}")
        for e in all_entries()
    ]
    return "通知时间线", ("印发日期", "标题", "文号", "印发单位", "案例数", "链接"), rows


def _address(entry):
    return reverse("notice", args=[entry.pk])


PLOTS = {"places": _places, "themes": _themes, "matrix": _matrix, "notices": _notices}


@require_safe
def data(request, plot, kind):
    """The numbers that the plot is drawn from."""
    if plot not in PLOTS:
        raise Http404("没有这份数据。")
    return table_response(*PLOTS[plot](request), kind)


urlpatterns = [
    path("overview/", desk, name="overview"),
    path("overview/<slug:plot>.csv", data, {"kind": "csv"}, name="overview-csv"),
    path("overview/<slug:plot>.xlsx", data, {"kind": "xlsx"}, name="overview-xlsx"),
]
