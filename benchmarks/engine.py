"""What every engine of the comparison can do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE_SIZE = 20
# What the peers count over all matches; ours counts these and four more.
FACETS = ("city", "theme", "level", "year", "approach")
SNIPPET = 110  # characters


@dataclass(frozen=True)
class Document:
    """A case as the peers index it. title, body: jieba's tokens, parted by spaces.

    facets: facet -> values, those of FACETS; a city also counts for its province.
    """

    id: int
    title: str
    body: str
    dated: str
    facets: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Query:
    """text: as a reader types it, without quotation marks; literal: it stands so in a case.

    tokens: jieba's tokens of the text. Several of them mean any of them, the best first; of a
    literal, one after the other. filters: facet -> values, which all hold.
    """

    kind: str
    text: str = ""
    tokens: Sequence[str] = ()
    literal: bool = False
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """The first PAGE_SIZE hits. facets: facet -> value -> number of hits, over all of them."""

    ids: Sequence[int]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    snippets: Sequence[str]


class Engine(ABC):
    """One engine over one library, in a process of its own, in one thread.

    folder: where it keeps its index. size: the number of cases, for names.
    """

    # What it is, with its configuration, in a few words for the report.
    label: str
    # Whether build() wants documents; else it reads the database.
    takes_documents = True

    def __init__(self, folder: Path, size: int):
        self.folder, self.size = folder, size

    def build(self, documents) -> None:  # noqa: B027
        """Index the documents, an iterable read once. The folder is there and empty.

        An engine that reads another's index has nothing to build.
        """

    @abstractmethod
    def open(self) -> None:
        """Be ready to search what build() of an earlier process made."""

    @abstractmethod
    def search(self, query: Query) -> Page: ...

    def disk_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def joined(tokens: str) -> str:
    """Tokens as text again: what a snippet over tokens is shown as."""
    return tokens.replace(" ", "")
