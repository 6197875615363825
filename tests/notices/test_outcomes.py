"""Numbers as data: what find_outcomes proposes, and the lists of it that were judged by reading."""

import json
import subprocess
import sys
import time
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.notices.figures.judging import judge
from cases.notices.outcomes import find_outcomes
from cases.notices.parser import parse
from cases.notices.reader import read

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
FIRST_NOTICE = FIXTURES / "notices" / "fujian-2025-batch-1.txt"
JUDGED = FIXTURES / "evaluation" / "outcomes-first-notice.json"
HELD_OUT = FIXTURES / "evaluation" / "outcomes-heldout.json"


def rows(path):
    return json.loads(path.read_text(encoding="utf-8"))


def number(value):
    return None if value is None else Decimal(str(value))


def only(text):
    outcomes = find_outcomes(text)
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


@pytest.fixture(scope="module")
def first_notice():
    return parse(read(FIRST_NOTICE.read_bytes(), FIRST_NOTICE.name))


@pytest.fixture(scope="module")
def paragraphs(first_notice):
    return [
        passage.text
        for case in first_notice.cases
        for section in case.sections
        for passage in section.paragraphs
    ]


# Before and after


@pytest.mark.parametrize(
    ("text", "metric", "before", "after", "unit", "change"),
    [
        ("企业开办时间由5个工作日缩短至0.5个工作日。", "企业开办时间", 5, 0.5, "个工作日", -90),
        ("申请材料从15份减少到3份。", "申请材料", 15, 3, "份", -80),
        ("办理环节由原来的6个压缩至2个。", "办理环节", 6, 2, "个", -66.67),
        ("单个项目申请材料原来15项减少至5项。", "单个项目申请材料", 15, 5, "项", -66.67),
        ("将承诺时限（最长15个工作日）均压缩至1个工作日。", "承诺时限", 15, 1, "个工作日", -93.33),
        ("证明材料由5类14份减至1份。", "证明材料", 14, 1, "份", -92.86),
        ("材料由十二项减为一项。", "材料", 12, 1, "项", -91.67),
        ("容积率由以往的1.1提升至3.0以上。", "容积率", 1.1, 3.0, "", 172.73),
        ("平均通关时间从1,234分钟降至90分钟。", "平均通关时间", 1234, 90, "分钟", -92.71),
        ("平均用时由３０天缩短至３天。", "平均用时", 30, 3, "天", -90),
        ("满意率由93.5%提升至98.7%。", "满意率", 93.5, 98.7, "%", 5.56),
        ("办理一次业务以前需要20天，现在只要3天。", "办理一次业务", 20, 3, "天", -85),
        ("从往返三趟优化为跑一趟。", "往返", 3, 1, "趟", -66.67),
        ("亩均税收由25万元/亩提升至50万元/亩。", "亩均税收", 25, 50, "万元/亩", 100),
        ("耗时由2023年的8天，减少为2024年的2天。", "耗时", 8, 2, "天", -75),
    ],
)
def test_before_and_after(text, metric, before, after, unit, change):
    outcome = only(text)
    assert (outcome.kind, outcome.metric) == ("before_after", metric)
    assert (outcome.before, outcome.after) == (number(before), number(after))
    assert (outcome.before_unit, outcome.unit) == (unit, unit)
    assert outcome.change == number(change)


@pytest.mark.parametrize(
    "words", ["即办", "即来即办", "当场办结", "当日办结", "立等可取", "秒批", "零"]
)
def test_at_once_is_nothing_of_the_unit_before(words):
    outcome = only(f"办结时限由20个工作日压缩至{words}。")
    assert (outcome.after, outcome.unit, outcome.change) == (0, "个工作日", -100)


def test_within_the_day_is_not_nothing_of_an_hour():
    assert not find_outcomes("办结时限由3小时压缩至当日。")


