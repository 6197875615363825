"""A saved web page: where the article stands in it, and what around it is no part of it."""

import re

from lxml import etree

from cases.notices.parsing.punctuation import fold

NAVIGATION = "网页导航和页面信息"
RELATED = "相关链接"

_INVISIBLE = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "object",
        "svg",
        "select",
        "textarea",
        "option",
        "audio",
        "video",
        "canvas",
        "map",
    )
)
BLOCKS = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "button",
    )
)
_CHROME_TAGS = frozenset(("nav", "footer", "aside", "form", "button"))
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|bread\w*|crumbs?|mbx|dqwz|weizhi|location|position|footer?|foot\w*"
    r"|bottom|copyright|relat\w*|xg\w*|recommend\w*|share\w*|sidebar|side|aside|toolbar|tools?|search\w*"
    r"|login|logo|banner|pager|pagination|page-?nav|prev\w*|next\w*|print\w*|qrcode|ewm|weixin|friend\w*"
    r"|yqlj|links?|ads?|hot\w*|tags?|sitemap|topbar|top-?nav|font-?size|fontsize)(?:$|[\s_-])",
    re.IGNORECASE,
)
CHROME_TEXT = re.compile(
    r"^(?:首\s*页|(?:您|你)?(?:现在|当前|目前)?(?:的|所在(?:的)?)?位置(?:是|为)?\s*[:：]|当前位置)"
    r"|(?:上一篇|下一篇|上一条|下一条)\s*[:：]"
    r"|^[【\[]?(?:打印本?页?|关闭(?:本页|窗口|本窗口)?|返回(?:顶部|首页|列表)?|收藏|我要纠错|纠错|分享)[】\]]?(?:\s*[|｜]?\s*[【\[]?(?:打印|关闭|收藏|纠错|分享).{0,12})?$"
    r"|^(?:字\s*[体号]|分享到|分享至|扫一扫|无障碍|网站地图|浏览次数|阅读次数|点击数|点击量)"
    r"|版权所有|Copyright|ICP\s*备|公网安备|网站标识码|技术支持\s*[:：]|^(?:主办|承办|协办|维护)(?:单位)?\s*[:：]"
    r"|^责任编辑\s*[:：]|^[（(]?责编",
    re.IGNORECASE,
)
RELATED_HEADING = re.compile(
    r"^[【\[]?(?:相关|推荐|延伸|热门|最新|猜你)(?:链接|阅读|新闻|文章|信息|文件|稿件|报道|解读|推荐|资讯|政策|喜欢|内容)[】\]]?[:：]?$"
)
_META = re.compile(
    r"(?:发布|成文|发文|公开|信息)?(?:日期|时间|机关|机构|单位|来源|字号)\s*[:：]|文\s*号\s*[:：]|索\s*引\s*号|来\s*源\s*[:：]"
)
SENTENCE = re.compile("。|；")


class Page:
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
            invisible = is_invisible(element)
            away = element.tag == "a" and leads_away(element)
            if event == "start":
                hidden_depth += invisible
                link_depth += away
                count = 0 if hidden_depth else count_characters(element.text)
                self.text[element] = count
                self.linked[element] = count if link_depth else 0
                self.links[element] = int(away and not hidden_depth)
                continue
            hidden_depth -= invisible
            link_depth -= away
            parent = element.getparent()
            if element is not self.body and parent is not None and parent in self.text:
                tail = 0 if hidden_depth else count_characters(element.tail)
                self.text[parent] += self.text[element] + tail
                self.linked[parent] += self.linked[element] + (tail if link_depth else 0)
                self.links[parent] += self.links[element]

    def _find_main(self) -> etree._Element:
        """Down from the body as long as one block holds nearly all text that is no link."""
        total = max(self.plain(self.body), 1)
        main = self.body
        while True:
            heaviest = max(
                (child for child in main if isinstance(child.tag, str) and child.tag in BLOCKS),
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
                if (
                    isinstance(child.tag, str)
                    and child not in self.path
                    and not self._belongs(child)
                ):
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
        if CHROME_TEXT.search(content[:300]) and not SENTENCE.search(content):
            return False
        if element.tag in ("h1", "h2", "h3") or any(element.iter("h1", "h2")):
            return element.tag != "header" or len(content) > 12
        if _META.search(content[:200]):
            return True
        return (len(content) >= 40 and SENTENCE.search(content) is not None) or (
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


def count_characters(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _content(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())[:4000]


def leads_away(link: etree._Element) -> bool:
    return bool(link.get("href")) and not link.get("href", "").startswith("#")


def is_invisible(element: etree._Element) -> bool:
    if element.tag in _INVISIBLE or element.get("hidden") is not None:
        return True
    return re.search(r"display\s*:\s*none", element.get("style", "")) is not None


def _is_layout_table(table: etree._Element) -> bool:
    rows = len(list(table.iter("tr")))
    return table.find(".//th") is None and (
        rows <= 3
        or table.find(".//td//table") is not None
        or (
            table.find(".//td//p") is not None
            and max((len(row.findall("td")) for row in table.iter("tr")), default=0) <= 1
        )
    )
