"""Full width between Chinese characters; numbers, Latin text and addresses untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.notices.parsing.punctuation import fold, restore


@pytest.mark.parametrize(
    ("source", "restored"),
    [
        ("各市:", "各市："),
        ("改革,创新;提升?好!", "改革，创新；提升？好！"),
        ("2024年,网上可办率超99.1%,建成", "2024年，网上可办率超99.1%，建成"),
        ("减免60.63%,92.86%的材料", "减免60.63%，92.86%的材料"),
        ("共15,000件,按1:3分,9:00至17:30", "共15,000件，按1:3分，9:00至17:30"),
        ("办理时间:9:00", "办理时间：9:00"),
        ("附件:1.福建省", "附件：1.福建省"),
        ("(一)“进得来”:实现", "（一）“进得来”：实现"),
        ("(1)企业(含个体)", "（1）企业（含个体）"),
        ("经验做法2025年(第一批)(0410).docx", "经验做法2025年（第一批）（0410）.docx"),
        ("《规则(V2.1)》发布", "《规则（V2.1）》发布"),
        ("依托CA(Certificate Authority)认证", "依托CA（Certificate Authority）认证"),
        ("(一）混用", "（一）混用"),
        ("1)标题", "1）标题"),
        ('数据资源"沉睡"在服务器', "数据资源“沉睡”在服务器"),
        ("'和汽'工作室", "‘和汽’工作室"),
        ("见https://www.fujian.gov.cn/a?b=1:2,办理", "见https://www.fujian.gov.cn/a?b=1:2，办理"),
        ("邮箱a.b@gov.cn,电话0591-1234", "邮箱a.b@gov.cn，电话0591-1234"),
        ('Hello, world (v1.2): it\'s "ok"!', 'Hello, world (v1.2): it\'s "ok"!'),
        ("f(x)=1, y", "f(x)=1, y"),
        ("对.第一,减材料;第二,减环节.", "对。第一，减材料；第二，减环节。"),
        ("认证.共3,500万元.", "认证。共3,500万元。"),
        ('说:"好."然后推广.', "说：“好。”然后推广。"),
        ("提高3.5%.第二(AI).第三", "提高3.5%。第二（AI）。第三"),
        ("一.背景", "一.背景"),
        ("案例一.福州市推行", "案例一.福州市推行"),
        ("(一).推进", "（一）.推进"),
        ("附件1.福建", "附件1.福建"),
        ("通知.docx", "通知.docx"),
        ("改革......3", "改革......3"),
        ("Up by 3% (so far).", "Up by 3% (so far)."),
        ("采用 AI , 大数据", "采用 AI ， 大数据"),
        ("系统3.0(2024版)", "系统3.0（2024版）"),
    ],
)
def test_restore(source, restored):
    assert restore(source) == restored


_TEXT = st.text(alphabet="改革办一年 ab19,.:;?!()（）\"'“”，。、《》%/@ht:w\u3000\n", max_size=60)


@given(_TEXT)
def test_places_stay_and_nothing_but_width_changes(text):
    restored = restore(text)
    assert len(restored) == len(text)
    assert fold(restored) == fold(text)


def test_long_nested_brackets_take_no_longer_than_they_must():
    """Quadratic work on this text would take minutes."""
    text = "(" * 100_000 + "改" + ")" * 100_000
    assert restore(text) == text.replace("(", "（").replace(")", "）")


def test_fold_forgets_width_and_space_only():
    assert fold("（一） “改革”，\u3000A：") == fold('(一)"改革",A:')
    assert fold("一、改革") != fold("二、改革")