@pytest.mark.parametrize(
    ("text", "before_unit", "unit", "change"),
    [
        ("平均用时由30天压缩至2小时。", "天", "小时", -99.72),
        ("补贴资金由一百二十万元提高到1.2亿元。", "万元", "亿元", 9900),
        ("建设周期由2年压缩至6个月。", "年", "个月", -75),
        ("办理时限由3个月压缩至5个工作日。", "个月", "个工作日", None),
        ("办理时限由10天压缩至5个工作日。", "天", "个工作日", None),
        ("迁移耗时由近一周压缩为平均半小时。", "周", "小时", None),
    ],
)
def test_units_stay_as_written_and_are_converted_only_without_an_assumption(
    text, before_unit, unit, change
):
    outcome = only(text)
    assert (outcome.before_unit, outcome.unit) == (before_unit, unit)
    assert outcome.change == number(change)


def test_a_range_has_two_ends_and_no_change():
    outcome = only("办理时间由3—12个月缩短至1个月左右。")
    assert (outcome.before, outcome.before_high) == (3, 12)
    assert (outcome.after, outcome.bound, outcome.change) == (1, "左右", None)


def test_an_after_alone():
    outcome = only("时限压缩至5个工作日内。")
    assert (outcome.kind, outcome.before, outcome.after) == ("before_after", None, 5)
    assert (outcome.unit, outcome.bound) == ("个工作日", "内")


def test_several_statements_in_one_sentence():
    text = "登记由“5个环节、20份材料、30个工作日”压缩为“1个环节、5份材料、3个工作日”，办件量翻番。"
    found = [(o.metric, o.before, o.after, o.stated_change) for o in find_outcomes(text)]
    assert sorted(found, key=str) == [
        ("办件量", None, None, 100),
        ("登记", 30, 3, None),
        ("登记材料", 20, 5, None),
        ("登记环节", 5, 1, None),
    ]


# Stated changes


def test_a_stated_change_that_cannot_come_from_the_numbers_is_marked():
    outcome = only("时长由10.23个工作日缩短至7.84个工作日，同比缩短23.15%。")
    assert (outcome.change, outcome.stated_change) == (number(-23.36), number(-23.15))
    assert not outcome.agrees


@pytest.mark.parametrize(
    "text",
    [
        "时限由21个工作日缩减到7个工作日内“一次性办结”，办理时限缩短了近70%。",
        "企业失信数从2206家减少至330余家，下降84.72%。",
        "申请材料从200多项减少到主要申请材料19项左右，精简幅度达90%。",
        "材料由3份减至1份，减少66%。",
        "材料由3份减至1份，减少67%。",
        "登记由5天提速到1天，提速80%。",
    ],
)
def test_rounding_and_words_such_as_nearly_are_no_disagreement(text):
    outcome = only(text)
    assert outcome.stated_change < 0
    assert outcome.agrees


@pytest.mark.parametrize("text", ["材料由10份减至5份，减少60%。", "材料由10份增至20份，减少100%。"])
def test_another_size_or_direction_is_a_disagreement(text):
    assert not only(text).agrees


def test_points_are_not_compared_with_per_cent():
    rate, points = find_outcomes("流标率由12.6%下降到3.1%，下降9.5个百分点。")
    assert (rate.kind, rate.change, rate.agrees) == ("before_after", number(-75.4), True)
    assert (points.metric, points.stated_change, points.unit) == (
        "流标率",
        number(-9.5),
        "个百分点",
    )


def test_changes_of_several_comparisons():
    text = "时间从95天缩减到6天，表格由313项压减为98项，压减幅度分别达93.7%和68.7%。"
    assert [o.stated_change for o in find_outcomes(text)] == [number(-93.7), number(-68.7)]


# Percentages


