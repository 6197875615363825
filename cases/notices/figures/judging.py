"""How many numbers that a reader found are proposed, and how many proposals are right. Pure.

A judged list, `fixtures/evaluation/outcomes-*`, has sentences with the outcomes in them. A
proposal is right when kind, numbers, units and the mark for a disagreement are those of one
judged outcome of the same sentence, and its metric has the words that name the measure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..outcomes import ProposedOutcome


@dataclass(frozen=True)
class Judgement:
    """The judged outcomes and the proposals, set against each other.

    found, missed  judged outcomes; missed without those that are marked as optional
    right, wrong   proposals
    """

    found: tuple[dict, ...]
    missed: tuple[dict, ...]
    right: tuple[ProposedOutcome, ...]
    wrong: tuple[ProposedOutcome, ...]

    def recall(self, *kinds: str) -> float:
        """The share of the judged outcomes of these kinds that is proposed."""
        counts = Counter(
            hit
            for hit, outcomes in ((True, self.found), (False, self.missed))
            for outcome in outcomes
            if outcome["kind"] in kinds and not outcome.get("optional")
        )
        return counts[True] / (counts[True] + counts[False])

    def precision(self, *kinds: str) -> float:
        """The share of the proposals of these kinds that is right."""
        right = sum(outcome.kind in kinds for outcome in self.right)
        return right / (right + sum(outcome.kind in kinds for outcome in self.wrong))


def judge(rows: Iterable[dict], proposals: Iterable[ProposedOutcome]) -> Judgement:
    """Set `proposals` against the `rows` of a judged list; each counts once."""
    waiting: dict[str, list[dict]] = {}
    for row in rows:
        waiting.setdefault(row["sentence"], []).extend(row["outcomes"])
    found, right, wrong = [], [], []
    for proposal in proposals:
        judged = waiting.get(proposal.sentence, [])
        match = next((outcome for outcome in judged if _is_right(proposal, outcome)), None)
        if match is None:
            wrong.append(proposal)
        else:
            judged.remove(match)
            found.append(match)
            right.append(proposal)
    missed = [o for judged in waiting.values() for o in judged if not o.get("optional")]
    return Judgement(tuple(found), tuple(missed), tuple(right), tuple(wrong))


def _is_right(proposal: ProposedOutcome, judged: dict) -> bool:
    before_unit = judged.get("before_unit", judged["unit"])
    return (
        proposal.kind == judged["kind"]
        and _numbers(judged["before"]) == _values(proposal.before, proposal.before_high)
        and _numbers(judged["after"]) == _values(proposal.after, proposal.after_high)
        and _numbers(judged["stated"]) == _values(proposal.stated_change)
        and proposal.unit == judged["unit"]
        and (proposal.before is None or proposal.before_unit == before_unit)
        and proposal.agrees == judged.get("agrees", True)
        and all(word in proposal.metric for word in judged["words"])
    )


def _numbers(written: str | None) -> list[Decimal]:
    """The ends of 3~12, or the one number."""
    return [Decimal(number) for number in written.split("~")] if written else []


def _values(*values: Decimal | None) -> list[Decimal]:
    return [value for value in values if value is not None]
