"""The layout of GB/T 9704-2012 as Word writes it down: the page, its grid, fonts and styles.

A working paper, no issued document: no red head and no seal. Lengths are in points, and where Word
wants it in twips (twentieths of a point).
"""

import math
from dataclasses import dataclass

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def mm(length: float) -> float:
    """In points."""
    return length * 72 / 25.4


def twips(points: float) -> int:
    return round(points * 20)


LINE, BODY, TITLE, TITLE_LINE, PAGE_NUMBER = 28.8, 16.0, 22.0, 36.0, 14.0
TABLE, TABLE_LINE, CELL_TOP, CELL_SIDE, BORDER = 12.0, 17.0, 3.0, 5.4, 0.5
# Word wants a paragraph after a table: one that is next to nothing.
TABLE_END = 1.0
CHARACTERS, LINES = 28, 22
INDENT = 2


@dataclass(frozen=True)
class Page:
    """A page and its margins, in millimetres."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @property
    def text_width(self) -> float:
        """In points."""
        return mm(self.width - self.left - self.right)

    @property
    def text_height(self) -> float:
        """Of the lines that a page holds, for some programs leave free what is no whole line."""
        return mm(self.height - self.top - self.bottom) // LINE * LINE

    @property
    def footer(self) -> float:
        """From the edge to the page number, whose dashes stand 7 mm below the text."""
        return mm(self.bottom - 7) - PAGE_NUMBER / 2


PORTRAIT = Page(width=210, height=297, top=37, right=26, bottom=35, left=28)
# The same sheet turned: its top is the bound edge.
LANDSCAPE = Page(width=297, height=210, top=28, right=37, bottom=26, left=35)

# 28 characters of 16 pt are wider than the text: each moves a little nearer to the one before it.
# Paragraphs say so themselves and leave the grid aside, which programs draw in different ways; the
# page has it for whoever goes on writing.
CLOSER = -0.3
PITCH = BODY + CLOSER
_CHAR_SPACE = math.floor((PORTRAIT.text_width / CHARACTERS - BODY) * 4096)
GRID = (
    f'<w:docGrid {W} w:type="linesAndChars" w:linePitch="{twips(LINE)}"'
    f' w:charSpace="{_CHAR_SPACE}"/>'
)

XIAOBIAOSONG, FANGSONG, KAITI, HEITI, SONGTI = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "楷体_GB2312",
    "黑体",
    "宋体",
)
# Where a computer has not the font of the norm: what it takes instead, and the kind of font.
_OTHERWISE = {
    XIAOBIAOSONG: ("方正小标宋_GBK,FZXiaoBiaoSong-B05S,宋体,SimSun,Noto Serif CJK SC", "roman"),
    FANGSONG: ("仿宋,FangSong,FangSong_GB2312,宋体,Noto Serif CJK SC", "modern"),
    KAITI: ("楷体,KaiTi,KaiTi_GB2312,宋体,Noto Serif CJK SC", "modern"),
    HEITI: ("SimHei,Noto Sans CJK SC", "modern"),
    SONGTI: ("SimSun,Noto Serif CJK SC", "auto"),
}


def fonts() -> str:
    """The font table. No font is shipped."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (others, family) in _OTHERWISE.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {W}>{rows}</w:fonts>'


def _font(name: str, size: float) -> str:
    # The same font for digits and quotation marks: each is as wide as the norm counts it.
    return (
        f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"'
        f' w:hint="eastAsia"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:val="{twips(CLOSER) if size == BODY else 0}"/>'
        f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>'
    )


def _spacing(line: float, before: float = 0, after: float = 0) -> str:
    return (
        f'<w:spacing w:before="{twips(before)}" w:after="{twips(after)}"'
        f' w:line="{twips(line)}" w:lineRule="exact"/>'
    )


_FIRST_LINE = f'<w:ind w:firstLineChars="{INDENT * 100}" w:firstLine="{twips(INDENT * BODY)}"/>'
_NO_INDENT = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_BREAK_WORDS = '<w:wordWrap w:val="0"/>'


def _style(identifier, name, paragraph="", run="", based="Normal", following="Normal", more=""):
    # Word's own styles begin with a small letter, or are these.
    own = name[0].islower() or name in ("Title", "Subtitle", "TOC Heading")
    custom = "" if own else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based}"/><w:next w:val="{following}"/>{more}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _heading(level: int, font: str | None) -> str:
    """Heading 1, 2 …; font: None for the look of the title."""
    if font is None:
        paragraph = f"{_spacing(TITLE_LINE)}{_NO_INDENT}" + '<w:jc w:val="center"/>'
        run = _font(XIAOBIAOSONG, TITLE)
    else:
        paragraph, run = "", _font(font, BODY)
    identifier = f"Heading{level}"
    return _style(
        identifier,
        f"heading {level}",
        f"<w:keepNext/><w:keepLines/>{paragraph}" + f'<w:outlineLvl w:val="{level - 1}"/>',
        run,
        more=f'<w:link w:val="{identifier}Char"/><w:uiPriority w:val="9"/>',
    ) + (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{identifier}Char">'
        f'<w:name w:val="Heading {level} Char"/><w:basedOn w:val="DefaultParagraphFont"/>'
        f'<w:link w:val="{identifier}"/><w:rPr>{run}</w:rPr></w:style>'
    )


