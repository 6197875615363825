"""How much speaks for a practice: one score, by the same rule for every case.

Three signs, of 0 to 4 points each, make 0 to 12:

    numbers    4 with a confirmed number that tells how far something moved, 2 with other confirmed
               numbers alone
    maturity   试点 1, 本市推广 2, 全省推广 3, 全国推广 4
    copied     a point for each place that copies it (推进中, 已见效), 4 at most; what is only
               planned counts nothing

Nothing recorded counts as nothing, so a case can rise as staff confirm its numbers. Among equals
the one whose headline number moved further comes first, then the newer one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from .models import Adoption, AdoptionStatus, Maturity, Outcome, Status

MOST = 12
POINTS_OF_MATURITY = {
    Maturity.PILOT: 1,
    Maturity.CITY: 2,
    Maturity.PROVINCE: 3,
    Maturity.COUNTRY: 4,
}
NUMBERS, CHANGES, COPIES = 2, 4, 4


@dataclass(frozen=True)
class Evidence:
    """numbers: how many are confirmed. changes: how many of them tell how far something moved.

    moved: how far the one did that moved furthest, 0 to 1. copied: in how many places.
    """

    numbers: int = 0
    changes: int = 0
    moved: float = 0.0
    maturity: str = ""
    copied: int = 0

    @property
    def score(self) -> int:
        numbers = CHANGES if self.changes else NUMBERS if self.numbers else 0
        return numbers + POINTS_OF_MATURITY.get(self.maturity, 0) + min(self.copied, COPIES)

    @property
    def signs(self) -> tuple[str, ...]:
        """In words, for readers: 有已确认数据, 全省推广, 2 处复制推广."""
        signs = []
        if self.numbers:
            signs.append("有已确认的变化数据" if self.changes else "有已确认数据")
        if self.maturity:
            signs.append(str(Maturity(self.maturity).label))
        if self.copied:
            signs.append(f"{self.copied} 处复制推广")
        return tuple(signs)

    @property
    def order(self) -> tuple[int, float]:
        """Larger is better."""
        return self.score, self.moved


@dataclass(frozen=True)
class Records:
    """What is on record about published cases: case pk -> figures."""

    numbers: Mapping[int, tuple[int, int, float]]
    copied: Mapping[int, int]

    def of(self, pk: int, maturity: str) -> Evidence:
        numbers, changes, moved = self.numbers.get(pk, (0, 0, 0.0))
        return Evidence(numbers, changes, moved, maturity, self.copied.get(pk, 0))


def records() -> Records:
    """Of all published cases, in two queries."""
    told = Q(change__isnull=False) | Q(stated_change__isnull=False)
    numbers = (
        Outcome.objects.confirmed()
        .filter(case__status=Status.PUBLISHED)
        .with_moved()
        .order_by()
        .values_list("case")
        .annotate(all=Count("pk"), changes=Count("pk", filter=told), furthest=Max("moved"))
    )
    copied = (
        Adoption.objects.filter(case__status=Status.PUBLISHED)
        .exclude(status=AdoptionStatus.PLANNED)
        .order_by()
        .values_list("case")
        .annotate(Count("pk"))
    )
    return Records(
        {pk: (n, changes, moved or 0.0) for pk, n, changes, moved in numbers}, dict(copied)
    )
