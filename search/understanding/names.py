"""Coined names and phrases of a text, found in the text itself. Pure.

Officials coin names (“十二证同发”, “法拍e掌通”) that no dictionary has. They are what people
remember and misspell, so they are terms of the index, and with it of spelling and suggestions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ..normalize import significant

# A text cut into words: (word, start, end), as analysis.cut gives it.
Cut = list[tuple[str, int, int]]

QUOTED = re.compile(r"“([^“”]{2,20})”|「([^「」]{2,20})」|《([^《》]{2,40})》|‘([^‘’]{2,20})’")
# A phrase is made of so many dictionary words and characters.
MAX_WORDS = 4
MIN_LENGTH, MAX_LENGTH = 3, 10


def quoted(text: str) -> Iterator[str]:
    """What stands in quotation marks or 《》, without them, as often as it stands there."""
    for match in QUOTED.finditer(text):
        name = next(filter(None, match.groups())).strip()
        if len(name) >= 2:
            yield name


def phrases(cut: Cut) -> Iterator[str]:
    """Every run of two to MAX_WORDS words within a clause: 排污权抵押 of 创新排污权抵押融资.

    It begins and ends with a whole word, not with a lone character (招投标不…).
    """
    for first, (phrase, _, reached) in enumerate(cut):
        if len(phrase) < 2:
            continue
        for word, start, end in cut[first + 1 : first + MAX_WORDS]:
            # Punctuation or a stop word between them is not in the list.
            if start != reached or len(phrase) + len(word) > MAX_LENGTH:
                break
            phrase, reached = phrase + word, end
            if len(word) > 1 and len(phrase) >= MIN_LENGTH:
                yield phrase


def names(titles: Iterable[tuple[str, Cut]], texts: Iterable[tuple[str, Cut]]) -> set[str]:
    """The names of a document: quoted anywhere, the phrases of its titles, and repeated ones.

    Each text comes with its cut. The names are significant strings.
    """
    found: set[str] = set()
    repeated: Counter[str] = Counter()
    for text, cut in texts:
        found.update(quoted(text))
        repeated.update(phrases(cut))
    for title, cut in titles:
        found.update(quoted(title))
        found.update(phrases(cut))
    found.update(phrase for phrase, times in repeated.items() if times > 1)
    return set(filter(None, map(significant, found)))
