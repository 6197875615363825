"""What a reader typed, understood: pure, with no look at the index."""

import re
from dataclasses import dataclass

from .analysis import words
from .normalize import significant

# Longer input is cut here; nobody types it, and each word costs a look-up.
MAX_LENGTH = 200

# What separates the parts of a query; each part is also looked for as one literal string.
_SEPARATORS = re.compile(r"[\s,，、;；|｜/]+")


@dataclass(frozen=True)
class ParsedQuery:
    """A query as the engine takes it.

    parts: what was typed between separators, as written.
    literals: the significant characters of each part that has any.
    words: the distinct words of the query, in order, in the normal form.
    """

    text: str
    parts: tuple[str, ...]
    literals: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not self.text


def parse(text: str) -> ParsedQuery:
    """Understand a query; never fails, whatever was typed."""
    # Half characters (lone surrogates) cannot be written anywhere, so no case has them.
    text = text.replace("\x00", " ").encode("utf-8", "ignore").decode("utf-8")
    text = " ".join(text.split())[:MAX_LENGTH]
    parts = tuple(part for part in _SEPARATORS.split(text) if part)
    literals = tuple(dict.fromkeys(filter(None, map(significant, parts))))
    found = dict.fromkeys(word for part in parts for word, *_ in words(part, subwords=False))
    return ParsedQuery(text=text, parts=parts, literals=literals, words=tuple(found))
