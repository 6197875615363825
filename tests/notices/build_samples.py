"""Lay out the sample notices in the ways real offices do.

Each samples/<name>.expected.json was written first and by hand: it says what a careful reader
sees in the document. This builder only dresses that content up (marks, contents lists, page
chrome, wrapped lines, encodings, Word numbering and revisions) and never asks the parser.

    python tests/notices/build_samples.py

writes every sample again, byte for byte the same. It needs python-docx.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from word_samples import anhui, chongqing, guangdong, hubei, ningxia, shaanxi, sichuan, zhejiang

SAMPLES = Path(__file__).with_name("samples")
COUNTING = "零一二三四五六七八九十"
INDENT = "　　"


class Line(NamedTuple):
    """One paragraph in reading order; role: letter, notice, case, heading, text or aside."""

    role: str
    text: str
    number: int = 0  # of the case the paragraph belongs to; 0 in the letter


def expectation(name: str) -> dict:
    return json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


def reading_order(
    name: str, *, title_at: int = 0, before: int | None = None, groups: dict | None = None
) -> Iterator[Line]:
    """Yield the paragraphs of a sample in the order of the page.

    before: how many letter paragraphs stand before the cases (all of them when None).
    groups: {case number: how many letter paragraphs (group headings) stand above that case}.
    What is left of the letter follows the last case.
    """
    expected = expectation(name)
    letter = list(expected["notice"]["letter"])
    cases = expected["cases"]
    head = letter if before is None else letter[:before]
    rest = [] if before is None else letter[before:]
    for position, text in enumerate(head):
        if position == title_at and "title" in expected["notice"]:
            yield Line("notice", expected["notice"]["title"])
        yield Line("letter", text)
    for case in cases:
        for _ in range((groups or {}).get(case["number"], 0)):
            yield Line("letter", rest.pop(0))
        yield Line("case", case["title"], case["number"])
        for section in case["sections"]:
            if section["heading"]:
                yield Line("heading", section["heading"], case["number"])
            for paragraph in section["text"].split("\n"):
                yield Line("text", paragraph, case["number"])
    for text in rest:
        yield Line("letter", text)


# Text -------------------------------------------------------------------------------------------


def half_width(text: str) -> str:
    """Type the punctuation the way a Western keyboard does."""
    return text.translate(str.maketrans("，：；？！（）“”", ',:;?!()""'))


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def wrap(text: str, width: int) -> list[str]:
    """Cut at a fixed number of columns, wherever that falls; closing punctuation hangs."""
    lines, line = [], ""
    for character in text:
        if columns(line + character) > width and character not in "，。；：、！？”）》%":
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def break_at(text: str, *breaks: str) -> list[str]:
    """Cut text before each of the given phrases."""
    for phrase in breaks:
        before, found, after = text.partition(phrase)
        assert found, phrase
        text = f"{before.rstrip()}\n{found}{after}"
    return text.split("\n")


def centre(text: str, width: int) -> str:
    return " " * max(0, (width - columns(text)) // 2) + text


def write_text(file_name: str, lines: list[str], encoding: str = "utf-8", end: str = "\n") -> None:
    (SAMPLES / file_name).write_bytes((end.join(lines) + end).encode(encoding))


def inline_headings(lines: Iterator[Line]) -> Iterator[Line]:
    """Put each heading on the line of the paragraph that follows it."""
    held = ""
    for line in lines:
        if line.role == "heading":
            held = line.text
        else:
            yield line._replace(text=held + line.text)
            held = ""


def neimenggu() -> None:
    """Printed pages turned into text: page numbers and running headers inside sentences."""
    # The sentence goes on after each of these; the page break comes in between.
    cuts = iter(
        [
            "于每季度末",
            "整合国土空间规",
            "将水土保持补偿费、草原植被恢复",
            "二连浩特口岸",
            "同一集装箱只",
            "引入银行",
        ]
    )
    cut, page, out = next(cuts), 1, []
    running_header = "内蒙古自治区营商环境典型案例选编"
    for line in reading_order("neimenggu-page-breaks"):
        text = line.text
        if line.role == "case":
            out += ["", f"附件{line.number}", *break_at(text, TITLE_BREAKS[text]), ""]
            continue
        text = text if line.role == "notice" else INDENT + text
        while cut and cut in text:
            before, _, text = text.partition(cut)
            number = f"— {page} —" if page < 5 else f"第{page}页 共6页"
            out += [before + cut, "", centre(number, 76), "\f", centre(running_header, 76), ""]
            cut, page = next(cuts, None), page + 1
        out.append(text)
    assert page == 7, page
    write_text("neimenggu-page-breaks.txt", out)


TITLE_BREAKS = {
    "鄂尔多斯市推行新能源项目“一次办理、全程代办”": "“一次办理",
    "锡林郭勒盟二连浩特市创新中欧班列“查检合一”监管模式": "“查检合一”",
    "包头市青山区打造装备制造“链式”服务中心": "“链式”",
}


def jiangsu() -> None:
    """Lines of 38 characters where only the indents show the paragraphs, in GB18030."""
    width, out = 76, []
    for line in reading_order("jiangsu-fixed-width"):
        if line.role == "case":
            mark = f"案例{line.number}"
            out += ["", "", centre(mark, width)]
            breaks = ["破解"] if line.number == 2 else []
            out += [centre(part, width) for part in break_at(line.text, *breaks)]
            out.append("")
        elif line.role in ("notice", "letter"):
            out.append(centre(line.text, width))
        else:
            out += wrap(INDENT + line.text, width)
    # The trap of this sample: inside a sentence a line starts like a case mark.
    assert any(line.startswith("附件2所列") for line in out), "\n".join(out)
    assert any(line.startswith("案例1的做法") for line in out), "\n".join(out)
    write_text("jiangsu-fixed-width.txt", out, "gb18030")


def gansu() -> None:
    """（一） marks the cases, 1. their parts; group headings above; UTF-8 with BOM."""
    out = []
    for line in reading_order("gansu-brackets", before=3, groups={1: 1, 2: 1}):
        mark = f"（{COUNTING[line.number]}）" if line.role == "case" else ""
        out.append((INDENT if line.role != "notice" else "") + mark + line.text)
    write_text("gansu-brackets.txt", out, "utf-8-sig")


def hebei() -> None:
    """Cases numbered 1. to 4. across three groups; a list 1. 2. 3. inside case 2; CRLF."""
    lines = reading_order("hebei-running-numbers", before=14, groups={1: 1, 2: 1, 4: 1})
    out = []
    for line in inline_headings(lines):
        mark = f"{line.number}." if line.role == "case" else ""
        text = half_width(line.text) if line.number % 2 else line.text
        out.append((INDENT if line.role != "notice" else "") + mark + text)
    write_text("hebei-running-numbers.txt", out, end="\r\n")


def guangxi() -> None:
    """案例1： on the title's line, a blank line after each paragraph, widths mixed."""
    out = []
    for position, line in enumerate(reading_order("guangxi-leads")):
        text = f"案例{line.number}：{line.text}" if line.role == "case" else line.text
        out += [half_width(text) if position % 2 else text, ""]
    write_text("guangxi-leads.txt", out)


