"""Whoosh's own search over our index: what the index would be without our read path."""

import whoosh.index
from whoosh import query as q
from whoosh import sorting

from search.analysis import bigrams, words
from search.index import search_index
from search.normalize import significant
from search.schema import WORD_FIELDS, make_schema

from ..engine import FACETS, PAGE_SIZE, Engine, Page
from ..passages import passages, texts_of


class PlainWhoosh(Engine):
    label = (
        "Whoosh's searcher, kept open, over our index: BM25F with our weights, any word; facet"
        " values remembered in memory; a literal by character pairs and the text; snippets by re"
    )
    takes_documents = False

    def build(self, documents):
        raise NotImplementedError("it reads the index of `ours`")

    def open(self):
        index = search_index()
        # Cuts queries with the words that the index was built with.
        index.snapshot()
        opened = whoosh.index.open_dir(index.root / index.generation, schema=make_schema())
        self.searcher = opened.searcher()
        self.stored = dict(self.searcher.reader().iter_docs())
        self.texts = self.searcher.reader().column_reader("text")

    def search(self, query):
        allowed = None
        if query.filters:
            allowed = {
                number
                for number, fields in self.stored.items()
                if all(
                    set(wanted) & set(fields["facets"][facet])
                    for facet, wanted in query.filters.items()
                )
            }
        found = self.searcher.search(
            self._wanted(query),
            limit=PAGE_SIZE,
            filter=allowed,
            groupedby={name: _Remembered(name, self.stored) for name in FACETS},
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
        if query.literal:
            needle = significant(query.text)
            pairs = q.And([q.Term("grams", pair) for pair in bigrams(needle)[:-1]])
            encoded = needle.encode("utf-8", "surrogatepass")
            holding = [
                number
                for number in self.searcher.docs_for_query(pairs)
                if encoded in self.texts[number]
            ]
            return q.Or([q.Term("id", self.stored[number]["id"]) for number in holding])
        if not query.text:
            return q.Every()
        return q.Or(
            [
                q.Term(field, word, boost=weight)
                for word in dict.fromkeys(word for word, *_ in words(query.text, subwords=False))
                for field, (weight, _) in WORD_FIELDS.items()
            ]
        )


class _Remembered(sorting.FacetType):
    """Facet values from memory: our schema stores them, and reading them anew takes longer."""

    def __init__(self, name, stored):
        self.name, self.stored = name, stored

    def categorizer(self, global_searcher):
        return _Categorizer(self.name, self.stored)


class _Categorizer(sorting.Categorizer):
    allow_overlap = True

    def __init__(self, name, stored):
        self.name, self.stored, self.offset = name, stored, 0

    def set_searcher(self, segment_searcher, docoffset):
        self.offset = docoffset

    def keys_for(self, matcher, docid):
        return self.stored[docid + self.offset]["facets"][self.name]
