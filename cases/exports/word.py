"""A Word document in the layout of GB/T 9704-2012 (norm.py), for every export in that format."""

import contextlib
import datetime
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape

import docx
from docx.opc.constants import CONTENT_TYPE as PART_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from . import norm
from .norm import LANDSCAPE, PITCH, PORTRAIT, W, mm, twips
from .paging import Block, count_lines, pages, width
from .spreadsheet import BREAKS, UNWRITABLE

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What a template of Word's own brings along and a new paper does not have.
_LEFT_OUT = ("thumbnail", "customXml", "stylesWithEffects", "numbering", "extended-properties")
# A table of up to so many points is kept on one page.
KEPT_WHOLE = mm(60)


class Spanning(str):
    """A row of a table that is one cell and says something of the rows above it."""


class Paper:
    """Write from top to bottom, then save().

    chapters: several papers in one; chapter() begins each, and headings come below it.
    """

    def __init__(self, title: str, author: str = "", chapters: bool = False):
        self.chapters = chapters
        self._document = docx.Document()
        self._page = PORTRAIT
        self._new_page = self._new_section = False
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, str, str, int]] = []
        self._contents = None
        self._prepare(clean(title), clean(author))

    # What a paper consists of

    def title(self, text: str) -> None:
        self._titled("Title", text)

    def subtitle(self, *lines: str) -> None:
        """Centred lines under the title, and a free one below them."""
        for number, text in enumerate(lines, 1):
            below = norm.LINE if number == len(lines) else 0.0
            self._paragraph("Subtitle", text, with_next=True, below=below)

    def chapter(self, text: str) -> None:
        """A paper of its own within this one, on a new page; only where there are chapters."""
        self._begin_page()
        paragraph = self._titled("Heading1", text)
        self._listed(paragraph, 1, text)

    def heading(self, level: int, text: str) -> None:
        """1: 一、; 2: （一）; 3: 1. The number is part of the text."""
        level += self.chapters
        paragraph = self._paragraph(f"Heading{level}", text, with_next=True, whole=True)
        self._listed(paragraph, level, text)

    def paragraph(self, text: str, lead: str = "", label: str = "") -> None:
        """lead: the heading of the second level that opens it; label: a word, such as 亮点："""
        runs = [("Label", label), (f"Heading{2 + self.chapters}Char", lead), ("", text)]
        self._paragraph("Normal", runs, indent=norm.INDENT)

    def note(self, text: str, label: str = "") -> None:
        """Set apart from what the paper says itself."""
        lines = lines_of(text)
        for number, line in enumerate(lines, 1):
            runs = [("Label", label if number == 1 else ""), ("", line)]
            below = norm.LINE if number == len(lines) else 0.0
            self._paragraph("Note", runs, room=self._room - norm.INDENT, below=below)

    def source(self, text: str) -> None:
        """Where something is from: long addresses are broken wherever the line ends."""
        self._paragraph("Source", text, indent=norm.INDENT, words=False)

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str] | Spanning],
        widths: Sequence[float],
    ) -> None:
        """widths: shares of the text's width. The header stands on each page that the table has."""
        if self._new_page:
            self._paragraph("TableEnd", "", line=norm.TABLE_END)
        total = self._page.text_width
        columns = [twips(total * share / sum(widths)) for share in widths]
        rows = [row if isinstance(row, Spanning) else [clean(cell) for cell in row] for row in rows]
        heights = [_row_height(row, columns) for row in (header, *rows)]
        together = sum(heights) <= KEPT_WHOLE
        noting = any(isinstance(row, Spanning) for row in rows)
        written = [_row(header, columns, "TableHeader", keep=True, header=True)]
        keeps = [True]
        for number, row in enumerate(rows):
            following = rows[number + 1] if number + 1 < len(rows) else None
            noted = noting and not isinstance(row, Spanning)
            keep = following is not None and (together or noted)
            written.append(_row(row, columns, "TableText", keep=keep))
            keeps.append(keep)
        grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
        self._append(
            f'<w:tbl {W}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(written)}</w:tbl>"
        )
        above = 0.0
        for height, keep in zip(heights, keeps, strict=True):
            self._block((height,), whole=True, with_next=keep, repeated=above)
            above = heights[0]
        height = sum(heights) + norm.BORDER + norm.TABLE_END
        below = to_grid(height, norm.LINE / 3)
        self._paragraph("TableEnd", "", line=norm.TABLE_END, below=below)

    def contents(self, heading: str = "目录", levels: int = 1) -> None:
        """A list of the headings down to that level, those to come included, with their pages."""
        self._paragraph(
            "TOCHeading", heading, with_next=True, above=norm.LINE / 2, below=norm.LINE / 2
        )
        self._contents = (len(self._body), len(self._blocks), levels)

    def new_page(self) -> None:
        """What comes next stands on a new page."""
        self._new_page = True

    @contextlib.contextmanager
    def landscape(self) -> Iterator[None]:
        """Pages on their side, for wide tables."""
        self._end_section(PORTRAIT, LANDSCAPE)
        yield
        self._end_section(LANDSCAPE, PORTRAIT)

    def save(self) -> bytes:
        if self._contents:
            self._fill_contents()
        file = io.BytesIO()
        self._document.save(file)
        return file.getvalue()

    # How it is put down

    @property
    def _body(self):
        return self._document.element.body

    @property
    def _room(self) -> float:
        """Characters to a line."""
        return self._page.text_width / PITCH

    def _append(self, xml: str):
        element = parse_xml(xml)
        self._body.insert(len(self._body) - 1, element)
        return element

    def _block(self, heights, **how):
        turned = how.pop("new_page", False) or self._new_section
        room = self._page.text_height
        self._blocks.append(Block(tuple(heights), new_page=turned, room=room, **how))
        self._new_section = False

    def _paragraph(
        self,
        style,
        text,
        *,
        with_next=False,
        whole=False,
        indent=0.0,
        room=None,
        words=True,
        line=norm.LINE,
        above=0.0,
        below=0.0,
        before="",
        properties="",
    ):
        """text: as it is, or (character style, text) pairs."""
        runs = [("", text)] if isinstance(text, str) else text
        runs = [(name, clean(piece)) for name, piece in runs]
        said = "".join(piece for _, piece in runs)
        if self._new_page and self._blocks:
            before = "<w:pageBreakBefore/>"
        if below:
            properties = f'<w:spacing w:after="{twips(below)}"/>{properties}'
        element = self._append(
            f'<w:p {W}><w:pPr><w:pStyle w:val="{style}"/>{before}{properties}</w:pPr>'
            f"{''.join(_run(piece, name) for name, piece in runs if piece)}</w:p>"
        )
        number = max(count_lines(said, room or self._room, indent, words), 1)
        heights = [line] * number
        heights[0] += above
        self._block(heights, whole=whole, with_next=with_next, new_page=self._new_page, below=below)
        self._new_page = False
        return element

    def _titled(self, style, text):
        """A title in lines of about the same length: no line of two characters below a full one."""
        room = self._page.text_width / norm.TITLE
        rows = balanced(clean(text), math.floor(room))
        longest = max(width(row) for row in rows)
        lines = math.ceil(longest / room)
        side = (room - math.ceil(longest / lines) - 1) / 2 if lines > 1 else 0
        edge = twips(max(side, 0) * norm.TITLE)
        indent = f'<w:ind w:left="{edge}" w:right="{edge}" w:firstLineChars="0" w:firstLine="0"/>'
        room -= 2 * max(side, 0)
        number = sum(count_lines(row, room) for row in rows)
        element = self._paragraph(
            style,
            [("", rows[0])],
            with_next=True,
            whole=True,
            room=room,
            line=norm.TITLE_LINE,
            below=to_grid(number * norm.TITLE_LINE),
            properties=indent if edge else "",
        )
        if len(rows) > 1:
            element.append(parse_xml(f"<w:r {W}><w:br/></w:r>"))
            element.append(parse_xml(_run(rows[1], declared=True)))
            heights = (norm.TITLE_LINE,) * number
            self._blocks[-1] = replace(self._blocks[-1], heights=heights)
        return element

    def _listed(self, paragraph, level, text):
        """Mark a heading, so that the contents can name it."""
        number = len(self._headings) + 1
        name = f"_Toc{number:08d}"
        start = f'<w:bookmarkStart {W} w:id="{number}" w:name="{name}"/>'
        paragraph.insert(1, parse_xml(start))
        paragraph.append(parse_xml(f'<w:bookmarkEnd {W} w:id="{number}"/>'))
        self._headings.append((level, clean(text), name, len(self._blocks) - 1))

    def _fill_contents(self):
        place, before, levels = self._contents
        entries = [entry for entry in self._headings if entry[0] <= levels]
        # The number, with a dot or two before it, takes about two characters.
        lines = [
            count_lines(f"{text}字字", PORTRAIT.text_width / PITCH - 2 * (level - 1))
            for level, text, *_ in entries
        ]
        room = PORTRAIT.text_height
        listed = [Block((norm.LINE,) * number, room=room) for number in lines]
        found = pages([*self._blocks[:before], *listed, *self._blocks[before:]])
        for number, (level, text, name, block) in enumerate(entries):
            # Headings above the list stand where they stood; those below it come later.
            page = found[block if block < before else block + len(listed)]
            field = _field(f" PAGEREF {name} \\h ", str(page))
            start = end = ""
            if number == 0:
                start = _field_begin(f' TOC \\o "1-{levels}" \\h \\z ')
            if number == len(entries) - 1:
                end = _FIELD_END
            xml = (
                f'<w:p {W}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{start}'
                f'<w:hyperlink w:anchor="{name}" w:history="1">{_run(text)}'
                f"<w:r><w:tab/></w:r>{field}</w:hyperlink>{end}</w:p>"
            )
            self._body.insert(place - 1 + number, parse_xml(xml))
        self._contents = None

    def _begin_page(self):
        self._new_page = bool(self._blocks)

    def _end_section(self, page, following):
        """End the pages that are like `page`; the last section is that of the body itself."""
        if self._blocks:
            section = self._body.sectPr.clone()
            _set_page(section, page)
            # The last paragraph ends it: one more could be a page of its own.
            self._body[-2].pPr.append(section)
            for reference in self._body.sectPr.findall(qn("w:footerReference")):
                self._body.sectPr.remove(reference)
            self._new_section = True
        _set_page(self._body.sectPr, following)
        self._page = following

    def _prepare(self, title, author):
        document = self._document
        for related in (document.part.rels, document.part.package.rels):
            for key in [key for key, one in related.items() if one.reltype.endswith(_LEFT_OUT)]:
                related.pop(key)
        for key, one in list(document.part.rels.items()):
            if one.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
                document.part.rels.pop(key)
        table = Part(
            PackURI("/word/fontTable.xml"),
            PART_TYPE.WML_FONT_TABLE,
            norm.fonts().encode(),
            document.part.package,
        )
        document.part.relate_to(table, RELATIONSHIP_TYPE.FONT_TABLE)
        _replace(document.styles.element, norm.styles(self.chapters))
        _replace(document.settings.element, norm.settings())
        section = document.sections[0]
        _page_number(section.footer, "right")
        _page_number(section.even_page_footer, "left")
        _set_page(self._body.sectPr, PORTRAIT)
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
        about = document.core_properties
        about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
        about.comments, about.keywords, about.language = "", "", "zh-CN"
        about.created = about.modified = now
        about.revision = 1


