"""How a case comes to readers, and what it was before: steps, versions, comments."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Status(models.TextChoices):
    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class Action(models.TextChoices):
    """What was done to a case; each leaves a version of its content, as it was after that."""

    IMPORT = "import", "导入"
    EDIT = "edit", "编辑"
    SUBMIT = "submit", "送审"
    SEND_BACK = "send_back", "退回"
    PUBLISH = "publish", "发布"
    WITHDRAW = "withdraw", "撤回"
    REVISE = "revise", "开始修订"
    RESTORE = "restore", "恢复旧版"
    DISCARD = "discard", "放弃修订"


class CaseVersion(models.Model):
    """The content of a case after one action, with who and when; never changed.

    content: as content.content_of() gives it. user None: a command or an import without an account.
    """

    case = models.ForeignKey(
        "cases.Case", models.CASCADE, verbose_name="案例", related_name="versions"
    )
    action = models.CharField("操作", max_length=10, choices=Action)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="操作人",
        null=True,
        related_name="+",
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    note = models.CharField("说明", max_length=500, blank=True)
    content = models.JSONField("内容", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "历史版本"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.get_action_display()} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class CaseComment(models.Model):
    """What colleagues say to each other about a case; readers never see it."""

    case = models.ForeignKey(
        "cases.Case", models.CASCADE, verbose_name="案例", related_name="comments"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="作者", null=True, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    text = models.TextField("意见", max_length=2000)
    done = models.BooleanField("已处理", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "意见"
        ordering = ["pk"]

    def __str__(self):
        return self.text[:30]
