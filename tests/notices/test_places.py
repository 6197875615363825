"""A region that somebody types is found by code, name or path."""

import pytest

from cases.notices.parsing.places import Gazetteer, Place, named_place

GAZETTEER = Gazetteer(
    [
        Place("350000", "福建省", "福建", "province", None),
        Place("350100", "福州市", "福州", "city", "350000"),
        Place("350102", "鼓楼区", "鼓楼", "district", "350100"),
        Place("320000", "江苏省", "江苏", "province", None),
        Place("320100", "南京市", "南京", "city", "320000"),
        Place("320106", "鼓楼区", "鼓楼", "district", "320100"),
    ]
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("350102", "350102"),
        ("福州市", "350100"),
        ("福州", "350100"),
        ("福州市鼓楼区", "350102"),
        ("福建省福州市鼓楼区", "350102"),
        ("江苏省 > 南京市 > 鼓楼区", "320106"),
    ],
)
def test_what_is_clear_is_taken(text, code):
    assert named_place(GAZETTEER, text).code == code


def test_of_several_the_one_in_the_notices_own_region_is_meant():
    assert named_place(GAZETTEER, "鼓楼区", "350000").code == "350102"
    assert named_place(GAZETTEER, "鼓楼", "320100").code == "320106"


def test_what_is_not_clear_is_said():
    several = named_place(GAZETTEER, "鼓楼区")
    assert several.code is None
    assert "福建省福州市鼓楼区、江苏省南京市鼓楼区" in several.problem
    for text in ("仓山区", "州市", "楼区", "999999"):
        unknown = named_place(GAZETTEER, text)
        assert unknown.code is None
        assert "没有叫" in unknown.problem
