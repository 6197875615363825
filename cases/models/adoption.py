"""复制推广台账: who copies a case, how far he is, and what it brought him."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from .querysets import TellingQuerySet


class AdoptionStatus(models.TextChoices):
    PLANNED = "planned", "拟复制"
    UNDER_WAY = "under_way", "推进中"
    EFFECTIVE = "effective", "已见效"


class Adoption(models.Model):
    case = models.ForeignKey(
        "cases.Case", models.CASCADE, verbose_name="案例", related_name="adoptions"
    )
    region = models.ForeignKey(
        "cases.Region", models.PROTECT, verbose_name="复制地区", related_name="adoptions"
    )
    status = models.CharField(
        "进展", max_length=10, choices=AdoptionStatus, default=AdoptionStatus.PLANNED
    )
    dated = models.DateField("日期", null=True, blank=True)
    effect = models.TextField("成效", blank=True)
    source_url = models.URLField("依据网址", blank=True, max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="登记人",
        null=True,
        editable=False,
        related_name="+",
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "复制推广"
        ordering = ["-dated", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "region"],
                name="a_region_copies_a_case_once",
                violation_error_message="这个地区已经登记过，请改原来的一条。",
            )
        ]

    def __str__(self):
        return f"{self.region}：{self.get_status_display()}"

    def clean(self):
        if (
            self.status != AdoptionStatus.PLANNED
            and self.dated
            and self.dated > timezone.localdate()
        ):
            raise ValidationError({"dated": "日期还没有到。还没有做的，进展请选“拟复制”。"})
        if self.status == AdoptionStatus.EFFECTIVE and not self.effect.strip():
            raise ValidationError({"effect": "已见效的，请写明见了什么效。"})
        if self.region_id is not None and self.case_id is not None:
            refuse_own_region(self.case, self.region)


def refuse_own_region(case, region):
    """Raise ValidationError where the region is the one that the case comes from."""
    if case.region_id is not None and case.region_id == region.pk:
        raise ValidationError({"region": f"案例就出自{region}，不算复制，请选别的地区。"})
