"""On which page a paragraph will stand, worked out without a word processor. Pure.

A contents list is to read right before anybody updates its fields. That can be worked out where
each line has a fixed height and each Chinese character a fixed width, as in the grid of GB/T 9704.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Signs that no line begins with; of these the small ones may hang over its end. And those that
# none ends with.
_HANGING = frozenset("，。、；：？！")
_CLOSING = _HANGING | frozenset("）》〉】〕」』”’％…")
_OPENING = frozenset("（《〈【〔「『“‘")
# Between a Chinese character and a Latin one: a fifth in some programs, a quarter in others.
GAP = 0.22
# Latin words and numbers stay whole.
_PIECES = re.compile(r"[!-~]+|.", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """What stands below what came before: the heights of its lines, in points.

    whole: its lines stay on one page. with_next: on that of the next block's first line, too.
    new_page: it begins one. room: the height of its pages' text area. repeated: the height of what
    stands above it where it is the first on a page, such as the header of a table. below: the free
    space under it, which no page begins with.
    """

    heights: tuple[float, ...]
    whole: bool = False
    with_next: bool = False
    new_page: bool = False
    room: float = 0
    repeated: float = 0
    below: float = 0


def pages(blocks: Sequence[Block]) -> list[int]:
    """The page on which each block begins, counted from 1."""
    found, page, used = [], 1, 0.0
    for number, block in enumerate(blocks):
        if block.new_page and found:
            page, used = page + 1, 0.0
        needed = _needed(blocks, number)
        if used and used + needed > block.room and needed <= block.room:
            page, used = page + 1, block.repeated
        found.append(page)
        for height in block.heights:
            if used and used + height > block.room:
                page, used = page + 1, 0.0
            used += height
        used = min(used + block.below, max(used, block.room))
    return found


def _needed(blocks: Sequence[Block], number: int) -> float:
    """The height that has to be left where this block begins."""
    height = 0.0
    for block in blocks[number:]:
        if not (block.whole or block.with_next):
            return height + block.heights[0]
        height += sum(block.heights) + block.below
        if not block.with_next:
            break
    return height


def width(text: str) -> float:
    """In characters of Chinese; Latin letters and digits take half of one."""
    return sum(_width(sign) for sign in text)


def count_lines(text: str, room: float, indent: float = 0, words: bool = True) -> int:
    """The lines that the text takes, `room` characters each and the first `indent` fewer.

    words: Latin words stay whole as long as they fit in a line.
    """
    pieces = _PIECES.findall(text) if words else list(text)
    pieces = [part for piece in pieces for part in _fitting(piece, room)]
    lines, left, before = 1, room - indent, ""
    for number, piece in enumerate(pieces):
        wide = width(piece)
        gap = GAP if _apart(before[-1:], piece[0]) else 0.0
        after = width(pieces[number + 1]) if number + 1 < len(pieces) else 0.0
        needed = gap + wide + (after if piece in _OPENING else 0.0)
        if needed <= left + 1e-6 or piece.isspace():
            left -= gap + wide
        elif piece in _HANGING and left >= 0:
            left = -wide
        else:
            # A sign that no line begins with takes the one before it along.
            taken = width(before) if piece in _CLOSING else 0.0
            lines, left = lines + 1, room - wide - taken
        before = piece
    return lines


def _apart(before: str, after: str) -> bool:
    """Whether one is Chinese and the other Latin or a digit."""
    return any(
        unicodedata.category(chinese or " ") == "Lo" and latin.isascii() and latin.isalnum()
        for chinese, latin in ((before, after), (after, before))
    )


def _fitting(piece: str, room: float) -> Iterable[str]:
    if width(piece) <= room:
        return (piece,)
    most = max(1, math.floor(room * 2))
    return (piece[start : start + most] for start in range(0, len(piece), most))


def _width(sign: str) -> float:
    # What may be either is wide in a Chinese font: quotation marks, dashes, dots.
    return 0.5 if unicodedata.east_asian_width(sign) in ("N", "Na", "H") else 1.0
