"""How a case goes from draft to readers and back, and what it leaves behind on the way."""

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone

from . import content
from .workflow import Action, CaseVersion, Status


class CaseSteps(models.Model):
    """The steps of a case. Each leaves a version with who and when.

    `by` is the user who takes the step, None for commands and imports. Each step raises
    ValidationError, with a sentence for staff, where it cannot be taken.
    """

    class Meta:
        abstract = True

    @property
    def is_open(self):
        """Whether its content may be changed: neither published nor changed through a revision."""
        return not self.is_published and not self.is_being_revised

    @property
    def is_being_revised(self):
        return self.pk is not None and self._cases().filter(revises=self.pk).exists()

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

        A revision gives its content to the case that it revises, and is gone. The files of its
        notice become readers' with it. Refused where
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
            if by is not None:
                self._refuse_open_comments(note)
                if settings.FOUR_EYES:
                    self._refuse_unreviewed(by)
            if notice := (self.revises or self).notice:
                notice.release_files()
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
            if revision := self._cases().filter(revises=self).first():
                return revision
            if not self.is_published:
                raise ValidationError(f"《{self.title}》没有发布，直接修改即可。")
            revision = self._cases().create(title=self.title, revises=self)
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
            self.refresh_from_db(from_queryset=self._cases().select_for_update())
        except ObjectDoesNotExist:
            raise ValidationError(
                f"《{self.title}》已经不在了：可能刚由别人发布、放弃或删除，请回到列表看一看。"
            ) from None

    def _refuse_incomplete(self, step):
        if missing := self.missing_for_publication():
            raise ValidationError(f"《{self.title}》还缺{'、'.join(missing)}，补全后再{step}。")

    def _refuse_being_revised(self, step):
        if self.is_being_revised:
            raise ValidationError(f"《{self.title}》有一份修订稿，请{step}或放弃那一份。")

    def _refuse_open_comments(self, note):
        open_ones = self.comments.filter(done=False).count()
        if open_ones and not note.strip():
            raise ValidationError(
                f"《{self.title}》还有 {open_ones} 条意见没有处理。请打开“对比和审核”，"
                "把处理完的标为已处理；要先发布，就在说明里写明理由。"
            )

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

    def _cases(self):
        return self._meta.concrete_model.objects
