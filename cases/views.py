"""The pages of cases, cities, themes and notices. Readers see what published() shows."""

import io
from collections import Counter
from urllib.parse import urlsplit

from django.db.models import Count, F, Q, Subquery
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import page_not_found

from . import insight
from .citation import citation
from .discovery import case_data
from .freshness import page
from .models import COPIER_FIELDS, Approach, Case, Notice, NoticeFile, Region, Status, Theme
from .profile import profile
from .prose import proven, set_sections

# Searches to begin with: a word of the trade, a problem in plain words, a place and a matter.
EXAMPLES = ("免申即享", "企业迁移 跑一趟", "厦门 医保")
# Fewer cases stand beside more tiles: home is one screen.
NEWEST_SHOWN, NEWEST_BESIDE_MANY, MANY_PLACES = 6, 3, 12
LIST_SHOWN = 20
GROUPS_SHOWN, GROUP_SHOWN = 12, 5


def entries():
    """Published cases with what a list entry shows, newest first, in one query."""
    return Case.objects.published().with_entry().newest_first()


@page
def home(request):
    newest_first = notices().order_by(F("issued_on").desc(nulls_last=True), "-pk")
    notice = newest_first.annotate(
        published=Count("cases", filter=Q(cases__status=Status.PUBLISHED))
    ).first()
    overview = insight.overview()
    many = len(overview.matrix.places) > MANY_PLACES
    shown = NEWEST_BESIDE_MANY if many else NEWEST_SHOWN
    return render(
        request,
        "home.html",
        {
            "overview": overview,
            "many_places": many,
            "examples": EXAMPLES,
            "notice": notice,
            "notices": notices().count(),
            "newest": entries().filter(notice=notice)[:shown] if notice else (),
        },
    )


