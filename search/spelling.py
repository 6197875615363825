"""What a reader meant who typed something else: same-sound and other typos, pinyin, initials.

Pure. A text is covered with known terms at the least cost; a typo is a known term at a price, so
that it is only assumed where what was typed makes no better sense.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .vocabulary import MAX_LENGTH, Vocabulary

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
    plain, _ = _cover(text, vocabulary, known, corrections=False)
    mended, pieces = _cover(text, vocabulary, known, corrections=True)
    if mended + (MARGIN if len(text) < LONG else MARGIN_OF_LONG) > plain:
        return []
    return [Correction(typed, meant, "typo") for typed, meant in pieces if typed != meant]


def read_pinyin(letters: str, vocabulary: Vocabulary) -> list[list[str]]:
    """For each piece of `letters` the terms with that pinyin, likeliest first.

    Empty where it is no pinyin of known terms.
    """
    if len(letters) < 4:
        return []
    return _read(letters, vocabulary.spelled, vocabulary) or _read(
        letters, vocabulary.spelled_nearly, vocabulary
    )


def _read(letters: str, spelled: Callable[[str], list[str]], vocabulary) -> list[list[str]]:
    best: list[tuple[float, list[list[str]]] | None] = [(0.0, [])] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - vocabulary.longest_letters - 2), end):
            if best[start] is not None and (terms := spelled(letters[start:end])):
                # Few long pieces rather than many short ones.
                cost = best[start][0] + 1.0 - 0.02 * (end - start)
                if best[end] is None or cost < best[end][0]:
                    best[end] = (cost, [*best[start][1], terms[:MAX_READINGS]])
    return best[-1][1] if best[-1] else []


def read_initials(letters: str, vocabulary: Vocabulary) -> list[str]:
    """The terms that `letters` may be the initials of, likeliest first."""
    if not 2 <= len(letters) <= MAX_LENGTH:
        return []
    return vocabulary.abbreviated(letters)[:MAX_INITIALS]


def _cover(
    text: str, vocabulary: Vocabulary, known: Callable[[str], bool], *, corrections: bool
) -> tuple[float, list[tuple[str, str]]]:
    """The least cost of covering `text`, and the pieces (typed, meant) that do so."""
    best: list[tuple[float, list[tuple[str, str]]]] = [(0.0, [])]
    for end in range(1, len(text) + 1):
        options = []
        for start in range(max(0, end - MAX_LENGTH), end):
            piece = text[start:end]
            for cost, meant in _readings(piece, vocabulary, known, corrections):
                options.append((best[start][0] + cost, start, piece, meant))
        cost, start, piece, meant = min(options, key=lambda option: option[0])
        best.append((cost, [*best[start][1], (piece, meant)]))
    return best[-1]


def _readings(piece, vocabulary, known, corrections):
    length = len(piece)
    if length == 1:
        yield LONE_CHARACTER, piece
        return
    if vocabulary.frequency(piece):
        yield KNOWN_TERM, piece
        return
    if piece in vocabulary or known(piece):
        yield KNOWN_WORD, piece
    if not corrections:
        return
    for extra, terms in (
        (0.0, vocabulary.sounding(piece)),
        (NEARLY_SAME_SOUND, vocabulary.sounding_nearly(piece)),
    ):
        terms = [term for term in terms if _same_numbers(term, piece)]
        if length == 2:
            # Two other characters with the same sound are another word, not a typo.
            terms = [term for term in terms if set(term) & set(piece)]
        if terms:
            yield SAME_SOUND.get(length, SAME_SOUND_LONG) + extra, _likeliest(piece, terms)
    if length >= 3 and (terms := [t for t in vocabulary.near(piece) if _same_numbers(t, piece)]):
        term = terms[0]
        yield NEAR_SPELLING.get(min(length, len(term)), NEAR_SPELLING_LONG), term


def _same_numbers(term: str, typed: str) -> bool:
    return _NUMERAL.findall(term) == _NUMERAL.findall(typed)


def _likeliest(typed: str, terms: list[str]) -> str:
    """Of terms that sound the same, the one with the most of the typed characters in place."""
    return max(terms, key=lambda term: sum(a == b for a, b in zip(term, typed, strict=False)))
