"""The real notice as a careful reader sees it, and documents that have something wrong."""

import time
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from cases.notices.parser import parse
from cases.notices.parsing.punctuation import restore
from cases.notices.reader import read

NOTICE = Path(__file__).parents[2] / "fixtures/notices/fujian-2025-batch-1.txt"
PROSE = "近年来，福州市聚焦企业办事难点，持续推进改革，取得了明显成效。"
TITLES = [
    "福州市推行施工许可分阶段办理",
    "厦门市创新跨境贸易监管模式",
    "泉州市打造民营企业服务平台",
]
PARTS = [
    "一、背景情况",
    PROSE,
    "二、主要做法",
    f"（一）优化流程。{PROSE}",
    "三、取得成效",
    PROSE + "好。",
]


@cache
def real():
    return parse(read(NOTICE.read_bytes(), NOTICE.name))


def parsed(*lines, name="x.txt"):
    return parse(read("\n".join(lines).encode(), name))


def case(number):
    return real().cases[number - 1]


def kinds(number):
    return [section.kind for section in case(number).sections]


def messages(problems):
    return [problem.message for problem in problems]


class TestRealNotice:
    def test_its_particulars(self):
        notice = real()
        assert notice.title == "优化营商环境工作典型经验做法2025年（第一批）"
        assert notice.issuer == "福建省发展和改革委员会"
        assert notice.issued_on == date(2025, 4, 10)
        assert notice.doc_number == ""

    def test_35_cases_with_the_titles_of_the_contents_list(self):
        lines = NOTICE.read_text(encoding="utf-8").splitlines()[4:73]
        announced = [
            restore(line.strip().removeprefix("附件:").partition(".")[2]) for line in lines if line
        ]
        assert [case.number for case in real().cases] == list(range(1, 36))
        assert [case.title for case in real().cases] == announced
        assert [case.mark for case in real().cases] == [f"附件{n}" for n in range(1, 36)]

    def test_parts(self):
        usual = ["background", "practices", "outcomes"]
        for number in range(1, 36):
            if number in (2, 5, 9, 23):
                assert kinds(number) == usual[:2]
            elif number != 19:
                assert kinds(number) == usual
        assert kinds(19) == ["lead", "other", "other", "other"]
        assert [s.heading for s in case(1).sections] == [
            "一、背景情况",
            "二、主要做法",
            "三、取得成效",
        ]
        assert case(19).sections[1].heading == "一、“全方位”推动，凝聚招商合力"

    def test_paragraphs_between_headings_stay_in_their_part(self):
        assert case(14).sections[1].text.startswith("申请人提交完整并符合法定形式的申请材料后")
        assert case(2).sections[1].paragraphs[-1].text.startswith("持续打造泛在可及")

    def test_punctuation_is_restored_and_the_source_kept(self):
        passage = case(1).sections[1].paragraphs[0]
        assert passage.text.startswith("（一）“进得来”：实现项目、政务数据")
        assert passage.source.startswith("(一)“进得来”:实现项目、政务数据")
        assert passage.position == 49

    def test_only_the_unusual_headings_are_problems(self):
        assert real().problems == ()
        assert [case.number for case in real().cases if case.problems] == [19]

    def test_the_letter_is_everything_before_the_first_case(self):
        assert real().letter[0].text == "各设区市发改委、福州市营商办、平潭综合实验区行政审批局："
        assert (
            real().letter[-1].text.startswith("附件：优化营商环境工作典型经验做法2025年（第一批）")
        )

    def test_it_is_parsed_in_well_under_a_second(self):
        data = NOTICE.read_bytes()
        start = time.process_time()
        parse(read(data, NOTICE.name))
        assert time.process_time() - start < 1


