"""Text to tokens: jieba words that rank, and character bigrams that find any literal string.

The only module that knows jieba.
"""

import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import jieba
from whoosh.analysis import Analyzer, Token

from .normalize import normalize, significant

jieba.setLogLevel(logging.WARNING)

# Words that stand in nearly every sentence and say nothing of its subject.
STOP_WORDS = frozenset("的了和与及或在是对为把被将从向到于以等也都而并之其该各由中上下") | {
    f"{number}是" for number in "一二三四五六七八九十"
}

_HAS_WORD_CHARACTER = re.compile(r"\w")

_tokenizer = jieba.Tokenizer()
_loading = threading.Lock()


def configure(cache_dir: Path) -> None:
    """Say where jieba may keep its parsed dictionary: a folder private to this user.

    By default that is a marshal file in the shared temporary folder, where anyone could put one
    that runs his code.
    """
    _tokenizer.tmp_dir = str(cache_dir)


def load() -> None:
    """Load the dictionary now; the server does so before it forks, so that workers share it."""
    with _loading:
        if not _tokenizer.initialized:
            Path(_tokenizer.tmp_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
            _tokenizer.initialize()


def words(text: str, *, subwords: bool = True) -> Iterator[tuple[str, int, int, int]]:
    """The words of `text` as (word, position, start, end); offsets are in the normal form.

    Parts of a long word (不动产登记: 动产, 登记, 不动产) come at the position of their word, so
    that a search for the part finds the whole. Stop words and punctuation are left out, and
    leave their position empty.
    """
    load()
    position = -1
    normal = normalize(text)
    for word, start, end in _tokenizer.tokenize(normal):
        position += 1
        if not _HAS_WORD_CHARACTER.search(word) or word in STOP_WORDS:
            continue
        if subwords and len(word) > 2:
            for size in (2, 3):
                for offset in range(len(word) - size + 1) if len(word) > size else ():
                    part = word[offset : offset + size]
                    if _tokenizer.FREQ.get(part):
                        yield part, position, start + offset, start + offset + size
        yield word, position, start, end


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of significant characters; the last character stands once more alone."""
    letters = significant(text)
    return [letters[index : index + 2] for index in range(len(letters))]


class WordAnalyzer(Analyzer):
    """jieba words for Whoosh; its class path is pickled into every index: do not move it."""

    def __call__(self, value, positions=False, mode="", **kwargs):
        token = Token(positions, False)
        for word, position, _, _ in words(value, subwords=mode != "query"):
            token.text = word
            token.boost = 1.0
            token.stopped = False
            token.pos = position
            yield token


class BigramAnalyzer(Analyzer):
    """Character bigrams with true positions: a phrase of them is a literal string."""

    def __call__(self, value, positions=False, **kwargs):
        token = Token(positions, False)
        for position, pair in enumerate(bigrams(value)):
            token.text = pair
            token.boost = 1.0
            token.stopped = False
            token.pos = position
            yield token
