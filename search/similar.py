"""Cases like this one, with the reasons: terms they share, the same theme, the same approaches."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from cases.models import Case

from .analysis import cut
from .index import search_index
from .index.facets import Facet
from .index.snapshot import Snapshot
from .schema import WORD_FIELDS

KEY_TERMS = 30
REASON_TERMS = 3
# How much a shared theme or approach counts, in shares of the best score by terms.
SAME_PRIMARY_THEME, SAME_THEME, SAME_APPROACH = 0.45, 0.15, 0.1
# "Other cities first": what a case of the same city has to make up.
SAME_CITY = 0.25


@dataclass(frozen=True)
class Similar:
    """terms: key terms that both hold; themes and approaches: names of shared ones."""

    case: Case
    terms: tuple[str, ...]
    themes: tuple[str, ...]
    approaches: tuple[str, ...]


def similar_cases(case: Case, limit: int = 5) -> list[Similar]:
    """Published cases like `case`, most alike first. Raises index.IndexUnavailable."""
    snapshot = search_index().snapshot()
    terms = key_terms(case, snapshot)
    scores = np.zeros(snapshot.size, dtype=np.float32)
    holders = {}
    for term, weight in terms.items():
        postings = snapshot.word(term)
        scores[postings.documents] += weight * postings.weights
        holders[term] = set(postings.documents.tolist())
    own = snapshot.numbers_of([case.pk])
    scores[own] = 0
    unit = float(scores.max()) if scores.size else 0.0
    if not unit:
        return []
    primary = case.primary_theme.code if case.primary_theme else None
    for theme in case.themes:
        share = SAME_PRIMARY_THEME if theme.code == primary else SAME_THEME
        scores[snapshot.facet("theme").having([theme.code])] += unit * share
    for approach in case.approaches.all():
        scores[snapshot.facet("approach").having([approach.code])] += unit * SAME_APPROACH
    scores[snapshot.facet("city").having([case.region.city.code])] -= unit * SAME_CITY
    scores[own] = -1
    scores[~snapshot.live] = -1
    # Some more than wanted: the database may have withdrawn one meanwhile.
    best = np.argsort(-scores, kind="stable")[: limit * 2].tolist()
    cases = (
        Case.objects.published()
        .select_related("region__parent__parent__parent")
        .in_bulk([int(snapshot.ids[n]) for n in best])
    )
    found = []
    for number in best:
        other = cases.get(int(snapshot.ids[number]))
        if other is None or scores[number] <= 0:
            continue
        shared = [term for term in terms if number in holders[term]][:REASON_TERMS]
        themes = _shared(snapshot.facet("theme"), case.themes, number)
        approaches = _shared(snapshot.facet("approach"), case.approaches.all(), number)
        if shared or themes:
            found.append(Similar(other, tuple(shared), themes, approaches))
    return found[:limit]


def _shared(facet: Facet, terms, document: int) -> tuple[str, ...]:
    """The names of those of the case's terms that the document has too."""
    return tuple(term.name for term in terms if facet.having([term.code])[document])


def key_terms(case: Case, snapshot: Snapshot) -> dict[str, float]:
    """The words that say most of what `case` is about, heaviest first, with their weights.

    Frequency in the case, more in its title, times rarity in the library.
    """
    counts: Counter[str] = Counter()
    texts = [(case.title, WORD_FIELDS["title"][0])]
    texts += [(section.text, 1.0) for section in case.sections.all()]
    for text, weight in texts:
        for word, *_ in cut(text):
            if len(word) >= 2 and not word.isascii():
                counts[word] += weight
    weights = {}
    for word, count in counts.items():
        frequency = snapshot.frequency(word)
        # A word of this case alone leads nowhere, one of half the library says nothing.
        if 2 <= frequency <= max(3, snapshot.count * 0.4):
            weights[word] = float(np.log1p(count)) * snapshot.idf(frequency)
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return dict(ranked[:KEY_TERMS])
