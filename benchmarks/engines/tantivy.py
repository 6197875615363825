"""tantivy over jieba's tokens: title boosted, facets by its terms aggregation, its snippets."""

from importlib import metadata

import tantivy
from tantivy import Occur
from tantivy import Query as Q

from ..engine import FACETS, PAGE_SIZE, SNIPPET, Engine, Page, joined

# More than any facet has values.
_ALL = 10_000
_HEAP = 256_000_000


def _schema():
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name="spaces")
    builder.add_text_field("body", stored=True, tokenizer_name="spaces")
    builder.add_text_field("dated", fast=True, tokenizer_name="raw")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class Tantivy(Engine):
    label = (
        f"tantivy-py {metadata.version('tantivy')}, jieba tokens, title boosted by 5, terms"
        " aggregations, SnippetGenerator"
    )

    def build(self, documents):
        index = self._open(tantivy.Index(_schema(), path=str(self.folder)))
        writer = index.writer(_HEAP, num_threads=1)
        for document in documents:
            writer.add_document(
                tantivy.Document(
                    id=document.id,
                    title=document.title,
                    body=document.body,
                    dated=document.dated,
                    **{name: list(values) for name, values in document.facets.items()},
                )
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self):
        self.index = self._open(tantivy.Index.open(str(self.folder)))
        self.searcher = self.index.searcher()
        self.label = f"{Tantivy.label}, {self.searcher.num_segments} segment(s)"
        self.aggregations = {facet: {"terms": {"field": facet, "size": _ALL}} for facet in FACETS}

    def _open(self, index):
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("spaces", spaces)
        self.schema = index.schema
        return index

    def search(self, query):
        words = self._words(query)
        musts = [(Occur.Must, words)] if words else []
        for facet, wanted in query.filters.items():
            in_facet = Q.term_set_query(self.schema, facet, list(wanted))
            musts.append((Occur.Must, Q.const_score_query(in_facet, 0.0)))
        matching = Q.boolean_query(musts) if len(musts) > 1 else musts[0][1] if musts else None
        matching = matching or Q.all_query()
        order = {} if words else {"order_by_field": "dated"}
        found = self.searcher.search(matching, PAGE_SIZE, count=True, **order)
        counted = self.searcher.aggregate(matching, self.aggregations)
        documents = [self.searcher.doc(address) for _, address in found.hits]
        if words:
            generator = tantivy.SnippetGenerator.create(self.searcher, words, self.schema, "body")
            # With the spaces between the tokens, which are taken out again.
            generator.set_max_num_chars(SNIPPET * 3 // 2)
            snippets = [joined(generator.snippet_from_doc(one).to_html()) for one in documents]
        else:
            snippets = [joined(one.get_first("body")[: SNIPPET * 3 // 2]) for one in documents]
        return Page(
            ids=[one.get_first("id") for one in documents],
            total=found.count,
            facets={
                facet: {bucket["key"]: bucket["doc_count"] for bucket in counted[facet]["buckets"]}
                for facet in FACETS
            },
            snippets=snippets,
        )

    def _words(self, query):
        if not query.tokens:
            return None
        tokens = list(query.tokens)
        if query.literal and len(tokens) > 1:
            title = Q.phrase_query(self.schema, "title", tokens)
            body = Q.phrase_query(self.schema, "body", tokens)
            return Q.boolean_query([(Occur.Should, Q.boost_query(title, 5)), (Occur.Should, body)])
        wanted = []
        for token in tokens:
            title = Q.boost_query(Q.term_query(self.schema, "title", token), 5)
            wanted += [
                (Occur.Should, title),
                (Occur.Should, Q.term_query(self.schema, "body", token)),
            ]
        return Q.boolean_query(wanted)
