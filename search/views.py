"""The result page: query string -> search -> context."""

from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cases import insight
from cases.freshness import page

from . import listing, log, suggesting
from .addresses import query_string, with_text
from .index import IndexUnavailable
from .labels import label_facets
from .query import MAX_LENGTH
from .relaxing import fitting_themes, nearest_terms, query_parts, ways_out
from .request import read_request
from .searching import search

KIND_LABELS = {
    "theme": "领域",
    "city": "地区",
    "approach": "改革手段",
    "search": "常用检索",
    "term": "词语",
    "case": "案例",
}


@page(noted=log.record)
def case_list(request):
    read = read_request(request.GET)
    try:
        results = search(read.request)
        facets = label_facets(results, listing.FACET_HEAD + listing.FACET_LENGTH)
        ways = () if results.total else ways_out(results.request, facets)
        help_ = dead_end(results) if not results.full and shown_text(results) else {}
    except IndexUnavailable as error:
        return search_unavailable(request, read.request, str(error))
    shown = results.request
    searched = log.worth_noting(results)
    chips = listing.chips(shown, facets, () if results.elsewhere else results.query.places)
    response = render(
        request,
        "results.html",
        {
            "q": shown.text,
            "results": results,
            "notes": notes(read, results),
            "chips": chips,
            "chips_shown": listing.CHIPS_SHOWN,
            "chips_left_out": max(0, len(chips) - listing.CHIPS_SHOWN),
            "corrections": listing.corrections(results),
            "facets": listing.fold(facets),
            "sorts": listing.sorts(shown),
            "sort": shown.sort,
            "pages": listing.pages(results) if results.pages > 1 else (),
            "previous": listing.page_link(results, results.page - 1),
            "next": listing.page_link(results, results.page + 1),
            "ways_out": ways,
            **help_,
            "searched": searched,
        },
    )
    response.to_note = searched
    return response


@require_GET
@page(keep=False)
def suggest(request):
    """Suggestions as JSON, each with the address that it leads to."""
    try:
        found = suggesting.suggest(request.GET.get("q", "")[:50])
    except IndexUnavailable:
        found = []
    return JsonResponse(
        {
            "suggestions": [
                {
                    "kind": KIND_LABELS[entry.kind],
                    "label": entry.label,
                    "count": entry.count,
                    "url": suggested_address(entry),
                }
                for entry in found
            ]
        }
    )


def suggested_address(entry):
    if entry.kind == "case":
        return reverse("case", args=[entry.value])
    if entry.kind in ("theme", "city"):
        return reverse(entry.kind, args=[entry.value])
    name = "approach" if entry.kind == "approach" else "q"
    return f"{reverse('case-list')}?{urlencode({name: entry.value})}"


# A beacon sent while the page is being left cannot carry a token; all it can do is to note a
# position in a row without personal data.
@csrf_exempt
@require_POST
def clicked(request):
    name, position = (request.POST.get(key, "") for key in ("search", "position"))
    if position.isascii() and position.isdecimal() and len(position) < 10:
        log.record_click(name.replace("\0", ""), int(position))
    return HttpResponse(status=204)


def shown_text(results):
    return results.request.text.strip()


def dead_end(results):
    """Where nothing whole was found: which part killed it, and what else there is."""
    request = results.request
    near = nearest_terms(request)
    return {
        "parts": query_parts(request),
        "nearest": [(term, query_string(with_text(request, term))) for term in near],
        "fitting_themes": fitting_themes(request),
    }


def notes(read, results):
    """What the reader should know of how the request was taken."""
    found = [problem.message + problem.handled for problem in read.problems]
    if results.query.shortened:
        found.append(f"检索词超过 {MAX_LENGTH} 个字，只用了前 {MAX_LENGTH} 个字。")
    if results.elsewhere:
        names = "、".join(place.name for place in results.query.places if place.has_cases)
        found.append(f"{names}没有符合的案例，下面是各地的。")
    found += [
        f"库里还没有{place.name}的案例，下面是各地的。"
        for place in results.query.places
        if not place.has_cases
    ]
    if read.request.page > results.pages:
        found.append(f"没有第 {read.request.page} 页，下面是最后一页。")
    return found


def search_unavailable(request, asked, message):
    """Cities and themes come from the database: they can be browsed without the index."""
    context = {"q": asked.text, "message": message, "overview": insight.overview()}
    return render(request, "search_unavailable.html", context, status=503)
