"""Sample notices in many layouts, against what a careful reader sees in them.

Each samples/<name>.expected.json was made by hand from what went into the sample, in the form of
`import_notice --json`; "problems" lists page furniture (menus, page numbers, forms) that must
not reach a case and may be kept in the letter or as a problem. A region_code of null means that
the title alone does not say which place it is; regions are compared in the suggestions' tests.
"""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cases.notices import parser, reader

SAMPLES = Path(__file__).with_name("samples")
NAMES = sorted(path.name.removesuffix(".expected.json") for path in SAMPLES.glob("*.expected.json"))


@cache
def expected(name):
    return json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


@cache
def source(name):
    """The one file that is laid out like the named expectation."""
    (path,) = (p for p in SAMPLES.glob(f"{name}.*") if not p.name.endswith(".expected.json"))
    return path


@cache
def parsed(name):
    path = source(name)
    return parser.parse(reader.read(path.read_bytes(), path.name))


def squeeze(text):
    """Drop white space and the marks of width zero: layout, not content."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text)


def fold(text):
    """One spelling for both widths of punctuation, for places where either will do."""
    text = unicodedata.normalize("NFKC", squeeze(text))
    return text.translate(str.maketrans("“”‘’〔〕【】", "\"\"''[][]"))


def bare_heading(text):
    """A heading without the stop, colon or brackets that set it off from text on its line."""
    return squeeze(text).strip("：。【】")


def letter_text(notice):
    return "".join(paragraph.text for paragraph in notice.letter)


def case_of(name, number):
    found = [case for case in parsed(name).cases if case.number == number]
    assert len(found) == 1, f"{name}: {len(found)} cases have number {number}"
    return found[0]


def sections_of(name, case):
    """The sections that say something; a table's 地区 or 序号 cell may be kept as one or not."""
    furniture = {p["paragraph"] for p in expected(name)["problems"]}
    return [
        section
        for section in case.sections
        if section.kind != "other" or bare_heading(section.heading) not in furniture
    ]


CASES = [(name, case["number"]) for name in NAMES for case in expected(name)["cases"]]


@pytest.mark.parametrize("name", NAMES)
def test_the_cases_are_found_in_order_with_their_numbers_and_titles(name):
    found = [(case.number, squeeze(case.title)) for case in parsed(name).cases]
    assert found == [(case["number"], squeeze(case["title"])) for case in expected(name)["cases"]]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_case_has_its_sections(name, number):
    found = [(bare_heading(s.heading), s.kind) for s in sections_of(name, case_of(name, number))]
    (case,) = (case for case in expected(name)["cases"] if case["number"] == number)
    assert found == [(bare_heading(s["heading"]), s["kind"]) for s in case["sections"]]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_case_has_its_text(name, number):
    found = [squeeze(s.text).lstrip("：。") for s in sections_of(name, case_of(name, number))]
    (case,) = (case for case in expected(name)["cases"] if case["number"] == number)
    assert found == [squeeze(section["text"]) for section in case["sections"]]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_case_has_its_paragraphs(name, number):
    """Cut lines are joined and soft breaks part paragraphs, as the eye reads them."""
    found = [
        squeeze(paragraph).lstrip("：。")
        for section in sections_of(name, case_of(name, number))
        for paragraph in section.text.split("\n")
    ]
    (case,) = (case for case in expected(name)["cases"] if case["number"] == number)
    assert found == [squeeze(p) for s in case["sections"] for p in s["text"].split("\n")]


