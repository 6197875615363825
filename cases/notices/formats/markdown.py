"""Markdown: headings, lists, tables and cut lines; its markup is no part of the notice."""

import re

from cases.notices.document import Cell, Document, Paragraph, SetAside
from cases.notices.formats.furniture import page_furniture
from cases.notices.formats.lines import (
    continues,
    ends_sentence,
    fixed_width,
    is_heading_like,
    join,
    stands_alone,
    width,
)
from cases.notices.parsing.kinds import known_heading
from cases.notices.parsing.numbering import parse_mark

_ATX = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_BULLET = re.compile(r"(\s*)[-*+]\s+(?=\S)")
_ORDERED = re.compile(r"(\s*)(\d{1,3})[.)]\s+(?=\S)")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,200}\")?\)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|~~|`)(?=\S)([^*_`~]{1,2000}?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![*A-Za-z0-9])\*(?=\S)([^*]{1,500}?)(?<=\S)\*(?![*A-Za-z0-9])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|~>-])")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-+)\s*")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")


def looks_like_markdown(text: str) -> bool:
    """Whether at least two lines are # headings, or one is and others are emphasised."""
    headings = len(re.findall(r"^#{1,6} +\S", text[:200_000], re.MULTILINE))
    return headings >= 2 or (headings == 1 and "**" in text[:200_000])


def _plain(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _ITALIC.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text).strip()


def read_markdown(text: str) -> Document:
    """Paragraphs of a Markdown text; its markup characters are not part of the notice."""
    return _Reader().document(re.sub("\r\n?", "\n", text))


class _Reader:
    """One pass over the lines. A blank line or a block ends the paragraph that is open."""

    def __init__(self) -> None:
        self._paragraphs: list[Paragraph] = []
        self._set_aside: list[SetAside] = []
        self._title = ""
        self._position = 0
        self._open = ""
        self._limit = 0
        self._table = -1
        self._row = 0

    def document(self, text: str) -> Document:
        lines = self._after_front_matter(text).split("\n")
        self._limit = fixed_width([line for line in lines if not line.startswith(("#", "|"))])
        furniture = page_furniture(
            [
                "" if line.startswith(("#", "|")) else _plain(line) if len(line) < 200 else line
                for line in lines
            ]
        )
        cut = False
        for index, raw in enumerate(lines):
            line = re.sub(r"^\s{0,3}(?:>\s?)+", "", raw)
            if not line.strip() or line.lstrip().startswith(("```", "~~~")):
                self._open = ""
            elif index in furniture:
                self._position += 1
                self._set_aside.append(SetAside(line.strip(), self._position, furniture[index]))
                cut = True
            else:
                self._line(line, cut)
                cut = False
        return Document(tuple(self._paragraphs), "markdown", self._title, tuple(self._set_aside))

    def _after_front_matter(self, text: str) -> str:
        front = re.match(r"---\n(.{0,4000}?)\n(?:---|\.\.\.)\n", text, re.DOTALL)
        if front is None:
            return text
        for line in filter(str.strip, front.group(1).split("\n")):
            self._position += 1
            self._set_aside.append(SetAside(line.strip(), self._position, "文件开头的属性说明"))
            key, _, value = line.partition(":")
            if key.strip().lower() == "title":
                self._title = value.strip().strip("\"'")
        return text[front.end() :]

    def _line(self, line: str, cut: bool) -> None:
        bare = line.strip()
        heading = _ATX.match(line)
        underline = _UNDERLINE.fullmatch(line)
        if underline and 0 < len(self._open) <= 80 and self._open != "|":
            last = self._paragraphs.pop()
            level = 1 if "=" in underline.group(1) else 2
            self._paragraphs.append(Paragraph(last.text, last.position, heading=level))
            self._open = ""
        elif (self._open == "|" and _TABLE_RULE.match(line)) or _RULE.match(line):
            self._open = "|" if self._open == "|" else ""
        elif len(bare) > 2 and bare[0] == bare[-1] == "|":
            self._cells(bare[1:-1].split("|"))
        elif heading is not None:
            self._add(heading.group(2), heading=len(heading.group(1)))
            self._open = ""
        else:
            self._text(line, cut)

    def _cells(self, cells: list[str]) -> None:
        if self._open != "|":
            self._table, self._row = self._table + 1, 0
        for column, cell in enumerate(cells):
            self._add(cell, cell=Cell(self._table, self._row, column))
        self._row += 1
        self._open = "|"

    def _text(self, line: str, cut: bool) -> None:
        bullet = _BULLET.match(line)
        body = line[bullet.end() :] if bullet else line
        listed = bullet or _ORDERED.match(line)
        plain = _plain(body)
        last = self._paragraphs[-1] if self._paragraphs else None
        if (
            plain
            and last is not None
            and not last.heading
            and not last.cell
            and not listed
            and ((cut and continues(last.text, plain)) or self._is_cut(plain))
        ):
            self._paragraphs[-1] = Paragraph(
                join(last.text, plain), last.position, list_level=last.list_level
            )
        else:
            bare = body.strip()
            self._add(
                body,
                list_level=len(listed.group(1)) // 2 if listed else None,
                bold=bare.startswith(("**", "__")) and bare.endswith(("**", "__")),
            )
        self._open = line.rstrip()

    def _is_cut(self, plain: str) -> bool:
        """Whether this line goes on with the paragraph of the line above.

        Markdown joins all lines up to a blank one, but offices also write one paragraph a line:
        what ends a sentence ends a paragraph, unless it fills the width of the file.
        """
        above = _plain(self._open)
        if not above or self._open == "|" or parse_mark(plain) is not None:
            return False
        if is_heading_like(above) or stands_alone(above) or stands_alone(plain):
            return False
        if known_heading(plain) is not None:
            return False
        full = self._limit and width(self._open) >= self._limit - 5
        return bool(full) or not ends_sentence(above)

    def _add(self, markup: str, **facts) -> None:
        plain = _plain(markup)
        if plain:
            self._position += 1
            self._paragraphs.append(Paragraph(plain, self._position, **facts))
