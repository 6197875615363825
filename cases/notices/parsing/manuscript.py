"""The document as the parser looks at it: lines with their mark and the kind they announce."""

from dataclasses import dataclass

from cases.notices.document import Paragraph
from cases.notices.formats.lines import ends_sentence
from cases.notices.parsed import Passage
from cases.notices.parsing.kinds import known_heading
from cases.notices.parsing.numbering import Mark, chinese_number, parse_mark
from cases.notices.parsing.punctuation import restore

TITLE_LENGTH = 75
_PROSE_STYLES = ("be", "order")


@dataclass(frozen=True)
class Line:
    """A paragraph, or a row of a data table.

    text            stripped, punctuation restored
    source          the same characters as in the file
    kind            the section kind that it announces, None for most lines
    heading_length  how much of `text` is that section heading
    row             it is a row of a data table, whose cells are separated by tabs
    """

    text: str
    source: str
    position: int
    paragraph: Paragraph
    mark: Mark | None = None
    kind: str | None = None
    heading_length: int = 0
    row: bool = False

    @property
    def rest(self) -> str:
        """The text after the mark."""
        return self.text[self.mark.length :].strip() if self.mark else self.text

    @property
    def is_short(self) -> bool:
        """It could be a heading: a short line that is no sentence and not empty after its mark."""
        rest = self.rest
        return (
            0 < len(rest) <= TITLE_LENGTH
            and not self.row
            and not self.paragraph.note
            and "。" not in rest[:-1]
            and not ends_sentence(rest)
        )

    @property
    def key(self) -> tuple:
        """Headings of one level share it: style of the mark, or the frame or outline level."""
        if self.mark is not None:
            return (self.mark.style, self.mark.label)
        if self.text[:1] in "【〔［[":
            return ("bracket", "")
        return ("plain", "")

    @property
    def layout(self) -> tuple:
        """Facts that lines of one title share."""
        return (self.paragraph.heading, self.paragraph.centred, self.paragraph.bold)

    def passage(self, start: int = 0, end: int | None = None) -> Passage:
        """The characters start to end of this line."""
        return Passage(self.text[start:end].strip(), self.source[start:end].strip(), self.position)


def make_line(paragraph: Paragraph, text: str | None = None, row: bool = False) -> Line | None:
    """The line of a paragraph (or of a row of cells), None if it is blank."""
    source = (paragraph.text if text is None else text).strip()
    if not source:
        return None
    restored = restore(source)
    mark = None
    kind, length = None, 0
    if not row and not paragraph.note:
        mark = _automatic_mark(paragraph, restored) or parse_mark(restored)
        if mark is None or mark.style not in _PROSE_STYLES:
            start = mark.length if mark else 0
            found = known_heading(restored[start:])
            if found is not None:
                kind, length = found[0], start + found[1]
    return Line(restored, source, paragraph.position, paragraph, mark, kind, length, row)


def _automatic_mark(paragraph: Paragraph, text: str) -> Mark | None:
    """A number that the word processor counted is a mark even where its text would be doubtful."""
    number = paragraph.number
    if not number or not text.startswith(restore(number)):
        return None
    mark = parse_mark(text)
    if mark is not None and mark.length >= len(number):
        return mark
    digits = "".join(character for character in number if character.isdigit())
    value = chinese_number(digits) if digits else None
    if not value:
        return None
    end = len(number) + len(text[len(number) :]) - len(text[len(number) :].lstrip())
    return Mark("auto", value, end)
