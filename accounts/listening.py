"""What is recorded without being asked: log-ins, everything that Django's admin logs, the steps of
cases, and who gives rights to whom."""

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from cases.models import Action, CaseVersion
from cases.signals import staff_did

from .audit import current_request, record
from .models import Event

FLAGS = {ADDITION: Event.ADD, CHANGE: Event.CHANGE, DELETION: Event.DELETE}


@receiver(user_logged_in)
def logged_in(sender, request, user, **kwargs):
    record(Event.LOGIN, request=request, user=user)


@receiver(user_logged_out)
def logged_out(sender, request, user, **kwargs):
    # The time-out tells of itself.
    if user is not None and not getattr(request, "idled_out", False):
        record(Event.LOGOUT, request=request, user=user)


@receiver(user_login_failed)
def login_failed(sender, credentials, request=None, **kwargs):
    turned_away = (
        getattr(request, "axes_locked_out", False) and not request.axes_failures_since_start
    )
    record(
        Event.LOGIN_FAILED,
        request=request,
        user_name=str(credentials.get("username") or ""),
        succeeded=False,
        detail="锁定期间，没有核对密码。" if turned_away else credentials.get("reason", ""),
    )


@receiver(user_locked_out)
def locked_out(sender, request, username, **kwargs):
    if request.axes_failures_since_start:
        seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
        record(
            Event.LOCKED,
            request=request,
            user_name=username or "",
            detail=f"连续失败 {request.axes_failures_since_start} 次，锁定 {seconds} 秒。",
        )


@receiver(post_save, sender=LogEntry)
def logged_by_the_admin(sender, instance, created, **kwargs):
    if created:
        record(
            FLAGS[instance.action_flag],
            user=instance.user,
            object_type=instance.content_type.name if instance.content_type else "",
            object_id=instance.object_id or "",
            object_name=instance.object_repr,
            detail=instance.get_change_message(),
        )


@receiver(post_save, sender=CaseVersion)
def step_of_a_case(sender, instance, created, **kwargs):
    """Edits are in the admin's own log; what a command does has nobody to name."""
    if created and instance.action != Action.EDIT and (instance.user or current_request.get()):
        event = instance.action if instance.action in Event.values else Event.OTHER
        record(event, user=instance.user, obj=instance.case, detail=instance.note)


def rights_changed(sender, instance, action, reverse, model, pk_set, **kwargs):
    words = {"post_add": "加上", "post_remove": "去掉", "pre_clear": "全部去掉"}
    if action not in words or current_request.get() is None:
        return
    others = model.objects.filter(pk__in=pk_set or ())
    if action != "pre_clear" and not others:
        return
    named = "、".join(
        f"{other.content_type.name}：{other.codename}" if hasattr(other, "codename") else str(other)
        for other in others
    )
    record(Event.PERMISSION, obj=instance, detail=words[action] + named)


for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
    m2m_changed.connect(rights_changed, sender=through)


@receiver(staff_did)
def told_by_the_desk(sender, event, obj, detail, **kwargs):
    about = {} if obj is not None else {"object_type": str(sender._meta.verbose_name)}
    record(event, obj=obj, detail=detail, **about)
