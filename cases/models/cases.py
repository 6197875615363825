"""Cases (典型经验) and their sections. Who may see what is decided here, on the QuerySet."""

import hashlib
import json

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from . import content
from .outcomes import headline
from .querysets import TellingQuerySet
from .regions import LEVEL_OF_KIND, up_the_tree
from .workflow import Action, CaseVersion


class Status(models.TextChoices):
    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


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

    def with_entry(self):
        """With what a list entry shows, in one query."""
        return self.select_related("notice", "primary_theme", "region__parent__parent__parent")

    def with_passages(self):
        """With what a search result shows: an entry, and the text for its snippet; two queries."""
        return self.with_entry().prefetch_related("sections")

    def with_terms(self):
        """With every term, in four queries."""
        return self.with_entry().prefetch_related("other_themes", "approaches", "bodies")

    def with_text(self):
        """With everything, in five queries."""
        return self.with_terms().prefetch_related("sections")


class Case(models.Model):
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

    # Steps. Each leaves a version with who and when; `by` is None for commands and imports. Each
    # raises ValidationError, with a sentence for staff, where it cannot be taken.

    @property
    def is_open(self):
        """Whether its content may be changed: neither published nor changed through a revision."""
        return not self.is_published and not self.is_being_revised

    @property
    def is_being_revised(self):
        return self.pk is not None and Case.objects.filter(revises=self.pk).exists()

    def submit(self, by=None, note=""):
        """Ask for publication."""
        with transaction.atomic():
            self._take()
            if self.status not in (Status.DRAFT, Status.WITHDRAWN):
                raise ValidationError(
                    f"《{self.title}》现在是{self.get_status_display()}，不用再送审。"
                )
            self._refuse_being_revised("送审")
            self._refuse_incomplete("送审")
            self._step(Status.REVIEW, Action.SUBMIT, by, note)

    def send_back(self, by=None, note=""):
        """Give a submitted case back to its editor, with the reason in `note`."""
        with transaction.atomic():
            self._take()
            if self.status != Status.REVIEW:
                raise ValidationError(f"《{self.title}》没有在待审，不能退回。")
            if not note.strip():
                raise ValidationError(f"退回《{self.title}》要写明理由，编辑才知道改什么。")
            self._step(Status.DRAFT, Action.SEND_BACK, by, note)

    def publish(self, by=None, note="", seen=None):
        """Show the case to readers; returns the case that they see.

        A revision gives its content to the case that it revises, and is gone. Refused where
        something needed is missing, where `by` had a hand in the content (settings.FOUR_EYES), and
        where `seen`, the fingerprint() of what `by` looked at, is no longer that of the case.
        """
        with transaction.atomic():
            self._take()
            if self.is_published:
                return self
            self._refuse_being_revised("发布")
            self._refuse_incomplete("发布")
            if seen is not None and seen != self.fingerprint():
                raise ValidationError(
                    f"您打开页面之后，《{self.title}》又有改动，没有发布。请看过现在的内容再发布。"
                )
            if by is not None and settings.FOUR_EYES:
                self._refuse_unreviewed(by)
            if self.revises_id is None:
                self.published_at = timezone.now()
                self._step(Status.PUBLISHED, Action.PUBLISH, by, note, "published_at")
                return self
            original = self.revises
            original._take()
            content.apply(original, content.content_of(self))
            self._hand_over_to(original)
            if original.is_published:
                original.keep_version(Action.PUBLISH, by, note)
            else:
                original.published_at = timezone.now()
                original._step(Status.PUBLISHED, Action.PUBLISH, by, note, "published_at")
            return original

    def withdraw(self, by=None, note=""):
        """Take the case away from readers; staff keep it."""
        with transaction.atomic():
            self._take()
            if not self.is_published:
                raise ValidationError(f"《{self.title}》没有发布，读者本来就看不到。")
            self.withdrawn_at = timezone.now()
            self._step(Status.WITHDRAWN, Action.WITHDRAW, by, note, "withdrawn_at")

    def revise(self, by=None):
        """The revision of a published case, begun now if there is none."""
        with transaction.atomic():
            self._take()
            if revision := Case.objects.filter(revises=self).first():
                return revision
            if not self.is_published:
                raise ValidationError(f"《{self.title}》没有发布，直接修改即可。")
            revision = Case.objects.create(title=self.title, revises=self)
            content.apply(revision, content.content_of(self))
            revision.keep_version(Action.REVISE, by)
            return revision

    def discard(self, by=None, note=""):
        """Give up a revision; returns the case that it was to change, which keeps its history."""
        with transaction.atomic():
            self._take()
            if self.revises_id is None:
                raise ValidationError(f"《{self.title}》不是修订稿，不能放弃。")
            original = self.revises
            original._take()
            self._hand_over_to(original)
            original.keep_version(Action.DISCARD, by, note)
            return original

    def restore(self, version, by=None):
        """Make the content of an earlier version that of this draft or revision.

        Refused for a published case: that is changed through its revision.
        """
        with transaction.atomic():
            self._take()
            if not self.is_open:
                raise ValidationError("已发布的案例先点“修订”，再在修订稿上恢复旧版。")
            if version.case_id not in (self.pk, self.revises_id):
                raise ValidationError("这个旧版属于别的案例，不能恢复到这里。")
            # What no form has kept, such as the work of a command, can be brought back, too.
            self.keep_version(Action.EDIT)
            content.apply(self, version.content)
            self.keep_version(
                Action.RESTORE, by, f"恢复到 {timezone.localtime(version.at):%Y-%m-%d %H:%M} 的内容"
            )

    def keep_version(self, action, by=None, note=""):
        """Keep the content as it is now; an edit that changed nothing leaves no version."""
        now = content.content_of(self)
        if action == Action.EDIT:
            last = self.versions.first()
            if last is not None and last.content == now:
                return None
        return self.versions.create(action=action, user=by, note=note[:500], content=now)

    def fingerprint(self):
        """Changes with everything that a form of the case writes; 32 characters."""
        return content.fingerprint(
            {**content.content_of(self), "source": [self.notice_id, self.number]}
        )

    def published_version(self):
        """The version that readers see or last saw; None where there was none."""
        versions = CaseVersion.objects.filter(case=self.revises_id or self.pk)
        return versions.filter(action=Action.PUBLISH).first()

    def editors(self):
        """The ids of those who had a hand in the content since it was last published."""
        versions = self.versions.all()
        settled = versions.filter(action__in=[Action.PUBLISH, Action.DISCARD]).first()
        if settled:
            versions = versions.filter(pk__gt=settled.pk)
        hands = versions.filter(
            action__in=[Action.EDIT, Action.RESTORE, Action.IMPORT], user__isnull=False
        )
        return set(hands.values_list("user", flat=True))

    def _take(self):
        """Lock the case for a step, and read how far it has come meanwhile."""
        try:
            self.refresh_from_db(from_queryset=Case.objects.select_for_update())
        except Case.DoesNotExist:
            raise ValidationError(
                f"《{self.title}》已经不在了：可能刚由别人发布、放弃或删除，请回到列表看一看。"
            ) from None

    def _refuse_incomplete(self, step):
        if missing := self.missing_for_publication():
            raise ValidationError(f"《{self.title}》还缺{'、'.join(missing)}，补全后再{step}。")

    def _refuse_being_revised(self, step):
        if self.is_being_revised:
            raise ValidationError(f"《{self.title}》有一份修订稿，请{step}或放弃那一份。")

    def _refuse_unreviewed(self, by):
        if self.status != Status.REVIEW:
            raise ValidationError(f"《{self.title}》还没有送审，送审后才能发布。")
        if by.pk in self.editors():
            raise ValidationError(f"《{self.title}》是您自己编辑的，要由另一位审核人员发布。")

    def _hand_over_to(self, original):
        """The history of the revision goes on as the history of the case; the revision is gone."""
        self.versions.update(case=original)
        self.comments.update(case=original)
        self.delete()

    def _step(self, status, action, by, note, *fields):
        self.status = status
        self.save(update_fields=["status", "updated_at", *fields])
        self.keep_version(action, by, note)


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
