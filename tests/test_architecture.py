"""The arrows of docs/architecture.md: config -> search -> cases, and who may know what."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for folder in ("config", "accounts", "cases", "search")
    for path in (ROOT / folder).rglob("*.py")
)


def imported(path: Path) -> set[str]:
    """Every module that `path` imports, relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found.update({module, *(f"{module}.{alias.name}" for alias in node.names)})
    return found


def importers(*names: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if any(
            module == name or module.startswith(f"{name}.")
            for module in imported(path)
            for name in names
        )
    }


def test_cases_does_not_know_search_nor_config():
    assert not {path for path in importers("search", "config") if path.startswith("cases/")}


def test_search_does_not_know_config():
    assert not {path for path in importers("config") if path.startswith("search/")}


def test_accounts_knows_the_domain_alone_and_neither_knows_accounts():
    assert not {path for path in importers("search", "config") if path.startswith("accounts/")}
    assert not {path for path in importers("accounts") if path.startswith(("cases/", "search/"))}


def test_only_analysis_knows_jieba():
    assert importers("jieba") == {"search/analysis.py"}


def test_whoosh_stays_in_the_engine():
    assert importers("whoosh") == {
        "search/index/__init__.py",
        "search/index/codec.py",
        "search/schema.py",
    }


def test_office_formats_are_known_where_notices_are_read_and_cases_exported():
    known = importers("docx", "openpyxl", "lxml", "xlsxwriter", "zipfile")
    assert known
    assert all(path.startswith(("cases/notices/", "cases/exports/")) for path in known)


PURE = ["suggestions", "outcomes", "parser", "reader"]


@pytest.mark.parametrize("name", PURE)
def test_the_parser_knows_no_django(name):
    seen, waiting = set(), [ROOT / "cases" / "notices" / f"{name}.py"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        modules = imported(path)
        assert not [module for module in modules if module.split(".")[0] == "django"], path
        assert not [module for module in modules if module.startswith("cases.models")], path
        for module in modules:
            if module.startswith("cases.notices."):
                candidate = ROOT / Path(*module.split(".")).with_suffix(".py")
                if candidate.exists():
                    waiting.append(candidate)


UNDERSTANDING = [
    *sorted((ROOT / "search" / "understanding").glob("*.py")),
    *(ROOT / "search" / f"{name}.py" for name in ("query", "suggest", "proximity", "normalize")),
    ROOT / "search" / "analysis.py",
]


@pytest.mark.parametrize("path", UNDERSTANDING, ids=lambda path: path.stem)
def test_query_understanding_is_pure(path):
    modules = imported(path)
    assert not [module for module in modules if module.split(".")[0] in ("django", "cases")]


def test_no_room_for_everything():
    names = {path.name for path in SOURCES}
    assert not names & {"utils.py", "helpers.py", "services.py", "common.py", "misc.py"}
