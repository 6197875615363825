"""The parts of a case, edited below it."""

from django import forms
from django.contrib import admin

from ..models import Section, SectionKind
from .prose import prose_fields

# What a case that is written by hand starts with; a part that stays empty is not saved.
PREPARED = [
    {"order": 1, "heading": "背景情况", "kind": SectionKind.BACKGROUND},
    {"order": 2, "heading": "主要做法", "kind": SectionKind.PRACTICES},
    {"order": 3, "heading": "取得成效", "kind": SectionKind.OUTCOMES},
]


class SectionForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "order" in self.fields:
            self.fields["order"].required = False
            # The heading of the parts says it once for all of them.
            self.fields["text"].help_text = ""
        if self.instance.pk is None:
            self.initial.setdefault("order", None)


class SectionFormSet(forms.BaseInlineFormSet):
    def __init__(self, *args, **kwargs):
        if kwargs["instance"].pk is None:
            kwargs["initial"] = PREPARED
        super().__init__(*args, **kwargs)

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if self._is_kept(form)]
        last = max((form.cleaned_data.get("order") or 0 for form in kept), default=0)
        for form in kept:
            if form.cleaned_data.get("order") is None:
                last += 1
                form.instance.order = last
        if self.instance.is_published and not any(form.cleaned_data.get("text") for form in kept):
            raise forms.ValidationError("已发布的案例不能没有正文。请保留正文，或先撤回案例。")

    def _is_kept(self, form):
        if not hasattr(form, "cleaned_data") or self._should_delete_form(form):
            return False
        return form.instance.pk is not None or form.has_changed()


class SectionInline(admin.StackedInline):
    """Whoever may write a case may write its parts: there is no separate right to explain."""

    model = Section
    form = SectionForm
    formset = SectionFormSet
    template = "admin/cases/case/sections.html"
    verbose_name = "部分"
    verbose_name_plural = "正文"
    fields = [("order", "kind", "heading"), "text"]
    ordering = ["order", "pk"]
    formfield_overrides = prose_fields(rows=12)

    def get_extra(self, request, obj=None, **kwargs):
        if obj:
            return 1 if request.GET.get("more") == "sections" else 0
        return len(PREPARED)

    def get_max_num(self, request, obj=None, **kwargs):
        return None if self.has_add_permission(request, obj) else 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cases.view_case") or self.has_change_permission(request)

    def has_add_permission(self, request, obj):
        right = "change" if obj else "add"
        return request.user.has_perm(f"cases.{right}_case")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("cases.change_case")

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("cases.change_case")
