"""Themes, approaches and bodies of a case, suggested by the cues of an editable lexicon. Pure.

A cue in the title says more than one in a heading, and one in a heading more than one in the
text; in the text it is the density that counts, so that long cases do not collect every theme.
A cue that several terms share says less about each of them. Suggestions are for staff to confirm:
the thresholds below prefer leaving a term out to giving a wrong one.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .parsed import ParsedCase


@dataclass(frozen=True)
class Term:
    """A theme, approach or body with the phrases that suggest it."""

    code: str
    name: str
    cues: tuple[str, ...]


@dataclass(frozen=True)
class CaseText:
    """A case by the weight of its parts. Headings include those inside paragraphs."""

    title: str
    group: str
    headings: str
    practices: str
    body: str

    @classmethod
    def of(cls, case: ParsedCase) -> "CaseText":
        paragraphs = [p.text for section in case.sections for p in section.paragraphs]
        practices = [
            p.text
            for section in case.sections
            if section.kind in ("practices", "other")
            for p in section.paragraphs
        ]
        inner = (match["heading"] for text in paragraphs for match in _HEADING.finditer(text))
        return cls(
            title=case.title[:_LONGEST_TITLE],
            group=case.group,
            headings="\n".join([*(section.heading for section in case.sections), *inner]),
            practices="\n".join(practices),
            body="\n".join(paragraphs),
        )


# No title is longer; what is longer is text that lost its line breaks.
_LONGEST_TITLE = 300
# （一）健全机制，夯实基础。… and 一是推进…。: what a paragraph or a sentence announces.
_HEADING = re.compile(
    r"(?:^（[一二三四五六七八九十]+）|(?:^|(?<=[。；：]))[一二三四五六七八九十]是|^\d{1,2}[.．、])"
    r"(?P<heading>[^。；\n]{2,40})(?=[。；]|$)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Weights:
    """How much one cue counts by where it stands; `density` is for one cue per 1,000 characters."""

    title: float
    group: float
    heading: float
    density: float
    # A term must reach `least`, and the given share of the best term's score.
    least: float
    share: float
    most: int


THEME_WEIGHTS = Weights(title=6, group=4, heading=1, density=2, least=3, share=0.3, most=3)
APPROACH_WEIGHTS = Weights(title=6, group=0, heading=2, density=2, least=3, share=0.3, most=4)
BODY_WEIGHTS = Weights(title=8, group=2, heading=1, density=2, least=2, share=0.4, most=3)


class Lexicon:
    """The terms of one list, ready for counting their cues in texts."""

    def __init__(self, terms: Iterable[Term]):
        self.terms = tuple(terms)

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = {}
        for term in self.terms:
            for cue in {term.name, *term.cues}:
                owners.setdefault(cue, []).append(term.code)
        return owners

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        cues = sorted(self._owners, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, cues))) if cues else None

    def count(self, text: str) -> dict[str, float]:
        """Code -> weighted number of cues; the longest cue wins where cues overlap."""
        counts: Counter[str] = Counter()
        if self._pattern is None:
            return counts
        for cue, times in Counter(self._pattern.findall(text)).items():
            owners = self._owners[cue]
            for code in owners:
                # Repeating one cue says less and less.
                counts[code] += math.sqrt(times) / len(owners)
        return counts

    def scores(self, text: CaseText, weights: Weights, body: str) -> dict[str, float]:
        """Code -> score, highest first."""
        # In a short text one chance word would be dense.
        thousands = max(len(body) / 1000, 1)
        total: Counter[str] = Counter()
        for part, weight in (
            (text.title, weights.title),
            (text.group, weights.group),
            (text.headings, weights.heading),
            (body, weights.density / thousands),
        ):
            for code, count in self.count(part).items():
                total[code] += weight * count
        order = {term.code: place for place, term in enumerate(self.terms)}
        return dict(sorted(total.items(), key=lambda item: (-item[1], order[item[0]])))

    def suggest(self, text: CaseText, weights: Weights, body: str) -> tuple[str, ...]:
        """The codes that pass the thresholds, best first; those in the title always pass."""
        scores = self.scores(text, weights, body)
        if not scores:
            return ()
        bar = max(weights.least, weights.share * max(scores.values()))
        in_title = self.count(text.title)
        titled = [code for code in scores if weights.title * in_title.get(code, 0) >= weights.least]
        others = [code for code, score in scores.items() if score >= bar and code not in titled]
        chosen = {*titled[: weights.most], *others[: max(weights.most - len(titled), 0)]}
        return tuple(code for code in scores if code in chosen)


def suggest_themes(lexicon: Lexicon, text: CaseText) -> tuple[str, ...]:
    """At most three theme codes, the primary one first."""
    return lexicon.suggest(text, THEME_WEIGHTS, text.body)


def suggest_approaches(lexicon: Lexicon, text: CaseText) -> tuple[str, ...]:
    """Approach codes: how the reform works is told by the title and by what was done."""
    return lexicon.suggest(text, APPROACH_WEIGHTS, text.practices or text.body)


def suggest_bodies(lexicon: Lexicon, text: CaseText) -> tuple[str, ...]:
    """Codes of the bodies that are named as doing the work."""
    return lexicon.suggest(text, BODY_WEIGHTS, text.body)
