"""Our search: as the pages call it, and without the database."""

import shutil

from django.conf import settings

from cases.models import Case
from search import following, searching
from search.searching import SearchRequest
from search.snippets import Passages

from ..engine import FACETS, Engine, Page, Query


def request_for(query: Query) -> SearchRequest:
    text = f"“{query.text}”" if query.literal else query.text
    filters = {name: tuple(values) for name, values in query.filters.items()}
    return SearchRequest(text=text, filters=filters)


def counts_of(facets) -> dict[str, dict[str, int]]:
    return {name: facets[name].as_dict() for name in FACETS}


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


class OursFromTheIndex(Engine):
    """The same with the page's cases at hand, as the peers have their texts in their own stores."""

    label = "ours with the cases at hand: understanding, ranking, nine facets, snippets"
    takes_documents = False

    def open(self):
        searching.prepare()
        self._passages = {}

    def search(self, query):
        found = searching.find(request_for(query))
        if missing := [number for number in found.ids if number not in self._passages]:
            cases = Case.objects.with_passages().in_bulk(missing)
            self._passages |= {number: Passages(case) for number, case in cases.items()}
        return Page(
            ids=found.ids,
            total=found.total,
            facets=counts_of(found.facets),
            snippets=[self._passages[n].best(found.query)[1].text for n in found.ids],
        )
