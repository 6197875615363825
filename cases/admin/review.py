"""The page on which a case is compared with what was there before, talked about, and decided."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from ..models import Action, Case, CaseComment
from ..models.content import content_of, parts
from .stale import name_of
from .workflow import STEPS


def compared(old, new):
    """The parts of two contents for admin/cases/case/parts.html, the changed ones first."""
    found = parts(old, new, Case)
    return {
        "changed": [part for part in found if part.changed],
        "unchanged": [part for part in found if not part.changed],
    }


def basis_of(case):
    """(content, what it is in words) that a reviewer compares with; None where there is none.

    What readers see, or saw last; for a case that is new to them, what it began as.
    """
    if case.revises is not None:
        return content_of(
            case.revises
        ), "读者现在看到的" if case.revises.is_published else "撤回前的"
    if published := case.published_version():
        return published.content, "撤回前的" if not case.is_published else "最近一次发布的"
    first = case.versions.last()
    if first is None:
        return None
    return first.content, "导入时的" if first.action == Action.IMPORT else "最初录入的"


class Review:
    """A mixin for the ModelAdmin of cases."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/review/", view(self.review_view), name="cases_case_review"),
            path("<int:pk>/comment/", view(self.comment_view), name="cases_case_comment"),
            *super().get_urls(),
        ]

    def review_view(self, request, pk):
        case = self._case_to_see(request, pk)
        basis = basis_of(case)
        now = content_of(case)
        content, named = basis or (now, "")
        # A revision began as what readers saw; since then somebody may have changed that, too.
        begun = case.versions.filter(action=Action.REVISE).first() if case.revises else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "对比和审核" if case.status == "review" else "对比和意见",
            "subtitle": case.title,
            "case": case,
            "state": self.status_badge(case),
            "named": named,
            **compared(content, now),
            "is_new": case.published_version() is None,
            "overtaken": begun is not None and begun.content != content,
            "submitted": case.versions.filter(action=Action.SUBMIT).first(),
            "writers": self._writers(case),
            "why_not": self._why_not(request, case),
            "may_decide": case.status == "review" and self._may(request, STEPS["publish"]),
            "seen": case.fingerprint(),
            "files": notice.unreleased if (notice := (case.revises or case).notice) else (),
            "open_comments": case.comments.filter(done=False).count(),
            "comments": case.comments.select_related("user"),
            "may_comment": self.has_change_permission(request, case),
        }
        return TemplateResponse(request, "admin/cases/case/review.html", context)

    def comment_view(self, request, pk):
        """Add a comment, or mark one as done or open again."""
        case = self._case_to_see(request, pk)
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        if request.method == "POST":
            if number := request.POST.get("mark"):
                number = int(number) if number.isdecimal() else 0
                comment = get_object_or_404(CaseComment, pk=number, case=case)
                comment.done = not comment.done
                comment.save(update_fields=["done"])
            else:
                limit = CaseComment._meta.get_field("text").max_length
                text = request.POST.get("text", "").strip()[:limit]
                if text:
                    CaseComment.objects.create(case=case, user=request.user, text=text)
                else:
                    self.message_user(request, "没有写意见，什么也没有添加。")
        address = reverse("admin:cases_case_review", args=[case.pk])
        return HttpResponseRedirect(f"{address}#comments")

    def _case_to_see(self, request, pk):
        case = self.get_object(request, str(pk))
        if case is None:
            raise Http404("没有这个案例。")
        if not self.has_view_or_change_permission(request, case):
            raise PermissionDenied
        return case

    def _writers(self, case):
        """The names of those who had a hand in the content."""
        numbers = case.editors()
        versions = case.versions.filter(user__in=numbers).select_related("user")
        return "、".join(sorted({name_of(version.user) for version in versions}))

    def _why_not(self, request, case):
        """Why this user cannot publish the case as it is, in words; "" where he can."""
        if missing := case.missing_for_publication():
            return f"还缺{'、'.join(missing)}，补全后才能发布。"
        if settings.FOUR_EYES and request.user.pk in case.editors():
            return "您参与过这一稿的编辑，要由另一位审核人员发布；可以写意见或退回。"
        return ""
