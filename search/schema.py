"""What the index holds of a case.

Raise VERSION with every change here, in analysis.py, normalize.py or documents.py.
"""

from whoosh import fields

from .analysis import BigramAnalyzer, WordAnalyzer

VERSION = 1

# Fields of words, each with its weight in ranking: what a reform does and brings says more of it
# than the background, which is much the same everywhere.
WORD_FIELDS = {
    "title": 6.0,
    "highlight": 2.0,
    "headings": 2.0,
    "practices": 1.5,
    "outcomes": 1.5,
    "background": 0.8,
    "other": 1.0,
    "terms": 2.0,
}


def make_schema() -> fields.Schema:
    """One document a case: id, word fields, literal (bigrams), stored facet values and order."""
    words = WordAnalyzer()
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        literal=fields.TEXT(analyzer=BigramAnalyzer(), phrase=True),
        facets=fields.STORED,
        order=fields.STORED,
        **{name: fields.TEXT(analyzer=words, phrase=False) for name in WORD_FIELDS},
    )