def clean(text: str) -> str:
    """The text as XML can hold it, in one line."""
    return UNWRITABLE.sub("", BREAKS.sub(" ", str(text)).replace("\n", " ").replace("\t", " "))


def lines_of(text: str) -> list[str]:
    """The paragraphs of a text field."""
    return [line for line in map(str.strip, BREAKS.sub("\n", text).splitlines()) if line]


def balanced(title: str, room: int) -> list[str]:
    """A title in the lines that its own blank makes of it, where both are short enough."""
    if width(title) <= room:
        return [title]
    cuts = [found.start() for found in re.finditer(r"\s", title)]
    halves = [[title[:cut].strip(), title[cut:].strip()] for cut in cuts]
    fitting = [pair for pair in halves if max(map(width, pair)) <= room]
    return min(fitting, key=lambda pair: abs(len(pair[0]) - len(pair[1])), default=[title])


def to_grid(height: float, least: float = 0) -> float:
    """The free space, `least` or more, after which the lines of the grid go on."""
    return math.ceil((height + least) / norm.LINE - 1e-6) * norm.LINE - height


def _replace(element, xml):
    element[:] = list(parse_xml(xml))


def _set_page(section, page):
    for name in ("w:pgSz", "w:pgMar", "w:cols", "w:docGrid", "w:type"):
        for found in section.findall(qn(name)):
            section.remove(found)
    turned = ' w:orient="landscape"' if page.width > page.height else ""
    margins = "".join(
        f' w:{side}="{twips(mm(getattr(page, side)))}"'
        for side in ("top", "right", "bottom", "left")
    )
    for xml in (
        f'<w:type {W} w:val="nextPage"/>',
        f'<w:pgSz {W} w:w="{twips(mm(page.width))}" w:h="{twips(mm(page.height))}"{turned}/>',
        f'<w:pgMar {W}{margins} w:header="{twips(mm(15))}" w:footer="{twips(page.footer)}"'
        ' w:gutter="0"/>',
        f'<w:cols {W} w:space="{twips(mm(7.5))}"/>',
        norm.GRID,
    ):
        section.append(parse_xml(xml))