@pytest.mark.parametrize(
    ("text", "metric", "stated"),
    [
        ("审批时限压缩70%。", "审批时限", -70),
        ("为企业减免材料60.63%。", "材料", -60.63),
        ("提速办电平均时长60%。", "办电平均时长", -60),
        ("审批提速60%。", "审批", 60),
        ("物流运能提高100%以上。", "物流运能", 100),
        ("材料精简近七成。", "材料", -70),
        ("办理成本下降百分之三十。", "办理成本", -30),
        ("平均办理时间缩短一半以上。", "平均办理时间", -50),
        ("人工环节减半。", "人工环节", -50),
        ("办件量翻两番。", "办件量", 300),
        ("办件量增长2倍。", "办件量", 200),
        ("办件量是去年的2.5倍。", "办件量", 150),
        ("办件量提高到原来的3倍。", "办件量", 200),
        ("全产业链产值30亿元，同比增长14%。", "全产业链产值", 14),
    ],
)
def test_changes_in_per_cent(text, metric, stated):
    outcome = only(text)
    assert (outcome.kind, outcome.metric, outcome.unit) == ("percentage", metric, "%")
    assert (outcome.stated_change, outcome.after) == (number(stated), None)


@pytest.mark.parametrize(
    ("text", "metric", "level", "bound"),
    [
        ("网上可办率超99.1%。", "网上可办率", 99.1, "超"),
        ("好差评满意度保持在99.98%以上。", "好差评满意度", 99.98, "以上"),
        ("联系率、服务率均达100%。", "联系率、服务率", 100, ""),
        ("行政机关负责人出庭应诉率连续五年100%。", "行政机关负责人出庭应诉率", 100, ""),
        ("95%的事项实现网上办理。", "事项实现网上办理", 95, ""),
        ("平台案件实现100%程序办理。", "平台案件程序办理", 100, ""),
    ],
)
def test_levels_in_per_cent(text, metric, level, bound):
    outcome = only(text)
    assert (outcome.kind, outcome.metric, outcome.unit) == ("percentage", metric, "%")
    assert (outcome.after, outcome.bound, outcome.stated_change) == (number(level), bound, None)


def test_percentages_of_a_list_are_shared_out():
    found = [(o.metric, o.stated_change) for o in find_outcomes("材料、环节分别减少30%、40%。")]
    assert found == [("材料", -30), ("环节", -40)]


@pytest.mark.parametrize(
    "text",
    [
        "持股比例超过50%的股东不适用。",
        "企业所得税减按15%的税率征收。",
        "给予贷款利息50%的补贴。",
        "匹配度达到50%以上自动向求职者推送岗位信息。",
        "对能耗降低30%的企业给予奖励。",
        "按日加收0.05%的滞纳金。",
        "全市GDP增长5.2%，一般公共预算收入增长3.8%。",
        "力争到2027年网办率达到95%以上，审批时限压缩至3天。",
        "在5个工作日内反馈检查结果。",
        "预算金额在500万元以上（含）的服务项目应当公开招标。",
        "提供“24小时不打烊”服务，热线12345全天候受理。",
        "升级版本NET6.0至JAVA8.1.50。",
        "推动平台从工程、采购等4类业务拓展至囊括水权交易等四大板块。",
        "迭代升级《旅游服务质量提升三年行动方案》。",
    ],
)
def test_conditions_terms_plans_and_names_are_no_outcomes(text):
    assert not find_outcomes(text)


# Amounts


@pytest.mark.parametrize(
    ("text", "metric", "amount", "unit", "bound"),
    [
        ("累计为供应商节约交易成本超3.2亿元。", "节约交易成本", 3.2, "亿元", "超"),
        ("客户平均接电时长缩短15天。", "客户平均接电时长缩短", 15, "天", ""),
        ("减少货物通关时间12小时以上。", "减少货物通关时间", 12, "小时", "以上"),
        ("申请材料减少十二项。", "申请材料减少", 12, "项", ""),
        ("等待时间缩短近两个小时。", "等待时间缩短", 2, "小时", "近"),
        ("共受理各类事项达46.5万余件。", "受理各类事项", 46.5, "万件", "余"),
        ("惠及5486家供应商。", "惠及供应商", 5486, "家", ""),
        ("公证办理超60起。", "公证办理", 60, "起", "超"),
        ("化解执行案件近万件。", "化解执行案件", 1, "万件", "近"),
        ("平均每户节约成本超百元。", "节约成本", 100, "元", "超"),
        ("共兑付2186家企业资金合计1.92亿元。", "兑付企业资金", 1.92, "亿元", ""),
    ],
)
def test_amounts(text, metric, amount, unit, bound):
    outcome = find_outcomes(text)[-1]
    assert (outcome.kind, outcome.metric) == ("total", metric)
    assert (outcome.after, outcome.unit, outcome.bound) == (number(amount), unit, bound)


