"""What staff decide is laid over the parsed file, and no passage is lost on the way."""

from dataclasses import replace

import pytest
from django.conf import settings

from cases.notices.importing.decisions import (
    Decisions,
    carried,
    divide,
    fingerprint,
    read_anew,
    unknown_names,
)
from cases.notices.parser import parse
from cases.notices.reader import read

HEAD = """浙江省发展和改革委员会关于推广典型经验的通知
浙发改营商〔2025〕12号
各市发展改革委：
现推广一批典型经验，请结合实际学习借鉴。
浙江省发展和改革委员会
2025年3月8日"""
TAX = """案例一：宁波市税务局打造出口退税服务新模式
一、背景情况
外贸企业反映退税材料多。
二、主要做法
税务局将退税资料由15份减至3份。
三、取得成效
退税平均时间压缩到2个工作日。"""
POWER = """案例二：湖州市供电公司推行办电“零上门”
一、背景情况
企业办电往返多次。
二、主要做法
供电公司推行线上报装。
三、取得成效
办电时间压缩一半。"""
# A case whose title the parser does not know as one: it stands in the text of the case before.
HIDDEN = """衢州市推行“一件事”改革
一、背景情况
群众办事多头跑。
二、主要做法
衢州市推行联办。
三、取得成效
群众少跑了腿。"""

MORE = [("案例二", "嘉兴"), ("案例三", "绍兴"), ("案例六", "台州")]

SAMPLES = sorted(
    path
    for path in (settings.BASE_DIR / "tests" / "notices" / "samples").iterdir()
    if path.suffix in (".docx", ".html", ".htm", ".txt", ".md")
)


def parsed(*parts):
    return parse(read("\n".join(parts).encode(), "通知.txt"))


def names(notice, start):
    """The names of the passages that begin so."""
    return [
        item.name
        for piece in divide(notice, Decisions())
        for item in piece.items
        if item.passage.text.startswith(start)
    ]


def texts(case):
    return [passage.source for passage in case.passages()]


def test_nothing_decided_changes_nothing():
    notice = parsed(HEAD, TAX, POWER)
    pieces = divide(notice, Decisions())
    assert tuple(piece.case for piece in pieces) == notice.cases


def test_a_case_that_was_taken_for_text_is_cut_out_with_its_parts():
    notice = parsed(HEAD, TAX, HIDDEN, POWER)
    assert len(notice.cases) == 2
    (name,) = names(notice, "衢州市推行“一件事”")
    first, second, third = divide(notice, Decisions().with_cut(name))
    assert (first.case.title, first.case.number) == ("宁波市税务局打造出口退税服务新模式", 1)
    assert [s.heading for s in first.case.sections] == [
        "一、背景情况",
        "二、主要做法",
        "三、取得成效",
    ]
    assert first.case.sections[-1].text == "退税平均时间压缩到2个工作日。"
    assert second.case.title == "衢州市推行“一件事”改革"
    assert [s.kind for s in second.case.sections] == ["background", "practices", "outcomes"]
    # It stands after the one it was cut from, and the next one makes room.
    assert (second.is_cut, second.case.number) == (True, 2)
    assert third.case == replace(notice.cases[1], number=3)


def test_the_cases_after_a_cut_make_room_only_as_far_as_they_must():
    long = POWER.replace(
        "线上报装。", "线上报装，上门服务，客户经理全程代办，配套工程由供电公司投资到企业红线。"
    )
    bodies = [long.replace("案例二：湖州", f"{mark}：{place}") for mark, place in MORE]
    notice = parsed(HEAD, TAX, HIDDEN, *bodies)
    assert [case.number for case in notice.cases] == [1, 2, 3, 6]
    cuts = [*names(notice, "衢州市推行“一件事”"), *names(notice, "二、主要做法")[:1]]
    decisions = Decisions()
    for name in cuts:
        decisions = decisions.with_cut(name)
    assert [piece.case.number for piece in divide(notice, decisions)] == [1, 2, 3, 4, 5, 6]
    back = decisions.without_cut(cuts[0])
    assert [piece.case.number for piece in divide(notice, back)] == [1, 2, 3, 4, 6]


def test_a_mark_gives_the_cut_case_its_number():
    notice = parsed(HEAD, TAX, POWER, "7." + HIDDEN)
    assert len(notice.cases) == 2
    (name,) = names(notice, "7.衢州市")
    *_, third = divide(notice, Decisions().with_cut(name))
    assert (third.case.number, third.case.title) == (7, "衢州市推行“一件事”改革")


def test_a_cut_at_a_sentence_or_at_a_known_heading_leaves_the_title_to_staff():
    notice = parsed(HEAD, TAX)
    for start in ("税务局将退税", "二、主要做法"):
        (name,) = names(notice, start)
        first, second = divide(notice, Decisions().with_cut(name))
        assert second.case.title == ""
        assert second.case.problems[0].message == "没有找到案例标题，请补写。"
        assert texts(first.case) + texts(second.case) == texts(notice.cases[0])
    assert [section.kind for section in second.case.sections] == ["practices", "outcomes"]


