"""What the index holds of a case.

Raise VERSION with every change here, in analysis.py, normalize.py, documents.py, names.py or in
the files of search/index/.
"""

from whoosh import fields
from whoosh.analysis import Analyzer, Token

from .analysis import cut, subwords

VERSION = 4

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


class WordAnalyzer(Analyzer):
    """Words and the words within them; the class path is pickled into every index: do not move."""

    def __call__(self, value, **kwargs):
        token = Token()
        token.boost = 1.0
        token.stopped = False
        for word, *_ in cut(value):
            for text in (word, *subwords(word)):
                token.text = text
                yield token


def make_schema() -> fields.Schema:
    """One document a case: its id, and a field of words for each part.

    Whoosh reads these. Beside them each segment keeps what Whoosh has no use for: names, grams,
    the text and the values of facets and order (index/segments.py).
    """
    words = WordAnalyzer()
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        **{name: fields.TEXT(analyzer=words, phrase=False) for name in WORD_FIELDS},
    )