def test_an_amount_may_be_a_range():
    outcome = only("审批时限压缩70—124个工作日不等。")
    assert (outcome.after, outcome.after_high, outcome.before) == (70, 124, None)


# The lists judged by reading


@pytest.mark.parametrize("path", [JUDGED, HELD_OUT], ids=lambda path: path.stem)
def test_every_judged_statement_is_a_verbatim_part_of_its_sentence(path):
    assert rows(path)
    for row in rows(path):
        for outcome in row["outcomes"]:
            assert outcome["statement"] in row["sentence"]
            assert outcome["before"] or outcome["after"] or outcome["stated"]


def test_every_judged_sentence_stands_in_its_case(first_notice):
    cases = {case.number: case for case in first_notice.cases}
    for row in rows(JUDGED):
        texts = [p.text for section in cases[row["case"]].sections for p in section.paragraphs]
        assert any(row["sentence"] in text for text in texts), row["sentence"]


@pytest.mark.parametrize("kind", ["before_after", "percentage", "total"])
def test_the_first_notice_is_read_as_a_reader_reads_it(paragraphs, kind):
    judgement = judge(rows(JUDGED), [o for text in paragraphs for o in find_outcomes(text)])
    assert judgement.recall(kind) >= 0.9, judgement.missed
    assert judgement.precision(kind) >= 0.95, judgement.wrong


def test_every_sentence_is_verbatim_and_holds_its_statement(paragraphs):
    for text in paragraphs:
        for outcome in find_outcomes(text):
            assert outcome.sentence in text
            assert text[outcome.start : outcome.end] in outcome.sentence


def test_a_section_says_what_its_paragraphs_say(paragraphs):
    together = [(o.metric, o.sentence) for o in find_outcomes("\n".join(paragraphs))]
    assert together == [(o.metric, o.sentence) for p in paragraphs for o in find_outcomes(p)]


def test_a_wrong_or_second_proposal_is_counted_against_precision():
    (outcome,) = find_outcomes("满意率达98%。")
    judged = {"kind": "percentage", "before": None, "after": "98", "unit": "%", "stated": None}
    right = {"sentence": "满意率达98%。", "outcomes": [judged | {"words": ["满意率"]}]}
    wrong = {"sentence": "满意率达98%。", "outcomes": [judged | {"words": ["办结率"]}]}
    assert judge([right], [outcome]).precision("percentage") == 1
    assert judge([right], [outcome, outcome]).precision("percentage") == 0.5
    assert judge([wrong], [outcome]).precision("percentage") == 0
    assert judge([wrong], [outcome]).recall("percentage") == 0


@pytest.mark.parametrize("options", [{}, {"held_out": True, "list": True}])
def test_the_command_prints_both_measures_of_each_kind(options):
    output = StringIO()
    call_command("evaluate_outcomes", stdout=output, **options)
    lines = output.getvalue().splitlines()
    assert [line.partition("：")[0] for line in lines[:3]] == ["前后对比", "百分比", "总量"]
    assert all("找全率" in line and "准确率" in line for line in lines[:3])
    assert all(line.startswith(("漏掉：", "提错：")) for line in lines[3:])


# Pure, and safe with any text


def test_no_django_is_needed():
    code = "import sys, cases.notices.outcomes; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "part",
    [
        "1",
        "1,111,",
        "一二三",
        "由3天缩短至",
        "从1天到",
        "过去3天",
        "压缩",
        "100%",
        "（",
        "“《",
        "、",
        "减半",
    ],
)
def test_the_time_grows_with_the_length_only(part):
    def seconds(length):
        text = (part * length)[:length]
        started = time.process_time()
        find_outcomes(text)
        return time.process_time() - started

    short, long = seconds(10_000), seconds(100_000)
    # Ten times the text; a quadratic step would take a hundred times as long.
    assert long <= 30 * max(short, 0.02)