@pytest.mark.parametrize(
    ("name", "number", "title"),
    [
        # Wrapped; the contents list has a space at that place.
        ("zhejiang-annexes", 1, "浙江省财政厅推行政府采购“合同秒贷” 破解中小供应商融资难题"),
        # Wrapped; the contents list has no space there.
        ("zhejiang-annexes", 3, "湖州市德清县以“地理信息+”赋能工业项目“多测合一”"),
        ("shanghai-attachment", 3, "上海市规划和自然资源局推进不动产登记“全程网办”"),
        # Wrapped; there is no contents list.
        ("neimenggu-page-breaks", 1, "鄂尔多斯市推行新能源项目“一次办理、全程代办”"),
        ("shaanxi-single-case", 1, "榆林市以“煤炭智慧物流”改革助企降本增效"),
        # On one line with a space of its own.
        ("guizhou-gb2312", 1, "贵阳市：数据要素“流”起来 企业融资“活”起来"),
    ],
    ids=lambda value: value if isinstance(value, int) or value.isascii() else "title",
)
def test_a_wrapped_title_is_one_line(name, number, title):
    assert re.sub(r"\s", " ", case_of(name, number).title) == title


@pytest.mark.parametrize("name", NAMES)
def test_the_notice_has_its_title_number_issuer_and_date(name):
    notice, wanted = parsed(name), expected(name)["notice"]
    found = {
        "title": fold(notice.title or ""),
        "doc_number": fold(notice.doc_number or ""),
        "issuer": fold(notice.issuer or ""),
        "issued_on": notice.issued_on.isoformat() if notice.issued_on else None,
    }
    wanted = {key: wanted[key] for key in found if key in wanted}
    wanted = {key: fold(v) if v and key != "issued_on" else v for key, v in wanted.items()}
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_the_letter_holds_what_belongs_to_no_case(name):
    wanted, rest = expected(name), fold(letter_text(parsed(name)))
    title, doc_number = wanted["notice"].get("title", ""), wanted["notice"]["doc_number"]
    furniture = [problem["paragraph"] for problem in wanted["problems"]]
    missing = []
    # The longest first, so that a short line is not found inside a long one.
    for text in sorted([*wanted["notice"]["letter"], title, *furniture], key=len, reverse=True):
        if text and fold(text) in rest:
            rest = rest.replace(fold(text), "\n", -1 if text in furniture else 1)
        elif text not in (title, *furniture) and fold(text) != fold(doc_number):
            missing.append(text)
    assert missing == []
    assert squeeze(rest).strip("|") == "", "the letter holds more than the reader expects"


def test_a_cover_letter_has_no_case_and_says_so():
    notice = parsed("tianjin-cover-letter")
    assert list(notice.cases) == []
    assert any("没有找到案例" in problem.message for problem in notice.problems)


class PageText(HTMLParser):
    """The text a browser shows of a page's body."""

    def __init__(self):
        super().__init__()
        self.hidden, self.text = 0, []

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style", "title")

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def source_text(path):
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    if path.suffix in (".html", ".htm"):
        page = PageText()
        page.feed(text)
        return "".join(page.text)
    return text


def placed_text(notice):
    """Everything that the parser placed somewhere."""
    for paragraph in notice.letter:
        yield paragraph.text
    # Either of them may be kept beside the letter or in it.
    for value in (notice.title, notice.doc_number):
        if value and fold(value) not in fold(letter_text(notice)):
            yield value
    for case in notice.cases:
        yield case.mark or ""
        yield case.title
        for section in case.sections:
            yield section.heading
            yield section.text
    for problem in notice.problems:
        if problem.paragraph:
            yield getattr(problem.paragraph, "text", problem.paragraph)


# Markdown's own marks and the bars between the items of a menu are layout.
LAYOUT = {".md": "#*-", ".html": "|>", ".htm": "|>"}


@pytest.mark.parametrize("name", [name for name in NAMES if source(name).suffix != ".docx"])
def test_nothing_is_lost_and_nothing_is_invented(name):
    path = source(name)
    before = Counter(fold(source_text(path)))
    after = Counter(fold("".join(placed_text(parsed(name)))))
    for character in LAYOUT.get(path.suffix, ""):
        del before[character], after[character]
    assert {"lost": before - after, "invented": after - before} == {"lost": {}, "invented": {}}
