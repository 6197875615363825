"""Web pages: the paragraphs of the article, and what of the page around it was set aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml import html as lxml_html

from cases.notices.document import Cell, Document, NoticeFileError, Paragraph, SetAside
from cases.notices.formats.furniture import page_furniture
from cases.notices.formats.lines import continues, join, soft_lines
from cases.notices.formats.page import (
    BLOCKS,
    CHROME_TEXT,
    NAVIGATION,
    RELATED,
    RELATED_HEADING,
    SENTENCE,
    Page,
    count_characters,
    is_invisible,
    leads_away,
)
from cases.notices.parsing.punctuation import fold

_MOST_SPAN = 200
_MOST_COLUMNS = 400


def read_html(text: str) -> Document:
    """The article in a page; navigation, related links and footers are reported as set aside."""
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = lxml_html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NoticeFileError("这个网页文件里没有文字，请在浏览器中重新保存网页后上传。") from error
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        # The library stops there; what follows would be lost without a word.
        raise NoticeFileError(
            "这个网页的标签嵌套过深，后面的文字无法读出，"
            "请在浏览器中复制全文，存为 .docx 或文本后重新上传。"
        )
    title = root.findtext(".//title") or ""
    body = root.find(".//body")
    page = Page(body if body is not None else root, fold(title))
    pieces = list(_Walk(page))
    return _document(pieces, _site_free(title))


def _site_free(title: str) -> str:
    """<title> without the name of the site: 关于…的通知_福建省人民政府门户网站."""
    parts = [
        part.strip() for part in re.split(r"[_|｜]|\s[-–—]\s|--|\s{2,}", " ".join(title.split()))
    ]
    parts = [part for part in parts if part and not re.search(r"(?:网|网站|门户|平台|首页)$", part)]
    return max(parts, key=len) if parts else ""


@dataclass
class _Piece:
    """One block of text in the page."""

    text: str
    reason: str
    heading: int
    centred: bool
    bold: bool
    link: bool
    cell: Cell | None
    number: str
    list_level: int | None


@dataclass
class _Table:
    """A table being walked: the grid places that earlier cells with rowspan have taken."""

    number: int
    row: int = -1
    column: int = 0
    taken: dict[int, int] = field(default_factory=dict)


class _Walk:
    """The page's blocks in order, without recursion: pages may be nested to any depth."""

    def __init__(self, page: Page):
        self._page = page
        self._buffer: list[str] = []
        self._bold = self._linked = self._count = 0
        self._reasons: list[str] = []
        self._headings: list[int] = []
        self._centred = 0
        self._strong = self._links = 0
        self._tables: list[_Table] = []
        self._cells: list[Cell | None] = []
        self._lists: list[list] = []
        self._number = ""
        self._table_count = 0
        self._preformatted = 0

    def __iter__(self) -> Iterator[_Piece]:
        hidden = 0
        for event, element in etree.iterwalk(self._page.body, events=("start", "end")):
            if not isinstance(element.tag, str):
                continue
            invisible = is_invisible(element)
            if event == "start":
                hidden += invisible
                if hidden:
                    continue
                if element.tag in BLOCKS or element in self._page.chrome:
                    yield from self._flush()
                self._enter(element)
                self._add(element.text)
            else:
                if not hidden:
                    if element.tag in BLOCKS or element in self._page.chrome:
                        yield from self._flush()
                    self._leave(element)
                hidden -= invisible
                if not hidden and element is not self._page.body:
                    self._add(element.tail)
        yield from self._flush()

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if not self._preformatted:
            text = re.sub(r"[ \t\r\n\f]+", " ", text)
        self._buffer.append(text)
        count = count_characters(text)
        self._count += count
        self._bold += count if self._strong else 0
        self._linked += count if self._links else 0

    def _flush(self) -> Iterator[_Piece]:
        text = "".join(self._buffer)
        count, bold, linked = self._count, self._bold, self._linked
        self._buffer, self._count, self._bold, self._linked = [], 0, 0, 0
        if not text.strip():
            return
        number, self._number = self._number, ""
        yield _Piece(
            text=text.replace("\xa0", " "),
            reason=self._reasons[-1] if self._reasons else "",
            heading=self._headings[-1] if self._headings else 0,
            centred=self._centred > 0,
            bold=bold == count and count > 0,
            link=linked == count and count > 0,
            cell=self._cells[-1] if self._cells else None,
            number=number,
            list_level=len(self._lists) - 1 if self._lists else None,
        )

    def _enter(self, element: etree._Element) -> None:
        tag = element.tag
        if element in self._page.chrome:
            self._reasons.append(self._page.chrome[element])
        if tag == "br":
            self._buffer.append("\n")
        elif tag in ("b", "strong") or _is_bold(element):
            self._strong += 1
        elif tag == "a" and leads_away(element):
            self._links += 1
        if re.fullmatch("h[1-6]", tag):
            self._headings.append(int(tag[1]))
        if _is_centred(element):
            self._centred += 1
        if tag == "pre":
            self._preformatted += 1
        if tag == "table":
            # A layout table around the article is no table of the notice.
            if element not in self._page.path:
                if not any(self._cells):
                    self._tables.append(_Table(self._table_count))
                    self._table_count += 1
                else:
                    self._tables.append(_Table(-1))
        elif tag == "tr" and self._tables:
            table = self._tables[-1]
            table.row += 1
            table.column = 0
        elif tag in ("td", "th") and self._tables and element not in self._page.path:
            self._cells.append(self._cell(element))
        if tag in ("ol", "ul"):
            self._lists.append([tag, _integer(element.get("start"), 1)])
        elif tag == "li" and self._lists and self._lists[-1][0] == "ol":
            value = _integer(element.get("value"), self._lists[-1][1])
            self._lists[-1][1] = value + 1
            self._number = f"{value}."

    def _cell(self, element: etree._Element) -> Cell | None:
        table = self._tables[-1]
        if table.number < 0:
            return next((cell for cell in reversed(self._cells) if cell is not None), None)
        while table.column < _MOST_COLUMNS and table.taken.get(table.column, -1) >= table.row:
            table.column += 1
        columns = min(max(_integer(element.get("colspan"), 1), 1), _MOST_SPAN)
        rows = min(max(_integer(element.get("rowspan"), 1), 1), _MOST_SPAN * 5)
        for column in range(table.column, table.column + columns):
            table.taken[column] = table.row + rows - 1
        cell = Cell(table.number, table.row, table.column, rows, columns)
        table.column += columns
        return cell

    def _leave(self, element: etree._Element) -> None:
        tag = element.tag
        if element in self._page.chrome:
            self._reasons.pop()
        if tag in ("b", "strong") or (tag != "br" and _is_bold(element)):
            self._strong -= 1
        elif tag == "a" and leads_away(element):
            self._links -= 1
        if re.fullmatch("h[1-6]", tag):
            self._headings.pop()
        if _is_centred(element):
            self._centred -= 1
        if tag == "pre":
            self._preformatted -= 1
        if tag == "table" and element not in self._page.path:
            self._tables.pop()
        elif tag in ("td", "th") and self._cells and element not in self._page.path:
            self._cells.pop()
        if tag in ("ol", "ul"):
            self._lists.pop()


