"""Groups of expressions that mean the same to a searcher. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .normalize import significant


class Thesaurus:
    """`groups`: expressions as written; each group's order does not matter for searching."""

    def __init__(self, groups: Iterable[Sequence[str]]):
        self._others: dict[str, dict[str, None]] = defaultdict(dict)
        for group in groups:
            expressions = list(dict.fromkeys(filter(None, map(significant, group))))
            for expression in expressions:
                self._others[expression].update(
                    dict.fromkeys(other for other in expressions if other != expression)
                )
        self.longest = max(map(len, self._others), default=0)

    def __contains__(self, expression: str) -> bool:
        return expression in self._others

    def synonyms(self, expression: str) -> tuple[str, ...]:
        """The other expressions of every group that `expression` is in (normal forms)."""
        return tuple(self._others.get(expression, ()))

    @property
    def expressions(self) -> Iterable[str]:
        return self._others.keys()