def yunnan() -> None:
    """Headings and text on one line, three ways."""
    out = []
    for line in inline_headings(reading_order("yunnan-inline", title_at=0)):
        if line.role == "case":
            out += ["", f"案例{COUNTING[line.number]}　{line.text}"]
        else:
            text = half_width(line.text) if line.number == 2 else line.text
            out.append(INDENT + text if line.role == "text" else text)
    write_text("yunnan-inline.txt", out)


def hainan() -> None:
    """Half-width punctuation throughout, beside real decimals, ratios, times and an address."""
    out = []
    for line in reading_order("hainan-half-width"):
        if line.role == "case":
            out += ["", f"【案例{line.number}】{half_width(line.text)}"]
        elif line.role == "notice":
            out += [centre(half_width(line.text), 76), ""]
        else:
            out.append(INDENT + half_width(line.text))
    write_text("hainan-half-width.txt", out)


def tianjin() -> None:
    """A cover letter alone, with headings that look like a case's parts."""
    out = []
    for line in reading_order("tianjin-cover-letter", title_at=1):
        if line.role == "notice":
            out += ["", *(centre(t, 76) for t in break_at(line.text, "关于做好", "推广工作")), ""]
        else:
            out.append(INDENT + line.text)
    write_text("tianjin-cover-letter.txt", out)


