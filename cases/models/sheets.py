"""Tables that staff uploaded, between the look at what they would change and the confirmation."""

from django.conf import settings
from django.db import models


class SheetKind(models.TextChoices):
    CASE = "case", "案例"
    THEME = "theme", "领域"
    APPROACH = "approach", "改革手段"
    BODY = "issuingbody", "牵头部门"


class Sheet(models.Model):
    """plan: [{"row", "key", "title", "way", "changes": [[label, old, new]], "problem", "values",
    "seen"}, …] as sheets.plan() makes it. It goes when it is confirmed or a day old."""

    kind = models.CharField("内容", max_length=20, choices=SheetKind)
    name = models.CharField("文件名", max_length=255)
    plan = models.JSONField("改动", default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="上传人", related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "待确认的表格"
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return self.name
