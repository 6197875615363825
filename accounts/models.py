"""The audit of what staff do: rows that are written once and never changed."""

import json
from datetime import UTC, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

# The least time that the record is kept; the database refuses to delete younger rows.
KEPT = timedelta(days=180)


class AuditIsFixed(Exception):
    """Somebody tried to change or delete what the audit holds."""


class Event(models.TextChoices):
    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录失败"
    LOCKED = "locked", "锁定"
    LOGOUT = "logout", "退出"
    IDLE = "idle", "超时退出"
    SECOND_FACTOR = "second_factor", "两步验证"
    ADD = "add", "添加"
    CHANGE = "change", "修改"
    DELETE = "delete", "删除"
    PERMISSION = "permission", "权限变更"
    IMPORT = "import", "导入"
    EXPORT = "export", "导出"
    SUBMIT = "submit", "送审"
    SEND_BACK = "send_back", "退回"
    PUBLISH = "publish", "发布"
    WITHDRAW = "withdraw", "撤回"
    REVISE = "revise", "开始修订"
    RESTORE = "restore", "恢复旧版"
    DISCARD = "discard", "放弃修订"
    MERGE = "merge", "合并"
    REBUILD = "rebuild", "重建索引"
    VIEW = "view", "查看审计"
    OTHER = "other", "其他操作"


class AuditQuerySet(models.QuerySet):
    """Rows go in one by one, so that each knows the one before it; none is changed or goes."""

    def refuse(self, *args, **kwargs):
        raise AuditIsFixed("审计记录不能修改或删除。")

    update = delete = bulk_create = bulk_update = refuse

    def expire(self, before) -> int:
        """Delete what is older than `before` and than KEPT, from the oldest row on, without a gap.

        Returns the number of rows. The database looks at the age once more.
        """
        before = min(before, timezone.now() - KEPT)
        oldest_kept = self.filter(at__gte=before).aggregate(least=models.Min("pk"))["least"]
        expired = self.all() if oldest_kept is None else self.filter(pk__lt=oldest_kept)
        return expired._raw_delete(self.db)


class AuditEvent(models.Model):
    """One action of one person, with its result.

    user_name and object_name say who and what it was then, whatever becomes of the account and
    the object. digest: an HMAC over the row and the digest of the row `previous` (its number, as
    far as was visible to the transaction that wrote this one), so that a row which was changed or
    taken out behind the application's back shows (see checking.py).
    """

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # Whatever happens to the account, this row stays as it is.
        models.DO_NOTHING,
        verbose_name="账号",
        null=True,
        db_constraint=False,
        related_name="+",
    )
    user_name = models.CharField("用户名", max_length=150, blank=True)
    address = models.CharField("地址", max_length=45, blank=True)
    event = models.CharField("事件", max_length=20, choices=Event, db_index=True)
    object_type = models.CharField("对象类型", max_length=100, blank=True)
    object_id = models.CharField("对象编号", max_length=64, blank=True)
    object_name = models.CharField("对象", max_length=200, blank=True)
    succeeded = models.BooleanField("结果", default=True)
    detail = models.CharField("说明", max_length=2000, blank=True)
    previous = models.BigIntegerField(null=True, editable=False)
    digest = models.CharField("校验值", max_length=64, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作审计"
        ordering = ["-pk"]
        default_permissions = ["view"]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} {self.user_name} " + (
            self.get_event_display()
        )

    def save(self, **kwargs):
        if not self._state.adding:
            raise AuditIsFixed("审计记录不能修改。")
        for field in self._meta.concrete_fields:
            if isinstance(field, models.CharField):
                text = str(getattr(self, field.attname)).replace("\x00", "")
                setattr(self, field.attname, text[: field.max_length])
        before = AuditEvent.objects.order_by("-pk").values_list("pk", "digest").first()
        self.previous, seal = before or (None, "")
        self.digest = self.seal(seal)
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise AuditIsFixed("审计记录不能删除。")

    def seal(self, previous_digest: str) -> str:
        """The digest that this row has to have after a row with `previous_digest`."""
        names = [field.attname for field in self._meta.concrete_fields]
        values = {name: getattr(self, name) for name in names if name not in ("id", "at", "digest")}
        values |= {"at": self.at.astimezone(UTC).isoformat(), "before": previous_digest}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        return salted_hmac("accounts.AuditEvent", text, algorithm="sha256").hexdigest()

    @property
    def outcome(self):
        return "成功" if self.succeeded else "失败"