def shanghai() -> None:
    """One attachment with its own title and contents list; the cases are in it."""
    lines = reading_order("shanghai-attachment", title_at=1, before=12)
    out = []
    for line in lines:
        if line.role == "case":
            mark = f"案例{COUNTING[line.number]}："
            parts = break_at(line.text, *["推进不动产"] if line.number == 3 else [])
            out += ["", mark + parts[0], *(INDENT * 2 + part for part in parts[1:]), ""]
        elif line.role == "notice":
            out += ["", *break_at(line.text, "《浦东"), ""]
        elif line.text == "附件":
            out += ["\f", line.text, ""]
        else:
            out.append(line.text if line.text.startswith("案例") else INDENT + line.text)
    write_text("shanghai-attachment.txt", out, "gb18030")


def heilongjiang() -> None:
    """No marks at all: titles stand alone and the parts start again at 一、."""
    out = []
    for line in reading_order("heilongjiang-unmarked"):
        if line.role == "case":
            out += ["", "", line.text, ""]
        else:
            out.append(line.text if line.role in ("notice", "letter") else INDENT + line.text)
    write_text("heilongjiang-unmarked.txt", out)


def fujian() -> None:
    """No marks, a unit and a colon before each title, 附件 alone above, rules as 附录 below."""
    out = []
    for line in reading_order("fujian-colons", title_at=0, before=6):
        if line.role == "case":
            out += ["", line.text, ""]
        else:
            out.append(line.text if line.role in ("notice", "letter") else INDENT + line.text)
    write_text("fujian-colons.txt", out)


def qinghai() -> None:
    """30 characters a line, digits counted like any other; headings and signature at the margin."""
    out = []
    pages = iter(expectation("qinghai-counted")["problems"])
    for line in reading_order("qinghai-counted", title_at=0):
        if line.role == "case":
            out += ["", f"优化营商环境典型案例之{COUNTING[line.number]}", line.text, ""]
            continue
        at_margin = line.role != "text" and not line.text.endswith("。")
        text = line.text if at_margin else INDENT + line.text
        cut = [text[start : start + 30] for start in range(0, len(text), 30)]
        if "（一）" in text:
            # The page ends inside a sentence.
            cut[2:2] = ["", next(pages)["paragraph"], ""]
        out += cut
    write_text("qinghai-counted.txt", out)


def jiangxi() -> None:
    """A letter that asks for cases and lists their parts, headings and text on one line."""
    out = []
    for line in reading_order("jiangxi-call", title_at=0):
        out.append(line.text if line.role == "notice" else INDENT + line.text)
    write_text("jiangxi-call.txt", out)


def shandong() -> None:
    """Markdown: # headings in case 1, bold labels in cases 2 and 3, lists, cut lines."""
    out = []
    heading = ""
    for line in reading_order("shandong-markdown"):
        text = line.text
        if line.role == "notice":
            out += [f"# {text}", ""]
        elif line.role == "letter":
            label, colon, value = text.partition("：")
            if text == "目录":
                out += [f"## {text}", ""]
            elif text.startswith("案例"):
                out.append(f"- {text}")
            else:
                out += [f"**{label}{colon}**{value}" if colon else text, ""]
        elif line.role == "case":
            out += ["", "---", "", f"## 案例{COUNTING[line.number]} {text}", ""]
        elif line.role == "heading":
            heading = text
            if line.number == 1:
                out += ["", f"### {text}", ""]
            elif line.number == 3:
                out += [f"**{text}**", ""]
        else:
            if item := re.match(r"(\d\. )(.+?。)(.+)", text):
                out.append(f"{item[1]}**{item[2]}**{item[3]}")
                continue
            if line.number == 2 and heading:
                text, heading = f"**{heading}：**{text}", ""
            bullet = "- " if re.match("[一二三]是", text) else ""
            out += [*wrap(bullet + text, 80), ""]
    write_text("shandong-markdown.md", out)


# Web pages --------------------------------------------------------------------------------------


