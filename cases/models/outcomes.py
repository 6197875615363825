"""Numbers as data: what a case states was reached."""

from django.core.exceptions import ValidationError
from django.db import models

from .querysets import TellingQuerySet


class OutcomeKind(models.TextChoices):
    BEFORE_AFTER = "before_after", "前后对比"
    PERCENTAGE = "percentage", "百分比"
    TOTAL = "total", "总量"


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

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成效数据"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.metric

    def clean(self):
        if self.before is None and self.after is None and self.stated_change is None:
            raise ValidationError("至少填一个数：改革前、改革后或文中所说变化。")
