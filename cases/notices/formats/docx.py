"""Word documents (.docx): the body's paragraphs as a reader sees them.

Tracked deletions, field codes, headers and footers are not read; insertions, content controls,
hyperlinks, text boxes and footnotes are.
"""

import itertools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from cases.notices.document import Cell, Document, NoticeFileError, Paragraph, SetAside
from cases.notices.formats.archive import BROKEN, Archive
from cases.notices.formats.furniture import page_furniture
from cases.notices.formats.lines import continues, join, soft_lines
from cases.notices.formats.word_elements import (
    SKIPPED,
    W,
    as_number,
    cells_of,
    first_indent,
    is_centred,
    is_on,
    numbering_of,
    outline_level,
    rows_of,
    symbol_of,
    value_of,
)
from cases.notices.formats.word_numbering import Numbering

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
# Word's macros are in vbaProject.bin, or under whatever name the relation vbaProject points to.
_MACROS = re.compile("macroEnabled|vba(?:Project|Data)", re.IGNORECASE)
# A notice of 35 cases has some 500; what has so many more takes minutes to read.
MAX_PARAGRAPHS = 20_000
_MOST_SPAN = 200
_DEEPEST = 60


_SPREADSHEET = "这是表格文件（.xlsx），请把通知另存为 .docx 后重新上传。"
_PRESENTATION = "这是演示文稿（.pptx），请把通知另存为 .docx 后重新上传。"
# The part that tells another format's archive, and what to do with it.
_OTHER_FORMATS = {
    "mimetype": "这是 OpenDocument 文件（.odt 等），请用 Word 或 WPS 另存为 .docx 后重新上传。",
    "OFD.xml": "这是 OFD 版式文件，请转换为 .docx 后重新上传。",
    "xl/workbook.xml": _SPREADSHEET,
    "ppt/presentation.xml": _PRESENTATION,
}


@dataclass(frozen=True)
class _Style:
    """What a paragraph style says; None where it says nothing."""

    based_on: str | None
    heading: int | None
    centred: bool | None
    bold: bool | None
    number: tuple[str | None, int | None]


def read_docx(data: bytes) -> Document:
    """The document in a zip archive that claims to be a .docx; NoticeFileError if it is none."""
    archive = Archive(data)
    main = _main_part(archive)
    return _Reader(archive, main).document()


def _main_part(archive: Archive) -> str:
    for name, message in _OTHER_FORMATS.items():
        if name in archive.names:
            raise NoticeFileError(message)
    types = archive.xml("[Content_Types].xml")
    if types is None:
        raise NoticeFileError("这是压缩包，不是 .docx 文件，请先解压，再上传里面的 .docx 文件。")
    declared = " ".join(
        element.get("ContentType", "")
        for element in types.iter(f"{_TYPES}Override", f"{_TYPES}Default")
    )
    if _has_macros(archive, declared):
        raise NoticeFileError("这个文件含有宏，请用 Word 或 WPS 另存为不含宏的 .docx 后重新上传。")
    if "spreadsheetml" in declared:
        raise NoticeFileError(_SPREADSHEET)
    if "presentationml" in declared:
        raise NoticeFileError(_PRESENTATION)
    relations = archive.xml("_rels/.rels")
    for relation in (
        relations.iter(f"{_RELATIONSHIPS}Relationship") if relations is not None else ()
    ):
        if relation.get("Type", "").endswith("/officeDocument"):
            target = posixpath.normpath(relation.get("Target", "").lstrip("/"))
            if target in archive.names:
                return target
    if "word/document.xml" in archive.names:
        return "word/document.xml"
    raise NoticeFileError(BROKEN)


def _has_macros(archive: Archive, declared: str) -> bool:
    """Whether it carries macros: by its parts, by their types, or by what points to them."""
    if _MACROS.search(declared) or any(_MACROS.search(name) for name in archive.names):
        return True
    links = [name for name in archive.names if name.lower().endswith(".rels")]
    return any(
        _MACROS.search(relation.get("Type", ""))
        for name in links
        for relation in archive.xml(name).iter(f"{_RELATIONSHIPS}Relationship")
    )


