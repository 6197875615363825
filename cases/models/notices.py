"""Notices: the documents that cases came in, with their original files."""

from django.db import models

from .querysets import TellingQuerySet


class Notice(models.Model):
    title = models.CharField("标题", max_length=200)
    doc_number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("印发单位", max_length=100, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    region = models.ForeignKey(
        "cases.Region",
        models.PROTECT,
        verbose_name="地区",
        null=True,
        blank=True,
        related_name="notices",
        help_text="印发单位所在的省或市。各地同名的区县据此区分。",
    )
    source_url = models.URLField("网址", blank=True, max_length=500)
    letter = models.TextField("通知正文", blank=True, help_text="案例以外的文字：正文、目录等。")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-issued_on", "-pk"]

    def __str__(self):
        return self.title

    @property
    def original(self):
        """The newest file that readers may have, without its content; None where there is none."""
        return self.files.released().defer("content").order_by("-pk").first()

    @property
    def unreleased(self):
        """The files that came since, which readers have with the next publication."""
        return self.files.filter(released=False).defer("content").order_by("pk")

    def release_files(self):
        """Let readers have the files that came with what is published now."""
        self.files.filter(released=False).update(released=True)


class NoticeFileQuerySet(TellingQuerySet):
    def released(self):
        return self.filter(released=True)


class NoticeFile(models.Model):
    """An original file, byte for byte.

    It stands in the database, not in a folder: an import is one transaction, and every web node
    and every backup has it (docs/adr/0004-originals-in-the-database.md).
    """

    notice = models.ForeignKey(Notice, models.CASCADE, verbose_name="通知", related_name="files")
    name = models.CharField("文件名", max_length=255)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    content = models.BinaryField("内容")
    # An editor imports a file alone; it takes a publication for readers to have it.
    released = models.BooleanField("读者可以下载", default=False)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = NoticeFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知原件"
        constraints = [
            models.UniqueConstraint(fields=["notice", "sha256"], name="one_copy_of_each_file")
        ]

    def __str__(self):
        return self.name
