"""Every version of a case: who did what and when, any two side by side, an earlier one restored."""

import itertools

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from ..models import Case, CaseVersion
from ..models.content import content_of
from .review import compared
from .stale import name_of

PAGE = 50
NOW = "now"


class History:
    """A mixin for the ModelAdmin of cases; its page takes the place of Django's."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", view(self.compare_view), name="cases_case_compare"),
            path(
                "<int:pk>/restore/<int:version>/",
                view(self.restore_view),
                name="cases_case_restore",
            ),
            *super().get_urls(),
        ]

    def history_view(self, request, object_id, extra_context=None):
        case = self._case_to_see(request, object_id)
        versions = self._versions(case).select_related("user")
        page = Paginator(versions, PAGE).get_page(request.GET.get("p"))
        shown = list(page)
        # Steps leave versions, too: most of them with the content of the one before.
        rows = [
            (version, name_of(version.user), older is not None and version.content == older.content)
            for version, older in itertools.zip_longest(shown, shown[1:])
        ]
        now = content_of(case)
        other = next((version.pk for version in shown if version.content != now), None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "历史",
            "subtitle": case.title,
            "case": case,
            "state": self.status_badge(case),
            "rows": rows,
            "chosen": other or (shown[-1].pk if shown else None),
            "page": page,
            "may_restore": self.has_change_permission(request, case),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/cases/case/object_history.html", context)

    def compare_view(self, request, pk):
        """Two versions, given by `old` and `new`: numbers of versions, or the case as it is now."""
        case = self._case_to_see(request, pk)
        chosen = [self._chosen(case, request.GET.get(name, NOW)) for name in ("old", "new")]
        # Whichever is ticked on which side: the earlier one is shown first.
        chosen.sort(key=lambda version: (version is None, version.pk if version else 0))
        old, new = chosen
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "对比两个版本",
            "subtitle": case.title,
            "case": case,
            "old": old,
            "new": new,
            "names": [_named(version) for version in chosen],
            **compared(*(v.content if v else content_of(case) for v in chosen)),
            "may_restore": self.has_change_permission(request, case),
        }
        return TemplateResponse(request, "admin/cases/case/compare.html", context)

    def restore_view(self, request, pk, version):
        """Ask, and on POST make the version the content of the draft, or of a revision."""
        case = self._case_to_see(request, pk)
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        chosen = self._chosen(case, str(version))
        revision = None if case.is_open else Case.objects.filter(revises=case).first()
        if request.method == "POST":
            try:
                target = case if case.is_open else case.revise(request.user)
                target.restore(chosen, request.user)
            except ValidationError as problem:
                self.message_user(request, "".join(problem.messages), messages.WARNING)
                return HttpResponseRedirect(reverse("admin:cases_case_history", args=[case.pk]))
            self.log_change(request, target, "恢复旧版。")
            self.message_user(request, f"已恢复到{_named(chosen)}的内容。", messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:cases_case_change", args=[target.pk]))
        target = case if case.is_open else revision or case
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "恢复旧版",
            "subtitle": case.title,
            "case": case,
            "revision": revision,
            "version": chosen,
            "named": _named(chosen),
            **compared(content_of(target), chosen.content),
        }
        return TemplateResponse(request, "admin/cases/case/restore.html", context)

    def _versions(self, case):
        """Its own, and for a revision those of the case that it revises."""
        return CaseVersion.objects.filter(case__in=filter(None, [case.pk, case.revises_id]))

    def _chosen(self, case, number):
        if number == NOW:
            return None
        version = self._versions(case).filter(pk=number if number.isdecimal() else 0).first()
        if version is None:
            raise Http404("没有这个版本。")
        return version


def _named(version):
    return "现在" if version is None else f"“{version}”"