class _Reader:
    """One pass over the body, in reading order."""

    def __init__(self, archive: Archive, main: str):
        self._archive = archive
        self._folder = posixpath.dirname(main)
        self._styles = self._read_styles()
        self._numbering = Numbering(self._part("numbering.xml"))
        self._notes = {kind: self._read_notes(kind) for kind in ("footnote", "endnote")}
        self._main = main
        self._paragraphs: list[Paragraph] = []
        self._position = 0
        self._table = -1

    def document(self) -> Document:
        root = self._xml(self._main)
        body = root.find(f"{W}body") if root is not None else None
        if body is None:
            raise NoticeFileError(BROKEN)
        if next(itertools.islice(body.iter(f"{W}p"), MAX_PARAGRAPHS, None), None) is not None:
            raise NoticeFileError(
                f"这个文件的段落超过 {MAX_PARAGRAPHS} 个，不像是一份通知，"
                "请核对文件，或分成几个文件后重新上传。"
            )
        self._blocks(body, None, 0)
        return _without_furniture(self._paragraphs)

    def _xml(self, name: str) -> etree._Element | None:
        """A part; documents of ISO's strict sort get the usual names."""
        if name not in self._archive.names:
            return None
        root = self._archive.xml(name)
        if root is not None and root.tag.startswith("{" + _STRICT.decode()):
            for element in root.iter(etree.Element):
                strict = "{" + _STRICT.decode() + "}"
                if element.tag.startswith(strict):
                    element.tag = W + element.tag[len(strict) :]
                for key in [key for key in element.attrib if key.startswith(strict)]:
                    element.set(W + key[len(strict) :], element.attrib.pop(key))
        return root

    def _part(self, name: str) -> etree._Element | None:
        return self._xml(posixpath.join(self._folder, name))

    # Styles

    def _read_styles(self) -> dict[str, _Style]:
        root = self._part("styles.xml")
        styles: dict[str, _Style] = {}
        for element in root.iter(f"{W}style") if root is not None else ():
            properties = element.find(f"{W}pPr")
            name = value_of(element, "name") or ""
            heading = outline_level(properties)
            if heading is None:
                match = re.fullmatch(r"(?:heading|标题)\s*([1-9])", name, re.IGNORECASE)
                heading = int(match.group(1)) if match else None
            run = element.find(f"{W}rPr")
            styles[element.get(f"{W}styleId", "")] = _Style(
                value_of(element, "basedOn"),
                heading,
                is_centred(properties),
                is_on(run, "b"),
                numbering_of(properties),
            )
        return styles

    def _chain(self, identity: str | None) -> Iterator[_Style]:
        seen: set[str] = set()
        while identity and identity in self._styles and identity not in seen:
            seen.add(identity)
            yield self._styles[identity]
            identity = self._styles[identity].based_on

    def _inherited(self, identity: str | None, fact: str):
        for style in self._chain(identity):
            value = getattr(style, fact)
            if value is not None:
                return value
        return None

    def _read_notes(self, kind: str) -> dict[str, etree._Element]:
        root = self._part(f"{kind}s.xml")
        if root is None:
            return {}
        return {
            note.get(f"{W}id", ""): note
            for note in root.iter(f"{W}{kind}")
            if note.get(f"{W}type") in (None, "normal")
        }

    # Blocks

    def _blocks(self, parent: etree._Element, cell: Cell | None, depth: int) -> None:
        """Paragraphs and tables among the children; wrappers of any sort are looked through."""
        if depth > _DEEPEST:
            raise NoticeFileError(BROKEN)
        for child in parent:
            if not isinstance(child.tag, str) or child.tag in SKIPPED:
                continue
            if child.tag == f"{W}p":
                self._paragraph(child, cell, depth)
            elif child.tag == f"{W}tbl":
                self._read_table(child, cell, depth)
            elif child.tag == f"{_MC}AlternateContent":
                chosen = child.find(f"{_MC}Choice")
                chosen = chosen if chosen is not None else child.find(f"{_MC}Fallback")
                if chosen is not None:
                    self._blocks(chosen, cell, depth + 1)
            elif child.tag != f"{W}sectPr":
                self._blocks(child, cell, depth + 1)

    def _read_table(self, table: etree._Element, outer: Cell | None, depth: int) -> None:
        """Cells with their place; vertically merged cells get the rows that they cover."""
        nested = outer is not None
        if not nested:
            self._table += 1
        number = self._table
        starts: dict[int, int] = {}
        found: list[tuple[int, int, int, etree._Element]] = []
        spans: dict[tuple[int, int], int] = {}
        for row, element in enumerate(rows_of(table)):
            column = 0
            before = value_of(element.find(f"{W}trPr"), "gridBefore")
            column += min(as_number(before, 0), _MOST_SPAN)
            for cell in cells_of(element):
                properties = cell.find(f"{W}tcPr")
                columns = min(max(as_number(value_of(properties, "gridSpan"), 1), 1), _MOST_SPAN)
                merge = properties.find(f"{W}vMerge") if properties is not None else None
                if merge is not None and merge.get(f"{W}val") != "restart" and column in starts:
                    spans[(starts[column], column)] += 1
                    if any(text.strip() for text in cell.itertext()):
                        found.append((starts[column], column, columns, cell))
                else:
                    starts[column] = row
                    if merge is None:
                        starts.pop(column)
                    spans[(row, column)] = 1
                    found.append((row, column, columns, cell))
                column += columns
        for row, column, columns, cell in found:
            place = outer if nested else Cell(number, row, column, spans[(row, column)], columns)
            self._blocks(cell, place, depth + 1)

    def _paragraph(self, element: etree._Element, cell: Cell | None, depth: int) -> None:
        properties = element.find(f"{W}pPr")
        style = value_of(properties, "pStyle")
        runs = _Runs()
        runs.read(element, 0)
        heading = outline_level(properties)
        if heading is None:
            heading = self._inherited(style, "heading")
        centred = is_centred(properties)
        if centred is None:
            centred = bool(self._inherited(style, "centred"))
        level, number = self._number(properties, style, runs)
        text = "".join(runs.text)
        bold = runs.all_bold(bool(self._inherited(style, "bold")))
        if text.strip():
            self._position += 1
            lines = soft_lines(text.replace("\t", " ") if not number else text)
            for place, line in enumerate(lines):
                first = place == 0
                self._paragraphs.append(
                    Paragraph(
                        text=(number + line) if first else line,
                        position=self._position,
                        heading=heading or 0,
                        number=number.strip() if first else "",
                        list_level=level,
                        centred=centred,
                        bold=bold,
                        indent=first_indent(properties),
                        cell=cell,
                        link=runs.all_links(),
                    )
                )
        for box in runs.boxes:
            self._blocks(box, cell, depth + 1)
        for kind, identity in runs.notes:
            self._note(self._notes[kind].get(identity), cell)

    def _number(
        self, properties: etree._Element | None, style: str | None, runs: "_Runs"
    ) -> tuple[int | None, str]:
        identity, level = numbering_of(properties)
        for inherited in self._chain(style):
            identity = identity if identity is not None else inherited.number[0]
            level = level if level is not None else inherited.number[1]
        if identity is None or identity == "0":
            return None, ""
        level = min(max(level or 0, 0), 8)
        if not "".join(runs.text).strip():
            return level, ""
        return level, self._numbering.next(identity, level)

    def _note(self, note: etree._Element | None, cell: Cell | None) -> None:
        if note is None:
            return
        for element in note.iter(f"{W}p"):
            runs = _Runs()
            runs.read(element, 0)
            text = " ".join("".join(runs.text).split())
            if text:
                self._position += 1
                self._paragraphs.append(Paragraph(text, self._position, cell=cell, note=True))