def test_cases_are_joined_and_the_second_title_stays_a_heading():
    notice = parsed(HEAD, TAX, POWER)
    (name,) = names(notice, "案例二")
    (piece,) = divide(notice, Decisions().with_join(name))
    assert piece.joined == (name,)
    assert piece.case.title == "宁波市税务局打造出口退税服务新模式"
    headings = [section.heading for section in piece.case.sections]
    assert headings[3].startswith("案例二：湖州市供电公司")
    assert headings[4:] == ["一、背景情况", "二、主要做法", "三、取得成效"]
    assert texts(piece.case) == [text for case in notice.cases for text in texts(case)]


def test_a_paragraph_that_looked_like_a_title_goes_back_into_the_text():
    notice = parsed(HEAD, TAX, "案例二：下一步继续推进\n我们将继续推进这项工作。")
    (name,) = names(notice, "案例二")
    (piece,) = divide(notice, Decisions().with_join(name))
    assert len(piece.case.sections) == 3
    assert piece.case.sections[-1].text.endswith("继续推进\n我们将继续推进这项工作。")


def test_what_was_cut_and_joined_can_be_taken_back():
    notice = parsed(HEAD, TAX, HIDDEN, POWER)
    (cut,), (join,) = names(notice, "衢州市推行“一件事”"), names(notice, "案例二")
    decisions = Decisions().with_cut(cut).with_join(join).with_case(cut, title="另一个")
    assert len(divide(notice, decisions)) == 2
    back = decisions.without_cut(cut).without_join(join)
    assert back == Decisions()


def test_a_decision_taken_back_leaves_no_trace():
    decisions = Decisions().with_case("7", title="新题", drop=True)
    assert decisions.with_case("7", title=None, drop=None) == Decisions()
    assert decisions.of_case("7") == {"title": "新题", "drop": True}


def test_decisions_go_through_json():
    import json

    decisions = Decisions(
        reading="a", cuts=frozenset({"3", "12.2"}), cases={"3": {"drop": True}}, separate=True
    )
    assert Decisions.from_json(json.loads(json.dumps(decisions.as_json()))) == decisions
    assert Decisions.from_json({}) == Decisions()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_no_passage_is_lost_wherever_a_notice_is_cut_and_joined(path):
    notice = parse(read(path.read_bytes(), path.name))
    before = sorted(text for case in notice.cases for text in texts(case))
    pieces = divide(notice, Decisions())
    every = [item.name for piece in pieces for item in piece.items]
    assert len(set(every)) == len(every)
    for step in (2, 5):
        decisions = Decisions(cuts=frozenset(every[::step]), joins=frozenset(every[:: step + 1]))
        after = divide(notice, decisions)
        whole = "".join("".join(texts(piece.case)) for piece in after)
        assert sorted("".join(whole.split())) == sorted("".join("".join(before).split()))
        numbers = [piece.case.number for piece in after]
        assert len(set(numbers)) >= len({case.number for case in notice.cases} & set(numbers))
        assert len({piece.key for piece in after}) == len(after)


class TestAnotherReading:
    def test_the_fingerprint_tells_another_division_of_the_same_file(self):
        one, other = parsed(HEAD, TAX, POWER), parsed(HEAD, TAX, "附：" + POWER[4:])
        assert fingerprint(one) == fingerprint(parsed(HEAD, TAX, POWER))
        assert fingerprint(one) != fingerprint(other)

    def test_names_that_are_gone_are_told_and_can_be_left_behind(self):
        notice = parsed(HEAD, TAX)
        decisions = Decisions(cuts=frozenset({"900"}), cases={"901": {"drop": True}})
        assert unknown_names(notice, decisions) == {"900", "901"}
        assert len(divide(notice, decisions)) == 1
        assert read_anew(notice, decisions) == Decisions(reading=fingerprint(notice))


class TestCarryingOver:
    def test_the_shape_given_to_an_earlier_file_is_given_to_the_amended_one(self):
        before = parsed(HEAD, TAX, HIDDEN, POWER)
        (cut,), (power,) = names(before, "衢州市推行“一件事”"), names(before, "案例二")
        old = Decisions().with_cut(cut).with_case(power, drop=True, title="改过的题目")
        after = parsed(HEAD, "新加的一段。", TAX.replace("3份", "2份"), HIDDEN, POWER)
        new = carried(old, before, after)
        assert new.carried
        assert new.cuts == {names(after, "衢州市推行“一件事”")[0]}
        assert new.cases == {names(after, "案例二")[0]: {"drop": True}}

    def test_what_stands_nowhere_any_more_is_forgotten(self):
        before, after = parsed(HEAD, TAX, POWER), parsed(HEAD, TAX)
        (power,) = names(before, "案例二")
        assert not carried(Decisions().with_join(power), before, after).carried
