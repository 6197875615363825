"""The marks that Chinese official documents number their parts with.

附件1 · 案例一： · 【案例3】 · 第一篇 · 一、 · （一） · 1. · （1） · ① · 1.1 · 一是 · 首先
"""

import re
from dataclasses import dataclass

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_DIGITS |= {
    "零": 0,
    "○": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}

_CN = "[一二三四五六七八九十百零〇○]{1,5}"
_NUM = "[0-9０-９]{1,3}"
_ANY = f"(?:{_NUM}|{_CN})"
# Names that mark a case by themselves. The longer name stands first.
_LABELS = (
    "附件|附表|附|优秀案例|典型案例|创新案例|改革案例|示范案例|案例|典型经验|经验做法|典型做法|创新做法"
    "|创新举措|改革举措|经验|做法|举措|实例|范例|事例"
)
_OPEN, _CLOSE = "【〔［\\[(（<〈《「", "】〕］\\])）>〉》」"
_SEPARATOR = "[:：、.．·—－\\-|｜]"
_PARTING = ":：、.．·—－-|｜ \t\u3000"


@dataclass(frozen=True)
class Mark:
    """A mark at the start of a paragraph.

    style   named, titled (案例名称：…, which has no number), chapter, cn, cn_paren, num,
            num_paren, num_bracket, circle, dotted, be, order
    label   the name of a named mark (附件, 案例), "" otherwise
    number  its value, counted from 1
    length  how many characters of the paragraph it takes, separator and space included
    """

    style: str
    number: int
    length: int
    label: str = ""


def named(mark: str) -> str:
    """A mark as people name it, without what parts it from the title: 案例一 of 案例一：."""
    return mark.rstrip(_PARTING)


def chinese_number(text: str) -> int | None:
    """三十五 -> 35, 二〇二五 -> 2025, １２ -> 12, 12 -> 12; None for anything else."""
    if not text:
        return None
    if text.isdigit() and all(character not in "①②③" for character in text):
        try:
            return int(text)
        except ValueError:
            return None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, None
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[character]
            digit = None
        else:
            return None
    return total + (digit or 0)


