"""The Word part of build_samples.py: .docx files as offices and their word processors leave them.

Paragraphs are written as WordprocessingML, because the point of these samples is what
python-docx does not write: revisions, fields, content controls, numbering, merged cells.
"""

import re
from collections.abc import Iterable
from io import BytesIO
from itertools import cycle
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NAMESPACES = nsdecls("w")
AUTHOR = 'w:id="1" w:author="综合科" w:date="2025-01-01T00:00:00Z"'
INDENT = "　　"
COUNTING = "零一二三四五六七八九十"


# WordprocessingML -------------------------------------------------------------------------------


def run(text: str, properties: str = "") -> str:
    """One run; a line feed becomes a soft break, a tab a tab."""
    parts = []
    for piece in re.split(r"([\n\t])", text):
        if piece in "\n\t" and piece:
            parts.append("<w:br/>" if piece == "\n" else "<w:tab/>")
        elif piece:
            parts.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>')
    return f"<w:r><w:rPr>{properties}</w:rPr>{''.join(parts)}</w:r>"


def runs(text: str, properties: str = "") -> str:
    """Cut text into runs at arbitrary places, as editing and spell checking do."""
    out, lengths = [], cycle((3, 11, 5, 17, 2))
    while text:
        length = next(lengths)
        hint = '<w:rFonts w:hint="eastAsia"/>' if length % 4 == 3 else ""
        out.append(run(text[:length], hint + properties))
        text = text[length:]
    return '<w:proofErr w:type="spellStart"/>'.join(out)


def paragraph(inner: str, style: str = "", properties: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inner}</w:p>"


CENTRE = '<w:jc w:val="center"/>'
BOLD = "<w:b/>"
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def numbered(number_id: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>'


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def field_start(instruction: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def field(instruction: str, shown: str) -> str:
    """A complex field: its instruction is never text, its result is."""
    return field_start(instruction) + run(shown) + FIELD_END


def cell(text: str, *, span: int = 1, merge: str = "") -> str:
    """merge: "restart" opens a vertically merged cell, "continue" goes on with it."""
    span_xml = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merge_xml = {"restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}.get(merge, "")
    content = "".join(paragraph(runs(part)) for part in text.split("\n"))
    return f"<w:tc><w:tcPr>{span_xml}{merge_xml}</w:tcPr>{content}</w:tc>"


def table(rows: list[list[str]], width: int) -> str:
    grid = "<w:gridCol/>" * width
    body = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl><w:p/>"


def level(index: int, number_format: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(abstracts: list[str], instances: Iterable[tuple[int, bool]]) -> str:
    """instances: (which abstract list, whether it starts at one again), numbered from 1."""
    definitions = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="multilevel"/>{levels}'
        "</w:abstractNum>"
        for n, levels in enumerate(abstracts)
    )
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    nums = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{which}"/>{again if restart else ""}</w:num>'
        for n, (which, restart) in enumerate(instances, 1)
    )
    return f"<w:numbering {NAMESPACES}>{definitions}{nums}</w:numbering>"


def heading_style(
    style_id: str, name: str, outline: int, number_id: int, number_level: int = 0
) -> str:
    return (
        f'<w:style {NAMESPACES} w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{numbered(number_id, number_level)}'
        f'<w:outlineLvl w:val="{outline}"/></w:pPr></w:style>'
    )


def save(
    path: Path,
    body: Iterable[str],
    *,
    styles: Iterable[str] = (),
    numbers: str = "",
    header: str = "",
    page_numbers: bool = False,
) -> None:
    """Write a .docx whose bytes depend on nothing but the arguments."""
    document = Document()
    for child in list(document.element.body)[:-1]:
        document.element.body.remove(child)
    wrapper = parse_xml(f"<w:body {NAMESPACES}>{''.join(body)}</w:body>")
    for position, child in enumerate(list(wrapper)):
        document.element.body.insert(position, child)
    for style in map(parse_xml, styles):
        name = style.name_val
        for old in [s for s in document.styles.element.style_lst if s.name_val == name]:
            document.styles.element.remove(old)
        document.styles.element.append(style)
    if numbers:
        root = document.part.numbering_part.element
        for child in list(root):
            root.remove(child)
        root.extend(list(parse_xml(numbers)))
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if page_numbers:
        footer = document.sections[0].footer.paragraphs[0]._p
        inner = f"{run('— ')}{field('PAGE', '3')}{run(' —')}"
        footer.getparent().replace(footer, parse_xml(f"<w:p {NAMESPACES}>{inner}</w:p>"))
    packed = BytesIO()
    document.save(packed)
    with ZipFile(packed) as made, ZipFile(path, "w", ZIP_DEFLATED) as kept:
        for name in made.namelist():
            kept.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), made.read(name), ZIP_DEFLATED)


