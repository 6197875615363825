"""Where cases begin, and what is none."""

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
