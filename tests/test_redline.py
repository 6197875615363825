"""What differs between two texts, marked as a reviewer reads it."""

import random

import pytest

from cases import redline


def drawn(spans):
    """Marked words in brackets."""
    return spans and "".join(f"[{span.text}]" if span.marked else span.text for span in spans)


def drawn_rows(old, new):
    return [(drawn(row.old), drawn(row.new)) for row in redline.rows(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("办理时限由30天压缩至20天。", "办理时限由30天压缩至7天。", "20", "7"),
        ("提速60%。", "提速66.7%。", "60%", "66.7%"),
        ("推行告知承诺。", "全面推行告知承诺制。", "", "全面|制"),
        ("用APP申请。", "用小程序申请。", "APP", "小程序"),
    ],
)
def test_characters_are_marked_and_numbers_whole(old, new, left, right):
    sides = redline.spans(old, new)
    marked = ["|".join(span.text for span in side if span.marked) for side in sides]
    assert marked == [left, right]


def test_paragraphs_stand_beside_their_like():
    old = "一是精简材料。\n二是压缩时限，由30天减到20天。\n三是当场办结。"
    new = "新增的一段话。\n一是精简材料。\n二是压缩时限，由30天减到7天。"
    assert drawn_rows(old, new) == [
        (None, "[新增的一段话。]"),
        ("一是精简材料。", "一是精简材料。"),
        ("二是压缩时限，由30天减到[20]天。", "二是压缩时限，由30天减到[7]天。"),
        ("[三是当场办结。]", None),
    ]


def test_what_has_nothing_in_common_is_no_pair():
    assert drawn_rows("窗口排队两小时。", "鹦鹉螺与珊瑚礁") == [
        ("[窗口排队两小时。]", None),
        (None, "[鹦鹉螺与珊瑚礁]"),
    ]


def test_lists_and_single_values():
    (row,) = redline.items("税务、人社", "人社、医保")
    assert (drawn(row.old), drawn(row.new)) == ("[税务]、人社", "人社、[医保]")
    (row,) = redline.whole("试点", "全省推广")
    assert (drawn(row.old), drawn(row.new)) == ("[试点]", "[全省推广]")
    (row,) = redline.whole("", "试点")
    assert (row.old, drawn(row.new)) == (None, "[试点]")


@pytest.mark.parametrize("seed", range(20))
def test_both_sides_stay_whole_whatever_the_texts(seed):
    """Nothing of either text is lost or invented, and unmarked words are the same on both."""
    chance = random.Random(seed)

    def text():
        lines = ("".join(chance.choices("一二三12.5%Ab，。办理时限", k=30)) for _ in range(6))
        return "\n".join(lines)

    old, new = text(), text()
    if seed % 2:
        new = "\n".join(chance.sample(old.split("\n"), 4)) + new[:40]
    rows = redline.rows(old, new)
    for side, whole in (("old", old), ("new", new)):
        sides = [getattr(row, side) for row in rows if getattr(row, side) is not None]
        assert "\n".join("".join(span.text for span in one) for one in sides) == whole
    for row in rows:
        if row.old and row.new:
            kept = ["".join(s.text for s in side if not s.marked) for side in (row.old, row.new)]
            assert kept[0] == kept[1]
