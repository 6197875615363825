"""Web pages: the paragraphs of the article, and what of the page around it was set aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml import html as lxml_html

from cases.notices.document import Cell, Document, NoticeFileError, Paragraph, SetAside
from cases.notices.furniture import page_furniture
from cases.notices.lines import continues, join, soft_lines
from cases.notices.punctuation import fold

NAVIGATION = "网页导航和页面信息"
RELATED = "相关链接"

_INVISIBLE = frozenset((
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select",
    "textarea", "option", "audio", "video", "canvas", "map",
))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button",
))
_CHROME_TAGS = frozenset(("nav", "footer", "aside", "form", "button"))
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|bread\w*|crumbs?|mbx|dqwz|weizhi|location|position|footer?|foot\w*"
    r"|bottom|copyright|relat\w*|xg\w*|recommend\w*|share\w*|sidebar|side|aside|toolbar|tools?|search\w*"
    r"|login|logo|banner|pager|pagination|page-?nav|prev\w*|next\w*|print\w*|qrcode|ewm|weixin|friend\w*"
    r"|yqlj|links?|ads?|hot\w*|tags?|sitemap|topbar|top-?nav|font-?size|fontsize)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CHROME_TEXT = re.compile(
    r"^(?:首\s*页|(?:您|你)?(?:现在|当前|目前)?(?:的|所在(?:的)?)?位置(?:是|为)?\s*[:：]|当前位置)"
    r"|(?:上一篇|下一篇|上一条|下一条)\s*[:：]"
    r"|^[【\[]?(?:打印本?页?|关闭(?:本页|窗口|本窗口)?|返回(?:顶部|首页|列表)?|收藏|我要纠错|纠错|分享)[】\]]?(?:\s*[|｜]?\s*[【\[]?(?:打印|关闭|收藏|纠错|分享).{0,12})?$"
    r"|^(?:字\s*[体号]|分享到|分享至|扫一扫|无障碍|网站地图|浏览次数|阅读次数|点击数|点击量)"
    r"|版权所有|Copyright|ICP\s*备|公网安备|网站标识码|技术支持\s*[:：]|^(?:主办|承办|协办|维护)(?:单位)?\s*[:：]"
    r"|^责任编辑\s*[:：]|^[（(]?责编",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^[【\[]?(?:相关|推荐|延伸|热门|最新|猜你)(?:链接|阅读|新闻|文章|信息|文件|稿件|报道|解读|推荐|资讯|政策|喜欢|内容)[】\]]?[:：]?$"
)
_META = re.compile(
    r"(?:发布|成文|发文|公开|信息)?(?:日期|时间|机关|机构|单位|来源|字号)\s*[:：]|文\s*号\s*[:：]|索\s*引\s*号|来\s*源\s*[:：]"
)
_SENTENCE = re.compile("。|；")
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
    title = root.findtext(".//title") or ""
    body = root.find(".//body")
    page = _Page(body if body is not None else root, fold(title))
    pieces = list(_Walk(page))
    return _document(pieces, _site_free(title))


def _site_free(title: str) -> str:
    """<title> without the name of the site: 关于…的通知_福建省人民政府门户网站."""
    parts = [part.strip() for part in re.split(r"[_|｜]|\s[-–—]\s|--|\s{2,}", " ".join(title.split()))]
    parts = [part for part in parts if part and not re.search(r"(?:网|网站|门户|平台|首页)$", part)]
    return max(parts, key=len) if parts else ""


class _Page:
    """How much text and how much of it in links stands under each element; where the article is."""

    def __init__(self, body: etree._Element, title: str):
        self.body = body
        self.title = title
        self.text: dict[etree._Element, int] = {}
        self.linked: dict[etree._Element, int] = {}
        self.links: dict[etree._Element, int] = {}
        self._measure()
        self.main = self._find_main()
        self.path = {self.main, *self.main.iterancestors()}
        self.chrome: dict[etree._Element, str] = {}
        self._find_chrome()

    def plain(self, element: etree._Element) -> int:
        return self.text.get(element, 0) - self.linked.get(element, 0)

    def _measure(self) -> None:
        link_depth = hidden_depth = 0
        for event, element in etree.iterwalk(self.body, events=("start", "end")):
            if not isinstance(element.tag, str):
                continue
            invisible = _invisible(element)
            leads_away = element.tag == "a" and _leads_away(element)
            if event == "start":
                hidden_depth += invisible
                link_depth += leads_away
                count = 0 if hidden_depth else _count(element.text)
                self.text[element] = count
                self.linked[element] = count if link_depth else 0
                self.links[element] = int(leads_away and not hidden_depth)
                continue
            hidden_depth -= invisible
            link_depth -= leads_away
            parent = element.getparent()
            if element is not self.body and parent is not None and parent in self.text:
                tail = 0 if hidden_depth else _count(element.tail)
                self.text[parent] += self.text[element] + tail
                self.linked[parent] += self.linked[element] + (tail if link_depth else 0)
                self.links[parent] += self.links[element]

    def _find_main(self) -> etree._Element:
        """Down from the body as long as one block holds nearly all text that is no link."""
        total = max(self.plain(self.body), 1)
        main = self.body
        while True:
            heaviest = max(
                (child for child in main if isinstance(child.tag, str) and child.tag in _BLOCKS),
                key=self.plain,
                default=None,
            )
            if heaviest is None or self.plain(heaviest) < 0.6 * total:
                return main
            if heaviest.tag in ("p", "li", "h1", "h2", "h3", "pre", "ul", "ol", "dl"):
                return main
            if heaviest.tag == "table" and not _is_layout_table(heaviest):
                return main
            main = heaviest

    def _find_chrome(self) -> None:
        for element in self.path:
            if element is self.main:
                continue
            for child in element:
                if isinstance(child.tag, str) and child not in self.path and not self._belongs(child):
                    self.chrome[child] = NAVIGATION
        total = max(self.plain(self.body), 1)
        for element in self.main.iterdescendants():
            if not isinstance(element.tag, str) or element.tag in ("p", "a", "span", "td", "tr"):
                continue
            if self.plain(element) > 0.3 * total or element.tag in ("tbody", "table", "thead"):
                continue
            if element.tag in _CHROME_TAGS or self._named_chrome(element):
                self.chrome[element] = NAVIGATION
            elif self._is_link_list(element):
                self.chrome[element] = RELATED

    def _belongs(self, element: etree._Element) -> bool:
        """Whether something outside the article still belongs to it: its title, its particulars."""
        if element.tag in ("nav", "footer", "aside"):
            return False
        if self._named_chrome(element) and not any(
            heading.tag == "h1" and len(_content(heading)) > 12 for heading in element.iter("h1")
        ):
            return False
        text, linked = self.text.get(element, 0), self.linked.get(element, 0)
        if not text or linked * 2 > text:
            return False
        content = _content(element)
        if len(content) >= 8 and self.title.startswith(fold(content)):
            return True
        if _CHROME_TEXT.search(content[:300]) and not _SENTENCE.search(content):
            return False
        if element.tag in ("h1", "h2", "h3") or any(element.iter("h1", "h2")):
            return element.tag != "header" or len(content) > 12
        if _META.search(content[:200]):
            return True
        return (len(content) >= 40 and _SENTENCE.search(content) is not None) or (
            "关于" in content and len(content) < 120
        )

    def _named_chrome(self, element: etree._Element) -> bool:
        names = f"{element.get('class', '')} {element.get('id', '')}"
        return element.get("role") in ("navigation", "banner", "contentinfo", "search") or (
            _CHROME_NAMES.search(names) is not None
            and self.plain(element) < 0.3 * max(self.plain(self.body), 1)
        )

    def _is_link_list(self, element: etree._Element) -> bool:
        text, linked = self.text.get(element, 0), self.linked.get(element, 0)
        if self.links.get(element, 0) < 3 or not text or linked < 0.7 * text:
            return False
        content = _content(element)
        return not re.match(r"附件|目\s*录|附\s*[:：]|[1一（(]|案例", content)


def _count(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _content(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())[:4000]


def _leads_away(link: etree._Element) -> bool:
    return bool(link.get("href")) and not link.get("href", "").startswith("#")


def _invisible(element: etree._Element) -> bool:
    if element.tag in _INVISIBLE or element.get("hidden") is not None:
        return True
    return re.search(r"display\s*:\s*none", element.get("style", "")) is not None


def _is_layout_table(table: etree._Element) -> bool:
    rows = len(list(table.iter("tr")))
    return table.find(".//th") is None and (
        rows <= 3 or table.find(".//td//table") is not None or (table.find(".//td//p") is not None
        and max((len(row.findall("td")) for row in table.iter("tr")), default=0) <= 1)
    )


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

    def __init__(self, page: _Page):
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
            invisible = _invisible(element)
            if event == "start":
                hidden += invisible
                if hidden:
                    continue
                if element.tag in _BLOCKS or element in self._page.chrome:
                    yield from self._flush()
                self._enter(element)
                self._add(element.text)
            else:
                if not hidden:
                    if element.tag in _BLOCKS or element in self._page.chrome:
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
        count = _count(text)
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
        elif tag == "a" and _leads_away(element):
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
        rows = min(max(_integer(element.get("rowspan"), 1), 1), 10_000)
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
        elif tag == "a" and _leads_away(element):
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
    return element.tag == "center" or element.get("align", "").lower() == "center" or (
        re.search(r"text-align\s*:\s*center", element.get("style", "")) is not None
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
    position = 0
    for piece in pieces:
        position += 1
        for place, line in enumerate(soft_lines(piece.text)):
            reason = piece.reason
            if not reason and piece.cell is None and len(line) <= 200 and (
                _CHROME_TEXT.search(line) and not _SENTENCE.search(line)
            ):
                reason = NAVIGATION
            if _RELATED.match(line):
                related, reason = True, RELATED
            elif related and (piece.link or piece.reason):
                reason = reason or RELATED
            else:
                related = False
            number = piece.number if place == 0 else ""
            candidates.append((Paragraph(
                number + line, position, piece.heading, number, piece.list_level, piece.centred,
                piece.bold, cell=piece.cell, link=piece.link,
            ), reason))
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
        if cut and last is not None and last.cell is None and paragraph.cell is None and (
            continues(last.text, paragraph.text)
        ):
            paragraphs[-1] = replace(last, text=join(last.text, paragraph.text))
        else:
            paragraphs.append(paragraph)
        cut = False
    return Document(tuple(paragraphs), "html", title, tuple(set_aside))
