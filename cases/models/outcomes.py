"""Numbers as data: what a case states was reached."""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, FloatField, Q, When
from django.db.models.functions import Abs, Cast, Coalesce, Least

from ..notices.figures.quantities import comparable
from ..verbatim import unsaid
from ..written import write, write_change
from .querysets import TellingQuerySet


class OutcomeKind(models.TextChoices):
    BEFORE_AFTER = "before_after", "前后对比"
    PERCENTAGE = "percentage", "百分比"
    TOTAL = "total", "总量"


class OutcomeQuerySet(TellingQuerySet):
    def confirmed(self):
        return self.filter(confirmed=True)

    def with_moved(self):
        """With `moved`, what Outcome.improvement says, for the database to sort and sum up by."""
        stated = Q(after__isnull=False) | Q(unit="%")
        change = Cast(Coalesce("change", Case(When(stated, then=F("stated_change")))), FloatField())
        return self.alias(known=change).annotate(
            moved=Case(
                When(known=0.0, then=None),
                When(known__lt=0.0, then=Least(Abs("known"), 100.0) / 100.0),
                When(known__gt=0.0, then=F("known") / (F("known") + 100.0)),
                output_field=FloatField(),
            )
        )


class Outcome(models.Model):
    """A measure with its numbers, and the words of the case that say so.

    The fields are those of notices.outcomes.ProposedOutcome, which says what each means. Readers
    see what staff confirmed.
    """

    case = models.ForeignKey(
        "cases.Case", models.CASCADE, verbose_name="案例", related_name="outcomes"
    )
    order = models.PositiveSmallIntegerField("顺序", default=1)
    kind = models.CharField("类型", max_length=12, choices=OutcomeKind)
    metric = models.CharField("指标", max_length=100)
    before = models.DecimalField("改革前", max_digits=18, decimal_places=4, null=True, blank=True)
    before_high = models.DecimalField(
        "改革前（上限）", max_digits=18, decimal_places=4, null=True, blank=True
    )
    before_unit = models.CharField("改革前单位", max_length=20, blank=True)
    before_bound = models.CharField("改革前约数", max_length=10, blank=True)
    after = models.DecimalField("改革后", max_digits=18, decimal_places=4, null=True, blank=True)
    after_high = models.DecimalField(
        "改革后（上限）", max_digits=18, decimal_places=4, null=True, blank=True
    )
    unit = models.CharField("单位", max_length=20, blank=True)
    bound = models.CharField("约数", max_length=10, blank=True, help_text="如超、近、约、以上。")
    change = models.DecimalField(
        "变化（%）",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="由前后两个数算出，减少为负。",
    )
    stated_change = models.DecimalField(
        "文中所说变化（%）", max_digits=12, decimal_places=4, null=True, blank=True
    )
    agrees = models.BooleanField("与文中一致", default=True)
    sentence = models.TextField("原句", help_text="一字不差地取自案例正文。")
    confirmed = models.BooleanField("已确认", default=False, help_text="确认后读者才能看到。")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成效数据"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.metric

    @property
    def written_before(self):
        """As prose writes it: 约15个工作日; "" where there is none."""
        return write(self.before, self.before_high, self.before_unit, self.before_bound)

    @property
    def written_after(self):
        return write(self.after, self.after_high, self.unit, self.bound)

    @property
    def written_change(self):
        """What the numbers make, or else what the text says: 减少66.67%; "" without either."""
        return write_change(self.change) if self.change is not None else self.written_stated_change

    @property
    def written_stated_change(self):
        # Where there is a number after, unit and bound are those of that number.
        if self.after is not None:
            return write_change(self.stated_change)
        return write_change(self.stated_change, self.unit, self.bound)

    @property
    def improvement(self):
        """How far the measure moved, as a share of the larger of its two values, 0 to 1.

        Less and more count alike: to a half (-50 %) and to the double (+100 %) are both 0.5, to
        nothing is 1. None where no change in per cent is known; percentage points are none.
        """
        change = self.change
        if change is None and (self.after is not None or self.unit == "%"):
            change = self.stated_change
        if not change:
            return None
        size = min(abs(change), Decimal(100)) if change < 0 else change
        return float(size / 100 if change < 0 else size / (100 + size))

    @property
    def shares(self):
        """Before and after as shares of the larger one, in per cent, for bars.

        None where they cannot be compared, or where the larger is nothing.
        """
        if self.before is None or self.after is None:
            return None
        before, unit = comparable(self.before, self.before_unit)
        after, other = comparable(self.after, self.unit)
        largest = max(before, after)
        if (after and unit != other) or largest <= 0:
            return None
        return round(100 * before / largest), round(100 * after / largest)

    @property
    def unsaid(self):
        """The numbers, as prose writes them, that the sentence does not say."""
        before, after = self.before_unit or self.unit, self.unit
        numbers = [(self.before, before), (self.before_high, before)]
        numbers += [(self.after, after), (self.after_high, after)]
        numbers.append((self.stated_change, "%" if self.after is not None else after))
        missing = unsaid(numbers, self.sentence)
        return [write(abs(value), None, unit) for value, unit in missing]

    def clean(self):
        if self.before is None and self.after is None and self.stated_change is None:
            raise ValidationError("至少填一个数：改革前、改革后或文中所说变化。")


def headline(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The confirmed outcome that moved furthest (Outcome.improvement), the first among equals.

    None where no confirmed outcome has a change in per cent.
    """
    moved = [one for one in outcomes if one.confirmed and one.improvement is not None]
    return max(moved, key=lambda one: one.improvement, default=None)