# The samples ------------------------------------------------------------------------------------
# Each takes the folder, and the paragraphs of its sample in reading order.


def break_at(text: str, phrase: str) -> list[str]:
    before, found, after = text.partition(phrase)
    assert found, phrase
    return [before.rstrip(), found + after]


def zhejiang(path: Path, lines: list) -> None:
    """附件N above wrapped titles, runs cut anywhere, soft breaks, the 抄送 block in a table."""
    wraps = {1: "破解", 2: "助力", 3: "赋能", 4: "“多元解纷”"}
    body = []
    for line in lines:
        text = line.text
        if line.role == "notice":
            body += [paragraph(runs(t), "", CENTRE) for t in break_at(text, "关于推广")]
        elif line.role == "case":
            parts = break_at(text, wraps[line.number])
            body += [PAGE_BREAK, paragraph(run("附件") + run(str(line.number)))]
            if line.number % 2:
                body += [paragraph(runs(part, BOLD), "", CENTRE) for part in parts]
            else:
                body.append(paragraph(runs("\n".join(parts), BOLD), "", CENTRE))
        elif line.role == "heading":
            body.append(paragraph(runs(text, BOLD)))
        elif text.startswith("全市税务"):
            # A new paragraph to the eye, a soft break in the file.
            body[-1] = body[-1].replace("</w:p>", f"{runs(chr(10) + INDENT + text)}</w:p>")
        elif text.startswith("一是统一标准"):
            body.append(paragraph(runs("\n整合为".join(text.split("整合为")))))
        elif text.startswith(("抄送", "浙江省发展和改革委员会办公室")):
            body.append(table([[cell(text)]], 1))
        elif text.startswith("浙江省发展和改革委员会文件"):
            body.append(paragraph(run(text, '<w:color w:val="FF0000"/><w:sz w:val="72"/>')))
        else:
            body.append(paragraph(runs(text)))
    save(path, body, page_numbers=True)


def sichuan(path: Path, lines: list) -> None:
    """Automatic numbers: 一、 for groups, 1. for cases running on through them, 1. for lists."""
    body, groups, lists, in_list = [], 0, 2, False
    for line in lines:
        text = line.text
        item = re.match(r"(\d)\.", text)
        if line.role == "letter" and text.endswith("案例"):
            groups += 1
            number = f"{COUNTING[groups]}、"
            assert text.startswith(number)
            body.append(paragraph(runs(text.removeprefix(number)), "1"))
        elif line.role == "case":
            body.append(paragraph(runs(text), "2"))
        elif line.role == "heading":
            body.append(paragraph(runs(text, BOLD)))
        elif item:
            lists += not in_list
            body.append(paragraph(runs(text[item.end() :]), "", numbered(lists)))
        elif line.role == "notice":
            body.append(paragraph(runs(text), "Title"))
        else:
            body.append(paragraph(runs(text)))
        in_list = bool(item)
    styles = [heading_style("1", "heading 1", 0, 1), heading_style("2", "heading 2", 1, 2)]
    decimal = level(0, "decimal", "%1.")
    instances = [(0, False), (1, False)] + [(2, True)] * (lists - 2)
    numbers = numbering([level(0, "chineseCounting", "%1、"), decimal, decimal], instances)
    save(path, body, styles=styles, numbers=numbers, page_numbers=True)


