"""What to do when nothing was found: what killed the search, and each way out with its hits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from cases.models import Theme

from . import facets
from .addresses import only_text, query_string, without_filter, without_text
from .index import search_index
from .labels import Facet
from .normalize import significant
from .query import All, Clause
from .ranking import rank
from .searching import SearchRequest, current_language, search_documents, understand


@dataclass(frozen=True)
class WayOut:
    """label: the change, in words. query: the query string after it. count: its hits."""

    label: str
    query: str
    count: int


def ways_out(request: SearchRequest, groups: Iterable[Facet]) -> tuple[WayOut, ...]:
    """Lift one thing at a time, then all filters at once; what brings most comes first.

    Raises index.IndexUnavailable.
    """
    selected = [facet for facet in groups if facet.selected]
    changes = [
        (f"去掉{facet.label}“{'、'.join(value.label for value in facet.selected)}”", changed)
        for facet in selected
        for changed in [without_filter(request, facet.name)]
    ]
    if request.text.strip():
        changes.append((f"去掉检索词“{request.text}”", without_text(request)))
        if len(selected) > 1:
            changes.append(("去掉全部筛选，只留检索词", only_text(request)))
    ways = (
        WayOut(label, query_string(changed), len(search_documents(changed)))
        for label, changed in changes
        if changed.text.strip() or changed.filters
    )
    return tuple(sorted(ways, key=lambda way: -way.count))


@dataclass(frozen=True)
class QueryPart:
    """A part of the query: how many cases have it within the filters, and anywhere."""

    typed: str
    within: int
    anywhere: int


def query_parts(request: SearchRequest) -> tuple[QueryPart, ...]:
    """How many cases each part of the query has for itself: which one kills the search.

    Empty where the query has one part only and nothing filters.
    """
    snapshot = search_index().snapshot()
    query = understand(request, current_language(snapshot))
    wanted = [child for child in query.root.children if isinstance(child, Clause)]
    parts = []
    for clause in wanted if len(wanted) > 1 or request.filters else ():
        alone = replace(query, root=All((clause,)), places=(), whole="")
        ranking = rank(snapshot, alone)
        full = ranking.documents[ranking.full]
        passed = facets.passing(snapshot, full, request.filters)
        parts.append(QueryPart(clause.typed, int(np.count_nonzero(passed)), len(full)))
    return tuple(parts)


def nearest_terms(request: SearchRequest, most: int = 6) -> tuple[str, ...]:
    """Terms of the library that look or sound like parts of the query."""
    language = current_language(search_index().snapshot())
    vocabulary = language.vocabulary
    found: dict[str, None] = {}
    for clause in understand(request, language).clauses:
        for text in (clause.literals[0], *(term.typed for term in clause.terms)):
            for near in (
                vocabulary.sounding(text),
                vocabulary.sounding_nearly(text),
                vocabulary.near(text),
            ):
                found.update(
                    dict.fromkeys(t for t in near if vocabulary.frequency(t) and t != text)
                )
    return tuple(found)[:most]


def fitting_themes(request: SearchRequest, most: int = 3) -> list[Theme]:
    """Themes whose name or cues the query touches; the best fitting ones first."""
    snapshot = search_index().snapshot()
    query = understand(request, current_language(snapshot))
    texts = {clause.literals[0] for clause in query.clauses} | {
        way.text for term in query.terms for way in term.alternatives
    }
    touched = []
    for theme in Theme.objects.all():
        cues = [significant(cue) for cue in (theme.name, *theme.cue_list)]
        hits = sum(len(cue) for cue in cues if any(cue in text or text in cue for text in texts))
        if hits:
            touched.append((hits, theme))
    touched.sort(key=lambda pair: -pair[0])
    return [theme for _, theme in touched[:most]]
