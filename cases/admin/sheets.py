"""The pages that hand out a list as a table, take one in, and show what it would change."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from ..exports.reading import MAX_BYTES, MAX_ROWS, TableError, read_table
from ..exports.tables import table_response
from ..models import Case, Sheet
from ..sheets import confirm, is_work, sheet_of
from ..signals import staff_did

SHOWN = 50
KEPT = timedelta(days=1)


class HasSheets:
    """A mixin for the ModelAdmin of cases and of each kind of terms."""

    def get_urls(self):
        base, view = f"cases_{self.opts.model_name}_sheet", self.admin_site.admin_view
        return [
            path("sheet/", view(self.sheet_upload), name=base),
            path("sheet/export/<slug:kind>/", view(self.sheet_export), name=f"{base}_export"),
            path("sheet/<int:pk>/", view(self.sheet_preview), name=f"{base}_preview"),
            *super().get_urls(),
        ]

    def _sheet_address(self, part="", *args):
        return reverse(f"admin:cases_{self.opts.model_name}_sheet{part}", args=args)

    def changelist_view(self, request, extra_context=None):
        context = {
            "sheet_exports": [
                (kind.upper(), self._sheet_address("_export", kind)) for kind in ("xlsx", "csv")
            ],
            "sheet_upload": self._sheet_address() if self.has_change_permission(request) else "",
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def sheet_export(self, request, kind):
        """The list as it is filtered."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if kind not in ("xlsx", "csv"):
            raise Http404
        chosen = self.get_changelist_instance(request).get_queryset(request)
        sheet = sheet_of(self.model)
        # Told first: an export that breaks off has been one all the same.
        detail = f"{kind} {request.GET.urlencode()}".strip()
        staff_did.send(self.model, event="export", obj=None, detail=detail)
        return table_response(sheet.name, sheet.headings, sheet.rows(chosen), kind)

    def sheet_upload(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        problem = ""
        if request.method == "POST":
            file = request.FILES.get("file")
            if file is None:
                problem = f"请选一个文件，不超过 {MAX_BYTES // 1024 // 1024} MB。"
            else:
                try:
                    return redirect(self._planned(request, file))
                except TableError as error:
                    problem = str(error)
        return self._page(
            request,
            "sheet_upload.html",
            title=f"导入{sheet_of(self.model).name}表格",
            errors=[problem] if problem else [],
            most=MAX_ROWS,
            exports=[("XLSX", self._sheet_address("_export", "xlsx"))],
        )

    def _planned(self, request, file):
        """The address of the preview of an uploaded file. Raises TableError."""
        if file.size > MAX_BYTES:
            raise TableError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请分成几个文件。")
        plan = sheet_of(self.model).plan(read_table(file.name, file.read()))
        if not self.has_add_permission(request):
            for row in plan:
                if row["way"].startswith("新增") and not row["problem"]:
                    row["problem"] = "您没有新增的权限。"
        Sheet.objects.filter(uploaded_at__lt=timezone.now() - KEPT).delete()
        kept = Sheet.objects.create(
            kind=self.opts.model_name,
            name=file.name[:255],
            plan=plan,
            uploaded_by_id=request.user.pk,
        )
        return self._sheet_address("_preview", kept.pk)

    def sheet_preview(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        # Another's table is not there for him, nor one of another kind.
        kept = get_object_or_404(
            Sheet, pk=pk, kind=self.opts.model_name, uploaded_by=request.user.pk
        )
        if request.method == "POST":
            return self._decide(request, kept)
        interesting = [
            row for row in kept.plan if row["changes"] or row["problem"] or row.get("note")
        ]
        shown = kept.plan if "all" in request.GET else interesting
        work = [row for row in kept.plan if is_work(row)]
        new = [row for row in work if row["way"].startswith("新增")]
        return self._page(
            request,
            "sheet_preview.html",
            title=f"导入{sheet_of(self.model).name}表格：预览",
            kept=kept,
            page=Paginator(shown, SHOWN).get_page(request.GET.get("p")),
            everything="all" in request.GET,
            changing=len(work) - len(new),
            new=len(new),
            bad=sum(bool(row["problem"]) for row in kept.plan),
            same=sum(not (row["changes"] or row["problem"]) for row in kept.plan),
            noted=sum(bool(row.get("note")) for row in kept.plan),
            of_cases=self.model is Case,
        )

    def _decide(self, request, kept):
        back = redirect(f"admin:cases_{self.opts.model_name}_changelist")
        if "discard" in request.POST:
            kept.delete()
            self.message_user(request, "已放弃这份表格，什么也没有改动。")
            return back
        plan = kept.plan
        # Sent twice, it is carried out once.
        with transaction.atomic():
            deleted, _ = Sheet.objects.filter(pk=kept.pk).delete()
            if not deleted:
                return back
            done, refused = confirm(sheet_of(self.model), plan, request.user)
            for written, is_new in done:
                log = self.log_addition if is_new else self.log_change
                log(request, written, f"表格导入：{kept.name}")
            detail = f"{kept.name}：写入 {len(done)} 行，没有写入 {len(refused)} 行。"
            staff_did.send(self.model, event="import", obj=None, detail=detail)
        revised = sum(getattr(written, "revises_id", None) is not None for written, _ in done)
        text = f"已写入 {len(done)} 行"
        if revised:
            text += f"，其中 {revised} 个已发布的写在修订稿里，发布后读者才看到"
        self.message_user(request, f"{text}。", messages.SUCCESS if done else messages.WARNING)
        if refused:
            reasons = format_html_join("", "<br>第 {} 行：{}", refused[:20])
            text = format_html("{} 行没有写入：{}", len(refused), reasons)
            self.message_user(request, text, messages.WARNING)
        return back

    def _page(self, request, template, **context):
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/cases/{template}", context)
