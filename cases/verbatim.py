"""What a case says: whether words stand in it exactly as given, where they nearly do, and which
numbers a sentence does not have. Pure."""

import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import SequenceMatcher

from .notices.figures.quantities import at_once, comparable, find_quantities
from .notices.outcomes import find_outcomes
from .notices.parsing.punctuation import fold

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+[”’）]*|(?=\n)|$)")
# So many candidates are compared letter by letter; the others share too little with the words.
_COMPARED = 8
# Less alike than this is another sentence.
_ALIKE = 0.4


def stands_in(words: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has the words, every character and blank as given."""
    return any(words in text for text in texts)


def nearest(words: str, texts: Iterable[str]) -> str | None:
    """The passage of as many sentences that is most like the words; None where none is."""
    wanted = _pairs(words)
    size = max(len(_SENTENCE.findall(words)), 1)
    candidates = {
        passage: len(wanted & _pairs(passage))
        for text in texts
        for passage in _passages(text, size)
    }
    likely = sorted(candidates, key=candidates.get, reverse=True)[:_COMPARED]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(fold(words))
    best, most = None, _ALIKE
    for passage in likely:
        matcher.set_seq1(fold(passage))
        if matcher.real_quick_ratio() > most and (ratio := matcher.ratio()) > most:
            best, most = passage, ratio
    return best


def unsaid(
    numbers: Iterable[tuple[Decimal | None, str]], sentence: str
) -> list[tuple[Decimal, str]]:
    """Those of the (value, unit) that the sentence does not say; None is no number."""
    said = [(value, one.unit) for one in find_quantities(sentence) for value in (one.low, one.high)]
    for one in find_outcomes(sentence):
        said += [(one.before, one.before_unit), (one.before_high, one.before_unit)]
        said += [(one.after, one.unit), (one.after_high, one.unit), (one.stated_change, "%")]
    # A unit may be left out of the sentence, and a change is written without its sign.
    values = {abs(comparable(value, unit)[0]) for value, unit in said if value is not None}
    values |= {abs(value) for value, _ in said if value is not None}
    if any(at_once(sentence, position) for position in range(len(sentence))):
        values.add(Decimal(0))
    return [
        (value, unit)
        for value, unit in numbers
        if value is not None and not {abs(value), abs(comparable(value, unit)[0])} & values
    ]


def _passages(text: str, size: int):
    """Every `size` sentences in a row, and fewer at the end of the text; verbatim."""
    spans = [match.span() for match in _SENTENCE.finditer(text)]
    for index, (start, _) in enumerate(spans):
        passage = text[start : spans[min(index + size, len(spans)) - 1][1]].strip()
        if passage:
            yield passage


def _pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters: cheap to compare, and they tell most texts apart."""
    folded = fold(text)
    return {folded[i : i + 2] for i in range(len(folded) - 1)} or {folded}
