"""What the index holds of a case.

Raise VERSION with every change here, in analysis.py, normalize.py or documents.py.
"""

from whoosh import columns, fields

from .analysis import BigramAnalyzer, NameAnalyzer, WordAnalyzer

VERSION = 2

# Fields of words: weight in ranking, and how much the field's length counts (BM25F's b). What a
# reform does and brings says more of it than the background, which is much the same everywhere.
WORD_FIELDS = {
    "title": (5.0, 0.4),
    "highlight": (2.0, 0.5),
    "headings": (2.0, 0.5),
    "practices": (1.2, 0.75),
    "outcomes": (1.2, 0.75),
    "background": (0.8, 0.75),
    "other": (1.0, 0.75),
    "terms": (2.0, 0.3),
}


def make_schema() -> fields.Schema:
    """One document a case.

    id; a field of words for each part; grams: character bigrams of everything; names: coined
    names and phrases as whole terms; text: the significant characters of everything, to verify
    literal strings; facets and order: stored values.
    """
    words = WordAnalyzer()
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        grams=fields.TEXT(analyzer=BigramAnalyzer(), phrase=False),
        names=fields.TEXT(analyzer=NameAnalyzer(), phrase=False),
        text=fields.COLUMN(columns.VarBytesColumn()),
        facets=fields.STORED,
        order=fields.STORED,
        **{name: fields.TEXT(analyzer=words, phrase=False) for name in WORD_FIELDS},
    )
