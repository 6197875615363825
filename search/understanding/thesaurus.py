"""Groups of expressions that mean the same to a searcher. Pure."""

from collections.abc import Iterable, Sequence

from ..normalize import significant


class Thesaurus:
    """`groups`: expressions as written; each group's order does not matter for searching."""

    def __init__(self, groups: Iterable[Sequence[str]]):
        self._groups: dict[str, tuple[tuple[str, ...], ...]] = {}
        for group in groups:
            expressions = tuple(dict.fromkeys(filter(None, map(significant, group))))
            for expression in expressions:
                self._groups[expression] = (*self._groups.get(expression, ()), expressions)

    def __contains__(self, expression: str) -> bool:
        return expression in self._groups

    def synonyms(self, expression: str) -> tuple[str, ...]:
        """The other expressions of every group that `expression` is in (normal forms)."""
        found = dict.fromkeys(
            other for group in self._groups.get(expression, ()) for other in group
        )
        found.pop(expression, None)
        return tuple(found)

    @property
    def expressions(self) -> Iterable[str]:
        return self._groups.keys()
