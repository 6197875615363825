"""django-haystack with Whoosh and jieba's ChineseAnalyzer, as the tutorials have it."""

from importlib import metadata

from django.core.management import call_command
from haystack.inputs import AutoQuery
from haystack.query import SearchQuerySet

from ..engine import FACETS, PAGE_SIZE, Engine, Page


class Haystack(Engine):
    label = (
        f"django-haystack {metadata.version('django-haystack')}, its Whoosh backend with jieba's"
        " ChineseAnalyzer, facet(), highlight(), load_all(); all words must be there"
    )
    takes_documents = False

    def build(self, documents):
        call_command("rebuild_index", interactive=False, batchsize=1000, verbosity=1)

    def open(self):
        SearchQuerySet().count()

    def search(self, query):
        found = SearchQuerySet().load_all()
        if query.text:
            text = f'"{query.text}"' if query.literal else query.text
            found = found.filter(content=AutoQuery(text)).highlight()
            # In one: of two that have nothing in common, the backend would forget both.
            narrowing = [
                f"({' OR '.join(f'{facet}:{value}' for value in values)})"
                for facet, values in query.filters.items()
            ]
            found = found.narrow(" AND ".join(narrowing)) if narrowing else found
        else:
            # Narrowing everything (*) finds nothing with this backend; a query of filters does.
            found = found.order_by("-dated")
            for facet, values in query.filters.items():
                found = found.filter(**{f"{facet}__in": list(values)})
        for facet in FACETS:
            found = found.facet(facet)
        hits = [hit for hit in found[:PAGE_SIZE] if hit is not None]
        # Without a hit there are no counts at all.
        counted = found.facet_counts().get("fields", {})
        return Page(
            ids=[hit.object.pk for hit in hits],
            total=len(found),
            facets={name: dict(counts) for name, counts in counted.items()},
            snippets=[hit.highlighted["text"][0] if query.text else hit.text[:110] for hit in hits],
        )
