"""The first page of the desk: what waits for the person at work. Each piece is a few rows and a
link to the whole list; who can do nothing about a piece does not get it."""

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from ..models import (
    Action,
    Case,
    CaseVersion,
    ErrorReport,
    Notice,
    NoticeUpload,
    ReportState,
    Status,
    UploadState,
)

SHOWN = 8
# What makes somebody the editor of a case.
WRITING = [Action.EDIT, Action.RESTORE, Action.IMPORT, Action.REVISE]


def _list(**query):
    return f"{reverse('admin:cases_case_changelist')}?{urlencode(query)}"


def _first(queryset):
    """(the first rows, whether there are more): one query."""
    rows = list(queryset[: SHOWN + 1])
    return rows[:SHOWN], len(rows) > SHOWN


def _last_version(name, **conditions):
    versions = CaseVersion.objects.filter(case=OuterRef("pk"), **conditions).order_by("-pk")
    return Subquery(versions.values(name)[:1])


@admin.site.panel(10)
def my_drafts(request):
    if not request.user.has_perm("cases.change_case"):
        return None
    mine = CaseVersion.objects.filter(case=OuterRef("pk"), user=request.user.pk, action__in=WRITING)
    drafts = (
        Case.objects.filter(Exists(mine), status=Status.DRAFT)
        .annotate(last_action=_last_version("action"), last_note=_last_version("note"))
        .select_related("notice")
        .defer("notice__letter")
        .order_by("-updated_at")
    )
    cases, more = _first(drafts)
    address = _list(status__exact=Status.DRAFT)
    return "admin/dashboard/drafts.html", {
        "cases": cases,
        "more": address if more else "",
        "drafts": address,
    }


@admin.site.panel(20)
def waiting_for_review(request):
    if not request.user.has_perm("cases.publish_case"):
        return None
    submitted = {"action": Action.SUBMIT}
    waiting = (
        Case.objects.filter(status=Status.REVIEW)
        .annotate(
            submitted_at=_last_version("at", **submitted),
            submitted_by=_last_version("user__username", **submitted),
            edited_by_me=Exists(
                CaseVersion.objects.filter(
                    case=OuterRef("pk"), user=request.user.pk, action__in=WRITING
                )
            ),
        )
        .order_by("submitted_at", "pk")
    )
    cases, more = _first(waiting)
    more = _list(status__exact=Status.REVIEW) if more else ""
    return "admin/dashboard/waiting.html", {"cases": cases, "more": more}


@admin.site.panel(40)
def incomplete(request):
    """What readers find a case by, looked for in the database: completeness() reads whole texts."""
    if not request.user.has_perm("cases.change_case"):
        return None

    def lacks(name):
        return ~Exists(getattr(Case, name).through.objects.filter(case=OuterRef("pk")))

    lacking = (
        Case.objects.published()
        .annotate(no_approach=lacks("approaches"), no_body=lacks("bodies"))
        .filter(Q(highlight="") | Q(primary_theme=None) | Q(no_approach=True) | Q(no_body=True))
        .order_by("-published_at", "-pk")
    )
    cases, more = _first(lacking)
    return "admin/dashboard/incomplete.html", {
        "rows": [(case, "、".join(_lacks(case))) for case in cases],
        "more": more,
    }


def _lacks(case):
    lacks = {
        "亮点": not case.highlight,
        "主要领域": case.primary_theme_id is None,
        "改革手段": case.no_approach,
        "牵头部门": case.no_body,
    }
    return [name for name, is_lacking in lacks.items() if is_lacking]


@admin.site.panel(25)
def reports(request):
    if not request.user.has_perm("cases.change_errorreport"):
        return None
    waiting = ErrorReport.objects.filter(state=ReportState.OPEN).select_related("case")
    rows, more = _first(waiting)
    address = f"{reverse('admin:cases_errorreport_changelist')}?state__exact={ReportState.OPEN}"
    return "admin/dashboard/reports.html", {"reports": rows, "more": address if more else ""}


@admin.site.panel(30)
def notices(request):
    if not request.user.has_perm("cases.view_notice"):
        return None

    def cases(**conditions):
        return Count("cases", filter=Q(**{f"cases__{key}": v for key, v in conditions.items()}))

    newest = (
        Notice.objects.defer("letter")
        .annotate(
            case_count=Count("cases"),
            drafts=cases(status=Status.DRAFT),
            in_review=cases(status=Status.REVIEW),
            published=cases(status=Status.PUBLISHED),
        )
        .order_by("-pk")
    )
    rows, more = _first(newest)
    uploads = []
    if request.user.has_perm("cases.view_noticeupload"):
        states = (UploadState.WAITING, UploadState.READY, UploadState.FAILED)
        counted = dict(
            NoticeUpload.objects.filter(state__in=states)
            .order_by()
            .values_list("state")
            .annotate(number=Count("pk"))
        )
        uploads = [(state.label, counted[state]) for state in states if state in counted]
    return "admin/dashboard/notices.html", {
        "rows": [{"notice": row, "address": _list(notice__id__exact=row.pk)} for row in rows],
        "more": reverse("admin:cases_notice_changelist") if more else "",
        "uploads": uploads,
        "may_upload": request.user.has_perm("cases.add_noticeupload"),
    }
