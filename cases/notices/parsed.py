"""What the parser makes of a notice. Frozen and plain: no Django, nothing from a database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Passage:
    """A piece of the source and where it came from.

    text      with punctuation restored to full width
    source    as it stands in the file
    position  1-based number of its paragraph in the file
    """

    text: str
    source: str
    position: int


@dataclass(frozen=True)
class Problem:
    """Something that staff should look at; `message` is Chinese and names the paragraph."""

    message: str
    paragraph: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class ParsedSection:
    """A top-level part of a case. kind: lead, background, practices, outcomes or other.

    heading_passage is where the heading stands; a table's column headers stand in the letter.
    """

    heading: str
    kind: str
    paragraphs: tuple[Passage, ...]
    heading_passage: Passage | None = None

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(passage.text for passage in self.paragraphs)


@dataclass(frozen=True)
class ParsedCase:
    """One case. `lines` are the source lines that hold its mark and title."""

    number: int
    title: str
    mark: str
    group: str
    position: int
    lines: tuple[Passage, ...]
    sections: tuple[ParsedSection, ...]
    problems: tuple[Problem, ...] = ()

    def passages(self) -> Iterator[Passage]:
        """Every piece of the source in this case, in its order."""
        yield from self.lines
        for section in self.sections:
            if section.heading_passage is not None:
                yield section.heading_passage
            yield from section.paragraphs


@dataclass(frozen=True)
class ParsedNotice:
    """A notice with its cases. Every passage of the source is in exactly one of its places."""

    title: str
    doc_number: str
    issuer: str
    issued_on: date | None
    letter: tuple[Passage, ...]
    cases: tuple[ParsedCase, ...]
    problems: tuple[Problem, ...]
    set_aside: tuple[Passage, ...] = field(default=())

    def passages(self) -> Iterator[Passage]:
        """Every piece of the source: letter, cases and what was set aside."""
        yield from self.letter
        for case in self.cases:
            yield from case.passages()
        yield from self.set_aside