def hubei(path: Path, lines: list) -> None:
    """Styles named 标题 1 and 标题 2 with automatic 一、 and （一）; Word's own contents list."""
    body, contents, part = [], [], 0
    for line in lines:
        text = line.text
        if line.role == "letter" and (text == "目录" or "\t" in text):
            if text == "目录":
                contents.append(paragraph(run(text), "", CENTRE))
                continue
            title, page = text.split("\t")
            begin = field_start('TOC \\o "1-1" \\h \\z \\u') if len(contents) == 1 else ""
            anchor = f"_Toc{len(contents)}"
            link = runs(title) + run("\t") + field(f"PAGEREF {anchor} \\h", page)
            contents.append(
                paragraph(f'{begin}<w:hyperlink w:anchor="{anchor}">{link}</w:hyperlink>')
            )
        elif line.role == "notice":
            body.append(paragraph(runs(text), "", CENTRE))
        elif line.role == "case":
            if line.number == 1:
                gallery = '<w:docPartGallery w:val="Table of Contents"/>'
                body.append(
                    f"<w:sdt><w:sdtPr><w:docPartObj>{gallery}</w:docPartObj></w:sdtPr>"
                    f"<w:sdtContent>{''.join(contents)}<w:p>{FIELD_END}</w:p></w:sdtContent></w:sdt>"
                )
            part = 0
            mark = f'<w:bookmarkStart w:id="{line.number}" w:name="_Toc{line.number}"/>'
            end = f'<w:bookmarkEnd w:id="{line.number}"/>'
            body.append(paragraph(mark + runs(text) + end, "afa"))
        elif line.role == "heading":
            part += 1
            number = f"（{COUNTING[part]}）"
            assert text.startswith(number), text
            body.append(paragraph(runs(text.removeprefix(number)), "afb"))
        else:
            body.append(paragraph(runs(text)))
    levels = level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）")
    styles = [heading_style("afa", "标题 1", 0, 1), heading_style("afb", "标题 2", 1, 1, 1)]
    save(path, body, styles=styles, numbers=numbering([levels], [(0, False)]))


def anhui(path: Path, lines: list) -> None:
    """All levels from 一、 to ①; only the last is numbered automatically."""
    body = []
    for line in lines:
        text = line.text
        if line.role == "case":
            body.append(paragraph(runs(f"案例{COUNTING[line.number]}"), "", CENTRE))
            body.append(paragraph(runs(text, BOLD), "", CENTRE))
        elif line.role == "heading":
            body.append(paragraph(runs(text), "Heading2"))
        elif text[0] in "①②③":
            body.append(paragraph(runs(text[1:]), "", numbered(1)))
        elif re.match("（[一二三]）", text):
            body.append(paragraph(runs(text), "Heading3"))
        elif line.role == "text":
            body.append(paragraph(run("\t") + runs(text)))
        else:
            body.append(paragraph(runs(text), "", CENTRE))
    numbers = numbering([level(0, "decimalEnclosedCircleChinese", "%1")], [(0, False)])
    save(path, body, numbers=numbers, header="安徽省创优营商环境工作领导小组办公室编")


def inserted(text: str) -> str:
    return f"<w:ins {AUTHOR}>{run(text)}</w:ins>"


def deleted(text: str) -> str:
    inner = f'<w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r>'
    return f"<w:del {AUTHOR}>{inner}</w:del>"


