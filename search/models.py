"""What the search keeps in the database: its language, and the changes the index has to follow."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F

from cases.freshness import once
from cases.models import ContentChange


class SynonymGroup(models.Model):
    """Expressions that mean the same to a searcher. They take effect with the next search."""

    term = models.CharField("标准说法", max_length=40, unique=True)
    synonyms = models.TextField("其他说法", help_text="每行一个。搜其中任何一个，其余的也算。")
    theme = models.ForeignKey(
        "cases.Theme", models.SET_NULL, verbose_name="领域", null=True, blank=True
    )
    note = models.CharField("备注", max_length=200, blank=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "同义词"
        ordering = ["theme__order", "term"]

    def __str__(self):
        return self.term

    @property
    def expressions(self) -> list[str]:
        lines = [self.term, *self.synonyms.splitlines()]
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


class Word(models.Model):
    """A term that is to be cut as one word. The index is rebuilt with it in the background."""

    text = models.CharField(
        "词",
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^\S{2,}$", "一个词至少两个字，中间没有空格。")],
    )

    class Meta:
        verbose_name = verbose_name_plural = "词典"
        ordering = ["text"]

    def __str__(self):
        return self.text


class LanguageVersion(models.Model):
    """Counts the changes of each part of the language, so that every process notices them."""

    name = models.CharField(max_length=20, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "语言数据版本"

    def __str__(self):
        return f"{self.name} {self.number}"

    @classmethod
    def current(cls) -> dict[str, int]:
        """The number of each part."""
        return once("language", lambda: dict(cls.objects.values_list("name", "number")))

    @classmethod
    def bump(cls, name: str, using: str = "default") -> None:
        ContentChange.note(using)
        if not cls.objects.using(using).filter(pk=name).update(number=F("number") + 1):
            cls.objects.using(using).get_or_create(pk=name, defaults={"number": 1})


class SearchLogQuerySet(models.QuerySet):
    def without_hits(self):
        return self.filter(full=0)

    def popular(self, least=3, most=200):
        """Texts that several searches found cases with and opened one, with how many they found."""
        return (
            self.filter(full__gt=0, clicked_position__isnull=False)
            .values("text")
            .annotate(times=models.Count("pk"), found=models.Max("full"))
            .filter(times__gte=least)
            .order_by("-times", "text")
            .values_list("text", "found")[:most]
        )

    def by_text(self):
        """One row a text: times it was searched, times a hit was opened, its last counts."""
        return (
            self.values("text")
            .annotate(
                times=models.Count("pk"),
                clicks=models.Count("clicked_position"),
                most_full=models.Max("full"),
                most=models.Max("count"),
                last=models.Max("created_at"),
            )
            .order_by("-times", "text")
        )


class SearchLog(models.Model):
    """One search. Nothing in it tells who searched."""

    text = models.CharField("检索词", max_length=200)
    filters = models.JSONField("筛选", default=dict)
    count = models.PositiveIntegerField("案例数")
    full = models.PositiveIntegerField("完全符合")
    corrected = models.CharField("更正为", max_length=200, blank=True)
    clicked_position = models.PositiveIntegerField("打开了第几个", null=True, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True, db_index=True)

    objects = SearchLogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检索记录"
        ordering = ["-created_at"]

    def __str__(self):
        return self.text


class IndexChange(models.Model):
    """A case that may have changed; written in the transaction that changed it.

    It stays until the index has taken the change in, so a crash in between loses nothing. Each
    row says only that the case is to be read again: to apply it twice does no harm.
    """

    case_id = models.BigIntegerField("案例编号")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        # Staff see the index, not these rows: the one right is to have it built anew.
        verbose_name = verbose_name_plural = "检索索引"
        default_permissions = ()
        permissions = [("rebuild_index", "重建")]

    def __str__(self):
        return str(self.case_id)
