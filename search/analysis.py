"""Text to tokens: jieba words that rank.

The only module that knows jieba.
"""

import functools
import logging
import re
import threading
from collections.abc import Iterable
from pathlib import Path

import jieba

from .normalize import normalize

jieba.setLogLevel(logging.WARNING)

# Words that stand in nearly every sentence and say nothing of its subject.
STOP_WORDS = frozenset("的了和与及或在是对为把被将从向到于以等也都而并之其该各由中上下") | {
    f"{number}是" for number in "一二三四五六七八九十"
}

LONG_WORD_FREQUENCY = 500
SHORT = 20

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
        subwords.cache_clear()
        _cut_short.cache_clear()


def words_in_use() -> tuple[Path, list[str]]:
    """Where the dictionary is kept and the domain's words: what another process cuts alike with."""
    return Path(_tokenizer.tmp_dir), sorted(_domain_words)


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


def cut(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` as (word, start, end); offsets are in the normal form.

    Stop words and punctuation are left out.
    """
    if len(text) <= SHORT:
        return list(_cut_short(text))
    return _cut(text)


def _cut(text: str) -> list[tuple[str, int, int]]:
    load()
    return [
        token
        for token in _tokenizer.tokenize(normalize(text))
        if token[0] not in STOP_WORDS and _HAS_WORD_CHARACTER.search(token[0])
    ]


# What is typed, and its synonyms, are cut again with each search.
_cut_short = functools.lru_cache(maxsize=10_000)(_cut)


@functools.lru_cache(maxsize=100_000)
def subwords(word: str) -> tuple[str, ...]:
    """The dictionary words within a long word (不动产登记: 动产, 登记, 不动产), each as often as it
    stands there. Indexed beside the word, they make a search for the part find the whole.
    """
    return tuple(
        part
        for size in range(2, min(len(word), 5))
        for offset in range(len(word) - size + 1)
        if _tokenizer.FREQ.get(part := word[offset : offset + size])
    )
