"""One normal form for indexing and for querying.

Everything works character by character, so that a place in the normal form can be led back to the
place in the text that it came from (snippets mark the text as written).
"""

import re
import unicodedata

import numpy as np
import opencc


def normalize(text: str) -> str:
    """NFKC, lower case, simplified, character by character: Ａ -> a, ① -> 1, 醫 -> 医."""
    return text.translate(_NORMAL)


def significant(text: str) -> str:
    """The normal form without punctuation and white space: what literal search compares.

    Letters, digits and symbols (+ > → ￥) stay, and so do the percent sign and a decimal point
    between digits: 99.1 is another number than 991.
    """
    return _flat(text).replace(_NOTHING, "").replace("\n", "")


def significant_lines(text: str) -> tuple[str, np.ndarray]:
    """What `significant` gives, line feeds kept, and for each of its characters the offset in
    `text` of the one that it came from."""
    flat = _flat(text)
    codes = np.frombuffer(flat.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kept = np.flatnonzero(codes)
    if len(flat) != len(text):
        # What ① and ㎡ become is longer than they are: every character is led back on its own.
        origins = [at for at, original in enumerate(text) for _ in _FLAT[ord(original)]]
        kept = np.array(origins, dtype=np.intp)[kept]
    return flat.replace(_NOTHING, ""), kept


def is_significant(character: str) -> bool:
    return character.isalnum() or character == "%" or unicodedata.category(character)[0] == "S"


_simplify = opencc.OpenCC("t2s").convert


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
# The normal form with a mark in the place of what is not significant; line feeds stay. Points
# stay for now: which of them are significant depends on their neighbours.
_NOTHING = "\0"
_STAYS = ".\n"
_FLAT = _Table(
    lambda one: "".join(
        sign if sign in _STAYS or is_significant(sign) else _NOTHING for sign in _normal(one)
    )
)
_LONE_POINT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")

# The same for one UTF-16 unit to another, ten times as fast over a long text: a unit not met yet
# is learnt, and one that becomes several characters, or is half of one, needs the table above.
_SEVERAL, _UNKNOWN = 0xFFFE, 0xFFFF
_UNITS = np.full(1 << 16, _UNKNOWN, dtype="<u2")
_SHORT = 40


def _flat(text: str) -> str:
    flat = text.translate(_FLAT) if len(text) < _SHORT else _flat_units(text)
    return _LONE_POINT.sub(_NOTHING, flat) if "." in flat else flat


def _flat_units(text: str) -> str:
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    flat = _UNITS[units]
    if flat.max() == _UNKNOWN:
        for unit in np.unique(units[flat == _UNKNOWN]).tolist():
            becomes = _FLAT[unit]
            one = len(becomes) == 1 and not 0xD800 <= unit < 0xE000 and ord(becomes) < _SEVERAL
            _UNITS[unit] = ord(becomes) if one else _SEVERAL
        flat = _UNITS[units]
    if flat.max() == _SEVERAL:
        return text.translate(_FLAT)
    return flat.tobytes().decode("utf-16-le")
