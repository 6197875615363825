import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.normalize import normalize, significant, significant_lines


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＡＩ＋环评", "ai+环评"),
        ("①②", "12"),
        ("ＣＡ信息", "ca信息"),
        ("（一）", "(一)"),
        ("　空格", " 空格"),
    ],
)
def test_width_and_case_do_not_matter(text, normal):
    assert normalize(text) == normal


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("“十二证同发”，", "十二证同发"),
        ("“1+3+N”信用", "1+3+n信用"),
        ("压缩99.1%。", "压缩99.1%"),
        ("15,000件", "15000件"),
        ("1.福建省", "1福建省"),
        ("v1.2", "v1.2"),
        ("2.1)》", "2.1"),
        ("，。", ""),
    ],
)
def test_punctuation_goes_and_numbers_stay(text, letters):
    assert significant(text) == letters


@given(st.text())
def test_offsets_lead_back_to_the_character_that_was_normalised(text):
    letters, offsets = significant_lines(text)
    assert letters.replace("\n", "") == significant(text)
    for letter, offset in zip(letters, offsets, strict=True):
        assert letter in normalize(text[offset])
    assert list(offsets) == sorted(offsets)


@given(st.text(max_size=30))
def test_long_texts_are_read_another_way_with_the_same_result(text):
    assert significant(text + "。" * 60) == significant(text)


@given(st.text(alphabet="0123456789.,。中文ａ１ ％", max_size=30), st.data())
def test_a_part_of_a_text_is_found_in_its_significant_form(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert significant(text[start:end]) in significant(text)
