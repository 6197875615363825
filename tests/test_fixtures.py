"""The shipped fixtures hold together: plain JSON, read without Django."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NOTICE = FIXTURES / "notices" / "fujian-2025-batch-1.txt"


def rows(name):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def fields(name):
    return [row["fields"] for row in rows(name)]


REGIONS = fields("regions.json")
ZONES = fields("zones.json")
BY_CODE = {region["code"]: region for region in REGIONS + ZONES}
TERMS = ["themes.json", "approaches.json", "bodies.json"]
CURATION = rows("notices/fujian-2025-batch-1.curation.json")
CASES = {case["number"]: case for case in CURATION["cases"]}


def texts_of_the_notice():
    """The number of each attachment with its text, from one 附件N line to the next."""
    parts = re.split(r"^\s*附件(\d+)\s*$", NOTICE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def titles_of_the_notice():
    """The number of each case with its title, from the contents list of the letter."""
    letter = NOTICE.read_text(encoding="utf-8").partition("附件1\n")[0]
    found = re.findall(r"^\s*(?:附件:)?(\d+)\.(.+)$", letter, flags=re.MULTILINE)
    return {int(number): title for number, title in found}


TEXTS = texts_of_the_notice()
TITLES = titles_of_the_notice()


def parent_of(region):
    return region["parent"][0] if region["parent"] else None


# Regions


def test_codes_are_six_digits_and_occur_once():
    codes = [region["code"] for region in REGIONS + ZONES]
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_regions_are_sorted_by_code_so_that_parents_come_first():
    for name in ("regions.json", "zones.json"):
        codes = [region["code"] for region in fields(name)]
        assert codes == sorted(codes)
    seen = set()
    for region in REGIONS + ZONES:
        assert parent_of(region) is None or parent_of(region) in seen, region
        seen.add(region["code"])


def test_one_object_a_line_and_no_primary_keys():
    for name in ["regions.json", "zones.json", *TERMS]:
        lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(rows(name)) + 2
        assert all(set(row) == {"model", "fields"} for row in rows(name))


def test_codes_begin_as_their_parents_do():
    for region in REGIONS + ZONES:
        parent, code = parent_of(region), region["code"]
        if parent is None:
            assert region["kind"] == "province" and code.endswith("0000"), region
        elif parent.endswith("0000"):
            assert code[:2] == parent[:2], region
        else:
            assert code[:4] == parent[:4] and region["kind"] in {"district", "zone"}, region


def test_kinds_stand_where_the_tree_allows():
    allowed = {
        "city": {"province"},
        "district": {"province", "city"},
        "zone": {"province", "city"},
    }
    for region in REGIONS + ZONES:
        if region["kind"] != "province":
            assert BY_CODE[parent_of(region)]["kind"] in allowed[region["kind"]], region


def test_the_numbers_are_those_of_the_official_list_of_2024():
    kinds = Counter(region["kind"] for region in REGIONS)
    assert kinds == {"province": 34, "city": 333, "district": 2846}
    # By the 民政部 list: the two one-of-a-kind names first, then what a name ends with.
    endings = ("神农架林区", "六枝特区", "自治县", "自治旗", "区", "市", "县", "旗")
    suffixes = Counter(
        next(ending for ending in endings if region["name"].endswith(ending))
        for region in REGIONS
        if region["kind"] == "district"
    )
    assert suffixes == {
        "区": 977,
        "市": 397,
        "县": 1301,
        "自治县": 117,
        "旗": 49,
        "自治旗": 3,
        "神农架林区": 1,
        "六枝特区": 1,
    }


def test_no_grouping_row_is_a_region():
    names = {region["name"] for region in REGIONS}
    assert not names & {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def test_fujian_has_nine_cities_and_eighty_four_counties():
    fujian = [region for region in REGIONS if region["code"].startswith("35")]
    cities = [region["short_name"] for region in fujian if region["kind"] == "city"]
    assert cities == ["福州", "厦门", "莆田", "三明", "泉州", "漳州", "南平", "龙岩", "宁德"]
    districts = Counter(parent_of(region) for region in fujian if region["kind"] == "district")
    assert districts == {
        "350100": 13,
        "350200": 6,
        "350300": 5,
        "350400": 11,
        "350500": 12,
        "350600": 11,
        "350700": 10,
        "350800": 7,
        "350900": 9,
    }


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("350404", "三元区", "350400"),
        ("350405", "沙县区", "350400"),
        ("350112", "长乐区", "350100"),
        ("330113", "临平区", "330100"),
        ("330114", "钱塘区", "330100"),
        ("110101", "东城区", "110000"),
        ("500243", "彭水苗族土家族自治县", "500000"),
        ("429004", "仙桃市", "420000"),
        ("653229", "和安县", "653200"),
        ("460302", "西沙区", "460300"),
        ("810000", "香港特别行政区", None),
    ],
)
def test_recent_changes_and_unusual_parents(code, name, parent):
    assert (BY_CODE[code]["name"], parent_of(BY_CODE[code])) == (name, parent)


def test_dissolved_units_are_gone():
    assert not {"350427", "350403", "330103", "330104"} & set(BY_CODE)


@pytest.mark.parametrize(
    ("code", "short_name"),
    [
        ("150000", "内蒙古"),
        ("450000", "广西"),
        ("650000", "新疆"),
        ("810000", "香港"),
        ("350100", "福州"),
        ("350111", "晋安"),
        ("350405", "沙县"),
        ("350524", "安溪"),
        ("222400", "延边"),
        ("422800", "恩施"),
        ("542500", "阿里地区"),  # 阿里 is a company
        ("530925", "双江"),
        ("622926", "东乡"),
        ("654022", "察布查尔"),
        ("429021", "神农架"),
        ("120101", "和平"),
        ("130133", "赵县"),  # one character would be left
        ("140302", "城区"),
        ("421022", "公安县"),  # an everyday word
        ("370402", "市中区"),
        ("350725", "政和县"),  # inside 行政和
        ("430121", "长沙县"),  # 长沙 is the city above it
        ("220200", "吉林市"),  # 吉林 is the province
        ("350128", "平潭县"),  # 平潭 is the 综合实验区
        ("357100", "平潭"),
        ("350971", "东侨"),
        ("152921", "阿拉善左旗"),
    ],
)
def test_short_names_are_what_running_text_says(code, short_name):
    assert BY_CODE[code]["short_name"] == short_name


def test_a_short_name_has_two_characters_and_begins_the_name():
    for region in REGIONS:
        assert len(region["short_name"]) >= 2, region
        assert region["name"].startswith(region["short_name"]), region


def test_zone_codes_use_the_range_that_the_standard_leaves_free():
    for zone in ZONES:
        assert zone["kind"] == "zone"
        own = zone["code"][2:4] if parent_of(zone).endswith("0000") else zone["code"][4:6]
        assert 71 <= int(own) <= 79, zone
    taken = [
        region["code"]
        for region in REGIONS
        if 71 <= int(region["code"][2:4]) <= 79 or 71 <= int(region["code"][4:6]) <= 79
    ]
    assert taken == []


# Terms


@pytest.mark.parametrize(("name", "count"), [*zip(TERMS, [18, 22, 20], strict=True)])
def test_terms_are_complete_ordered_and_coded(name, count):
    terms = fields(name)
    assert [term["order"] for term in terms] == list(range(1, count + 1))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", term["code"]) for term in terms)
    assert len({term["code"] for term in terms}) == len({term["name"] for term in terms}) == count


@pytest.mark.parametrize("name", TERMS)
def test_cues_are_plain_phrases_of_two_or_more_characters(name):
    for term in fields(name):
        cues = term["cues"].split("\n")
        assert len(cues) >= 4, term["code"]
        assert all(len(cue) >= 2 and cue == cue.strip() for cue in cues), term["code"]
        # A phrase inside another would count twice wherever the longer one stands.
        inside = [(a, b) for a in cues for b in cues if a in b]
        assert len(inside) == len(cues), term["code"]


def test_b_ready_has_ten_topics_and_three_themes_have_none():
    themes = fields("themes.json")
    topics = {theme["b_ready_topic"] for theme in themes} - {""}
    assert len(topics) == 10
    without = {theme["code"] for theme in themes if not theme["b_ready_topic"]}
    assert without == {"minority-investors", "government-services", "inclusive-innovation"}


# The curated values of the first notice


def test_the_notice_has_the_curated_cases():
    assert list(CASES) == list(TEXTS) == list(TITLES) == list(range(1, 36))
    assert len(CURATION["cases"]) == 35


def test_every_curated_code_exists():
    themes, approaches, bodies = ({term["code"] for term in fields(name)} for name in TERMS)
    for number, case in CASES.items():
        assert case["region"] in BY_CODE, number
        assert case["primary_theme"] in themes, number
        assert set(case["themes"]) <= themes - {case["primary_theme"]}, number
        assert set(case["approaches"]) <= approaches and case["approaches"], number
        assert set(case["bodies"]) <= bodies, number
        for key in ("themes", "approaches", "bodies"):
            assert len(case[key]) == len(set(case[key])), number


def test_the_region_is_the_most_precise_one_that_the_title_names():
    for number, case in CASES.items():
        region, title = BY_CODE[case["region"]], TITLES[number]
        assert title.startswith(region["name"]) or f"市{region['name']}" in title, number
        below = [
            other["name"]
            for other in REGIONS + ZONES
            if parent_of(other) == region["code"] and other["name"] in title
        ]
        assert below == [], number


@pytest.mark.parametrize("number", range(1, 36))
def test_a_highlight_is_one_short_sentence_with_the_numbers_of_its_case(number):
    highlight = CASES[number]["highlight"]
    assert 15 <= len(highlight) <= 60
    assert highlight.endswith("。") and highlight.count("。") == 1
    assert not re.search(r"[,;:!?()]", highlight)
    # A figure counts with its percent sign, and never as a piece of a longer number.
    figures = re.findall(r"\d+(?:\.\d+)?%?", highlight)
    assert figures
    for figure in figures:
        literal = rf"(?<![\d.]){re.escape(figure)}(?!\d|\.\d)"
        assert re.search(literal, TEXTS[number]), figure