def chongqing(path: Path, lines: list) -> None:
    """Tracked changes accepted by nobody, content controls, smart tags, links and comments."""
    comment = '<w:commentRangeStart w:id="5"/>{}<w:commentRangeEnd w:id="5"/>'
    replacements = {
        "渝营商办〔2025〕7": run("渝营商办〔2025〕") + deleted("5") + inserted("7"),
        "2025年6月16日": (
            f'<w:fldSimple w:instr=" MERGEFIELD 成文日期 ">{run("2025年6月16日")}</w:fldSimple>'
        ),
        "渝中区商务": f'<w:smartTag w:element="place">{run("渝中区")}</w:smartTag>{run("商务")}',
        "46栋": deleted("42") + inserted("46") + run("栋"),
        "“渝快办”": f'<w:hyperlink w:anchor="ykb">{run("“渝快")}{inserted("办”")}</w:hyperlink>',
        "5个工作日": f"<w:sdt><w:sdtPr/><w:sdtContent>{run('5个工作日')}</w:sdtContent></w:sdt>",
        "《楼宇服务事项清单》": comment.format(run("《楼宇服务事项清单》")),
        "核查结果加盖电子印章，与窗口查询具有同等效力。": (
            f"<w:moveTo {AUTHOR}>{run('核查结果加盖电子印章，与窗口查询具有同等效力。')}</w:moveTo>"
        ),
        "平均30天": (
            f"<w:moveFrom {AUTHOR}>{run('核查结果加盖电子印章，与窗口查询具有同等效力。')}"
            f"</w:moveFrom>{run('平均')}{deleted('一个月')}{inserted('30天')}"
        ),
    }
    body, heading = [], ""
    for line in lines:
        text = line.text
        if line.role == "heading":
            heading = text
            continue
        if line.role == "case":
            if line.number == 3:
                mark_deleted = f"<w:rPr><w:del {AUTHOR}/></w:rPr>"
                for gone in ("案例三：长寿区推行园区“一站式”服务", "【改革背景】此段已另行采用。"):
                    body.append(paragraph(deleted(gone), "", mark_deleted))
                text = text.replace("“一码", "\n“一码")
            text = f"案例{COUNTING[line.number]}：{text}"
            body.append(paragraph(runs(text, BOLD)))
            continue
        text, heading = heading + text, ""
        pieces = re.split(f"({'|'.join(map(re.escape, replacements))})", text)
        inner = "".join(replacements.get(piece) or runs(piece) for piece in pieces)
        if text.startswith("同时建立"):
            inner = inserted(text)
            body.append(paragraph(inner, "", f"<w:rPr><w:ins {AUTHOR}/></w:rPr>"))
        elif text.startswith("二是接诉即办"):
            content = f"<w:sdtContent>{paragraph(inner)}</w:sdtContent>"
            body.append(f"<w:sdt><w:sdtPr/>{content}</w:sdt>")
        else:
            body.append(paragraph(inner, "", CENTRE if line.role == "notice" else ""))
    save(path, body)


def ningxia(path: Path, lines: list) -> None:
    """附件1 holds the cases, 附件2 a form; headings and text parted by a soft break only."""
    body, heading = [], ""
    for line in lines:
        text = line.text
        if line.role == "heading":
            heading = text + "\n"
        elif line.role == "case":
            body.append(paragraph(runs(f"案例{COUNTING[line.number]} {text}"), "", CENTRE))
        elif line.role == "aside" and text.endswith("："):
            body.append(table([[cell(text), cell("")]], 2))
        elif text in ("附件1", "附件2"):
            body += [PAGE_BREAK, paragraph(run(text))]
        else:
            body.append(paragraph(runs(heading + text)))
            heading = ""
    save(path, body, page_numbers=True)


def shaanxi(path: Path, lines: list) -> None:
    """One case that is the whole document: Title, Heading 2 and Heading 3 without numbers."""
    body = []
    for line in lines:
        text = line.text
        if line.role == "case":
            body.append(paragraph(runs("\n".join(break_at(text, "助企"))), "Title"))
        elif line.role == "heading":
            body.append(paragraph(runs(text), "Heading2"))
        else:
            style = "Heading3" if re.match("（[一二三]）", text) else ""
            body.append(paragraph(runs(text), style))
    save(path, body, header="营商环境改革交流材料", page_numbers=True)


def guangdong(path: Path, lines: list) -> None:
    """One case a row; the 地区 cell is merged over rows, group rows over columns."""
    regions = {1: "广州市", 3: "佛山市", 5: "汕头市"}
    groups = {"珠三角地区", "粤东粤西地区"}
    before, after = [], []
    rows = [[cell(text) for text in ("序号", "地区", "案例名称", "主要做法", "成效")]]
    cells = {}
    for line in lines:
        if line.role == "notice":
            before.append(paragraph(runs(line.text), "", CENTRE))
        elif line.text in groups:
            rows.append([cell(line.text, span=5)])
        elif line.role == "letter":
            (after if cells else before).append(paragraph(runs(line.text)))
        elif line.role == "case":
            cells = {"title": line.text}
        elif line.role == "heading":
            cells[line.text] = []
            texts = cells[line.text]
            if line.text == "成效":
                start = line.number in regions
                region = cell(
                    regions.get(line.number, ""), merge="restart" if start else "continue"
                )
                row = [line.number, region, cells["title"], cells["主要做法"], texts]
                rows.append(row)
        else:
            texts.append(line.text)
    for row in rows:
        if isinstance(row[0], int):
            number, region, title, practices, outcomes = row
            texts = (title, "\n".join(practices), "\n".join(outcomes))
            row[:] = [cell(str(number)), region, *map(cell, texts)]
    save(path, [*before, table(rows, 5), *after])
