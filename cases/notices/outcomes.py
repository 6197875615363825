"""Numbers as data: what a text states was reached, proposed for staff to confirm. Pure.

Three kinds. `before_after`: the same measure before and after, or after alone (压缩至5个工作日).
`percentage`: a change in per cent, or a level (满意率达100%). `total`: an amount saved or done.

Units stay as written. The change is computed only where both numbers are known, neither is a
range, and their units can be compared without an assumption: 30天 and 2小时 can, 3个月 and
5个工作日 cannot.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

from .figures.amounts import find_amounts
from .figures.comparisons import find_comparisons
from .figures.quantities import Quantity, comparable, find_quantities, plain
from .figures.shares import find_shares
from .figures.statements import Sentence, Statement

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+[”’）]*|\n|$)")
_TITLE = re.compile("《[^《》]{1,100}》")
_LEAD = re.compile(r"[、，；：”’）\s]*")
_CENT, _ALMOST_NONE = Decimal("0.01"), Decimal("0.000001")


@dataclass(frozen=True)
class ProposedOutcome:
    """A measure with its numbers, and the words that say so.

    kind           before_after, percentage or total
    metric         what was measured; of a total also what was done (节约交易成本)
    before, after  as written, in `before_unit` and `unit`; 0 for 即办; low ends of ranges;
                   the level of a percentage; the amount of a total
    before_high, after_high  high ends of ranges such as 3—12个月
    unit           as written: 个工作日, 万元, 件; % or 个百分点 of a percentage
    change         per cent, negative for less, computed; to two places
    stated_change  per cent as stated, negative for less; in 个百分点 where that is the unit
    bound          as written: 超, 近, 约, 余, 以上, 以内 …, of the after or the stated change
    before_bound   the same of the before
    agrees         whether the stated change can come from the two numbers; True where only one is
                   known
    sentence       the whole sentence, verbatim; start and end are offsets of the statement
    """

    kind: str
    metric: str
    before: Decimal | None
    after: Decimal | None
    before_high: Decimal | None
    after_high: Decimal | None
    before_unit: str
    unit: str
    change: Decimal | None
    stated_change: Decimal | None
    bound: str
    before_bound: str
    agrees: bool
    sentence: str
    start: int
    end: int


def find_outcomes(text: str) -> list[ProposedOutcome]:
    """What `text`, a paragraph or a section, states in numbers; in its order."""
    words = plain(text)
    quantities = find_quantities(words)
    # What stands in the title of a document (三年行动方案) is part of its name.
    titles = [(match.start(), match.end()) for match in _TITLE.finditer(words)]
    quantities = [q for q in quantities if not _inside(q, titles)]
    found, place = [], 0
    for match in _SENTENCE.finditer(words):
        first = place
        while place < len(quantities) and quantities[place].start < match.end():
            place += 1
        sentence = Sentence(words, match.start(), match.end(), quantities[first:place])
        verbatim = text[match.start() : match.end()].strip()
        found += [_outcome(words, statement, verbatim) for statement in _statements(sentence)]
    return found


def _inside(quantity: Quantity, spans: list[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (quantity.start, 0)) - 1
    return place >= 0 and quantity.start < spans[place][1]


def _statements(sentence: Sentence) -> list[Statement]:
    comparisons = list(find_comparisons(sentence))
    statements = find_shares(sentence, comparisons)
    statements += find_amounts(sentence)
    return sorted(statements, key=lambda statement: (statement.start, statement.end))


def _outcome(text: str, statement: Statement, sentence: str) -> ProposedOutcome:
    before, after, stated = statement.before, statement.after, statement.stated
    main = after or stated
    lead = _LEAD.match(text, statement.start)
    change = change_between(before, after)
    return ProposedOutcome(
        kind=statement.kind,
        metric=statement.metric,
        before=before and before.low,
        after=after and after.low,
        before_high=before and before.high,
        after_high=after and after.high,
        before_unit=before.unit if before else "",
        unit=main.unit,
        change=change,
        stated_change=stated and stated.low * statement.sign,
        bound=main.bound,
        before_bound=before.bound if before else "",
        agrees=change is None or stated is None or may_agree(before, after, stated, statement.sign),
        sentence=sentence,
        start=lead.end(),
        end=statement.end,
    )


def change_between(before: Quantity | None, after: Quantity | None) -> Decimal | None:
    """Per cent, negative for less, to two places; None where the two cannot be compared."""
    if before is None or after is None or before.high or after.high:
        return None
    (first, unit), (second, other) = (
        comparable(before.low, before.unit),
        comparable(after.low, after.unit),
    )
    if unit != other or not first:
        return None
    return ((second - first) / first * 100).quantize(_CENT)


def may_agree(before: Quantity, after: Quantity, stated: Quantity, sign: int) -> bool:
    """Whether some values that the words allow make a change that the stated words allow."""
    firsts = [comparable(value, before.unit)[0] for value in before.interval()]
    seconds = [comparable(value, after.unit)[0] for value in after.interval()]
    changes = [
        (second - first) / first * 100
        for first in (first or _ALMOST_NONE for first in firsts)
        for second in seconds
    ]
    low, high = stated.interval()
    # 66.7 may be written as 66 or 67; 70 is no other number for 62.
    slack = min(stated.step, Decimal(1))
    low, high = sorted((sign * (low - slack), sign * (high + slack)))
    return min(changes) <= high and max(changes) >= low