@pytest.mark.parametrize("text", ["", "。", "无数字。", "由至", "缩短至", "%", "降至。\n\n从到"])
def test_nothing_to_find(text):
    assert find_outcomes(text) == []


# What simple sentences of other notices say


@pytest.mark.parametrize(
    ("text", "metric", "before", "after", "unit"),
    [
        ("由40天缩短为1.5小时。", "用时", 40, 1.5, "小时"),
        ("由800元降至200元。", "金额", 800, 200, "元"),
        ("投诉量2023年120件降到2024年15件。", "投诉量", 120, 15, "件"),
        ("通关时间2022年30小时缩短至2023年12小时。", "通关时间", 30, 12, "小时"),
        ("税务局将退税资料由15份减至3份。", "退税资料", 15, 3, "份"),
        ("供电公司把接电时间由18天压缩到7天。", "接电时间", 18, 7, "天"),
    ],
)
def test_a_comparison_keeps_both_numbers_and_names_the_measure(text, metric, before, after, unit):
    outcome = only(text)
    assert (outcome.kind, outcome.metric) == ("before_after", metric)
    assert (outcome.before, outcome.after, outcome.unit) == (number(before), number(after), unit)


def test_a_change_that_goes_on_about_a_nameless_comparison_is_its_own():
    outcome = only("由30天压缩至5天，提速83%。")
    assert (outcome.metric, outcome.stated_change) == ("用时", -83)


@pytest.mark.parametrize(
    ("text", "metric", "amount", "unit"),
    [
        ("累计退税1.2万亿元。", "退税", 1.2, "万亿元"),
        ("税务部门全年减税约3.5亿元。", "减税", 3.5, "亿元"),
        ("为企业退费合计860万元。", "退费", 860, "万元"),
        ("惠及1.3万余户。", "惠及", 1.3, "万户"),
        ("惠及企业1.3万余户。", "惠及企业", 1.3, "万户"),
    ],
)
def test_what_was_done_may_be_one_word(text, metric, amount, unit):
    outcome = only(text)
    assert (outcome.kind, outcome.metric) == ("total", metric)
    assert (outcome.after, outcome.unit) == (number(amount), unit)


@pytest.mark.parametrize(
    "text", ["设置退税窗口20个。", "减税政策覆盖面广，共30条。", "退税平均3天。"]
)
def test_but_not_in_a_noun(text):
    assert find_outcomes(text) == []


@pytest.mark.parametrize(
    ("text", "metric", "stated"),
    [
        ("时限压缩到原来的1/3。", "时限", -66.67),
        ("办理成本降至改革前的四分之一。", "办理成本", -75),
        ("表单精简为原来的2/5以内。", "表单", -60),
        ("提速60%以上。", "提速", 60),
    ],
)
def test_a_change_as_a_fraction_or_without_a_subject(text, metric, stated):
    outcome = only(text)
    assert (outcome.kind, outcome.metric) == ("percentage", metric)
    assert outcome.stated_change == number(stated)


@pytest.mark.parametrize("text", ["时限压缩到原来的3/1。", "时限压缩到原来的1/0。"])
def test_no_fraction_is_no_change(text):
    assert not [o for o in find_outcomes(text) if o.kind == "percentage"]


def test_faster_is_said_of_what_takes_time_only():
    text = "审批事项压缩70%，提速60%。"
    assert [(o.metric, o.stated_change) for o in find_outcomes(text)] == [
        ("审批事项", -70),
        ("提速", 60),
    ]
    of_time = find_outcomes("办理时间压缩70%，再提速20%。")
    assert [(o.metric, o.stated_change) for o in of_time] == [("办理时间", -70), ("办理时间", -20)]
