"""Notices with their original files, which are shown and handed out, never changed."""

import io

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.html import format_html

from ..models import Notice, NoticeFile, Status
from .deleting import ExplainedDeletion
from .prose import prose_fields
from .regions import ChoosesRegion


def link_to_original(file):
    address = reverse("admin:cases_notice_file", args=[file.pk])
    return format_html('<a href="{}">下载“{}”</a>', address, file.name)


class OriginalInline(admin.TabularInline):
    model = NoticeFile
    verbose_name_plural = "原件"
    fields = readonly_fields = ["download", "for_readers", "readable_size", "sha256", "created_at"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cases.view_notice") or request.user.has_perm(
            "cases.change_notice"
        )

    def has_add_permission(self, request, obj):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="文件")
    def download(self, file):
        return link_to_original(file)

    @admin.display(description="读者可以下载")
    def for_readers(self, file):
        return "是" if file.released else "还没有，随下一次发布公开"

    @admin.display(description="大小")
    def readable_size(self, file):
        return filesizeformat(file.size)


@admin.register(Notice)
class NoticeAdmin(ExplainedDeletion, ChoosesRegion, admin.ModelAdmin):
    list_display = ["title", "doc_number", "issuer", "issued_on", "its_cases"]
    list_filter = [("region", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title", "doc_number", "issuer"]
    search_help_text = "可搜标题、文号和印发单位。"
    ordering = ["-issued_on", "-pk"]
    inlines = [OriginalInline]
    formfield_overrides = {
        **prose_fields(rows=16),
        models.URLField: {"assume_scheme": "https"},
    }
    fields = [
        "title",
        ("doc_number", "issued_on"),
        "issuer",
        "region",
        "source_url",
        "letter",
        "its_cases",
        "created_at",
    ]
    readonly_fields = ["its_cases", "created_at"]
    actions = ["release_files"]

    def get_queryset(self, request):
        # The letter of a notice is long, and lists do not show it.
        return (
            super()
            .get_queryset(request)
            .defer("letter")
            .annotate(
                case_count=Count("cases"),
                published_count=Count("cases", filter=Q(cases__status=Status.PUBLISHED)),
            )
        )

    def has_release_permission(self, request):
        return request.user.has_perm("cases.publish_case")

    def has_change_permission(self, request, obj=None):
        """What readers see of a notice is changed by those who may publish."""
        return super().has_change_permission(request, obj) and (
            obj is None or not self._is_read(obj) or self.has_release_permission(request)
        )

    def _is_read(self, notice):
        return notice.pk is not None and notice.cases.published().exists()

    @admin.action(description="让读者下载新的原件", permissions=["release"])
    def release_files(self, request, queryset):
        released = 0
        for notice in queryset:
            released += notice.unreleased.count()
            notice.release_files()
        if released:
            self.message_user(request, f"{released} 份原件现在可以由读者下载。")
        else:
            self.message_user(request, "所选通知没有新的原件。", messages.WARNING)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_urls(self):
        download = self.admin_site.admin_view(self.download)
        return [path("file/<int:pk>/", download, name="cases_notice_file"), *super().get_urls()]

    def download(self, request, pk):
        """An original, byte for byte, always as an attachment: it may be a page with scripts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = get_object_or_404(NoticeFile, pk=pk)
        return FileResponse(
            io.BytesIO(file.content),
            as_attachment=True,
            filename="".join(sign for sign in file.name if sign.isprintable()),
            content_type="application/octet-stream",
            headers={
                "Cache-Control": "private, no-store",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
            },
        )

    @admin.display(description="案例", ordering="case_count")
    def its_cases(self, notice):
        if notice.pk is None:
            return "保存通知后，可在案例页选用它。"
        if not notice.case_count:
            return "还没有案例"
        address = f"{reverse('admin:cases_case_changelist')}?notice__id__exact={notice.pk}"
        text = f"{notice.case_count} 个，已发布 {notice.published_count} 个"
        rule = "。有案例已发布的通知，由审核或管理员修改" if notice.published_count else ""
        return format_html('<a href="{}">{}</a>{}', address, text, rule)

    def why_not_delete(self, notice):
        number = notice.cases.count()
        if not number:
            return ""
        return (
            f"通知“{notice.title}”下还有 {number} 个案例。"
            "请先删除这些案例，或在案例页改选别的通知，再删除。"
        )