_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "named",
        re.compile(
            rf"[◆◇■□▲△●○★☆▌▎※\s]*[{_OPEN}]\s*(?P<label>{_LABELS})\s*[{_OPEN}]?(?P<n>{_ANY})"
            rf"(?:\s*[{_CLOSE}])+\s*{_SEPARATOR}{{0,2}}\s*"
        ),
    ),
    (
        "named",
        re.compile(
            rf"[◆◇■□▲△●○★☆▌▎※\s]*(?P<bracket>[【〔［\[]?)\s*(?P<label>{_LABELS})"
            rf"(?:\s*(?:[{_OPEN}]\s*(?P<m>{_ANY})\s*[{_CLOSE}]|之?(?P<n>{_ANY})))"
            rf"(?:\s*{_SEPARATOR}{{1,2}}\s*|\s+|$|(?P<bare>))"
        ),
    ),
    (
        "titled",
        re.compile(
            r"(?:(?:优秀|典型|创新|改革)?案例|经验|做法|举措|项目)(?P<label>名称|标题|题目)\s*[:：\t]\s*"
        ),
    ),
    (
        "chapter",
        re.compile(
            rf"第(?P<n>{_ANY})(?P<label>章|节|部分|篇章|篇|编|类|组|个案例|例|单元|板块)"
            rf"\s*{_SEPARATOR}{{0,2}}\s*"
        ),
    ),
    ("cn_paren", re.compile(rf"[(（]\s*(?P<n>{_CN})\s*[)）]\s*[、.．:：]?\s*")),
    ("be", re.compile(rf"(?P<n>{_CN})(?:是|要|为)")),
    ("cn", re.compile(rf"(?P<n>{_CN})\s*(?:[、．.]\s*|[ \t\u3000]+(?=\S))")),
    (
        "num_paren",
        re.compile(rf"(?:[(（]\s*(?P<n>{_NUM})\s*[)）]|(?P<m>{_NUM})\s*[)）])\s*[、.．]?\s*"),
    ),
    ("num_bracket", re.compile(rf"[【\[［〔]\s*(?P<n>{_NUM})\s*[】\]］〕]\s*[、.．]?\s*")),
    (
        "dotted",
        re.compile(
            r"\d{1,2}(?:[.．]\d{1,2}){0,2}[.．](?P<n>\d{1,2})(?:[.．、]\s*|\s+)(?![亿万元%％个倍年月日])"
        ),
    ),
    (
        "num",
        re.compile(rf"(?:No\.?|NO\.?|№)?(?P<n>{_NUM})\s*(?:[、．.](?!\d)\s*|[.．](?=20\d\d年))"),
    ),
    ("num", re.compile(r"(?:No\.?|NO\.?|№)(?P<n>\d{1,3})\s*")),
    ("num", re.compile(r"(?P<n>\d{1,3})[ \t\u3000]+(?=[\u4e00-\u9fff“《])(?![年月日个项件万亿])")),
    (
        "order",
        re.compile(
            r"(?P<first>首先|其次|再次|最后)[,，、]?|第(?P<n>[一二三四五六七八九十]{1,2})[,，、:：]"
        ),
    ),
)
_ENCLOSED = (
    ("circle", "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    ("num_paren", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    ("num", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    ("cn_paren", "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"),
    ("circle", "❶❷❸❹❺❻❼❽❾❿"),
)
_ORDER = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
# 优化营商环境典型案例之一 on a line of its own, under a collection's name.
_SERIES = re.compile(
    rf"[^\s，。；：:、]{{2,24}}(?P<label>案例|经验|做法|举措)[”》]?之[（(]?(?P<n>{_ANY})[)）]?\s*[:：]?\s*$"
)
_FALSE_BARE = re.compile("[览并般起式等是些定样致体个种项条张次方者]")
_SIGNS = frozenset(
    "0123456789０１２３４５６７８９一二三四五六七八九十百零〇○(（【〔［[<〈《「第首其再最附优典创改示案经做举实范事项"
    "◆◇■□▲△●★☆▌▎※N№" + "".join(signs for _, signs in _ENCLOSED)
)


def parse_mark(text: str) -> Mark | None:
    """The mark that `text` starts with, or None. `text` has no leading white space."""
    if not text:
        return None
    if text[0] not in _SIGNS:
        return _series(text)
    head = text[:40]
    for style, signs in _ENCLOSED:
        if head[0] in signs:
            length = 1 + len(head[1:]) - len(head[1:].lstrip("、.． \t\u3000"))
            return Mark(style, signs.index(head[0]) + 1, length)
    for style, pattern in _PATTERNS:
        match = pattern.match(head)
        if match is None:
            continue
        groups = match.groupdict()
        if groups.get("first"):
            return Mark(style, _ORDER[groups["first"]], match.end())
        if style == "titled":
            return Mark(style, 1, match.end())
        number = chinese_number(groups.get("n") or groups.get("m") or "")
        if number is None or number == 0 or number > 999:
            continue
        label = groups.get("label") or ""
        if groups.get("bare") is not None and not _bare_name_is_a_mark(label, groups, match, head):
            continue
        return Mark(style, number, match.end(), label)
    return _series(text)


def _series(text: str) -> Mark | None:
    if len(text) > 40 or "之" not in text:
        return None
    match = _SERIES.match(text)
    number = chinese_number(match["n"]) if match else None
    return Mark("named", number, match.end(), match["label"]) if match and number else None


def _bare_name_is_a_mark(label: str, groups: dict, match: re.Match, head: str) -> bool:
    """案例一福州市… is a mark without a separator; 案例一览表, 举措一是, 附属 are not."""
    if groups.get("m"):
        return True
    following = head[match.end() :]
    if label not in ("附件", "附") and not label.endswith("案例"):
        return False
    if (groups["n"] or "").isdigit():
        return not re.match(r"[\d年月日个项件中所的内里和与及至、，]", following)
    return label != "附" and not _FALSE_BARE.match(following)
