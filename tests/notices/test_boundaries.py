"""Where cases begin, and what is none."""

import pytest

from cases.notices.parser import parse
from cases.notices.reader import read

PROSE = "近年来，各部门聚焦企业办事难点，持续推进改革，取得了明显成效。"
PARTS = ["一、背景情况", PROSE, "二、主要做法", f"（一）优化流程。{PROSE}", "三、取得成效", PROSE]
SIGNED = ["某省发展和改革委员会", "2024年10月8日"]


def parsed(*lines):
    return parse(read("\n".join(lines).encode(), "通知.txt"))


def letter(notice):
    return [passage.text for passage in notice.letter]


def test_a_letter_that_asks_for_cases_has_none():
    lines = [
        "某省发展和改革委员会关于报送优化营商环境典型经验做法的通知",
        "某发改办〔2024〕12号",
        "各设区市发展改革委：",
        "为总结推广经验，现就报送有关事项通知如下：",
        "一、报送内容",
        "（一）背景情况。说明改革的背景和要解决的问题。",
        "（二）主要做法。说明改革的主要做法，突出创新性。",
        "（三）取得成效。用数据说明改革成效。",
        "二、报送要求",
        "1.每市报送不超过5个案例，每个案例不超过2000字。",
        "2.请于2024年12月1日前报送至指定邮箱。",
        "附件：典型经验做法报送模板",
        *SIGNED,
    ]
    notice = parsed(*lines)
    assert notice.cases == ()
    assert letter(notice) == lines


def test_a_letter_that_asks_and_gives_cases_has_them():
    notice = parsed(
        "某省发展和改革委员会关于推荐学习典型案例的通知",
        "各设区市发展改革委：",
        "现就学习典型案例通知如下：",
        *SIGNED,
        "1.杭州市推行企业开办改革",
        *PARTS,
        "2.宁波市创新府院联动机制",
        *PARTS,
    )
    assert [case.title for case in notice.cases] == [
        "杭州市推行企业开办改革",
        "宁波市创新府院联动机制",
    ]


COLLECTION = ["关于印发优化营商环境典型案例的通知", "各市发展改革委：", "现印发给你们。", *SIGNED]
RULES = ["典型案例评选办法", f"第一条 为规范评选。{PROSE}", f"第二条 评选坚持公开。{PROSE}"]


@pytest.mark.parametrize(
    ("groups", "appendix"),
    [
        (["第一部分  政务服务", "第二部分  法治保障"], ["第三部分  附录", *RULES]),
        (["第一部分  政务服务", "第二部分  法治保障"], ["第三部分  名单", "甲", "乙"]),
        (["", ""], ["附录", *RULES]),
        (["", ""], ["附录一：评选结果", PROSE]),
        (["", ""], RULES),
    ],
)
def test_an_appendix_is_no_part_of_the_last_case(groups, appendix):
    groups = [[group] if group else [] for group in groups]
    notice = parsed(
        *COLLECTION,
        *groups[0],
        "案例1  杭州市推行企业开办改革",
        *PARTS,
        *groups[1],
        "案例2  宁波市创新府院联动机制",
        *PARTS,
        *appendix,
    )
    assert [case.number for case in notice.cases] == [1, 2]
    assert notice.cases[-1].sections[-1].text == PROSE
    assert letter(notice) == [*COLLECTION, *groups[0], *groups[1], *appendix]


def test_a_case_may_be_one_paragraph():
    titles = ["杭州市推行企业开办改革", "海曙区创新“府院联动”机制", "温州市不动产“交地即交证”"]
    paragraphs = [f"{n}、{title}。{PROSE}" for n, title in zip("一二三", titles, strict=True)]
    notice = parsed(*COLLECTION, "附件：典型经验清单", *paragraphs)
    assert [(case.number, case.title) for case in notice.cases] == list(enumerate(titles, 1))
    assert [[s.text for s in case.sections] for case in notice.cases] == [[PROSE]] * 3
    assert letter(notice) == [*COLLECTION, "附件：典型经验清单"]


def test_tasks_in_one_paragraph_each_are_no_cases():
    tasks = [
        f"一、各市县要提高认识。{PROSE}",
        f"二、市数据局应加强统筹。{PROSE}",
        f"三、县级政府负责落实典型案例。{PROSE}",
    ]
    assert parsed(*COLLECTION, *tasks).cases == ()