class TestProblems:
    def test_a_gap_and_a_duplicate(self):
        lines = []
        for number, title in zip([1, 3, 3], TITLES, strict=True):
            lines += [f"附件{number}", title, *PARTS]
        notice = parsed(*lines)
        assert [case.number for case in notice.cases] == [1, 3, 3]
        assert messages(notice.problems) == [
            "案例序号不连续，缺少 2，请核对原文。",
            "案例序号 3 重复出现，请核对并改正其中一个。",
        ]
        assert [problem.position for problem in notice.problems] == [9, 17]

    def test_a_case_without_text(self):
        notice = parsed("附件1", TITLES[0], *PARTS, "附件2", TITLES[1], "附件3", TITLES[2], *PARTS)
        assert [case.title for case in notice.cases] == TITLES
        (problem,) = notice.cases[1].problems
        assert "没有正文" in problem.message and problem.position == 9

    def test_a_heading_without_text(self):
        notice = parsed("案例1", TITLES[0], "一、背景情况", PROSE, "二、主要做法")
        assert any("“二、主要做法”下面没有内容" in m for m in messages(notice.cases[0].problems))

    def test_an_announced_case_that_is_missing(self):
        lines = ["目录", *(f"{n}.{title}" for n, title in enumerate(TITLES, 1))]
        for number, title in enumerate(TITLES[:2], 1):
            lines += [f"{number}.{title}", *PARTS]
        assert messages(parsed(*lines).problems) == [
            f"目录中的“{TITLES[2]}”在正文中没有找到对应的案例，请核对原文。"
        ]

    def test_a_case_that_is_not_announced(self):
        lines = ["目录", *(f"{n}.{title}" for n, title in enumerate(TITLES[:2], 1))]
        for number, title in enumerate(TITLES, 1):
            lines += [f"{number}.{title}", *PARTS]
        assert messages(parsed(*lines).problems) == [f"目录中没有“{TITLES[2]}”，请核对原文。"]

    def test_a_title_that_is_announced_a_little_differently(self):
        lines = ["目录", f"1.{TITLES[0]}试点", *(f"{n}.{t}" for n, t in enumerate(TITLES[1:], 2))]
        for number, title in enumerate(TITLES, 1):
            lines += [f"{number}.{title}", *PARTS]
        notice = parsed(*lines)
        assert notice.cases[0].title == TITLES[0]
        assert any("与目录中的" in message for message in messages(notice.cases[0].problems))
        assert notice.problems == ()

    def test_a_form_among_the_annexes_is_no_case(self):
        lines = []
        for number, title in enumerate(TITLES, 1):
            lines += [f"附件{number}", title, *PARTS]
        notice = parsed(*lines, "附件4", "典型案例申报表", "单位　姓名")
        assert [case.title for case in notice.cases] == TITLES
        assert "典型案例申报表" in [passage.text for passage in notice.letter]


class TestNoCases:
    @pytest.mark.parametrize(
        "lines",
        [
            [
                "各设区市发改委：",
                PROSE + "现将典型经验印发给你们。",
                "一、提高思想认识",
                PROSE,
                "二、加强组织领导",
                PROSE,
            ],
            [
                "关于做好典型案例报送工作的通知",
                "各单位：",
                PROSE,
                "附件：1.推荐表",
                "2.名单",
                "附件1",
                "推荐表",
                "附件2",
                "名单",
            ],
            [
                "在全省优化营商环境大会上的讲话",
                "同志们：",
                PROSE,
                "一、提高认识",
                PROSE,
                "二、狠抓落实",
                PROSE,
            ],
            ["全省优化营商环境推进会在福州召开", PROSE, PROSE],
            ["目录", *(f"案例{n} {title}" for n, title in enumerate(TITLES, 1))],
        ],
        ids=["letter", "forms", "speech", "news", "contents only"],
    )
    def test_none_is_invented(self, lines):
        notice = parsed(*lines)
        assert notice.cases == ()
        assert [passage.source for passage in notice.letter] == lines
        assert any("没有找到案例" in message for message in messages(notice.problems))


class TestParticulars:
    @pytest.mark.parametrize(
        ("line", "number"),
        [
            ("闽发改〔2025〕12号", "闽发改〔2025〕12号"),
            ("闽发改[2025]12号", "闽发改〔2025〕12号"),
            ("闽发改（2025）12号", "闽发改〔2025〕12号"),
            ("闽发改【2025】第12号　　签发人：某某", "闽发改〔2025〕12号"),
            ("文号：闽政办函〔2024〕3号", "闽政办函〔2024〕3号"),
            ("根据国务院《条例》（国令〔2020〕722号）要求办理。", ""),
        ],
    )
    def test_doc_number(self, line, number):
        assert parsed(line, "关于推广典型案例的通知", "各市：", PROSE).doc_number == number

    @pytest.mark.parametrize(
        "shown",
        [
            "2025年4月10日",
            "2025-04-10",
            "二〇二五年四月十日",
            "二○二五年四月十日",
            "2025 年 4 月 10 日",
        ],
    )
    def test_the_date_of_the_signature(self, shown):
        notice = parsed("各市：", "2024年1月2日以来，" + PROSE, "福建省发展和改革委员会", shown)
        assert notice.issued_on == date(2025, 4, 10)
        assert notice.issuer == "福建省发展和改革委员会"

    def test_several_issuers(self):
        notice = parsed(
            "各市：", PROSE, "福建省财政厅", "国家税务总局福建省税务局", "2025年4月10日"
        )
        assert notice.issuer == "福建省财政厅、国家税务总局福建省税务局"

    def test_a_title_over_several_lines_under_a_red_head(self):
        notice = parsed(
            "福建省人民政府办公厅文件",
            "闽政办〔2025〕7号",
            "福建省人民政府办公厅",
            "关于印发优化营商环境",
            "典型案例的通知",
            "各市、县（区）人民政府：",
            PROSE,
        )
        assert notice.title == "福建省人民政府办公厅关于印发优化营商环境典型案例的通知"
        assert notice.issuer == "福建省人民政府办公厅"
        assert notice.doc_number == "闽政办〔2025〕7号"

    def test_no_date_is_not_invented(self):
        notice = parsed("各市：", "2024年1月2日以来，" + PROSE)
        assert (notice.issued_on, notice.issuer, notice.doc_number) == (None, "", "")


