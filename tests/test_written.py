"""What is stored is written as prose writes it, and read again as the same."""

from decimal import Decimal

import pytest

from cases.models import Section
from cases.notices.outcomes import find_outcomes
from cases.written import read, read_change, write, write_change


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "bound"),
    [
        ("15个工作日", "15", None, "个工作日", ""),
        ("约3—12个月", "3", "12", "个月", "约"),
        ("1.2万余件", "1.2", None, "万件", "余"),
        ("5个工作日以内", "5", None, "个工作日", "以内"),
        ("超99.1%", "99.1", None, "%", "超"),
        ("3头", "3", None, "头", ""),
        ("约3万头以上", "3", None, "万头", "约以上"),
        ("0", "0", None, "", ""),
    ],
)
def test_an_amount_is_read_and_written_alike(text, low, high, unit, bound):
    amount = read(text)
    assert (amount.low, amount.high) == (Decimal(low), high and Decimal(high))
    assert (amount.unit, amount.bound) == (unit, bound)
    assert write(amount.low, amount.high, unit, bound) == text


@pytest.mark.parametrize(
    ("typed", "written"),
    [("即办", "0"), ("三个月", "3个月"), ("３ 天", "3天"), ("百余家", "100余家")],
)
def test_other_ways_of_writing_are_understood(typed, written):
    amount = read(typed)
    assert write(amount.low, amount.high, amount.unit, amount.bound) == written


@pytest.mark.parametrize("text", ["", "很多", "3个月2天", "从3天", "abc"])
def test_what_is_not_one_amount_is_refused(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "size", "unit", "sign", "written"),
    [
        ("压缩70%", 70, "%", -1, "减少70%"),
        ("-70％", 70, "%", -1, "减少70%"),
        ("减少超60%", 60, "%", -1, "减少超60%"),
        ("提高3个百分点", 3, "个百分点", 1, "增加3个百分点"),
    ],
)
def test_a_change_has_a_direction(text, size, unit, sign, written):
    amount, direction = read_change(text)
    assert (amount.low, amount.unit, direction) == (size, unit, sign)
    assert write_change(size * Decimal(sign), unit, amount.bound) == written


@pytest.mark.parametrize("text", ["70%", "减少3天", "增加", ""])
def test_a_change_without_a_direction_or_a_rate_is_refused(text):
    assert read_change(text) is None


def test_all_that_the_extractor_finds_in_the_first_notice_survives(library):
    checked = 0
    for text in Section.objects.values_list("text", flat=True):
        for o in find_outcomes(text):
            for low, high, unit, bound in (
                (o.before, o.before_high, o.before_unit, o.before_bound),
                (o.after, o.after_high, o.unit, o.bound),
            ):
                if low is not None:
                    amount = read(write(low, high, unit, bound))
                    assert (amount.low, amount.high) == (low, high)
                    assert (amount.unit, amount.bound) == (unit, bound)
                    checked += 1
            if o.stated_change is not None:
                unit = "%" if o.after is not None else o.unit
                amount, sign = read_change(write_change(o.stated_change, unit))
                assert amount.low * sign == o.stated_change
                checked += 1
    assert checked > 150
