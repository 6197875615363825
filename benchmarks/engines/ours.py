"""Our search: as the pages call it, and without the database."""

import shutil

from django.conf import settings
from django.db import connection

from cases.models import Case
from search import facets as facet_counts
from search import following, searching
from search.index import search_index
from search.searching import SearchRequest

from ..engine import Engine, Page, Query


def request_for(query: Query) -> SearchRequest:
    text = f"“{query.text}”" if query.literal else query.text
    filters = {name: tuple(values) for name, values in query.filters.items()}
    return SearchRequest(text=text, filters=filters)


def counts_of(facets) -> dict[str, dict[str, int]]:
    return {name: {one.value: one.count for one in found} for name, found in facets.items()}


class Ours(Engine):
    label = "search.searching.search(): understanding, ranking, nine facets, snippets, cases loaded"
    takes_documents = False

    def build(self, documents):
        shutil.rmtree(settings.SEARCH_INDEX_DIR, ignore_errors=True)
        following.rebuild(lambda done, total: print(f"{done} / {total}", flush=True))

    def open(self):
        searching.prepare()

    def search(self, query):
        results = searching.search(request_for(query))
        return Page(
            ids=[hit.case.pk for hit in results.hits],
            total=results.total,
            facets=counts_of(results.facets),
            snippets=[hit.snippet.text for hit in results.hits],
        )

    def disk_bytes(self):
        folder = settings.SEARCH_INDEX_DIR
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def change_one(self):
        """Change a published case: in the index after this, as after an editor's save."""
        Case.objects.filter(pk=Case.objects.published().order_by("pk").first().pk).update(
            maturity=""
        )

    def take_up(self):
        """Open the newest commit, as the follower of each worker does before readers come."""
        searching.prepare()


class OursWithoutDatabase(Engine):
    """The same without what the database adds: the cases of the page, and with them snippets.

    The one place of the benchmarks that calls what is inside the search.
    """

    label = "ours without the database: no cases loaded, no snippets"
    takes_documents = False

    def build(self, documents):
        raise NotImplementedError("it reads the index of `ours`")

    def open(self):
        searching.prepare()
        connection.close()

    def search(self, query):
        request = request_for(query)
        snapshot = search_index().snapshot()
        ranking = searching._rank(
            snapshot, searching.understand(request, searching.current_language(snapshot))
        )
        matched = ranking.matched & facet_counts.filtered(snapshot, request.filters)
        sort = request.sort if request.text else "newest"
        ranked = searching.ordered(snapshot, matched, ranking, sort)
        return Page(
            ids=[int(snapshot.ids[document]) for document in ranked[: request.page_size]],
            total=len(ranked),
            facets=counts_of(facet_counts.count(snapshot, ranking.matched, request.filters)),
            snippets=[],
        )
