"""A section beside its paragraphs in the original file, with what differs marked. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from .notices.parsing.punctuation import restore
from .redline import Span, rows


@dataclass(frozen=True)
class Beside:
    """A paragraph: position of the original's, its words, and the section's; None on one side only.

    The original's words are verbatim, although punctuation of another width is no difference.
    """

    position: int | None
    original: tuple[Span, ...] | None
    edited: tuple[Span, ...] | None

    @property
    def state(self) -> str:
        """same, changed, gone or new."""
        if self.original is None:
            return "new"
        if self.edited is None:
            return "gone"
        marked = any(span.marked for span in (*self.original, *self.edited))
        return "changed" if marked else "same"


def beside(source: Iterable[dict], text: str) -> list[Beside]:
    """The original's paragraphs ({"position", "text"}) in order, with those that were added."""
    originals = [
        (entry["position"], line.strip())
        for entry in source or ()
        for line in entry["text"].splitlines()
        if line.strip()
    ]
    old = "\n".join(restore(words) for _, words in originals)
    waiting = iter(originals)
    found = []
    for row in rows(old, text):
        if row.old is None:
            found.append(Beside(None, None, row.new))
        else:
            position, words = next(waiting)
            found.append(Beside(position, _verbatim(row.old, words), row.new))
    return found


def _verbatim(spans, words):
    """The spans over `words`, which restore() left as long as they were."""
    place, found = 0, []
    for span in spans:
        found.append(Span(words[place : place + len(span.text)], span.marked))
        place += len(span.text)
    return tuple(found)
