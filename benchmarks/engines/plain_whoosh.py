"""Whoosh's own search over our index: what the index would be without our read path."""

import numpy as np
import whoosh.index
from whoosh import query as q
from whoosh import sorting

from search.analysis import cut
from search.index import search_index
from search.normalize import significant
from search.schema import WORD_FIELDS, make_schema

from ..engine import FACETS, PAGE_SIZE, Engine, Page
from ..passages import passages, texts_of


class PlainWhoosh(Engine):
    label = (
        "Whoosh's searcher, kept open, over our index through its codec: BM25F with our weights,"
        " any word; facet values remembered in memory; a literal by our own look-up; snippets by re"
    )
    takes_documents = False

    def open(self):
        index = search_index()
        # Cuts queries with the words that the index was built with.
        self.snapshot = index.snapshot()
        opened = whoosh.index.open_dir(index.root / index.generation, schema=make_schema())
        self.searcher = opened.searcher()
        self.values = {name: self._values(self.snapshot.facet(name)) for name in FACETS}

    def _values(self, facet) -> list[list[str]]:
        """The values of the facet, by document."""
        values = [[] for _ in range(self.snapshot.size)]
        for value in facet.values:
            for document in np.flatnonzero(facet.having([value])).tolist():
                values[document].append(value)
        return values

    def search(self, query):
        allowed = None
        if query.filters:
            passed = [self.snapshot.facet(name).having(v) for name, v in query.filters.items()]
            allowed = set(np.flatnonzero(np.logical_and.reduce(passed)).tolist())
        if query.literal:
            holding = set(self.snapshot.holding(significant(query.text)).tolist())
            allowed = holding if allowed is None else allowed & holding
        # Whoosh takes an empty filter for none.
        wanted = q.NullQuery if allowed == set() else self._wanted(query)
        found = self.searcher.search(
            wanted,
            limit=PAGE_SIZE,
            filter=allowed,
            groupedby={name: _Remembered(self.values[name]) for name in FACETS},
            maptype=sorting.Count,
        )
        ids = [int(hit["id"]) for hit in found]
        return Page(
            ids=ids,
            total=len(found),
            facets={name: found.groups(name) for name in FACETS},
            snippets=passages(texts_of(ids), query.tokens),
        )

    def _wanted(self, query):
        if query.literal or not query.text:
            return q.Every()
        return q.Or(
            [
                q.Term(field, word, boost=weight)
                for word in dict.fromkeys(word for word, *_ in cut(query.text))
                for field, (weight, _) in WORD_FIELDS.items()
            ]
        )


class _Remembered(sorting.FacetType):
    """Facet values from memory: our schema stores them, and reading them anew takes longer."""

    def __init__(self, values):
        self.values = values

    def categorizer(self, global_searcher):
        return _Categorizer(self.values)


class _Categorizer(sorting.Categorizer):
    allow_overlap = True

    def __init__(self, values):
        self.values, self.offset = values, 0

    def set_searcher(self, segment_searcher, docoffset):
        self.offset = docoffset

    def keys_for(self, matcher, docid):
        return self.values[docid + self.offset]
