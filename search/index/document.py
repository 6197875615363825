"""What is to be indexed of one case, and its terms. Plain values; no Django, no Whoosh."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..analysis import cut, subwords
from ..normalize import significant
from ..understanding.names import names


class Order(NamedTuple):
    """What documents are sorted by. date: YYYY-MM-DD. improvement: 0 to 1; None is no figure."""

    date: str = "1970-01-01"
    notice: int = 0
    number: int = 0
    improvement: float | None = None


@dataclass(frozen=True)
class IndexDocument:
    """texts: word field -> text as written. facets: facet -> its values."""

    id: int
    texts: Mapping[str, str]
    facets: Mapping[str, list[str]] = field(default_factory=dict)
    order: Order = field(default_factory=Order)

    @property
    def text(self) -> str:
        """The significant characters of all that readers see; terms are no text of the case."""
        everything = "\n".join(text for name, text in self.texts.items() if name != "terms")
        return significant(everything)


@dataclass(frozen=True)
class Terms:
    """words: word field -> term -> how often; names: coined names and phrases."""

    words: Mapping[str, Counter]
    names: set[str]


def terms_of(document: IndexDocument) -> Terms:
    """Each text is cut once, for its words and for its names."""
    cuts = {name: (text, cut(text)) for name, text in document.texts.items() if text}
    counted = {}
    for name, (_, tokens) in cuts.items():
        counts: Counter[str] = Counter()
        for word, _, _ in tokens:
            counts[word] += 1
            if len(word) > 2:
                counts.update(subwords(word))
        counted[name] = counts
    return Terms(
        counted,
        names(
            [cuts[name] for name in ("title", "headings") if name in cuts],
            [with_cut for name, with_cut in cuts.items() if name != "title"],
        ),
    )
