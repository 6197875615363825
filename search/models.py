"""What the search keeps in the database: the changes that the index has yet to follow."""

from django.db import models


class IndexChange(models.Model):
    """A case that may have changed; written in the transaction that changed it.

    It stays until the index has taken the change in, so a crash in between loses nothing. Each
    row says only that the case is to be read again: to apply it twice does no harm.
    """

    case_id = models.BigIntegerField("案例编号")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "待更新索引"

    def __str__(self):
        return str(self.case_id)
