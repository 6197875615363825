"""How close together a document has the words of a query. Pure."""

from collections.abc import Sequence

# Occurrences of one word that are looked at; in a case of 3,000 characters there are seldom more.
MOST = 50


def smallest_window(text: str, needles: Sequence[str]) -> int | None:
    """The length of the shortest piece of `text` that holds each of `needles` once.

    None where one of them is missing.
    """
    places: list[tuple[int, int, int]] = []
    for number, needle in enumerate(needles):
        position, found = text.find(needle), 0
        while position >= 0 and found < MOST:
            places.append((position, position + len(needle), number))
            found += 1
            position = text.find(needle, position + 1)
        if not found:
            return None
    places.sort()
    best, held, first = None, [0] * len(needles), 0
    missing = len(needles)
    for _, end, number in places:
        missing -= not held[number]
        held[number] += 1
        while not missing:
            start, _, leaving = places[first]
            length = end - start
            best = length if best is None else min(best, length)
            held[leaving] -= 1
            missing += not held[leaving]
            first += 1
    return best


def closeness(text: str, needles: Sequence[str]) -> float:
    """1 where the needles stand side by side, less the further apart; 0 where one is missing."""
    window = smallest_window(text, needles)
    return min(1.0, sum(map(len, needles)) / window) if window else 0.0
