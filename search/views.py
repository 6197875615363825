"""The result page: query string -> search -> context."""

from django.shortcuts import render

from cases import insight

from . import listing
from .index import IndexUnavailable
from .labels import label_facets
from .query import MAX_LENGTH
from .relaxing import ways_out
from .request import read_request
from .searching import search


def case_list(request):
    read = read_request(request.GET)
    try:
        results = search(read.request)
        facets = label_facets(results)
        ways = () if results.total else ways_out(results.request, facets)
    except IndexUnavailable as error:
        return search_unavailable(request, read.request, str(error))
    shown = results.request
    return render(
        request,
        "results.html",
        {
            "q": shown.text,
            "results": results,
            "notes": notes(read, results),
            "chips": listing.chips(shown, facets),
            "facets": listing.fold(facets),
            "sorts": listing.sorts(shown) if shown.text.strip() else (),
            "sort": shown.sort,
            "pages": listing.pages(results) if results.pages > 1 else (),
            "previous": listing.page_link(results, results.page - 1),
            "next": listing.page_link(results, results.page + 1),
            "ways_out": ways,
        },
    )


def notes(read, results):
    """What the reader should know of how the request was taken."""
    found = [problem.message for problem in read.problems]
    if len(" ".join(read.request.text.split())) > MAX_LENGTH:
        found.append(f"检索词超过 {MAX_LENGTH} 个字，只用了前 {MAX_LENGTH} 个字。")
    if read.request.page > results.pages:
        found.append(f"没有第 {read.request.page} 页，下面是最后一页。")
    return found


def search_unavailable(request, asked, message):
    """Cities and themes come from the database: they can be browsed without the index."""
    context = {"q": asked.text, "message": message, "overview": insight.overview()}
    return render(request, "search_unavailable.html", context, status=503)
