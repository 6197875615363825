"""The page that merges one term into another: choose, look at the cases, confirm."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from ..merging import affected, merge
from ..signals import staff_did

SHOWN = 50


class MergesTerms:
    """A mixin for the ModelAdmin of a kind of terms."""

    change_form_template = "admin/cases/term_change_form.html"

    def get_urls(self):
        name = f"cases_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:pk>/merge/", view, name=name), *super().get_urls()]

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj is not None and self.has_merge_permission(request):
            name = f"admin:cases_{self.opts.model_name}_merge"
            context["merge_address"] = reverse(name, args=[obj.pk])
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def merge_view(self, request, pk):
        if not self.has_merge_permission(request):
            raise PermissionDenied
        source = get_object_or_404(self.model, pk=pk)
        others = self.model.objects.exclude(pk=pk)
        chosen = request.POST.get("into") or request.GET.get("into") or ""
        target = others.filter(pk=chosen).first() if chosen.isdecimal() else None
        if request.method == "POST" and target is not None:
            return self._merge(request, source, target)
        cases = affected(source).with_entry().defer("notice__letter").order_by("pk")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"合并{self.opts.verbose_name}",
            "source": source,
            "target": target,
            "others": others,
            "query": f"into={target.pk}" if target else "",
            "page": Paginator(cases, SHOWN).get_page(request.GET.get("p")),
        }
        return TemplateResponse(request, "admin/cases/merge.html", context)

    def _merge(self, request, source, target):
        name, number = source.name, source.pk
        try:
            count = merge(source, target, request.user)
        except ValidationError as problem:
            self.message_user(request, "".join(problem.messages), messages.WARNING)
            return redirect(f"admin:cases_{self.opts.model_name}_changelist")
        detail = f"“{name}”（编号 {number}）并入，涉及 {count} 个案例。"
        self.log_change(request, target, detail)
        staff_did.send(self.model, event="merge", obj=target, detail=detail)
        text = f"“{name}”已并入“{target.name}”，{count} 个案例随之更新。"
        self.message_user(request, text, messages.SUCCESS)
        return redirect(f"admin:cases_{self.opts.model_name}_change", target.pk)
