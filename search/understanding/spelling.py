"""What a reader meant who typed something else: same-sound and other typos, pinyin, initials.

Pure. A text is covered with known terms at the least cost; a typo is a known term at a price, so
that it is only assumed where what was typed makes no better sense.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from .vocabulary import MAX_LENGTH, MAX_LETTERS, Vocabulary

# Costs of covering a piece of the text. A known word costs little whatever its length, so longer
# words win; a lone character costs more than a word.
KNOWN_TERM, KNOWN_WORD, LONE_CHARACTER = 0.5, 0.6, 1.0
# What a typo costs by the length of the term: the shorter, the likelier it is chance.
SAME_SOUND = {2: 1.6, 3: 1.1}
SAME_SOUND_LONG = 0.9
NEARLY_SAME_SOUND = 0.35
NEAR_SPELLING = {3: 1.7}
NEAR_SPELLING_LONG = 1.25
# A correction has to make this much better sense than what was typed, and more in a long text,
# where two lone characters are no rarity.
MARGIN, MARGIN_OF_LONG, LONG = 0.25, 0.55, 5
# Numbers are not misspelled: 五证同发 is not 多证同发.
_NUMERAL = re.compile(r"[0-9一二三四五六七八九十]")

MAX_INITIALS, MAX_READINGS = 4, 3
MAX_TEXT = 40


@dataclass(frozen=True)
class Correction:
    """typed: a piece of the query; meant: what is searched instead; how: typo, pinyin, initials."""

    typed: str
    meant: str
    how: str


def correct(text: str, vocabulary: Vocabulary, known: Callable[[str], bool]) -> list[Correction]:
    """The typos in a Chinese text without separators, in order; empty where it makes sense."""
    if not 2 <= len(text) <= MAX_TEXT:
        return []
    margin = MARGIN if len(text) < LONG else MARGIN_OF_LONG
    costs = _costs_as_typed(text, vocabulary, known)
    plain, _ = _cover(text, costs)
    if plain < SAME_SOUND_LONG + margin:
        # A cover that holds a typo cannot be that much better.
        return []
    mended, pieces = _cover(text, costs, partial(_typos, vocabulary), plain - margin)
    if mended + margin > plain:
        return []
    return [Correction(typed, meant, "typo") for typed, meant in pieces if typed != meant]


def read_pinyin(letters: str, vocabulary: Vocabulary) -> list[list[str]]:
    """For each piece of `letters` the terms with that pinyin, likeliest first.

    Empty where it is no pinyin of known terms.
    """
    if len(letters) < 4:
        return []
    return _read(letters, vocabulary.spelled) or _read(letters, vocabulary.spelled_nearly)


def _read(letters: str, spelled: Callable[[str], list[str]]) -> list[list[str]]:
    best: list[tuple[float, list[list[str]]] | None] = [(0.0, [])] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - MAX_LETTERS), end):
            if best[start] is None:
                continue
            # Few long pieces rather than many short ones.
            cost = best[start][0] + 1.0 - 0.02 * (end - start)
            if (best[end] is None or cost < best[end][0]) and (
                terms := spelled(letters[start:end])
            ):
                best[end] = (cost, [*best[start][1], terms[:MAX_READINGS]])
    return best[-1][1] if best[-1] else []


def read_initials(letters: str, vocabulary: Vocabulary) -> list[str]:
    """The terms that `letters` may be the initials of, likeliest first."""
    if not 2 <= len(letters) <= MAX_LENGTH:
        return []
    return vocabulary.abbreviated(letters)[:MAX_INITIALS]


def _costs_as_typed(
    text: str, vocabulary: Vocabulary, known: Callable[[str], bool]
) -> dict[tuple[int, int], float]:
    """What each piece of `text`, by its start and end, costs as it stands there, if it is known."""
    costs = {(start, start + 1): LONE_CHARACTER for start in range(len(text))}
    for start in range(len(text)):
        for end in range(start + 2, min(len(text), start + MAX_LENGTH) + 1):
            piece = text[start:end]
            count = vocabulary.count(piece)
            if count:
                costs[start, end] = KNOWN_TERM
            elif count == 0 or known(piece):
                costs[start, end] = KNOWN_WORD
    return costs


def _cover(
    text: str,
    costs: dict[tuple[int, int], float],
    typos: Callable[[str, float], Iterator[tuple[float, str]]] | None = None,
    limit: float = math.inf,
) -> tuple[float, list[tuple[str, str]]]:
    """The least cost of covering `text`, and the pieces (typed, meant) that do so.

    Typos are not looked for where they would bring the whole over `limit`.
    """
    best: list[tuple[float, list[tuple[str, str]]]] = [(0.0, [])]
    for end in range(1, len(text) + 1):
        starts = range(max(0, end - MAX_LENGTH), end)
        # Of equal costs the longest piece is chosen, rather as it was typed than mended.
        chosen = min(
            (best[start][0] + costs[start, end], start, 0, text[start:end])
            for start in starts
            if (start, end) in costs
        )
        rest = KNOWN_TERM if end < len(text) else 0.0
        for start in starts if typos else ():
            before = best[start][0]
            if costs.get((start, end)) != KNOWN_TERM:
                # Sums of the same costs may differ in their last digit.
                most = min(limit - rest, chosen[0]) - before + 1e-6
                for order, (cost, meant) in enumerate(typos(text[start:end], most), 1):
                    option = (before + cost, start, order, meant)
                    chosen = min(chosen, option, key=lambda one: one[:3])
        cost, start, _, meant = chosen
        best.append((cost, [*best[start][1], (text[start:end], meant)]))
    return best[-1]


def _typos(vocabulary: Vocabulary, typed: str, most: float) -> Iterator[tuple[float, str]]:
    """What a piece may be a typo of, at a cost of at most `most`: by its sound, by its spelling."""
    length = len(typed)
    cost = SAME_SOUND.get(length, SAME_SOUND_LONG)
    if length == 1 or cost > most:
        return
    numbers = _numbers(typed)

    def fitting(terms: Iterable[str]) -> Iterator[str]:
        for term in terms:
            # Two other characters with the same sound are another word, not a typo.
            if _numbers(term) == numbers and (length > 2 or set(term) & set(typed)):
                yield term

    if terms := list(fitting(vocabulary.sounding(typed))):
        yield cost, _likeliest(typed, terms)
    elif cost + NEARLY_SAME_SOUND <= most and (
        terms := list(fitting(vocabulary.sounding_nearly(typed)))
    ):
        yield cost + NEARLY_SAME_SOUND, _likeliest(typed, terms)
    if (
        length >= 3
        and most >= NEAR_SPELLING_LONG
        and (term := next(fitting(vocabulary.near(typed)), None))
    ):
        yield NEAR_SPELLING.get(min(length, len(term)), NEAR_SPELLING_LONG), term


def _numbers(text: str) -> list[str]:
    return _NUMERAL.findall(text)


def _likeliest(typed: str, terms: list[str]) -> str:
    """Of terms that sound the same, the one with the most of the typed characters in place."""
    return max(terms, key=lambda term: sum(a == b for a, b in zip(term, typed, strict=False)))