def styles(chapters: bool) -> str:
    """chapters: several papers in one; their titles are the first level of headings.

    Latin letters are English, so that words and numbers stay whole at the end of a line.
    """
    looks = [None] * chapters + [HEITI, KAITI, FANGSONG]
    edge = twips(PORTRAIT.text_width)
    tab = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{edge}"/></w:tabs>'
    centred = '<w:jc w:val="center"/>'
    table_edge = "".join(
        f'<w:{side} w:val="single" w:sz="{BORDER * 8:.0f}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    cell = "".join(
        f'<w:{side} w:w="{twips(points)}" w:type="dxa"/>'
        for side, points in (
            ("top", CELL_TOP),
            ("left", CELL_SIDE),
            ("bottom", CELL_TOP),
            ("right", CELL_SIDE),
        )
    )
    return f"""<w:styles {W}>
<w:docDefaults><w:rPrDefault><w:rPr>{_font(FANGSONG, BODY)}
<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>
<w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:widowControl w:val="0"/><w:snapToGrid w:val="0"/>{_spacing(LINE)}{
        _FIRST_LINE
    }<w:jc w:val="both"/></w:pPr>
<w:rPr>{_font(FANGSONG, BODY)}</w:rPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">
<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/></w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="Label"><w:name w:val="Label"/>
<w:rPr>{_font(HEITI, BODY)}</w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>
<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>
<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{table_edge}</w:tblBorders>
<w:tblCellMar>{cell}</w:tblCellMar></w:tblPr></w:style>
{
        _style(
            "Title",
            "Title",
            f"<w:keepNext/><w:keepLines/>{_spacing(TITLE_LINE)}{_NO_INDENT}{centred}",
            _font(XIAOBIAOSONG, TITLE),
        )
    }
{"".join(_heading(level, font) for level, font in enumerate(looks, 1))}
{
        _style(
            "Subtitle",
            "Subtitle",
            f"<w:keepNext/>{_NO_INDENT}{centred}",
            _font(KAITI, BODY),
        )
    }
{
        _style(
            "TOCHeading",
            "TOC Heading",
            f"<w:keepNext/>{_spacing(LINE, LINE / 2, LINE / 2)}{_NO_INDENT}{centred}",
            _font(HEITI, BODY),
        )
    }
{
        "".join(
            _style(
                f"TOC{level}",
                f"toc {level}",
                tab
                + f'<w:ind w:leftChars="{(level - 1) * 200}" w:left="{twips((level - 1) * 32)}"'
                + ' w:firstLineChars="0" w:firstLine="0"/>'
                + '<w:jc w:val="left"/>',
                more='<w:uiPriority w:val="39"/>',
            )
            for level in (1, 2, 3)
        )
    }
{
        _style(
            "Note",
            "Note",
            '<w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="000000"/></w:pBdr>'
            f'<w:ind w:left="{twips(INDENT * BODY)}" w:firstLineChars="0" w:firstLine="0"/>',
            _font(KAITI, BODY),
            following="Note",
        )
    }
{
        _style(
            "Source",
            "Source",
            f'{_BREAK_WORDS}{_FIRST_LINE}<w:jc w:val="left"/>',
            following="Source",
        )
    }
{
        _style(
            "TableText",
            "Table Text",
            f'{_BREAK_WORDS}{_spacing(TABLE_LINE)}{_NO_INDENT}<w:jc w:val="left"/>',
            _font(FANGSONG, TABLE),
            following="TableText",
        )
    }
{
        _style(
            "TableHeader",
            "Table Header",
            f"<w:keepNext/>{centred}",
            _font(HEITI, TABLE),
            based="TableText",
        )
    }
{
        _style(
            "TableNote",
            "Table Note",
            run=_font(KAITI, TABLE),
            based="TableText",
        )
    }
{
        _style(
            "TableEnd",
            "Table End",
            f"{_spacing(TABLE_END)}{_NO_INDENT}",
            _font(FANGSONG, TABLE_END),
        )
    }
{
        _style(
            "Footer",
            "footer",
            f"{_spacing(PAGE_NUMBER)}{_NO_INDENT}",
            _font(SONGTI, PAGE_NUMBER),
        )
    }
</w:styles>"""


def settings() -> str:
    """Even and odd pages differ, and Word opens the paper as one of its own time."""
    return f"""<w:settings {W}>
<w:zoom w:percent="100"/><w:defaultTabStop w:val="{twips(BODY)}"/><w:evenAndOddHeaders/>
<w:drawingGridVerticalSpacing w:val="{twips(LINE)}"/>
<w:characterSpacingControl w:val="doNotCompress"/>
<w:compat><w:compatSetting w:name="compatibilityMode"
 w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>
<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>
</w:settings>"""
