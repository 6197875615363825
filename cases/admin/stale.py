"""A form loaded before somebody else's save: nothing is overwritten, nothing typed is lost."""

import itertools

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from ..models import Action, Case, CaseVersion, Section
from ..models.content import content_of, differences


def refusing(form, problem):
    """The form class, made to say `problem` and to save nothing."""

    class Refusing(form):
        def clean(self):
            super().clean()
            raise ValidationError(problem)

    return Refusing


def name_of(user):
    """What colleagues call somebody; None is a command or an account that is gone."""
    return (f"{user.last_name}{user.first_name}" or user.username) if user else "系统"


def who_changed(case, loaded_version):
    """Who saved the case since the form was loaded with that version, and what he changed."""
    newest = case.versions.select_related("user").first()
    known = str(loaded_version or "")
    loaded = case.versions.filter(pk=known).first() if known.isdecimal() else None
    if newest is None or newest == loaded:
        who = "有人"
    else:
        who = f"{name_of(newest.user)}在 {timezone.localtime(newest.at):%Y-%m-%d %H:%M} "
    changed = ""
    compare = reverse("admin:cases_case_history", args=[case.pk])
    if loaded is not None:
        found = differences(loaded.content, content_of(case), Case)
        changed = "、".join(part.label for part in found)
        compare = reverse("admin:cases_case_compare", args=[case.pk]) + f"?old={loaded.pk}"
    return format_html(
        "您打开这一页之后，{}改过这个案例{}。您填的内容都还在下面，没有保存。"
        '请<a href="{}" target="_blank" rel="noopener">看看改了什么</a>，'
        "把要留的合在一起；再按一次保存，就以这一页为准。",
        who,
        f"：{changed}" if changed else "",
        compare,
    )


def was_open(post):
    """Whether the form that was sent had the content in fields."""
    return "title" in post or any(name.endswith("-text") for name in post)


def reborn(post, model_admin, request, case):
    """The form as sent, with rows whose own row is gone meanwhile as new ones, to be kept."""
    data = post.copy()
    for inline in model_admin.get_inline_instances(request, case):
        formset = inline.get_formset(request, case)
        prefix = formset.get_default_prefix()
        alive = {
            str(pk) for pk in inline.model.objects.filter(case=case).values_list("pk", flat=True)
        }
        _renumber(data, prefix, alive)
    return data


def _renumber(data: QueryDict, prefix, alive):
    try:
        total = int(data[f"{prefix}-TOTAL_FORMS"])
        initial = int(data[f"{prefix}-INITIAL_FORMS"])
    except (KeyError, ValueError):
        return
    rows = [{} for _ in range(min(total, 1000))]
    for name in list(data):
        start, _, rest = name.partition("-")
        number, _, field = rest.partition("-")
        if start == prefix and number.isdecimal() and int(number) < len(rows):
            rows[int(number)][field] = data.pop(name)
    kept = [row for row in rows[:initial] if row.get("id", [""])[0] in alive]
    new = [row for row in rows[:initial] if row not in kept and "DELETE" not in row]
    for row in new:
        row["id"] = [""]
    for number, row in enumerate([*kept, *new, *rows[initial:]]):
        for field, values in row.items():
            data.setlist(f"{prefix}-{number}-{field}", values)
    data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
    data[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(new) + len(rows[initial:]))


def not_saved(model_admin, request, case):
    """The page for a form whose case is closed or gone: what happened, and what was typed."""
    target = case
    if case is None and (original := request.POST.get("_original", "")).isdecimal():
        target = Case.objects.filter(pk=original).first()
    last = None
    if target is not None:
        closing = [Action.PUBLISH, Action.DISCARD, Action.REVISE]
        versions = CaseVersion.objects.filter(case=target, action__in=closing)
        last = versions.select_related("user").first()
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "没有保存",
        "case": target,
        "is_gone": case is None,
        "last": last,
        "who": name_of(last.user) if last else "",
        "typed": list(_typed(request.POST, target, model_admin, request)),
    }
    return TemplateResponse(request, "admin/cases/case/not_saved.html", context, status=409)


def _typed(post, target, model_admin, request):
    """(label, text) of every text that was typed and is not in the library now."""
    names = set(flatten_fieldsets(model_admin.get_fieldsets(request))) | {"title"}
    there = set()
    if target is not None:
        sections = target.sections.values_list("heading", "text")
        there = {_plain(text) for text in itertools.chain.from_iterable(sections)}
    for field in Case._meta.concrete_fields:
        if field.name in names and field.name in post and isinstance(field, TEXT):
            text = _plain(post[field.name])
            if text and text != (getattr(target, field.name) if target else None):
                yield field.verbose_name, text
    for number in itertools.count():
        if f"sections-{number}-text" not in post:
            break
        for name in ("heading", "text"):
            text = _plain(post.get(f"sections-{number}-{name}", ""))
            if text and text not in there:
                label = Section._meta.get_field(name).verbose_name
                yield f"第 {number + 1} 部分，{label}", text


TEXT = (models.CharField, models.TextField)


def _plain(text):
    return text.replace("\r\n", "\n").strip()
