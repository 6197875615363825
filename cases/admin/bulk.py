"""Theme, approaches and maturity of many cases at once: choose, look at each change, confirm."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join

from .. import bulk
from ..models import Approach, Maturity, Status, Theme
from .workflow import Workflow

# Each takes some 50 ms, and nobody else can save meanwhile on SQLite.
MOST = 200
KEEP = "keep"


class SettingForm(forms.Form):
    """What is left at 不改 stays as it is in each case."""

    theme = forms.ChoiceField(label="主要领域", required=False)
    add = forms.ModelMultipleChoiceField(
        Approach.objects.all(),
        label="加上改革手段",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "term-boxes"}),
    )
    remove = forms.ModelMultipleChoiceField(
        Approach.objects.all(),
        label="去掉改革手段",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "term-boxes"}),
    )
    maturity = forms.ChoiceField(
        label="推广阶段",
        required=False,
        choices=[(KEEP, "不改"), ("", "清空"), *Maturity.choices],
        initial=KEEP,
    )
    submit = forms.BooleanField(
        label="改好以后送审",
        required=False,
        help_text="草稿和修订稿改好后直接送审，由审核人员发布。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        themes = Theme.objects.values_list("code", "name")
        self.fields["theme"].choices = [(KEEP, "不改"), *themes]

    def clean(self):
        data = super().clean()
        add, remove = data.get("add") or (), data.get("remove") or ()
        if both := set(add) & set(remove):
            names = "、".join(term.name for term in both)
            raise ValidationError(f"“{names}”既要加上又要去掉，请只选一样。")
        chosen = [data.get("theme", KEEP) != KEEP, data.get("maturity") != KEEP, add, remove]
        if not self.errors and not any(chosen):
            raise ValidationError("还没有选要改什么。")
        return data

    def edit(self, now: dict) -> dict:
        """A bulk.Edit."""
        data, values = self.cleaned_data, {}
        if data["theme"] != KEEP:
            values["primary_theme"] = data["theme"]
            # A theme is the primary one or one of the others.
            values["other_themes"] = [one for one in now["other_themes"] if one != data["theme"]]
        if data["maturity"] != KEEP:
            values["maturity"] = data["maturity"]
        if data["add"] or data["remove"]:
            gone = {term.code for term in data["remove"]}
            more = {term.code for term in data["add"]}
            values["approaches"] = sorted((set(now["approaches"]) - gone) | more)
        return values


class SetsMany:
    """A mixin for the ModelAdmin of cases, before Workflow."""

    actions = [*Workflow.actions, "set_selected"]

    @admin.action(description="批量设置领域、手段、推广阶段", permissions=["change"])
    def set_selected(self, request, queryset):
        number = queryset.count()
        if number > MOST:
            text = f"选了 {number} 个案例，一次最多 {MOST} 个。请先筛选，分几次设置。"
            self.message_user(request, text, messages.WARNING)
            return None
        step = request.POST.get("step", "")
        form = SettingForm(request.POST if step else None)
        planned = []
        if step and form.is_valid():
            cases = queryset.with_terms().defer("notice__letter")
            planned = list(bulk.plans(cases, lambda case: form.edit))
            if step == "confirm":
                return self._set(request, planned, form)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"批量设置 {number} 个案例",
            "form": form,
            "planned": planned,
            "will_change": sum(one.does_something for one in planned),
            "revised": sum(one.does_something and one.case.is_published for one in planned),
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "name": ACTION_CHECKBOX_NAME,
            "across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/cases/case/set_many.html", context)

    def _set(self, request, planned, form):
        done, problems = [], []
        with transaction.atomic():
            for one in planned:
                try:
                    written = bulk.write(one.case, form.edit, request.user, "批量设置")
                    if written is None:
                        continue
                    done.append(written)
                    named = "、".join(change.label for change in one.changes)
                    self.log_change(request, written, f"批量设置：{named}。")
                    if form.cleaned_data["submit"] and written.status == Status.DRAFT:
                        written.submit(request.user, "批量设置")
                except ValidationError as problem:
                    problems.append("".join(problem.messages))
        revised = sum(case.revises_id is not None for case in done)
        text = f"已设置 {len(done)} 个案例"
        if revised:
            text += f"，其中 {revised} 个已发布的写在修订稿里，发布后读者才看到"
        self.message_user(request, f"{text}。", messages.SUCCESS if done else messages.WARNING)
        if problems:
            reasons = format_html_join("", "<br>{}", ((problem,) for problem in problems[:20]))
            text = format_html("{} 个没有办成：{}", len(problems), reasons)
            self.message_user(request, text, messages.WARNING)