def hunan() -> None:
    """A saved page of a content system: navigation, breadcrumbs, tools, related links, footer."""
    asides = [escape(p["paragraph"]) for p in expectation("hunan-web")["problems"]]
    body = []
    for line in reading_order("hunan-web", before=2):
        text = escape(line.text, quote=False)
        if line.role == "notice":
            title = text
        elif line.role == "case":
            text = text.replace(" ", "&nbsp;")
            half = len(text) // 3
            body.append(
                f'<p style="text-align: center;"><strong>【案例{line.number}】</strong></p>'
            )
            body.append(
                '<p style="text-align: center;"><strong><span style="font-size: 20px;">'
                f"{text[:half]}</span><span>{text[half:]}</span></strong></p>"
            )
        elif line.role == "heading":
            body.append(f"<p>&emsp;&emsp;<b>{text}</b></p>")
        elif "（" in text[:1]:
            lead, stop, rest = text.partition("。")
            body.append(f"<p>　　<strong>{lead}{stop}</strong><span>{rest}</span></p>")
        else:
            body.append(f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{text}</p>")
    links = "\n".join(f'    <li><a href="#">{text}</a></li>' for text in asides[15:18])
    menu = "".join(f'<li><a href="#">{text}</a></li>' for text in asides[2:7])
    crumbs = (
        asides[7]
        .replace("首页", '<a href="/">首页</a>')
        .replace("政务公开", '<a href="/zwgk/">政务公开</a>')
    )
    page = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title}_湖南省优化营商环境协调事务中心</title>
<style>.TRS_Editor p {{ text-indent: 2em; }}</style>
<script>var siteId = "43"; document.title = "案例9：不应出现";</script>
</head>
<body>
<div class="top-bar"><a href="#">{asides[0]}</a> <a href="#">{asides[1]}</a></div>
<nav class="main-nav"><ul>{menu}</ul></nav>
<div class="breadcrumb">{crumbs}</div>
<div class="article">
<h1>{title}</h1>
<div class="article-info"><span>{asides[8]}</span> <span>{asides[9]}</span>
 <span>{asides[10]}</span> <a href="javascript:window.print()">{asides[11]}</a>
 <a href="javascript:window.close()">{asides[12]}</a></div>
<div class="TRS_Editor">
{chr(10).join(body)}
</div>
<div class="share">{asides[13]}<a class="icon-wx"></a><a class="icon-wb"></a></div>
</div>
<div class="related"><h3>{asides[14]}</h3>
  <ul>
{links}
  </ul>
</div>
<footer>
<p>{asides[18]}　{asides[19]}</p>
<p>{asides[20]} {asides[21]}</p>
<p>{asides[22]}</p>
</footer>
</body>
</html>
"""
    (SAMPLES / "hunan-web.html").write_text(page, encoding="utf-8", newline="\n")


def guizhou() -> None:
    """A page of the table-layout years: GB2312, upper-case tags, <BR> for paragraphs."""
    asides = [escape(p["paragraph"]) for p in expectation("guizhou-gb2312")["problems"]]
    body = []
    for line in reading_order("guizhou-gb2312", before=1):
        text = half_width(line.text) if line.number == 1 and line.role == "text" else line.text
        text = escape(text, quote=False)
        if line.role == "notice":
            title = text
        elif line.role == "letter":
            body.append(f"<I>{text}</I><BR>")
        elif line.role == "case":
            body.append(
                f"<BR><B><FONT color=#cc0000>案例{COUNTING[line.number]}：{text}</FONT></B>"
            )
            body.append("<BR>")
        elif line.role == "heading":
            body.append(f"<STRONG>　　{text}</STRONG><BR>")
        else:
            body.append(
                f"&nbsp;&nbsp;&nbsp;&nbsp;{text}<BR>" if line.number == 2 else f"　　{text}<BR>"
            )
    menu = " | ".join(f"<A href='#'>{text}</A>" for text in asides[:4])
    page = f"""<HTML><HEAD>
