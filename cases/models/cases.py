"""Cases (典型经验) and their sections. Who may see what is decided here, on the QuerySet."""

import hashlib
import json

from django.db import models
from django.urls import reverse
from django.utils import timezone

from .outcomes import Outcome, headline
from .querysets import TellingQuerySet
from .regions import LEVEL_OF_KIND, up_the_tree
from .steps import CaseSteps
from .workflow import Status


class Maturity(models.TextChoices):
    PILOT = "pilot", "试点"
    CITY = "city", "本市推广"
    PROVINCE = "province", "全省推广"
    COUNTRY = "country", "全国推广"


class SectionKind(models.TextChoices):
    LEAD = "lead", "引言"
    BACKGROUND = "background", "背景"
    PRACTICES = "practices", "做法"
    OUTCOMES = "outcomes", "成效"
    OTHER = "other", "其他"


class CaseQuerySet(TellingQuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def originals(self):
        """Cases themselves, without the revisions of published ones."""
        return self.filter(revises=None)

    def in_region(self, region):
        """Cases of the region and of everything below it (roll-up)."""
        return self.filter(up_the_tree("region", region))

    def in_theme(self, theme):
        """Cases whose primary or other themes include the theme."""
        return self.filter(
            models.Q(primary_theme=theme)
            | models.Exists(
                Case.other_themes.through.objects.filter(
                    case_id=models.OuterRef("pk"), theme_id=theme.pk
                )
            )
        )

    def at_level(self, level):
        kinds = [kind for kind, its_level in LEVEL_OF_KIND.items() if its_level == level]
        return self.filter(region__kind__in=kinds)

    def in_year(self, year):
        """Cases dated (see Case.dated) in the year."""
        return self.filter(
            models.Q(notice__issued_on__year=year)
            | models.Q(notice__issued_on=None, published_at__year=year)
        )

    def containing(self, text):
        """The ids of cases in which `text` stands exactly as given."""
        return self.filter(
            models.Q(title__contains=text)
            | models.Q(highlight__contains=text)
            | models.Q(sections__heading__contains=text)
            | models.Q(sections__text__contains=text)
        ).values_list("pk", flat=True)

    def in_any(self, rule, values):
        """The union of rule(value) over the values; everything where there are none.

        `rule` is a bound method of this QuerySet, such as in_region.
        """
        if not values:
            return self
        found = models.Q()
        for value in values:
            found |= models.Q(pk__in=rule(value).order_by().values("pk"))
        return self.filter(found)

    def newest_first(self):
        """By notice, those without a date last; in a notice by number."""
        # Databases disagree on where to put what has no date.
        dated = models.F("notice__issued_on").desc(nulls_last=True)
        return self.order_by(dated, "-notice_id", "number", "pk")

    def with_entry(self):
        """With what a list entry shows, in one query."""
        return self.select_related("notice", "primary_theme", "region__parent__parent__parent")

    def with_numbers(self):
        """With its confirmed numbers, for the headline of a list entry; one query more."""
        confirmed = Outcome.objects.filter(confirmed=True)
        return self.prefetch_related(models.Prefetch("outcomes", confirmed))

    def with_passages(self):
        """With the text that a search result shows a passage of; one query more."""
        return self.prefetch_related(models.Prefetch("sections", Section.objects.defer("source")))

    def with_terms(self):
        """With every term, in four queries."""
        return self.with_entry().prefetch_related("other_themes", "approaches", "bodies")

    def with_text(self):
        """With everything, in five queries."""
        return self.with_terms().prefetch_related("sections")


# What staff write for those who want to copy a case.
COPIER_FIELDS = (
    "conditions",
    "lead_bodies",
    "policy_basis",
    "systems",
    "funding",
    "duration",
    "risks",
    "contact",
)


class Case(CaseSteps):
    notice = models.ForeignKey(
        "cases.Notice",
        models.PROTECT,
        verbose_name="通知",
        null=True,
        blank=True,
        related_name="cases",
        help_text="手工录入、不出自通知的案例可以不填。",
    )
    number = models.PositiveSmallIntegerField("通知内序号", null=True, blank=True)
    mark = models.CharField("原文编号", max_length=50, blank=True, help_text="如“附件1”。")
    group = models.CharField("原文分组", max_length=100, blank=True)
    title = models.CharField("标题", max_length=200)
    region = models.ForeignKey(
        "cases.Region",
        models.PROTECT,
        verbose_name="地区",
        null=True,
        blank=True,
        related_name="cases",
        help_text="层级由地区决定。",
    )
    primary_theme = models.ForeignKey(
        "cases.Theme",
        models.PROTECT,
        verbose_name="主要领域",
        null=True,
        blank=True,
        related_name="primary_cases",
    )
    other_themes = models.ManyToManyField(
        "cases.Theme", verbose_name="其他领域", blank=True, related_name="other_cases"
    )
    approaches = models.ManyToManyField(
        "cases.Approach", verbose_name="改革手段", blank=True, related_name="cases"
    )
    bodies = models.ManyToManyField(
        "cases.IssuingBody", verbose_name="牵头部门", blank=True, related_name="cases"
    )
    highlight = models.CharField(
        "亮点", max_length=120, blank=True, help_text="一句话，只说文中说了的。"
    )
    maturity = models.CharField("推广阶段", max_length=10, choices=Maturity, blank=True)
    # For whoever wants to copy it; filled in by staff, not by the notice.
    conditions = models.TextField("适用条件", blank=True)
    lead_bodies = models.TextField("牵头单位", blank=True)
    policy_basis = models.TextField("政策依据", blank=True)
    systems = models.TextField("系统或平台", blank=True)
    funding = models.TextField("经费", blank=True)
    duration = models.TextField("周期", blank=True)
    risks = models.TextField("风险与不足", blank=True)
    contact = models.TextField("联系方式", blank=True)
    # A published case is changed through a revision: a case of its own that nobody but staff sees,
    # whose content takes the place of the original's when it is published.
    revises = models.OneToOneField(
        "self",
        models.CASCADE,
        verbose_name="修订的案例",
        null=True,
        blank=True,
        editable=False,
        related_name="revision",
    )
    status = models.CharField(
        "状态", max_length=10, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案例"
        ordering = ["-notice__issued_on", "notice_id", "number", "pk"]
        permissions = [("publish_case", "发布和撤回")]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "number"],
                name="one_case_per_number_of_a_notice",
                violation_error_message="这份通知里已经有同一序号的案例，请改序号。",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.PUBLISHED) | models.Q(revises__isnull=True),
                name="a_revision_is_never_published_itself",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.PUBLISHED) | models.Q(region__isnull=False),
                name="a_published_case_has_a_region",
                violation_error_message="已发布的案例要有地区，请选地区或先撤回。",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("case", args=[self.pk])

    @property
    def is_published(self):
        return self.status == Status.PUBLISHED

    @property
    def level(self):
        """省级, 市级, 县级 or 功能区; it follows from the region (None without one)."""
        return self.region.level if self.region else None

    @property
    def themes(self):
        """The primary theme first, then the others; no theme twice."""
        first = [self.primary_theme] if self.primary_theme else []
        return first + [theme for theme in self.other_themes.all() if theme not in first]

    @property
    def dated(self):
        """The day that readers sort by: the notice's, or else that of publishing."""
        if self.notice and self.notice.issued_on:
            return self.notice.issued_on
        moment = self.published_at or self.created_at
        return timezone.localdate(moment) if moment else None

    @property
    def headline_outcome(self):
        """The confirmed outcome that moved furthest (see outcomes.headline); None without one."""
        return headline(self.outcomes.all())

    def content_digest(self):
        """SHA-256 over what an importer sets: tells an untouched draft from an edited one."""
        content = [
            self.title,
            self.mark,
            self.group,
            self.region_id,
            self.primary_theme_id,
            self.highlight,
            sorted(self.other_themes.values_list("pk", flat=True)),
            sorted(self.approaches.values_list("pk", flat=True)),
            sorted(self.bodies.values_list("pk", flat=True)),
            list(self.sections.values_list("heading", "kind", "text")),
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    @property
    def is_untouched(self):
        """An imported draft that nobody has edited since: a repeated import may update it."""
        return (
            self.status == Status.DRAFT
            and bool(self.imported_digest)
            and self.imported_digest == self.content_digest()
        )

    def missing_for_publication(self):
        """What still has to be filled in before readers may see the case, in words."""
        missing = []
        if not self.title.strip():
            missing.append("标题")
        if self.region_id is None:
            missing.append("地区")
        if not any(section.text.strip() for section in self.sections.all()):
            missing.append("正文")
        return missing


class Section(models.Model):
    """A part of a case. `text` is plain paragraphs, one a line."""

    case = models.ForeignKey(Case, models.CASCADE, verbose_name="案例", related_name="sections")
    order = models.PositiveSmallIntegerField("顺序", default=1)
    heading = models.CharField("小标题", max_length=200, blank=True)
    kind = models.CharField("类型", max_length=12, choices=SectionKind, default=SectionKind.OTHER)
    text = models.TextField("正文", blank=True, help_text="每段一行。")
    # The paragraphs as imported: [{"position": 1-based paragraph of the original, "text": …}, …]
    source = models.JSONField("原文段落", default=list, blank=True, editable=False)

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "正文各部分"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.heading or self.get_kind_display()

    @property
    def paragraphs(self):
        return [line.strip() for line in self.text.splitlines() if line.strip()]
