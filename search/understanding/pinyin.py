"""How a term sounds: toneless pinyin, its initials, and a key that blurs what southerners blur."""

import functools
import re

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT
from pypinyin.seg.mmseg import p_set

_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_NASAL = re.compile(r"n+g*")
_HAN = re.compile(r"[\u3400-\u9fff]")


@functools.lru_cache(maxsize=4_096)
def syllables(text: str) -> tuple[str, ...]:
    """One syllable a Chinese character; other characters stand for themselves, one each.

    As pypinyin's lazy_pinyin, which takes 30 times as long: it spends its time between the words
    that it cuts the text into (the longest phrase of its dictionary that begins here, else one
    character), so what is kept is each word's reading.
    """
    found: list[str] = []
    start = 0
    while start < len(text):
        end, reach = start + 1, start + 2
        while reach <= len(text) and (word := text[start:reach]) in p_set:
            if word in PHRASES_DICT:
                end = reach
            reach += 1
        found += _reading(text[start:end])
        start = end
    return tuple(found)


@functools.lru_cache(maxsize=16_384)
def _reading(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, errors=list))


def letters(text: str) -> str:
    """排污权 -> paiwuquan"""
    return "".join(syllables(text))


def initials(text: str) -> str:
    """招标投标 -> zbtb"""
    return "".join(syllable[:1] for syllable in syllables(text))


def sound(text: str) -> str:
    """The syllables with separators, to compare two texts of equal length: 镖 sounds like 标."""
    return " ".join(syllables(text))


def blurred(text: str) -> str:
    """As `sound`, without the difference of zh/z, ch/c, sh/s, n/l and -ng/-n."""
    return " ".join(_blur(syllable) for syllable in syllables(text))


def blurred_letters(letters: str) -> str:
    """Letters without those differences, wherever their syllables end: linggong, lingong."""
    for sharp, flat in _BLURRED:
        letters = letters.replace(sharp, flat)
    return _NASAL.sub("n", letters)


def has_han(text: str) -> bool:
    return bool(_HAN.search(text))


@functools.lru_cache(maxsize=4_096)
def _blur(syllable: str) -> str:
    for sharp, flat in _BLURRED:
        if syllable.startswith(sharp):
            syllable = flat + syllable[2:]
            break
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith("ng") else syllable
