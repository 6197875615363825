"""What readers report as wrong (纠错)."""

from django.conf import settings
from django.db import models


class ReportState(models.TextChoices):
    OPEN = "open", "待处理"
    DONE = "done", "已处理"


class ErrorReport(models.Model):
    """page: the path of the page that it is about; contact: only what a reader chose to leave."""

    page = models.CharField("页面", max_length=500, blank=True)
    case = models.ForeignKey(
        "cases.Case",
        models.SET_NULL,
        verbose_name="案例",
        null=True,
        blank=True,
        related_name="error_reports",
    )
    text = models.TextField("哪里不对", max_length=1000)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    state = models.CharField("状态", max_length=4, choices=ReportState, default=ReportState.OPEN)
    note = models.CharField("处理说明", max_length=200, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="处理人",
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "纠错"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.text[:30]
