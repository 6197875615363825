"""Lines that a typewriter's habit cut: which belong together as one paragraph."""

import re
import unicodedata
from collections.abc import Sequence

from cases.notices.parsing.kinds import known_heading
from cases.notices.parsing.numbering import parse_mark

_ENDS = frozenset("。！？；：!?;:…")
_TYPED_STOP = re.compile(r"[\u4e00-\u9fff”）》]\.$")
_CLOSING = "”’」』）)》】〕\"'"
_INSIDE = re.compile("[，。；,;]")
_NEVER_FIRST = frozenset("，、。；：？！,;:?!）)】〕》”’%％")
_ALONE = re.compile(
    r"附件\d{0,3}[:：]?|目录|(?:.{0,30}\d{4}|[一二][〇○零一二三四五六七八九]{3})年.{1,3}月.{1,3}日"
)
_PROSE_LINE = 16
_LONG_LINE = 28


def ends_sentence(text: str) -> bool:
    """Whether a paragraph could end here: 。！？；： perhaps followed by closing quotes."""
    stripped = text.rstrip().rstrip(_CLOSING)
    return bool(stripped) and (stripped[-1] in _ENDS or _TYPED_STOP.search(stripped) is not None)


def stands_alone(text: str) -> bool:
    """A line that no sentence runs into or out of: a date of signature, 附件."""
    return _ALONE.fullmatch("".join(text.split())) is not None


def is_heading_like(text: str) -> bool:
    """A short line with a mark of its own, or a known section heading."""
    stripped = text.strip()
    if len(stripped) > 60 or "。" in stripped or ends_sentence(stripped):
        return False
    heading = known_heading(stripped)
    return parse_mark(stripped) is not None or (heading is not None and heading[1] == len(stripped))


def continues(previous: str, following: str) -> bool:
    """Whether `following` goes on with the sentence that `previous` leaves open.

    Used where something that is no part of the text (a page number) stands between.
    """
    before, after = previous.strip(), following.strip()
    if not before or not after or ends_sentence(before) or is_heading_like(before):
        return False
    if stands_alone(before) or stands_alone(after):
        return False
    mark = parse_mark(after)
    if mark is not None and mark.style not in ("be", "order"):
        return False
    if "。" in before or after[0] in _NEVER_FIRST or before[-1] in "，、,—":
        return True
    inside = _INSIDE.search(before) is not None
    return (inside and len(before) >= _PROSE_LINE) or (
        len(before) >= _LONG_LINE and _INSIDE.search(after) is not None
    )


def width(text: str) -> int:
    """Columns of a line on a terminal or typewriter: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def counted(lines: Sequence[str], limit: int) -> int:
    """The number of characters at which lines were cut, 0 if they were cut by columns.

    `limit` is their width in columns. Cut by columns, a line with digits has more characters
    than half the columns; cut by count it is narrower than others.
    """
    longest = max((len(line.rstrip()) for line in lines), default=0)
    return longest if limit and longest * 2 <= limit else 0


def fixed_width(lines: Sequence[str]) -> int:
    """The width in columns at which these lines were cut, 0 if they were not.

    Lines are cut at a width if nothing is wider, a good part of them come close to it, and most
    of those stop inside a sentence.
    """
    widths = [width(line.rstrip()) for line in lines if len(line) <= 200 and line.strip()]
    if len(widths) < 4 or any(len(line) > 200 for line in lines):
        return 0
    limit = max(widths)
    if limit < 36 or limit > 160:
        return 0
    characters = counted(lines, limit)
    full = [
        line
        for line in lines
        if line.strip()
        and (
            width(line.rstrip()) >= limit - 5
            or (characters and len(line.rstrip()) >= characters - 1)
        )
    ]
    # Paragraphs of one length end their sentences; cut lines do so by chance only.
    whole = sum(1 for line in full if ends_sentence(line))
    return limit if len(full) >= max(3, len(widths) // 5) and whole * 2 < len(full) else 0


def soft_lines(text: str) -> list[str]:
    """The paragraphs in a text with soft line breaks.

    A break parts heading and text, or title and text, as often as it cuts a sentence: only
    clear prose is joined.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    limit = fixed_width(lines)
    parts: list[str] = []
    last = ""
    for line in lines:
        full = limit and width(last.rstrip()) >= limit - 5
        if (
            parts
            and continues(parts[-1], line)
            and (full or _is_prose(parts[-1]) or line.lstrip()[0] in _NEVER_FIRST)
        ):
            parts[-1] = join(parts[-1], line)
        else:
            parts.append(line.strip())
        last = line
    return parts


def _is_prose(text: str) -> bool:
    return (
        "。" in text
        or text.rstrip()[-1] in "，、,"
        or (len(text) >= _LONG_LINE and _INSIDE.search(text) is not None)
    )


def join(before: str, after: str) -> str:
    """Two pieces of one sentence: a space only between two Latin words."""
    left, right = before.rstrip(), after.strip()
    between = left[-1:] + right[:1]
    if len(between) == 2 and between.isascii() and between.isalpha():
        return f"{left} {right}"
    return left + right
