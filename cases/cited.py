"""The documents that a text names in 《…》, with the numbers that stand behind them. Pure."""

import re
from dataclasses import dataclass

# 〔2025〕 is often typed with other brackets; 第3号 and 12号 both occur, an order has no year.
_YEAR = r"[〔\[［【（(]\s?(?:19|20)\d{2}\s?[〕\]］】）)]"
_DOC_NUMBER = rf"[\u4e00-\u9fff]{{1,12}}{_YEAR}\s?第?\s?\d{{1,5}}\s?号"
_ORDER = r"[\u4e00-\u9fff]{2,12}令第?\s?[\d一二三四五六七八九十百]{1,5}\s?号"
_BEHIND = re.compile(rf"\s?[（(](?:以下简称[^）)]{{1,40}}[，,；;])?\s?({_DOC_NUMBER}|{_ORDER})")
_OPEN, _CLOSE = "《〈", "》〉"
# A mark that is never closed would make the rest of the text a title.
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Cited:
    """A document. title: between the outer marks, as written; number: its 文号, "" without one."""

    title: str
    number: str
    start: int
    end: int

    @property
    def name(self) -> str:
        return f"《{self.title}》"


def find_cited(text: str) -> tuple[Cited, ...]:
    """Every mention in its order; start and end are offsets of 《…》.

    Titles within titles, 《关于印发〈…〉的通知》 and also 《关于印发《…》的通知》, belong to the
    document around them.
    """
    found = []
    for start, end in _marked(text):
        title = text[start + 1 : end - 1].strip()
        if title:
            behind = _BEHIND.match(text, end)
            number = "".join(behind[1].split()) if behind else ""
            found.append(Cited(title, number, start, end))
    return tuple(found)


def documents(text: str) -> tuple[Cited, ...]:
    """Each document once, at its first mention, with the number that any mention gives."""
    first: dict[str, Cited] = {}
    for cited in find_cited(text):
        known = first.setdefault(same_title(cited.title), cited)
        if cited.number and not known.number:
            first[same_title(cited.title)] = Cited(
                known.title, cited.number, known.start, known.end
            )
    return tuple(first.values())


def same_title(title: str) -> str:
    """What two writings of one title have in common: no space, one kind of inner marks."""
    return "".join(title.split()).replace("《", "〈").replace("》", "〉")


def _marked(text: str):
    """The spans of outermost 《…》; a mark that is not closed in its paragraph is passed over."""
    place = 0
    while (start := text.find("《", place)) >= 0:
        end = _closing(text, start)
        if end is None:
            place = start + 1
        else:
            yield start, end
            place = end


def _closing(text: str, start: int) -> int | None:
    depth = 0
    for place in range(start, min(len(text), start + LONGEST_TITLE + 2)):
        character = text[place]
        if character == "\n":
            return None
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            if depth == 0:
                return place + 1 if character == "》" else None
    return None
