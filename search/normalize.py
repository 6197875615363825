"""One normal form for indexing and for querying.

Everything works character by character, so that a place in the normal form can be led back to the
place in the text that it came from (snippets mark the text as written).
"""

import re
import unicodedata

import opencc

DIGITS = frozenset("0123456789")


def normalize(text: str) -> str:
    """NFKC, lower case, simplified, character by character: Ａ -> a, ① -> 1, 醫 -> 医."""
    return text.translate(_NORMAL)


def significant(text: str) -> str:
    """The normal form without punctuation and white space: what literal search compares.

    Letters, digits and symbols (+ > → ￥) stay, and so do the percent sign and a decimal point
    between digits: 99.1 is another number than 991.
    """
    return _LONE_POINT.sub("", normalize(text)).translate(_SIGNIFICANT)


def significant_with_offsets(text: str) -> list[tuple[str, int]]:
    """Each significant character with the offset in `text` of the character it came from."""
    normal = [
        (character, offset)
        for offset, original in enumerate(text)
        for character in _NORMAL[ord(original)]
    ]
    kept = []
    for index, (character, offset) in enumerate(normal):
        if character == ".":
            before = normal[index - 1][0] if index else ""
            after = normal[index + 1][0] if index + 1 < len(normal) else ""
            if before in DIGITS and after in DIGITS and before and after:
                kept.append((character, offset))
        elif is_significant(character):
            kept.append((character, offset))
    return kept


def is_significant(character: str) -> bool:
    return character.isalnum() or character == "%" or unicodedata.category(character)[0] == "S"


_simplify = opencc.OpenCC("t2s").convert
_LONE_POINT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


def _normal(character: str) -> str:
    normal = unicodedata.normalize("NFKC", character).lower()
    if "\u2e80" <= character < "\ud800" or character >= "\uf900":
        normal = _simplify(normal)
    return normal


class _Table(dict):
    """A table for str.translate that is filled as characters turn up."""

    def __init__(self, translate):
        self._translate = translate

    def __missing__(self, code: int) -> str:
        self[code] = translated = self._translate(chr(code))
        return translated


_NORMAL = _Table(_normal)
# The point stays: which points are significant depends on their neighbours.
_SIGNIFICANT = _Table(lambda one: one if one == "." or is_significant(one) else "")
