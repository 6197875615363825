"""Opening an Office archive without trusting it: nothing is written to disk, sizes are bounded."""

import io
import zipfile
import zlib

from lxml import etree

from cases.notices.document import NoticeFileError

MAX_MEMBERS = 5_000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_PART = 64 * 1024 * 1024
MAX_RATIO = 200
# Small parts of white space compress better than any text; only large ones are suspicious.
_RATIO_FROM = 4 * 1024 * 1024

BROKEN = "这个 .docx 文件已损坏，无法打开，请重新下载，或用 Word、WPS 打开后另存为新的 .docx。"
_BOMB = (
    "这个文件解压后过大，可能是恶意文件，已拒绝读取，请用 Word 或 WPS 另存为新的 .docx 后重新上传。"
)
_UNSAFE = "这个文件内含不安全的路径，已拒绝读取，请用 Word 或 WPS 另存为新的 .docx 后重新上传。"
_ENTITIES = (
    "这个文件内含不允许的实体定义，已拒绝读取，请用 Word 或 WPS 另存为新的 .docx 后重新上传。"
)
_LOCKED = "这个压缩文件设置了密码，请取消密码，或上传未加密的 .docx 文件。"


class BrokenArchive(NoticeFileError):
    """An archive, or a part of one, that cannot be opened."""


class Archive:
    """The parts of a zip file, read into memory one at a time.

    Raises NoticeFileError for broken, encrypted, over-large and unsafe archives.
    """

    def __init__(self, data: bytes):
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise BrokenArchive(BROKEN) from error
        if len(members) > MAX_MEMBERS:
            raise NoticeFileError(_BOMB)
        for member in members:
            parts = member.filename.replace("\\", "/").split("/")
            if ".." in parts or parts[0] == "" or ":" in parts[0]:
                raise NoticeFileError(_UNSAFE)
            if member.flag_bits & 0x1:
                raise NoticeFileError(_LOCKED)
            if member.file_size > _RATIO_FROM and (
                member.file_size > MAX_RATIO * max(member.compress_size, 1)
            ):
                raise NoticeFileError(_BOMB)
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise NoticeFileError(_BOMB)
        self.names = frozenset(member.filename for member in members)

    def read(self, name: str) -> bytes:
        """One part, counted while it is unpacked: a header may lie about the size."""
        try:
            with self._zip.open(name) as stream:
                data = stream.read(MAX_PART + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            KeyError,
            RuntimeError,
            ValueError,
        ) as error:
            raise BrokenArchive(BROKEN) from error
        if len(data) > MAX_PART:
            raise NoticeFileError(_BOMB)
        return data

    def xml(self, name: str) -> etree._Element | None:
        """The root element of an XML part, None if the archive has no such part."""
        if name not in self.names:
            return None
        return parse_xml(self.read(name))


def parse_xml(data: bytes) -> etree._Element:
    """XML without document types, entities and network; NoticeFileError otherwise."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
            raise NoticeFileError(_ENTITIES) from error
        raise BrokenArchive(BROKEN) from error
    if root.getroottree().docinfo.doctype:
        raise NoticeFileError(_ENTITIES)
    return root
