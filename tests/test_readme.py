"""The README's promises that a machine can check."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def documented():
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.M))


def read_by_the_code():
    settings = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    server = (ROOT / "config/gunicorn.conf.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)) | set(
        re.findall(r'environ\.get\(["\']([A-Z_]+)["\']\)', server)
    )


def test_the_environment_table_is_complete_and_true():
    assert documented() == read_by_the_code()


def test_every_link_and_picture_of_the_docs_is_there():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_every_requirement_is_pinned_and_hashed():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in lock.splitlines() if re.match(r"^\w", line)]
        assert pins
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
