"""Notices on their way into the library: uploaded, looked at, not yet imported."""

from django.conf import settings
from django.db import models


class UploadState(models.TextChoices):
    WAITING = "waiting", "等待读取"
    READY = "ready", "待确认"
    FAILED = "failed", "读取失败"
    IMPORTED = "imported", "已导入"
    DISCARDED = "discarded", "已放弃"


class NoticeUpload(models.Model):
    """A file that somebody uploaded, with what staff decided about its cases so far.

    Nothing of it is in the library before it is confirmed. decisions: what staff changed in the
    preview (see notices/importing/decisions.py); problem: why it could not be read, for readers
    of the list.
    """

    name = models.CharField("文件名", max_length=255)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    content = models.BinaryField("内容")
    state = models.CharField(
        "状态", max_length=10, choices=UploadState, default=UploadState.WAITING, db_index=True
    )
    decisions = models.JSONField("修改", default=dict, blank=True, editable=False)
    summary = models.JSONField("概要", default=dict, blank=True, editable=False)
    problem = models.TextField("问题", blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="上传人",
        null=True,
        related_name="+",
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    notice = models.ForeignKey(
        "cases.Notice",
        models.SET_NULL,
        verbose_name="导入成的通知",
        null=True,
        blank=True,
        related_name="uploads",
    )

    class Meta:
        verbose_name = verbose_name_plural = "通知导入"
        ordering = ["-pk"]

    def __str__(self):
        return self.name
