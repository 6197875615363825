"""What the elements of WordprocessingML say, read with the defaults of ISO/IEC 29500-1."""

from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What holds no text that readers see.
SKIPPED = frozenset(
    f"{W}{name}"
    for name in (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "delInstrText",
        "pPr",
        "rPr",
        "sdtPr",
        "sdtEndPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "annotationRef",
        "footnoteRef",
        "endnoteRef",
        "rt",
    )
)


def rows_of(table: etree._Element) -> Iterator[etree._Element]:
    yield from _inside(table, f"{W}tr", 0)


def cells_of(row: etree._Element) -> Iterator[etree._Element]:
    yield from _inside(row, f"{W}tc", 0)


def _inside(parent: etree._Element, wanted: str, depth: int) -> Iterator[etree._Element]:
    """Children of a tag, also inside content controls and insertions."""
    for child in parent:
        if child.tag == wanted:
            yield child
        elif isinstance(child.tag, str) and child.tag not in SKIPPED and depth < 6:
            yield from _inside(child, wanted, depth + 1)


def value_of(parent: etree._Element | None, tag: str) -> str | None:
    child = parent.find(f"{W}{tag}") if parent is not None else None
    return child.get(f"{W}val") if child is not None else None


def as_number(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def is_on(parent: etree._Element | None, tag: str) -> bool | None:
    child = parent.find(f"{W}{tag}") if parent is not None else None
    if child is None:
        return None
    return child.get(f"{W}val", "1") not in ("0", "false", "off", "none")


def outline_level(properties: etree._Element | None) -> int | None:
    level = as_number(value_of(properties, "outlineLvl"), -1)
    if level == 9:
        return 0
    return level + 1 if 0 <= level <= 8 else None


def is_centred(properties: etree._Element | None) -> bool | None:
    value = value_of(properties, "jc")
    return None if value is None else value == "center"


def numbering_of(properties: etree._Element | None) -> tuple[str | None, int | None]:
    number = properties.find(f"{W}numPr") if properties is not None else None
    if number is None:
        return None, None
    level = value_of(number, "ilvl")
    return value_of(number, "numId"), None if level is None else as_number(level, 0)


def first_indent(properties: etree._Element | None) -> float:
    """First-line indent in characters, from hundredths of one or from twentieths of a point."""
    indent = properties.find(f"{W}ind") if properties is not None else None
    if indent is None:
        return 0.0
    characters = indent.get(f"{W}firstLineChars")
    if characters is not None:
        return as_number(characters, 0) / 100
    # A character of body text is 16 pt wide.
    return round(as_number(indent.get(f"{W}firstLine"), 0) / 320, 1)


def symbol_of(element: etree._Element) -> str:
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 else ""
