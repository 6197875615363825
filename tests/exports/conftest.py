"""LibreOffice, as a stand-in for the word processors of readers."""

import os
import re
import shutil
import subprocess

import pytest

from cases.exports import norm
from cases.exports.word import Paper

# The norm's fonts are not free. This one has their widths: one character, and half of one for
# digits and Latin letters.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><cachedir>{cache}</cachedir>{aliases}
</fontconfig>"""
ALIAS = (
    '<alias binding="same"><family>{}</family>'
    "<prefer><family>Noto Sans Mono CJK SC</family></prefer></alias>"
)


NAMED = (norm.XIAOBIAOSONG, norm.FANGSONG, norm.KAITI, norm.HEITI, norm.SONGTI)


class Office:
    """Converts Word files; the programs have a home of their own."""

    def __init__(self, home):
        self.home = home
        aliases = "".join(ALIAS.format(font) for font in NAMED)
        configured = home / "fonts.conf"
        configured.write_text(FONTS.format(cache=home / "cache", aliases=aliases), "utf-8")
        self.environment = os.environ | {"FONTCONFIG_FILE": str(configured)}

    def convert(self, data: bytes, kind: str) -> bytes:
        """The Word file as another kind of file, empty where LibreOffice could not."""
        source = self.home / "paper.docx"
        source.write_bytes(data)
        made = self.home / f"paper.{kind}"
        made.unlink(missing_ok=True)
        profile = f"-env:UserInstallation={(self.home / 'profile').as_uri()}"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", self.home, source],
            check=False,
            capture_output=True,
            timeout=180,
            env=self.environment,
        )
        return made.read_bytes() if made.exists() else b""

    def pages(self, data: bytes) -> list[str]:
        """The text of each page, without blanks."""
        pdf = self.convert(data, "pdf")
        if not pdf:
            return []
        text = self._read(pdf, "pdftotext", "-layout", "-", "-")
        return [re.sub(r"\s", "", page) for page in text.split("\f")[:-1]]

    def places(self, data: bytes) -> str:
        """Where each word stands on its page, as pdftotext writes it."""
        return self._read(self.convert(data, "pdf"), "pdftotext", "-bbox", "-", "-")

    def sizes(self, data: bytes) -> list[tuple[float, float]]:
        """Of the pages, in points."""
        text = self._read(self.convert(data, "pdf"), "pdfinfo", "-l", "-1", "-")
        found = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", text)
        return [(float(wide), float(high)) for wide, high in found]

    @staticmethod
    def _read(pdf, *command):
        done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
        return done.stdout.decode()


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """CI has the programs, and a missing one is a failure there."""
    missing = [name for name in ("soffice", "pdftotext", "pdfinfo") if not shutil.which(name)]
    one = Office(tmp_path_factory.mktemp("office"))
    if not missing and not one.pages(Paper("").save()):
        missing = ["libreoffice-writer"]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"Not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"没有安装 {'、'.join(missing)}，没有用 LibreOffice 打开导出的文件。")
    return one
