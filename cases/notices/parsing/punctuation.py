"""Full-width punctuation between Chinese characters, as GB/T 15834 asks for.

Every change replaces one character by one character, so places in the restored text are places
in the source.
"""

import re
from itertools import accumulate

from cases.notices.parsing.numbering import parse_mark

_FULL = str.maketrans(",:;?!()", "，：；？！（）")
_STOPS = re.compile(r"[,:;?!]")
# A full stop ends a sentence; after 1 and in .docx, 99.1 and ...... it is something else.
_FULL_STOP = re.compile(
    "(?<=[\u3400-\u9fff”’》」』】〕）])\\.(?=\\s*(?:[\u3400-\u9fff“‘《「『【〔（(”’》」』】〕）)\"']|$))"
    "|(?<=[%％)\"'])\\.(?=\\s*[\u3400-\u9fff])"
)
_BRACKETS = re.compile(r"[()（）]")
_QUOTES = re.compile(r"[\"']")
_URL = re.compile(
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}", re.ASCII
)
_CJK = re.compile(
    "[\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40"
    "\uff5b-\uff65“”‘’—…\u2460-\u2473\U00020000-\U0003ffff]"
)
_FOLD = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "「": '"',
        "」": '"',
        "『": '"',
        "』": '"',
        "．": ".",
        "。": ".",
        "｡": ".",
        "､": "、",
        "—": "-",
        "–": "-",
        "―": "-",
        "－": "-",
        "〔": "[",
        "〕": "]",
        "【": "[",
        "】": "]",
        "·": ".",
        "•": ".",
        "\u200b": None,
        "\ufeff": None,
    }
)


def is_cjk(character: str) -> bool:
    """Whether a character is Chinese or full-width punctuation."""
    return bool(character) and _CJK.match(character) is not None


def fold(text: str) -> str:
    """Text without white space and without differences of width: for comparing, not for reading."""
    return "".join(text.translate(_FOLD).split())


def restore(text: str) -> str:
    """`text` with half-width punctuation in Chinese context made full-width; same length.

    Decimals, thousands, ratios, times, Latin text and addresses stay as they are. A pair of
    brackets or quotes is one decision, taken from its content and from its neighbours outside.
    """
    if "." in text:
        text = _with_full_stops(text)
    if not (_STOPS.search(text) or _BRACKETS.search(text) or _QUOTES.search(text)):
        return text
    kept = [match.span() for match in _URL.finditer(text)]
    # An address ends where Chinese text would have put its punctuation.
    protected = bytearray(len(text))
    for start, end in kept:
        while end > start and text[end - 1] in ",;:!?)\"'":
            end -= 1
        protected[start:end] = b"\x01" * (end - start)
    characters = list(text)
    if _BRACKETS.search(text):
        _restore_brackets(characters, protected)
    if _QUOTES.search(text):
        _restore_quotes(characters, protected)
    chinese = _CJK.search(text) is not None
    for match in _STOPS.finditer(text):
        place = match.start()
        if not protected[place] and _is_chinese_stop(characters, place, chinese):
            characters[place] = characters[place].translate(_FULL)
    return "".join(characters)


def _with_full_stops(text: str) -> str:
    """`text` with 。 for the full stops of Chinese sentences; 一. and 案例一. number something."""
    stripped = text.lstrip()
    mark = parse_mark(stripped)
    numbered = len(text) - len(stripped) + (mark.length if mark else 0)
    return text[:numbered] + _FULL_STOP.sub("。", text[numbered:])


def _neighbour(characters: list[str], place: int, step: int) -> str:
    """The nearest character that is not a space, "" at either end."""
    place += step
    while 0 <= place < len(characters):
        if not characters[place].isspace():
            return characters[place]
        place += step
    return ""


def _is_chinese_stop(characters: list[str], place: int, chinese: bool) -> bool:
    before = _neighbour(characters, place, -1)
    after = _neighbour(characters, place, 1)
    if is_cjk(before) or is_cjk(after):
        return True
    if characters[place] == ":" or not chinese:
        return False
    # 60.63%,92.86%: not a thousands separator, not Latin text.
    return before in ")%" and before != "" and after.isdigit()


def _chinese_before(characters: list[str]) -> list[int]:
    """How many Chinese characters stand before each place: any content is one subtraction."""
    return [0, *accumulate(map(bool, map(_CJK.match, characters)))]


def _restore_brackets(characters: list[str], protected: bytearray) -> None:
    chinese = _chinese_before(characters)
    opened: list[int] = []
    for place, character in enumerate(characters):
        if protected[place] or character not in "()（）":
            continue
        if character in "(（":
            opened.append(place)
        elif opened:
            start = opened.pop()
            pair = characters[start] + character
            outside = (_neighbour(characters, start, -1), _neighbour(characters, place, 1))
            if (
                pair != "()"
                or any(is_cjk(neighbour) for neighbour in outside)
                or chinese[place] > chinese[start + 1]
            ):
                characters[start], characters[place] = "（", "）"
        elif character == ")":
            _restore_lone(characters, place)
    for place in opened:
        if characters[place] == "(":
            _restore_lone(characters, place)


def _restore_lone(characters: list[str], place: int) -> None:
    """A bracket without a partner: 1)标题, a) 事项."""
    if is_cjk(_neighbour(characters, place, -1)) or is_cjk(_neighbour(characters, place, 1)):
        characters[place] = characters[place].translate(_FULL)


def _restore_quotes(characters: list[str], protected: bytearray) -> None:
    chinese = _chinese_before(characters)
    for straight, opening, closing in (('"', "“", "”"), ("'", "‘", "’")):
        places = [
            place
            for place, character in enumerate(characters)
            if character == straight
            and not protected[place]
            and not (straight == "'" and _is_apostrophe(characters, place))
        ]
        for start, end in zip(places[::2], places[1::2], strict=False):
            outside = (_neighbour(characters, start, -1), _neighbour(characters, end, 1))
            if any(map(is_cjk, outside)) or chinese[end] > chinese[start + 1]:
                characters[start], characters[end] = opening, closing


def _is_apostrophe(characters: list[str], place: int) -> bool:
    around = "".join(characters[max(place - 1, 0) : place + 2])
    return len(around) == 3 and around.isascii() and around[0].isalnum() and around[2].isalnum()