class TestSections:
    def test_problems_after_the_practices_are_no_background(self):
        notice = parsed("案例1", TITLES[0], *PARTS, "四、存在问题", PROSE)
        assert notice.cases[0].sections[-1].kind == "other"

    def test_headings_of_no_kind_are_parts_too(self):
        notice = parsed(
            "案例1",
            TITLES[0],
            "改革背景",
            PROSE,
            "创新举措",
            PROSE,
            "经验启示",
            PROSE,
            "案例2",
            TITLES[1],
            "改革背景",
            PROSE,
            "创新举措",
            PROSE,
        )
        assert [(s.heading, s.kind) for s in notice.cases[0].sections] == [
            ("改革背景", "background"),
            ("创新举措", "practices"),
            ("经验启示", "other"),
        ]

    def test_words_about_other_annexes_and_cases_mark_nothing(self):
        decoys = ["附件2中提到的问题，企业反映强烈。", "案例1中的做法值得借鉴。"]
        lines = []
        for number, title in enumerate(TITLES, 1):
            lines += [f"案例{number}：{title}", *PARTS[:2], *decoys, *PARTS[2:]]
        notice = parsed(*lines)
        assert [case.title for case in notice.cases] == TITLES
        assert all(len(case.sections) == 3 for case in notice.cases)


@pytest.mark.parametrize(
    "text",
    [
        "优化营商环境，" * 800_000,
        "（" * 300_000 + "）" * 300_000,
        "1" * 5_000_000,
        "一、" * 900_000,
    ],
    ids=["prose", "brackets", "digits", "marks"],
)
def test_one_long_line_takes_time_in_proportion(text):
    start = time.process_time()
    notice = parse(read(text.encode(), "x.txt"))
    assert notice.cases == ()
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (
            ["福州市推行改革", "附件1", "1.福州市", "一、背景情况", "目录", "12", "案例二：厦门市"],
            100_000,
        ),
        (["福州市推行改革"], 20_000),
        (["附件1"], 20_000),
        (["1.福州市"], 20_000),
        (["一、背景情况"], 20_000),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else value[0],
)
def test_many_short_lines_take_time_in_proportion(lines, count):
    """100,000 lines take about ten seconds on a small machine; quadratic work would take hours."""
    start = time.process_time()
    text = "\n".join(lines[place % len(lines)] for place in range(count))
    document = read(text.encode(), "x.txt")
    passages = sum(1 for _ in parse(document).passages())
    assert passages == len(document.paragraphs) + len(document.set_aside)
    assert time.process_time() - start < 60


def turn(title, background="一、背景情况", practices="二、主要做法", outcomes="三、取得成效"):
    return [
        title,
        background,
        "企业反映材料多、往返多，部门之间数据不通。",
        practices,
        "（一）做法。部门之间共享数据，企业不再重复填报。",
        outcomes,
        "企业跑动的次数少了，材料也少了。",
    ]


GLUED = ["某省关于推广典型经验的通知", "各市："]


class TestTwoCasesInOne:
    """A case whose title is not known as one stands in the text of the case before it."""

    def problems(self, *parts):
        text = "\n".join(line for part in (GLUED, *parts) for line in part)
        notice = parse(read(text.encode(), "x.txt"))
        return [
            [p for p in case.problems if "可能是两个案例" in p.message] for case in notice.cases
        ]

    @pytest.mark.parametrize(
        "second",
        [
            turn("赣州市章贡区推行“一窗办”改革"),
            turn("舟山市推行船舶证书联办", "一、改革背景", "二、创新举措", "三、改革成效"),
        ],
    )
    def test_the_problem_stands_at_the_title_where_the_second_one_begins(self, second):
        first, last = self.problems(
            turn("案例一：甲市优化审批"), second, turn("案例二：乙市优化监管")
        )
        (problem,) = first
        assert problem.paragraph == second[0]
        assert problem.position == len(GLUED) + 7 + 1
        assert f"“{second[1]}”" in problem.message
        assert last == []

    def test_each_further_case_has_its_own(self):
        hidden = [turn("金华市推行多证合一"), turn("丽水市推行生态信贷")]
        *_, last = self.problems(
            turn("案例一：甲市优化审批"), turn("案例二：乙市优化监管"), *hidden
        )
        assert [problem.paragraph for problem in last] == [part[0] for part in hidden]

    def test_without_a_title_it_stands_at_the_heading(self):
        first, _ = self.problems(
            turn("案例一：甲市优化审批"),
            turn("另一件事也办成了。")[1:],
            turn("案例二：乙市优化监管"),
        )
        assert [problem.paragraph for problem in first] == ["一、背景情况"]

    def test_numbered_items_inside_a_part_are_no_second_case(self):
        items = ["一、经济效益", "企业节约了成本。", "二、社会效益", "群众满意。"]
        case = [*turn("案例一：甲市优化审批"), *items]
        assert self.problems(case, turn("案例二：乙市优化监管")) == [[], []]

    def test_the_real_notice_has_none(self):
        data = NOTICE.read_bytes()
        assert not any(
            "可能是两个案例" in problem.message
            for case in parse(read(data, NOTICE.name)).cases
            for problem in case.problems
        )