def _is_bold(element: etree._Element) -> bool:
    return re.search(r"font-weight\s*:\s*(?:bold|[6-9]00)", element.get("style", "")) is not None


def _is_centred(element: etree._Element) -> bool:
    return (
        element.tag == "center"
        or element.get("align", "").lower() == "center"
        or (re.search(r"text-align\s*:\s*center", element.get("style", "")) is not None)
    )


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def _document(pieces: list[_Piece], title: str) -> Document:
    """Paragraphs from blocks: page chrome, related links and page numbers set aside."""
    paragraphs: list[Paragraph] = []
    set_aside: list[SetAside] = []
    related = False
    candidates: list[tuple[Paragraph, str]] = []
    for position, piece in enumerate(pieces, 1):
        for place, line in enumerate(soft_lines(piece.text)):
            reason = piece.reason
            if (
                not reason
                and piece.cell is None
                and len(line) <= 200
                and (CHROME_TEXT.search(line) and not SENTENCE.search(line))
            ):
                reason = NAVIGATION
            if RELATED_HEADING.match(line):
                related, reason = True, RELATED
            elif related and (piece.link or piece.reason):
                reason = reason or RELATED
            else:
                related = False
            number = piece.number if place == 0 else ""
            candidates.append(
                (
                    Paragraph(
                        number + line,
                        position,
                        piece.heading,
                        number,
                        piece.list_level,
                        piece.centred,
                        piece.bold,
                        cell=piece.cell,
                        link=piece.link,
                    ),
                    reason,
                )
            )
    lines = [
        "" if reason or paragraph.cell is not None else paragraph.text
        for paragraph, reason in candidates
    ]
    furniture = page_furniture(lines)
    cut = False
    for index, (paragraph, reason) in enumerate(candidates):
        reason = reason or furniture.get(index, "")
        if reason:
            set_aside.append(SetAside(paragraph.text, paragraph.position, reason))
            cut = cut or index in furniture
            continue
        last = paragraphs[-1] if paragraphs else None
        if (
            cut
            and last is not None
            and last.cell is None
            and paragraph.cell is None
            and (continues(last.text, paragraph.text))
        ):
            paragraphs[-1] = replace(last, text=join(last.text, paragraph.text))
        else:
            paragraphs.append(paragraph)
        cut = False
    return Document(tuple(paragraphs), "html", title, tuple(set_aside))
