"""What the reader hands to the parser: paragraphs with the facts of their layout."""

from dataclasses import dataclass


class NoticeFileError(ValueError):
    """A file that cannot be read as a notice.

    The message is one Chinese sentence, safe to show, that says what is wrong and what to do.
    """


@dataclass(frozen=True)
class Cell:
    """Where a paragraph stands in a table. All numbers count from 0; spans are at least 1."""

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph.

    text      as a reader of the original sees it, the automatic number included
    position  1-based number of the paragraph in the source; blank paragraphs are not counted
    heading   outline level 1 to 9 (Word style, h1–h6, #), 0 for body text
    number    the automatic number that `text` starts with, "" if the number was typed
    indent    first-line indent in characters
    note      a footnote or endnote, placed after the paragraph that refers to it
    link      all of the text is a link to another page
    """

    text: str
    position: int
    heading: int = 0
    number: str = ""
    list_level: int | None = None
    centred: bool = False
    bold: bool = False
    indent: float = 0.0
    cell: Cell | None = None
    note: bool = False
    link: bool = False


@dataclass(frozen=True)
class SetAside:
    """Text that is not part of the notice itself, with the reason in Chinese."""

    text: str
    position: int
    reason: str


@dataclass(frozen=True)
class Document:
    """A notice as it was read. `title` is the file's own title (HTML <title>), if it has one."""

    paragraphs: tuple[Paragraph, ...]
    format: str
    title: str = ""
    set_aside: tuple[SetAside, ...] = ()
