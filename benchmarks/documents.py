"""The cases of a library as documents for the peers, cut by jieba once for all of them."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import jieba

from .engine import FACETS, Document

# jieba's own ChineseAnalyzer leaves these out.
STOP_WORDS = {"的", "了", "和"}
_HAS_WORD_CHARACTER = re.compile(r"\w")


def tokens(text: str) -> list[str]:
    """jieba's words in search mode, the short words within a long one too."""
    return [
        word
        for word in (token.strip().lower() for token in jieba.cut_for_search(text))
        if _HAS_WORD_CHARACTER.search(word) and word not in STOP_WORDS
    ]


def write(path: Path) -> float:
    """Cut all published cases into `path`, a JSON line each; returns the seconds of cutting."""
    from cases.models import Case
    from search.documents import facet_values

    jieba.initialize()
    seconds = 0.0
    with path.open("w", encoding="utf-8") as file:
        cases = Case.objects.published().with_text().order_by("pk")
        for case in cases.iterator(chunk_size=500):
            facets = facet_values(case)
            regions = case.region.ancestors
            terms = [*regions, *case.themes, *case.approaches.all(), *case.bodies.all()]
            lines = [case.highlight]
            for section in case.sections.all():
                lines += [section.heading, section.text]
            lines += [term.name for term in terms]
            started = time.perf_counter()
            title, body = tokens(case.title), tokens("\n".join(lines))
            seconds += time.perf_counter() - started
            document = Document(
                id=case.pk,
                title=" ".join(title),
                body=" ".join(body),
                dated=case.dated.isoformat(),
                facets={name: facets[name] for name in FACETS},
            )
            file.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
    return seconds


def read(path: Path) -> Iterator[Document]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Document(**json.loads(line))
