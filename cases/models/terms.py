"""Terms that staff keep: themes (领域), approaches (改革手段) and issuing bodies (牵头部门类别)."""

from django.core.validators import RegexValidator
from django.db import models

from .querysets import TellingQuerySet


class TermQuerySet(TellingQuerySet):
    def get_by_natural_key(self, code):
        return self.get(code=code)

    def with_counts(self):
        """Each term with `published_count`, its number of published cases."""
        from .workflow import Status

        return self.annotate(
            published_count=models.Count(
                "cases", filter=models.Q(cases__status=Status.PUBLISHED), distinct=True
            )
        )


class Term(models.Model):
    """A code that never changes, a name that may, and the phrases that suggest it on import."""

    code = models.CharField(
        "代码",
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", "代码只用小写字母、数字和连字符。")],
        help_text="用在网址和接口里，定下后不再更改。",
    )
    name = models.CharField("名称", max_length=50, unique=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    cues = models.TextField(
        "提示词",
        blank=True,
        help_text="每行一个。导入通知时，标题或正文里出现这些词，就建议选用本条。",
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.code,)

    @property
    def cue_list(self):
        return [line.strip() for line in self.cues.splitlines() if line.strip()]


class ThemeQuerySet(TermQuerySet):
    def with_counts(self):
        """A theme counts where it is the primary theme and where it is one of the others."""
        from .cases import Case

        in_theme = (
            Case.objects.published()
            .filter(
                models.Q(primary_theme=models.OuterRef("pk"))
                | models.Q(other_themes=models.OuterRef("pk"))
            )
            .order_by()
            .annotate(one=models.Value(1))
            .values("one")
            .annotate(number=models.Count("pk", distinct=True))
            .values("number")
        )
        return self.annotate(
            published_count=models.functions.Coalesce(models.Subquery(in_theme), 0)
        )


class Theme(Term):
    b_ready_topic = models.CharField(
        "B-READY 主题",
        max_length=50,
        blank=True,
        help_text="世界银行营商环境评价的对应主题。",
    )

    objects = ThemeQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = verbose_name_plural = "领域"


class Approach(Term):
    class Meta(Term.Meta):
        verbose_name = verbose_name_plural = "改革手段"


class IssuingBody(Term):
    class Meta(Term.Meta):
        verbose_name = verbose_name_plural = "牵头部门"
