"""Snippets for engines that have none that could be used: a regular expression over the text."""

import re
from collections.abc import Iterable, Sequence

from .engine import SNIPPET


def texts_of(ids: Sequence[int]) -> list[str]:
    """The texts of these cases, in this order, from the database."""
    from cases.models import Section

    texts: dict[int, list[str]] = {number: [] for number in ids}
    for number, text in Section.objects.filter(case__in=ids).values_list("case_id", "text"):
        texts[number].append(text)
    return ["\n".join(texts[number]) for number in ids]


def passages(texts: Iterable[str], words: Sequence[str]) -> list[str]:
    """Of each text the passage around the first of the words, with all of them marked."""
    if not words:
        return [text[:SNIPPET] for text in texts]
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    found = []
    for text in texts:
        match = pattern.search(text)
        start = max(0, match.start() - SNIPPET // 3) if match else 0
        found.append(pattern.sub(r"<b>\g<0></b>", text[start : start + SNIPPET]))
    return found