def _page_number(footer, side):
    """— 1 —, one character from the outer edge."""
    footer.is_linked_to_previous = False
    indent = f'<w:ind w:{side}Chars="100" w:{side}="{twips(norm.PAGE_NUMBER)}"/>'
    paragraph = parse_xml(
        f'<w:p {W}><w:pPr><w:pStyle w:val="Footer"/>{indent}<w:jc w:val="{side}"/></w:pPr>'
        f"{_run('— ')}{_field(' PAGE ', '1')}{_run(' —')}</w:p>"
    )
    footer._element[:] = [paragraph]


_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _field_begin(instruction):
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _field(instruction, shown):
    return f"{_field_begin(instruction)}{_run(shown)}{_FIELD_END}"


def _run(text, style="", declared=False):
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    namespace = f" {W}" if declared else ""
    return f'<w:r{namespace}>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _cell(text, width, style, keep, span=1):
    together = "<w:keepNext/>" if keep else ""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}<w:vAlign w:val="center"/>'
        f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>{together}</w:pPr>'
        f"{_run(clean(text))}</w:p></w:tc>"
    )


def _row(row, columns, style, keep, header=False):
    repeated = "<w:tblHeader/>" if header else ""
    if isinstance(row, Spanning):
        cells = _cell(row, sum(columns), "TableNote", keep, len(columns))
    else:
        cells = "".join(
            _cell(text, column, style, keep) for text, column in zip(row, columns, strict=True)
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _row_height(row, columns):
    cells = [(row, sum(columns))] if isinstance(row, Spanning) else zip(row, columns, strict=True)
    lines = max(
        count_lines(clean(text), (column / 20 - 2 * norm.CELL_SIDE) / norm.TABLE, words=False)
        for text, column in cells
    )
    return lines * norm.TABLE_LINE + 2 * norm.CELL_TOP + norm.BORDER
