"""What is recorded without being asked: log-ins, everything that Django's admin logs, the steps of
cases, and who gives rights to whom. One line an action, whoever tells of it besides."""

import json

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver

from cases.models import Action, CaseVersion
from cases.signals import staff_did

from . import deeds, rights
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
    if not created:
        return
    request = current_request.get()
    event, detail = FLAGS[instance.action_flag], _untold(instance, request)
    if event == Event.CHANGE and not detail:
        if request is not None:
            # A form that changed nothing, or nothing else than what is told already.
            request.was_audited = True
        return
    record(
        event,
        user=instance.user,
        object_type=instance.content_type.name if instance.content_type else "",
        object_id=instance.object_id or "",
        object_name=instance.object_repr,
        detail=detail,
    )


# The fields of which rights_changed and flags_changed tell, as the admin's own log calls them.
_TOLD = {"password", *rights.FLAGS.values(), *rights.RELATIONS.values()}


def _untold(entry, request) -> str:
    """What the admin's own log says, without what the audit is told by others."""
    try:
        changes = json.loads(entry.change_message or "[]")
    except ValueError:
        text = entry.change_message
        steps = getattr(request, "steps_told", ())
        told = any(step.endswith(text.rstrip("。")) for step in steps)
        # A merger is told by staff_did, in the same words.
        told = told or (request is not None and deeds.event_of(request) == Event.MERGE)
        return "" if told else text
    if entry.content_type and entry.content_type.app_label == "auth":
        for change in changes:
            fields = change.get("changed", {}).get("fields")
            if fields is not None:
                change["changed"]["fields"] = [name for name in fields if name not in _TOLD]
        changes = [one for one in changes if one.get("changed", {}).get("fields") != []]
    if not changes:
        return ""
    return LogEntry(change_message=json.dumps(changes)).get_change_message()


@receiver(post_save, sender=CaseVersion)
def step_of_a_case(sender, instance, created, **kwargs):
    """Edits are in the admin's own log; what a command does has nobody to name."""
    request = current_request.get()
    if created and instance.action != Action.EDIT and (instance.user or request):
        event = instance.action if instance.action in Event.values else Event.OTHER
        record(event, user=instance.user, obj=instance.case, detail=instance.note)
        if request is not None:
            request.steps_told = {
                *getattr(request, "steps_told", ()),
                Action(instance.action).label,
            }


def rights_changed(sender, instance, action, reverse, model, pk_set, **kwargs):
    words = {"post_add": "加上", "post_remove": "去掉", "pre_clear": "全部去掉"}
    if action not in words or current_request.get() is None:
        return
    others = model.objects.filter(pk__in=pk_set or ())
    if action != "pre_clear" and not others:
        return
    named = "、".join(
        rights.label_of(other) if isinstance(other, Permission) else str(other) for other in others
    )
    record(Event.PERMISSION, obj=instance, detail=words[action] + named)


for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
    m2m_changed.connect(rights_changed, sender=through)


def _at_work():
    """Who is logged in and asks for what is happening; None where nobody is."""
    user = getattr(current_request.get(), "user", None)
    return user if user is not None and user.is_authenticated else None


@receiver(pre_save, sender=User)
def flags_before(sender, instance, update_fields=None, **kwargs):
    watched = [*rights.FLAGS, "password"]
    if update_fields is not None:
        watched = [name for name in watched if name in update_fields]
    known = instance.pk is not None and watched and _at_work() is not None
    rows = User.objects.filter(pk=instance.pk).values(*watched) if known else ()
    instance.flags_before = next(iter(rows), {})


@receiver(post_save, sender=User)
def flags_changed(sender, instance, **kwargs):
    before = instance.__dict__.pop("flags_before", {})
    changed = [name for name, value in before.items() if getattr(instance, name) != value]
    told = [
        ("加上" if getattr(instance, name) else "去掉") + label
        for name, label in rights.FLAGS.items()
        if name in changed
    ]
    if "password" in changed:
        told.append("修改自己的密码" if instance == _at_work() else "重设密码")
    if told:
        record(Event.PERMISSION, obj=instance, detail="；".join(told))


@receiver(staff_did)
def told_by_the_desk(sender, event, obj, detail, **kwargs):
    about = {} if obj is not None else {"object_type": str(sender._meta.verbose_name)}
    record(event, obj=obj, detail=detail, **about)