class _Runs:
    """The text of one paragraph, from runs cut anywhere."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.boxes: list[etree._Element] = []
        self.notes: list[tuple[str, str]] = []
        self._bold = self._plain = self._unsaid = self._linked = 0

    def all_bold(self, by_style: bool) -> bool:
        if by_style:
            return self._plain == 0 and self._bold + self._unsaid > 0
        return self._bold > 0 and self._plain == 0 and self._unsaid == 0

    def all_links(self) -> bool:
        return self._linked > 0 and self._linked == self._bold + self._plain + self._unsaid

    def read(
        self, parent: etree._Element, depth: int, bold: bool | None = None, link=False
    ) -> None:
        if depth > _DEEPEST:
            raise NoticeFileError(BROKEN)
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or tag in SKIPPED:
                continue
            if tag == f"{W}r":
                self.read(child, depth + 1, is_on(child.find(f"{W}rPr"), "b"), link)
            elif tag == f"{W}t":
                self._add(child.text or "", bold, link)
            elif tag in (f"{W}tab", f"{W}ptab"):
                self.text.append("\t")
            elif tag == f"{W}br" or tag == f"{W}cr":
                self.text.append("\n")
            elif tag == f"{W}noBreakHyphen":
                self._add("-", bold, link)
            elif tag == f"{W}sym":
                self._add(symbol_of(child), bold, link)
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                kind = "footnote" if tag.endswith("footnoteReference") else "endnote"
                self.notes.append((kind, child.get(f"{W}id", "")))
            elif tag == f"{W}txbxContent":
                self.boxes.append(child)
            elif tag == f"{W}hyperlink":
                external = any(key.endswith("}id") for key in child.attrib)
                self.read(child, depth + 1, bold, link or external)
            elif tag == f"{_MC}AlternateContent":
                chosen = child.find(f"{_MC}Choice")
                chosen = chosen if chosen is not None else child.find(f"{_MC}Fallback")
                if chosen is not None:
                    self.read(chosen, depth + 1, bold, link)
            else:
                self.read(child, depth + 1, bold, link)

    def _add(self, text: str, bold: bool | None, link: bool) -> None:
        self.text.append(text.replace("\r", "\n"))
        count = len("".join(text.split()))
        if bold is None:
            self._unsaid += count
        elif bold:
            self._bold += count
        else:
            self._plain += count
        self._linked += count if link else 0


def _without_furniture(paragraphs: list[Paragraph]) -> Document:
    """Page numbers and running lines typed into the body set aside, their sentences joined."""
    plain = [index for index, paragraph in enumerate(paragraphs) if paragraph.cell is None]
    removed = {
        plain[index]: reason
        for index, reason in page_furniture([paragraphs[index].text for index in plain]).items()
    }
    kept: list[Paragraph] = []
    set_aside: list[SetAside] = []
    broken = False
    for index, paragraph in enumerate(paragraphs):
        if index in removed:
            set_aside.append(SetAside(paragraph.text, paragraph.position, removed[index]))
            broken = True
            continue
        last = kept[-1] if kept else None
        if (
            broken
            and last is not None
            and last.cell is None
            and paragraph.cell is None
            and not paragraph.number
            and not paragraph.heading
            and not last.heading
            and continues(last.text, paragraph.text)
        ):
            kept[-1] = replace(last, text=join(last.text, paragraph.text))
        else:
            kept.append(paragraph)
        broken = False
    return Document(tuple(kept), "docx", set_aside=tuple(set_aside))
