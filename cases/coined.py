"""Names that nobody has, for generated cases: persons, villages, enterprises, platforms. Pure.

Which name is drawn follows the law of Zipf and Mandelbrot without an end: some come again and
again, most of them once, and of n draws some n ** GROWTH are different (Heaps' law). Nothing is
kept: the rank that is drawn makes the name.
"""

import random
from collections.abc import Sequence

GROWTH, HEAD = 0.7, 100

DOCUMENTS = ("管理办法", "实施细则", "工作方案", "服务规范", "操作指引", "行动计划", "若干措施")
SYSTEMS = ("平台", "系统", "专区", "小程序", "窗口", "驿站", "中心", "专班")

_NUMERALS = "一二三四五六七八九十"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红玲芬燕彬鹏辉健俊峰建国志海波斌宇浩"
    "凯晨旭瑞嘉欣怡雯琳璐瑶梦婷雪梅莉颖慧倩宁淑珍凤云龙飞翔航天泽洪光庆福德良新文武松柏"
)
_LUCKY = "盛泰恒鑫瑞丰隆达宏祥顺源茂利康安通华兴荣昌裕润禾嘉诚信德博远大正中联合创智云海天金银宝"
_TRADES = ("科技", "电子", "食品", "建材", "物流", "医药", "纺织", "机械", "化工", "农业", "环保")
_PARTS = ("镇", "乡", "街道", "村", "社区", "园区")
_BRAND = "智数云易快惠闽联信优通享一安心码全速办e鹭榕浙粤苏湘鄂川渝徽赣豫鲁冀晋陕陇桂黔滇琼"
_METHODS = "办通贷码帮链享评查证服管保融签诊"


def name(kind: str, draw: random.Random, seed: str, toponymic: Sequence[str]) -> str:
    """A name of this kind: person, village, enterprise, method or platform.

    `toponymic` are the characters that names of places are made of. The same seed has the same
    name at each rank.
    """
    # P(rank > r) = (1 + r / HEAD) ** -GROWTH
    rank = int(HEAD * ((1 - draw.random()) ** (-1 / GROWTH) - 1))
    made = random.Random(f"{seed}/{kind}/{rank}")
    if kind == "person":
        return made.choice(_SURNAMES) + "".join(made.choices(_GIVEN, k=made.choice([1, 2, 2])))
    if kind == "village":
        return "".join(made.choices(toponymic, k=2)) + made.choice(_PARTS)
    if kind == "enterprise":
        stem = "".join(made.choices(_LUCKY, k=made.choice([2, 3])))
        return f"{stem}{made.choice(_TRADES)}公司"
    if kind == "method":
        return made.choice(_NUMERALS) + made.choice(_BRAND) + made.choice(_METHODS)
    return "".join(made.choices(_BRAND, k=made.choice([1, 2, 2]))) + made.choice(_METHODS)
