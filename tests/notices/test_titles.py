"""Titles as offices write them: with a colon, wrapped anywhere, under marks of many kinds."""

import pytest

from cases.notices.parser import parse
from cases.notices.reader import read

PROSE = "近年来，各部门聚焦企业办事难点，持续推进改革，取得了明显成效。"
PARTS = [
    "一、背景情况",
    PROSE,
    "二、主要做法",
    f"（一）优化流程。{PROSE}",
    "三、取得成效",
    PROSE + "好。",
]
LETTER = [
    "关于印发优化营商环境典型案例的通知",
    "各设区市发展改革委：",
    "现将典型案例印发给你们，请认真学习借鉴。",
    "某省发展和改革委员会",
    "2024年11月5日",
]


def parsed(*lines):
    return parse(read("\n".join(lines).encode(), "通知.txt"))


def found(notice):
    return [(case.mark, case.title) for case in notice.cases]


def letter(notice):
    return [passage.text for passage in notice.letter]


@pytest.mark.parametrize(
    "title",
    [
        "厦门市：打造“免证办”政务服务",
        "衢州市柯城区：打造“15分钟”政务服务圈",
        "阿里地区：推行高原边境贸易便利化",
        "省税务局：让数据多跑路",
    ],
)
def test_a_unit_before_a_colon_belongs_to_the_title(title):
    other = "泉州市晋江市：创新“标准地”改革"
    notice = parsed(*LETTER, "附件", title, *PARTS, other, *PARTS)
    assert found(notice) == [("", title), ("", other)]
    assert letter(notice) == [*LETTER, "附件"]
    assert parsed(title, *PARTS).cases[0].title == title


@pytest.mark.parametrize(
    "line",
    [
        "报送单位：厦门市数据管理局",
        "牵头单位（盖章）：市数据局",
        "案例类别：政务服务",
        "所属地区：厦门市",
        "联系人：张三",
    ],
)
def test_a_label_beside_a_title_is_no_part_of_it(line):
    notice = parsed("案例一", "厦门市推行免证办改革", line, *PARTS, "案例二", "泉州市创新", *PARTS)
    assert notice.cases[0].title == "厦门市推行免证办改革"
    assert notice.cases[0].sections[0].text == line


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["福州市鼓楼区", "推行“综合查一次”"], "福州市鼓楼区推行“综合查一次”"),
        (["厦门市税务局", "创新社保场景化服务"], "厦门市税务局创新社保场景化服务"),
        (["杭州市推行企业开", "办“一件事一次办”改革"], "杭州市推行企业开办“一件事一次办”改革"),
        (["宁波市", "推行改革", "让企业满意"], "宁波市推行改革让企业满意"),
    ],
)
def test_a_short_first_line_goes_on(lines, title):
    notice = parsed(*LETTER, "附件", "案例一", *lines, *PARTS, "案例二", "泉州市创新服务", *PARTS)
    assert found(notice) == [("案例一", title), ("案例二", "泉州市创新服务")]
    assert [section.heading for section in notice.cases[0].sections] == PARTS[::2]


def test_the_body_under_a_title_is_no_part_of_it():
    notice = parsed("衢州市柯城区打造政务服务圈", "柯城区营商环境建设局", *PARTS)
    assert notice.cases[0].title == "衢州市柯城区打造政务服务圈"
    assert notice.cases[0].sections[0].text == "柯城区营商环境建设局"


def test_one_of_a_series_is_a_mark():
    marks = ["优化营商环境典型案例之一", "优化营商环境典型案例之二"]
    titles = ["杭州市推行企业开办改革", "宁波市海曙区创新府院联动机制"]
    notice = parsed(*LETTER, marks[0], titles[0], *PARTS, marks[1], titles[1], *PARTS)
    assert found(notice) == list(zip(marks, titles, strict=True))
    assert [case.number for case in notice.cases] == [1, 2]
    assert letter(notice) == LETTER


def test_a_sign_before_a_title_is_its_mark():
    titles = ["杭州市推行企业开办改革", "宁波市海曙区创新府院联动机制"]
    notice = parsed(*LETTER, "附件", f"★{titles[0]}", *PARTS, f"★ {titles[1]}", *PARTS)
    assert found(notice) == [("★", titles[0]), ("★", titles[1])]
    assert letter(notice) == [*LETTER, "附件"]
