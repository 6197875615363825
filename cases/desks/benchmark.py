"""对标: choose a place, see theme by theme what others did and it did not."""

import re
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import insight
from ..benchmark import Benchmark, benchmark
from ..exports.benchmark import HEADINGS, report, rows
from ..exports.naming import file_name
from ..exports.tables import table_response
from ..freshness import page
from ..models import Approach, Region, Theme
from .word import word_response

CODE = re.compile("[0-9]{6}")
# Cases on either side of a theme: all themes on a page, one theme alone, a report, a table.
SHOWN, SHOWN_ALONE, IN_WORD, IN_TABLE = 4, 20, 3, 100


@dataclass(frozen=True)
class Asked:
    """What the address asks for. notes: what of it there is not, in words for the reader.

    regions: all that can be chosen, with their provinces.
    """

    regions: tuple[Region, ...]
    themes: tuple[Theme, ...]
    approaches: tuple[Approach, ...]
    region: Region | None
    theme: Theme | None
    approach: Approach | None
    notes: tuple[str, ...]

    @property
    def query(self) -> str:
        names = {"city": self.region, "theme": self.theme, "approach": self.approach}
        return urlencode({name: one.code for name, one in names.items() if one})

    @property
    def provinces(self) -> list[tuple[Region, list[Region]]]:
        """The regions to choose from, each province with what is below it."""
        groups = groupby(self.regions, key=lambda region: region.ancestors[0])
        return [(province, list(group)) for province, group in groups]

    def benchmark(self, shown: int) -> Benchmark:
        return benchmark(
            self.region, self.themes, self.approaches, shown, self.theme, self.approach
        )


def read(parameters) -> Asked:
    """city, theme and approach by code or name; a district by its code."""
    regions = tuple(Region.objects.provinces_and_cities().with_path().order_by("code"))
    themes, approaches = tuple(Theme.objects.all()), tuple(Approach.objects.all())
    found, notes = {}, []
    for name, label, among in (
        ("city", "地区", regions),
        ("theme", "领域", themes),
        ("approach", "改革手段", approaches),
    ):
        wanted = parameters.get(name, "").strip()
        found[name] = next((one for one in among if wanted in (one.code, one.name)), None)
        if name == "city" and found[name] is None and CODE.fullmatch(wanted):
            found[name] = Region.objects.with_path().filter(code=wanted).first()
        if wanted and found[name] is None:
            notes.append(f"{label}里没有“{wanted[:40]}”，请重新选择。")
    return Asked(
        regions, themes, approaches, found["city"], found["theme"], found["approach"], tuple(notes)
    )


@page
def desk(request):
    asked = read(request.GET)
    context = {"asked": asked}
    if asked.region:
        found = asked.benchmark(SHOWN_ALONE if asked.theme else SHOWN)
        parts = [("missing", found.missing), ("shared", found.shared)]
        context |= {"found": found, "parts": parts}
    else:
        # A province's own cases are not a place that others could be held against.
        places = insight.overview().matrix.places
        context["places"] = [place for place in places if "level=" not in place.query]
    return render(request, "benchmark.html", context)


@require_safe
def download(request, kind):
    """What the page shows, as a report in Word or as a table with more of each."""
    asked = read(request.GET)
    if not asked.region:
        raise Http404("请先选择城市，再导出对标报告。")
    title = f"{asked.region.name}对标"
    if kind != "docx":
        found = asked.benchmark(IN_TABLE)
        return table_response(title, HEADINGS, rows(found, _site(request)), kind)
    filters = [f"领域：{asked.theme}"] if asked.theme else []
    filters += [f"改革手段：{asked.approach}"] if asked.approach else []
    brief = report(asked.benchmark(IN_WORD), settings.SITE["name"], filters, _site(request))
    response = word_response(brief, f"{file_name(title)}-{timezone.localdate()}.docx")
    response["Cache-Control"] = "private, no-store"
    return response


def _site(request):
    return request.build_absolute_uri("/")[:-1]


urlpatterns = [
    path("benchmark/", desk, name="benchmark"),
    *(
        path(f"benchmark/report.{kind}", download, {"kind": kind}, name=f"benchmark-{kind}")
        for kind in ("docx", "xlsx", "csv")
    ),
]
