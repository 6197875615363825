"""Text to tokens: jieba words that rank, and character bigrams that lead to literal strings.

The only module that knows jieba.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import jieba
from whoosh.analysis import Analyzer, Token

from .normalize import normalize, significant

jieba.setLogLevel(logging.WARNING)

# Words that stand in nearly every sentence and say nothing of its subject.
STOP_WORDS = frozenset("的了和与及或在是对为把被将从向到于以等也都而并之其该各由中上下") | {
    f"{number}是" for number in "一二三四五六七八九十"
}

LONG_WORD_FREQUENCY = 500

_HAS_WORD_CHARACTER = re.compile(r"\w")

_tokenizer = jieba.Tokenizer()
_loading = threading.Lock()
_domain_words: dict[str, int] = {}


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


def use_words(domain: Iterable[str]) -> None:
    """Make exactly these the domain's words beside the general dictionary.

    Documents and queries have to be cut with the same words: the index keeps the list that it
    was built with, and hands it over here.
    """
    load()
    wanted = {normalize(word) for word in domain}
    with _loading:
        for word in _domain_words.keys() - wanted:
            _tokenizer.add_word(word, _domain_words.pop(word))
        for word in wanted - _domain_words.keys():
            _domain_words[word] = _tokenizer.FREQ.get(word, 0)
            # jieba's own estimate lets a long term lose to its neighbours (政务/服务平台).
            least = LONG_WORD_FREQUENCY if len(word) >= 4 else 0
            _tokenizer.add_word(word, max(least, _tokenizer.suggest_freq(word)))


def is_known(word: str) -> bool:
    """Whether the dictionary, general or domain, has the word (in the normal form)."""
    load()
    return bool(_tokenizer.FREQ.get(word))


def is_general(word: str) -> bool:
    """Whether jieba's own dictionary has the word (in the normal form), the domain's aside."""
    load()
    return bool(_domain_words.get(word, _tokenizer.FREQ.get(word)))


def parts(word: str) -> list[str]:
    """The shorter dictionary words that make up a word: 政务服务平台 -> 政务服务, 平台.

    Empty where it has none, or only loose characters.
    """
    if len(word) < 3:
        return []
    load()
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(word) + 1):
        options = []
        for start in range(max(0, end - len(word) + 1), end):
            part = word[start:end]
            loose = len(part) == 1
            if loose or _tokenizer.FREQ.get(part):
                options.append((best[start][0] + (3 if loose else 1), [*best[start][1], part]))
        best.append(min(options, key=lambda option: option[0]))
    found = [part for part in best[-1][1] if len(part) > 1]
    return found if best[-1][0] < 3 * len(word) else []


def words(text: str, *, subwords: bool = True) -> Iterator[tuple[str, int, int, int]]:
    """The words of `text` as (word, position, start, end); offsets are in the normal form.

    Parts of a long word (不动产登记: 动产, 登记, 不动产) come at the position of their word, so
    that a search for the part finds the whole. Stop words and punctuation are left out, and
    leave their position empty.
    """
    load()
    position = -1
    for word, start, end in _tokenizer.tokenize(normalize(text)):
        position += 1
        if not _HAS_WORD_CHARACTER.search(word) or word in STOP_WORDS:
            continue
        if subwords and len(word) > 2:
            for size in range(2, min(len(word), 5)):
                for offset in range(len(word) - size + 1):
                    part = word[offset : offset + size]
                    if _tokenizer.FREQ.get(part):
                        yield part, position, start + offset, start + offset + size
        yield word, position, start, end


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of significant characters; the last character stands once more alone."""
    letters = significant(text)
    return [letters[index : index + 2] for index in range(len(letters))]


class _TokenAnalyzer(Analyzer):
    """Strings to Whoosh tokens; the class path is pickled into every index: do not move it."""

    def strings(self, value: str) -> Iterable[str]:
        raise TypeError(f"{type(self).__name__} has no strings()")

    def __call__(self, value, positions=False, **kwargs):
        token = Token(positions, False)
        token.boost = 1.0
        token.stopped = False
        for position, text in enumerate(self.strings(value)):
            token.text = text
            token.pos = position
            yield token


class WordAnalyzer(_TokenAnalyzer):
    def strings(self, value):
        return (word for word, *_ in words(value))


class BigramAnalyzer(_TokenAnalyzer):
    def strings(self, value):
        return bigrams(value)


class NameAnalyzer(_TokenAnalyzer):
    """One name a line, each a term as a whole."""

    def strings(self, value):
        return filter(None, map(significant, value.split("\n")))