def results_page(request):
    """The search that the reader came from, on this site; None otherwise.

    From one case of it to the next, `list` bears its parameters.
    """
    if (query := request.GET.get("list")) is not None:
        return f"{reverse('case-list')}?{query}" if query else reverse("case-list")
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return None
    parts = urlsplit(referrer)
    if parts.path != reverse("case-list"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@page(varies=results_page)
def case(request, pk):
    case = get_object_or_404(Case.objects.published().with_text(), pk=pk)
    return case_page(request, case, back=results_page(request))


def case_page(request, case, back=None, template="case.html"):
    """The page of any case, for whoever has found out that this reader may see it."""
    # Whoever comes from results goes on in them.
    before, after = (None, None) if back else neighbours(case)
    parts = set_sections(case.sections.all())
    address = request.build_absolute_uri(case.get_absolute_url())
    return render(
        request,
        template,
        {
            "case": case,
            "parts": parts,
            "outcomes": proven(case.outcomes.all(), parts),
            "adoptions": case.adoptions.select_related("region"),
            "original": case.notice.original if case.notice else None,
            "before": before,
            "after": after,
            "canonical": address,
            "data": case_data(case, address),
            "citation": citation(case, address, timezone.localdate()),
            "for_copiers": [
                (case._meta.get_field(name).verbose_name, lines(getattr(case, name)))
                for name in COPIER_FIELDS
                if getattr(case, name).strip()
            ],
            "back": back,
        },
    )


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def neighbours(case):
    """The published cases before and after this one in its notice, None at either end."""
    if case.notice is None or case.number is None:
        return None, None
    others = case.notice.cases.published()
    before = others.filter(number__lt=case.number).order_by("-number").values("number")[:1]
    after = others.filter(number__gt=case.number).order_by("number").values("number")[:1]
    beside = others.filter(Q(number=Subquery(before)) | Q(number=Subquery(after)))
    numbered = {one.number < case.number: one for one in beside.only("title", "number", "notice")}
    return numbered.get(True), numbered.get(False)


@page
def city(request, code):
    region = get_object_or_404(Region.objects.with_path(), code=code)
    below = insight.places_below(region)
    total = sum(place.count for place in below)
    context = {
        "region": region,
        "parameters": insight.parameters_of(region),
        "total": total,
        "below": below,
    }
    if total:
        with_cases = [place.code for place in below]
        context |= {
            "profile": profile(region, total),
            "empty": Region.objects.filter(parent=region).exclude(code__in=with_cases),
            "cases": entries().in_region(region)[:LIST_SHOWN],
        }
    else:
        context |= nearby(region)
    return render(request, "city.html", context)


def nearby(region):
    """Where to look instead: the smallest region around this one that has cases, or a province."""
    for around in reversed(region.ancestors[:-1]):
        if found := insight.places_below(around):
            return {"around": around, "neighbours": found}
    return {"around": None, "neighbours": insight.province_tallies()}


@page
def theme(request, code):
    theme = get_object_or_404(Theme, code=code)
    cases = Case.objects.published().in_theme(theme)
    newest = list(cases.newest_first().values_list("pk", "region"))
    by_region = Counter(region for _, region in newest)
    regions = Region.objects.paths(by_region)
    cities = insight.tallies_by_city(by_region, regions, {"theme": code})
    approaches = (
        Approach.objects.filter(cases__in=cases.values("pk"))
        .annotate(number=Count("cases", distinct=True))
        .order_by("-number", "order")
    )
    return render(
        request,
        "theme.html",
        {
            "theme": theme,
            "parameters": {"theme": theme.code},
            "total": len(newest),
            "approaches": insight.tallies(
                (a.code, a.name, a.number, {"theme": code, "approach": a.code}) for a in approaches
            ),
            "places": len(cities),
            "groups": with_newest(
                cities[:GROUPS_SHOWN], [(pk, regions[region].city) for pk, region in newest]
            ),
            "more": cities[GROUPS_SHOWN:],
            "others": other_themes(theme),
        },
    )


def with_newest(cities, cases):
    """[(tally of a city, its newest cases), …]; cases: (pk, city), newest first."""
    members = {city.code: [] for city in cities}
    for pk, city in cases:
        group = members.get(city.code)
        if group is not None and len(group) < GROUP_SHOWN:
            group.append(pk)
    wanted = [pk for group in members.values() for pk in group]
    shown = entries().prefetch_related("outcomes", "approaches").in_bulk(wanted)
    return [(city, [shown[pk] for pk in members[city.code] if pk in shown]) for city in cities]


def other_themes(theme):
    """The other themes that have cases, each with `published_count`."""
    counts = insight.count_by_theme(Case.objects.published())
    others = [one for one in Theme.objects.all() if counts[one.pk] and one != theme]
    for one in others:
        one.published_count = counts[one.pk]
    return others


def notices():
    """Notices that readers may see: those with a published case."""
    with_cases = Case.objects.published().exclude(notice=None).values("notice")
    return Notice.objects.filter(pk__in=with_cases)


@page
def notice(request, pk):
    notice = get_object_or_404(notices().select_related("region"), pk=pk)
    cases = Case.objects.published().filter(notice=notice)
    return render(
        request,
        "notice.html",
        {
            "notice": notice,
            "parameters": {"notice": notice.pk},
            "letter": lines(notice.letter),
            "cases": entries().filter(notice=notice).order_by("number", "pk"),
            "places": insight.city_tallies(cases, {"notice": notice.pk}),
            "themes": insight.theme_tallies(cases, {"notice": notice.pk}),
            "original": notice.original,
        },
    )


@page(keep=False)
def notice_file(request, pk):
    """The newest file of the notice for readers, byte for byte, to be kept and not to be opened."""
    files = NoticeFile.objects.released().filter(notice__in=notices(), notice=pk)
    file = files.order_by("-pk").first()
    if file is None:
        raise Http404("这份通知没有存原件。")
    response = FileResponse(
        io.BytesIO(bytes(file.content)),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def not_found(request, exception):
    """Other systems get JSON, readers a page."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "没有这个地址或这个案例。"}, status=404)
    return page_not_found(request, exception)
