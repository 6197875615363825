"""Marks at the start of a paragraph, and sentences that only look like them."""

import pytest

from cases.notices.formats.word_numbering import chinese, format_number
from cases.notices.parsing.numbering import chinese_number, parse_mark


@pytest.mark.parametrize(
    ("text", "style", "number", "mark"),
    [
        ("附件1", "named", 1, "附件1"),
        ("附件 12 福建省", "named", 12, "附件 12 "),
        ("附件一：福建省", "named", 1, "附件一："),
        ("附1：福建省", "named", 1, "附1："),
        ("案例一：福州市", "named", 1, "案例一："),
        ("案例十二福州市", "named", 12, "案例十二"),
        ("案例（三）福州市", "named", 3, "案例（三）"),
        ("【案例3】福州市", "named", 3, "【案例3】"),
        ("【案例三：福州市】", "named", 3, "【案例三："),
        ("典型案例１　福州市", "named", 1, "典型案例１　"),
        ("经验做法二：福州市", "named", 2, "经验做法二："),
        ("第三篇 福州市", "chapter", 3, "第三篇 "),
        ("第一部分　省级", "chapter", 1, "第一部分　"),
        ("三十五、平潭", "cn", 35, "三十五、"),
        ("一 背景情况", "cn", 1, "一 "),
        ("（十一）推进", "cn_paren", 11, "（十一）"),
        ("(二)、推进", "cn_paren", 2, "(二)、"),
        ("㈢推进", "cn_paren", 3, "㈢"),
        ("1.福州市", "num", 1, "1."),
        ("１．福州市", "num", 1, "１．"),
        ("10、福州市", "num", 10, "10、"),
        ("⒉福州市", "num", 2, "⒉"),
        ("1.2024年以来", "num", 1, "1."),
        ("01 福州市", "num", 1, "01 "),
        ("（1）福州市", "num_paren", 1, "（1）"),
        ("2)福州市", "num_paren", 2, "2)"),
        ("【7】福州市", "num_bracket", 7, "【7】"),
        ("③推进", "circle", 3, "③"),
        ("2.3 推进", "dotted", 3, "2.3 "),
        ("一是推进", "be", 1, "一是"),
        ("其次，推进", "order", 2, "其次，"),
        ("第二，推进", "order", 2, "第二，"),
        ("案例名称：福州市", "titled", 1, "案例名称："),
    ],
)
def test_marks(text, style, number, mark):
    found = parse_mark(text)
    assert (found.style, found.number, text[: found.length]) == (style, number, mark)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "福州市",
        "2025年4月10日",
        "12345便民热线",
        "3.2亿元投资",
        "99.1%的事项",
        "15,000件",
        "附件齐全",
        "附属设施",
        "案例一览表",
        "案例3个",
        "附件一并报送",
        "附件2中提到",
        "案例1的做法",
        "举措一是",
        "做法得到推广",
        "一体化平台",
        "二手房交易",
        "三明市推行",
        "第一时间响应",
        "第三方评估",
        "（含个体）",
        "(CA)认证",
        "一次办好",
        "6个月以内",
        "5G 基站",
    ],
)
def test_no_marks(text):
    assert parse_mark(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零三", 103),
        ("二〇二五", 2025),
        ("１２", 12),
        ("好", None),
        ("", None),
    ],
)
def test_chinese_numbers(text, number):
    assert chinese_number(text) == number


def test_counting_there_and_back():
    for number in range(1, 1000):
        assert chinese_number(chinese(number)) == number


@pytest.mark.parametrize(
    ("style", "number", "shown"),
    [
        ("decimal", 7, "7"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("chineseCounting", 12, "十二"),
        ("chineseCountingThousand", 20, "二十"),
        ("ideographDigital", 10, "一〇"),
        ("chineseLegalSimplified", 3, "叁"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircleChinese", 1, "①"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedFullstop", 2, "⒉"),
        ("ideographTraditional", 2, "乙"),
        ("ideographZodiac", 2, "丑"),
        ("upperRoman", 9, "IX"),
        ("lowerLetter", 28, "bb"),
        ("upperLetter", 1, "A"),
        ("bullet", 1, ""),
        ("none", 1, ""),
        ("decimalEnclosedCircle", 21, "21"),
    ],
)
def test_word_number_formats(style, number, shown):
    assert format_number(number, style) == shown
