"""How a term sounds: toneless pinyin, its initials, and a key that blurs what southerners blur."""

import functools
import re

from pypinyin import lazy_pinyin

_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_NASAL = re.compile(r"n+g*")
_HAN = re.compile(r"[\u3400-\u9fff]")


@functools.lru_cache(maxsize=200_000)
def syllables(text: str) -> tuple[str, ...]:
    """One syllable a Chinese character; other characters stand for themselves, one each."""
    return tuple(lazy_pinyin(text, errors=list))


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


def _blur(syllable: str) -> str:
    for sharp, flat in _BLURRED:
        if syllable.startswith(sharp):
            syllable = flat + syllable[2:]
            break
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith("ng") else syllable
