"""Bytes of a notice -> Document. What the bytes are decides, not what the file is called."""

import os
import re
from pathlib import PurePath

from cases.notices.document import Document, NoticeFileError, Paragraph, SetAside
from cases.notices.formats.archive import BrokenArchive
from cases.notices.formats.docx import read_docx
from cases.notices.formats.html import read_html
from cases.notices.formats.markdown import looks_like_markdown, read_markdown
from cases.notices.formats.text import decode, read_text

__all__ = [
    "MAX_BYTES",
    "Document",
    "NoticeFileError",
    "Paragraph",
    "SetAside",
    "check_size",
    "read",
]

MAX_BYTES = 50 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|<body[\s>]|<(?:p|div|table|h[1-6])[\s>]", re.IGNORECASE
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM6")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
# The names of Office files that may carry macros, whatever these ones hold.
_MACRO_NAMES = re.compile(r"\.(?:do[ct]|xl[sta]|pp[sta]|pot)m")
_TEXT_NAMES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".shtml")
_ARCHIVE_FORMATS = {
    ".ofd": " OFD 版式文件",
    ".xlsx": "表格文件（.xlsx）",
    ".pptx": "演示文稿（.pptx）",
    ".odt": " OpenDocument 文件（.odt）",
    ".zip": "压缩包",
}


def check_size(path: str | os.PathLike[str]) -> None:
    """Raise NoticeFileError if the file is too large to be read; look before reading it."""
    _check_length(os.path.getsize(path))


def read(data: bytes, filename: str) -> Document:
    """The notice in `data`.

    `filename` helps to tell Markdown from text and to give better advice; and a name that means
    macros, or text where the bytes are Word's, is refused: readers are handed the file under it.
    Raises NoticeFileError for everything that is not a readable notice.
    """
    _check_length(len(data))
    suffix = PurePath(filename).suffix.lower()
    if not data.strip():
        raise NoticeFileError("这个文件是空的，请检查文件后重新上传。")
    _refuse_misleading_names(data, suffix)
    _refuse_known_formats(data, suffix)
    if data.startswith(b"PK"):
        document = _read_archive(data, suffix)
    else:
        text = decode(data)
        if _is_html(text, suffix):
            document = read_html(text)
        elif suffix in (".md", ".markdown") or looks_like_markdown(text):
            document = read_markdown(text)
        else:
            document = read_text(text)
    if not any(paragraph.text.strip() for paragraph in document.paragraphs):
        raise NoticeFileError("这个文件里没有文字，可能是扫描件或图片，请先转换成文字后重新上传。")
    return document


def _read_archive(data: bytes, suffix: str) -> Document:
    """A .docx; a broken archive is called what its name says it was."""
    try:
        return read_docx(data)
    except BrokenArchive as error:
        if suffix in _ARCHIVE_FORMATS:
            raise NoticeFileError(
                f"这个{_ARCHIVE_FORMATS[suffix]}已损坏，也不是可以读取的格式，"
                "请把通知另存为 .docx 后重新上传。"
            ) from error
        raise


def _check_length(length: int) -> None:
    if length > MAX_BYTES:
        raise NoticeFileError(
            f"这个文件有 {length / 1024 / 1024:.0f} MB，"
            f"超过了 {MAX_BYTES // 1024 // 1024} MB 的上限，"
            "请删去其中的图片或分成几个文件后重新上传。"
        )


def _is_html(text: str, suffix: str) -> bool:
    head = text[:4096].lstrip()
    if re.match(
        r"<!doctype\s+html|<html[\s>]|<\?xml[^>]*\?>\s*<(?:!doctype\s+)?html", head, re.IGNORECASE
    ):
        return True
    if suffix in (".html", ".htm", ".xhtml", ".shtml"):
        return _HTML.search(text[:200_000]) is not None
    return head.startswith("<") and _HTML.search(head) is not None


def _refuse_misleading_names(data: bytes, suffix: str) -> None:
    if _MACRO_NAMES.fullmatch(suffix):
        raise NoticeFileError(
            f"文件名以 {suffix} 结尾，这类文件可以含有宏，"
            "请用 Word 或 WPS 另存为不含宏的 .docx 后重新上传。"
        )
    if suffix in _TEXT_NAMES and data.startswith(b"PK\x03\x04"):
        raise NoticeFileError(
            f"文件名以 {suffix} 结尾，内容却不是文本，"
            "请把文件名改对（Word 文件是 .docx）后重新上传。"
        )


def _refuse_known_formats(data: bytes, suffix: str) -> None:
    if data.startswith(_OLE):
        _refuse_ole(data, suffix)
    if b"%PDF-" in data[:1024]:
        raise NoticeFileError(
            "这是 PDF 文件，无法可靠地读出段落，请用 Word 或 WPS 打开后另存为 .docx，再重新上传。"
        )
    if data.lstrip()[:5] == b"{\\rtf":
        raise NoticeFileError("这是 RTF 文件，请用 Word 或 WPS 打开后另存为 .docx，再重新上传。")
    if data.startswith(_PICTURES):
        raise NoticeFileError("这是图片文件，请先识别成文字，存为 .docx 后重新上传。")
    if data.startswith(_ARCHIVES):
        raise NoticeFileError("这是压缩包，请先解压，再上传里面的 .docx 文件。")


def _refuse_ole(data: bytes, suffix: str) -> None:
    """Old Office files and encrypted new ones share this container; its stream names tell them."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise NoticeFileError(
            "这个文件设置了打开密码，请用 Word 或 WPS 打开并取消密码，另存为 .docx 后重新上传。"
        )
    if suffix in (".wps", ".wpt"):
        raise NoticeFileError("这是 .wps 文件，请用 Word 或 WPS 另存为 .docx 后重新上传。")
    if has("Workbook") or has("PowerPoint Document"):
        raise NoticeFileError("这是旧版表格或演示文件，请把通知另存为 .docx 后重新上传。")
    if has("WordDocument") or suffix in (".doc", ".dot"):
        raise NoticeFileError("这是旧版 .doc 文件，请用 Word 或 WPS 另存为 .docx 后重新上传。")
    raise NoticeFileError("无法读取这种格式的文件，请用 Word 或 WPS 另存为 .docx 后重新上传。")