<META http-equiv=Content-Type content="text/html; charset=gb2312">
<TITLE>{title}</TITLE></HEAD>
<BODY>
<TABLE width=960><TR><TD>{menu}</TD></TR></TABLE>
<TABLE width=960><TR><TD>{asides[4]}</TD></TR></TABLE>
<TABLE width=960><TR><TD align=center><FONT size=5><B>{title}</B></FONT></TD></TR>
<TR><TD class=content>
{chr(10).join(body)}
</TD></TR>
<TR><TD><A href="1.htm">{asides[5]}</A><BR><A href="2.htm">{asides[6]}</A></TD></TR></TABLE>
<TABLE width=960><TR><TD align=center>{asides[7]}<BR>{asides[8]}</TD></TR></TABLE>
</BODY></HTML>
"""
    (SAMPLES / "guizhou-gb2312.htm").write_bytes(page.encode("gb2312"))


def liaoning() -> None:
    """A page whose prose mentions 案例1 and 附件2, even at the start of a paragraph."""
    asides = [escape(p["paragraph"]) for p in expectation("liaoning-mentions")["problems"]]
    body = []
    for line in reading_order("liaoning-mentions", before=4):
        text = escape(line.text, quote=False)
        if line.role == "notice":
            title = text
        elif line.role == "case":
            body.append(f'<h3 id="c{line.number}">案例{line.number}&nbsp;{text}</h3>')
        elif line.role == "heading":
            body.append(f"<h4>{text}</h4>")
        elif line.role == "letter" and text.startswith("案例"):
            body.append(f'<div><a href="#c{text[2]}">{text}</a></div>')
        elif text.startswith(("附件2", "对办理结果")):
            # One <p>, three paragraphs to the eye.
            body[-1] = body[-1].removesuffix("</p>") + f"<br/>\n　　{text}</p>"
        else:
            body.append(f"<p>　　{text}</p>")
    menu = "".join(f'<a href="#">{text}</a>' for text in asides[1:5])
    related = "".join(f'<li><a href="#">{text}</a></li>' for text in asides[11:13])
    page = f"""<!DOCTYPE html>
<html>
<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/>
<title>{title}</title></head>
<body>
<header><div class="logo">{asides[0]}</div><div class="menu">{menu}</div></header>
<div class="position">{asides[5]}</div>
<main>
<h2>{title}</h2>
<div class="info">{asides[6]}　{asides[7]}</div>
<article>
{chr(10).join(body)}
</article>
<div class="editor">{asides[8]}</div>
<div class="tools">{asides[9]}</div>
</main>
<aside><h3>{asides[10]}</h3><ul>{related}</ul></aside>
<footer>{asides[13]}<br/>{asides[14]}</footer>
</body>
</html>
"""
    (SAMPLES / "liaoning-mentions.html").write_text(page, encoding="utf-8", newline="\n")


TEXT_SAMPLES = [
    neimenggu,
    jiangsu,
    gansu,
    hebei,
    guangxi,
    yunnan,
    hainan,
    tianjin,
    shanghai,
    heilongjiang,
    fujian,
    qinghai,
    jiangxi,
    shandong,
    hunan,
    guizhou,
    liaoning,
]


def build_word_samples() -> None:
    """Lay out the .docx samples; see word_samples.py."""
    order = reading_order
    form = [Line("aside", p["paragraph"]) for p in expectation("ningxia-two-annexes")["problems"]]
    layouts = {
        "zhejiang-annexes": (zhejiang, order("zhejiang-annexes", title_at=2, before=11)),
        "sichuan-groups": (
            sichuan,
            order("sichuan-groups", before=4, groups={1: 1, 3: 1, 4: 1}),
        ),
        "hubei-headings": (hubei, order("hubei-headings")),
        "anhui-levels": (anhui, order("anhui-levels")),
        "chongqing-revisions": (chongqing, order("chongqing-revisions", title_at=1)),
        "ningxia-two-annexes": (ningxia, [*order("ningxia-two-annexes", title_at=1), *form]),
        "shaanxi-single-case": (shaanxi, order("shaanxi-single-case")),
        "guangdong-table": (
            guangdong,
            order("guangdong-table", before=3, groups={1: 1, 5: 1}),
        ),
    }
    for name, (lay_out, lines) in layouts.items():
        lay_out(SAMPLES / f"{name}.docx", list(lines))


if __name__ == "__main__":
    for build in TEXT_SAMPLES:
        build()
    build_word_samples()
