"""Plain text: bytes to characters, lines to paragraphs."""

import codecs
import itertools
import re
from dataclasses import dataclass

from cases.notices.document import Document, NoticeFileError, Paragraph, SetAside
from cases.notices.formats.furniture import page_furniture
from cases.notices.formats.lines import (
    continues,
    counted,
    ends_sentence,
    fixed_width,
    is_heading_like,
    join,
    stands_alone,
    width,
)
from cases.notices.parsing.kinds import known_heading
from cases.notices.parsing.numbering import parse_mark

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_UNDECODABLE = (
    "无法识别这个文件的文字编码，请用记事本或 WPS 打开后另存为 UTF-8 编码的文本，再重新上传。"
)
_BINARY = (
    "这个文件不是文字材料，请上传 .docx、网页（.html）、文本（.txt）或 Markdown（.md）格式的通知。"
)


def decode(data: bytes) -> str:
    """The characters of a text file: byte order mark, <meta charset>, UTF-8, GB18030 in this order.

    Raises NoticeFileError for bytes that are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return _checked(data.decode(encoding))
            except UnicodeDecodeError as error:
                raise NoticeFileError(_UNDECODABLE) from error
    if b"\x00" in data:
        raise NoticeFileError(_BINARY)
    encodings = ["utf-8", "gb18030"]
    declared = _META.search(data[:4096])
    if declared is not None:
        name = declared.group(1).decode("ascii", "replace").lower()
        encodings.insert(0, "gb18030" if name in ("gb2312", "gbk", "gb18030") else name)
    for encoding in encodings:
        try:
            return _checked(data.decode(encoding))
        except (UnicodeDecodeError, LookupError):
            continue
    raise NoticeFileError(_UNDECODABLE)


def _checked(text: str) -> str:
    controls = len(_CONTROLS.findall(text))
    if controls > 4 and controls > len(text) // 200:
        raise NoticeFileError(_BINARY)
    return _CONTROLS.sub("", text).replace("\ufeff", "")


class _Line:
    """One line of the source: text without its indent, and what stands around it."""

    __slots__ = ("blank_before", "indent", "page_start", "position", "raw", "text", "width")

    def __init__(self, raw: str, position: int, blank_before: bool, page_start: bool):
        self.text = raw.strip()
        self.width = width(raw.rstrip()) if len(raw) <= 200 else len(raw)
        self.raw = raw.rstrip()
        self.indent = width(raw[: len(raw) - len(raw.lstrip())])
        self.position = position
        self.blank_before = blank_before
        self.page_start = page_start


def _lines(text: str) -> list[_Line]:
    normal = re.sub("\r\n?|[\u2028\u2029\x85\x0b]", "\n", text)
    lines: list[_Line] = []
    blank = page = False
    for raw in normal.split("\n"):
        for piece_number, piece in enumerate(raw.split("\f")):
            page = page or piece_number > 0
            if not piece.strip():
                blank = True
                continue
            lines.append(_Line(piece, len(lines) + 1, blank, page))
            blank = page = False
    return lines


def read_text(text: str) -> Document:
    """Paragraphs of a plain text: one a line, or lines of a fixed width joined."""
    lines = _lines(text)
    starts = frozenset(index for index, line in enumerate(lines) if line.page_start)
    removed = page_furniture([line.text for line in lines], starts)
    set_aside = tuple(
        SetAside(lines[index].text, lines[index].position, reason)
        for index, reason in sorted(removed.items())
    )
    kept: list[_Line] = []
    after_removed: set[int] = set()
    for index, line in enumerate(lines):
        if index in removed:
            after_removed.add(len(kept))
        else:
            kept.append(line)
    paragraphs = []
    for group in _grouped(
        kept, after_removed | {place for place, line in enumerate(kept) if line.page_start}
    ):
        whole = group[0].text
        for line in group[1:]:
            whole = join(whole, line.text)
        paragraphs.append(Paragraph(whole, group[0].position, indent=group[0].indent / 2))
    return Document(tuple(paragraphs), "text", set_aside=set_aside)


@dataclass(frozen=True)
class _Cut:
    """How the lines were cut: columns (0: not at all), characters (0: by columns)."""

    columns: int
    characters: int = 0

    def fills(self, line: _Line) -> bool:
        """Whether a line reaches the edge, so that it may go on in the next."""
        if not self.columns:
            return False
        if self.characters and len(line.raw) >= self.characters - 1:
            return True
        return line.width >= self.columns - 5


def _grouped(lines: list[_Line], page_breaks: set[int]) -> list[list[_Line]]:
    raw = [line.raw for line in lines]
    columns = fixed_width(raw)
    cut = _Cut(columns, counted(raw, columns))
    indented = _first_lines_are_indented(lines, cut)
    groups: list[list[_Line]] = []
    for place, line in enumerate(lines):
        previous = lines[place - 1] if place else None
        if previous is not None and _goes_on(previous, line, cut, indented, place in page_breaks):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _first_lines_are_indented(lines: list[_Line], cut: _Cut) -> bool:
    """Whether indents show where paragraphs begin: full lines go on at the margin."""
    following = [
        line.indent
        for previous, line in itertools.pairwise(lines)
        if cut.fills(previous) and not line.blank_before
    ]
    at_margin = sum(1 for indent in following if indent == 0)
    return any(line.indent >= 2 for line in lines) and at_margin * 2 >= len(following) > 0


def _goes_on(
    previous: _Line, line: _Line, cut: _Cut, indented: bool, after_page_break: bool
) -> bool:
    if indented and (after_page_break or not line.blank_before):
        return (
            line.indent < 2
            and cut.fills(previous)
            and not _stands_at_the_margin(previous, line, cut)
        )
    if after_page_break:
        if line.indent < previous.indent and not is_heading_like(previous.text):
            # The paragraph before began with an indent, this line does not begin one.
            return parse_mark(line.text) is None and not (
                ends_sentence(previous.text)
                or stands_alone(previous.text)
                or stands_alone(line.text)
            )
        return line.indent <= previous.indent and continues(previous.text, line.text)
    if line.blank_before or not cut.fills(previous):
        return False
    if ends_sentence(previous.text) and known_heading(line.text) is not None:
        return False
    mark = parse_mark(line.text)
    if mark is not None and (ends_sentence(previous.text) or mark.style not in ("be", "order")):
        return False
    return line.indent <= previous.indent or line.indent == 0


def _stands_at_the_margin(previous: _Line, line: _Line, cut: _Cut) -> bool:
    """A heading or a signature under a full line, where paragraphs otherwise have indents.

    The last line of a paragraph ends its sentence; a line that neither does so nor is full is
    no part of the paragraph above.
    """
    mark = parse_mark(line.text)
    heading = known_heading(line.text[mark.length :]) if mark is not None else None
    if mark is not None and heading is not None and mark.length + heading[1] == len(line.text):
        return True
    if stands_alone(line.text):
        return True
    return ends_sentence(previous.text) and not cut.fills(line) and not ends_sentence(line.text)
