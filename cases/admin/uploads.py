"""Importing notices: files are uploaded, read, looked through and corrected, and confirmed.

What is entered is kept with the upload at every step (notices/uploading.py); the library is written
when it is confirmed. Every page works without JavaScript; static/admin-extra/import.js saves
what is entered at once, and shows how far an upload is.
"""

from collections import Counter

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from ..models import Case, Notice, NoticeUpload, UploadState
from ..notices import uploading
from ..notices.document import NoticeFileError
from ..notices.importing.decisions import read_anew
from ..notices.reader import MAX_BYTES
from ..notices.uploading import AlreadyUploaded, NotReady, Standing
from ..receiving import too_large
from .upload_cards import YES, Entered, cards_of, facts_of, places_near

CARDS_PER_PAGE = 50
FOLDER = "admin/cases/noticeupload/"


# What the numbers of cases are called where they are told, in this order; a case that nothing
# happens to is not told.
TOLD = {
    Standing.NEW: "新增",
    Standing.UPDATED: "更新",
    Standing.UNDECIDED: "待决定",
    Standing.KEPT: "不更新",
    Standing.LEFT: "不导入",
}


# The same afterwards.
BECAME = {
    Standing.NEW: "新增的草稿",
    Standing.UPDATED: "更新的",
    Standing.UNDECIDED: "有改动、还没有决定，这次没有更新的",
    Standing.KEPT: "有改动、按选择没有更新的",
    Standing.LEFT: "按选择没有导入改动的",
}


@admin.register(NoticeUpload)
class NoticeUploadAdmin(admin.ModelAdmin):
    list_display = ["file", "state_badge", "found", "who", "uploaded_at"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["uploaded_by", "notice"]
    list_per_page = 30
    search_fields = ["name", "notice__title"]
    search_help_text = "可搜文件名和通知的标题。"
    actions = None
    change_list_template = f"{FOLDER}change_list.html"

    def get_queryset(self, request):
        # A list of files must not read the files.
        return super().get_queryset(request).defer("content", "decisions", "notice__letter")

    def has_delete_permission(self, request, obj=None):
        # What was uploaded, by whom, and what came of it stays known; the file itself goes.
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("next/", wrap(self.next_view), name="cases_noticeupload_next"),
            path("again/<int:pk>/", wrap(self.again_view), name="cases_noticeupload_again"),
            path("<int:pk>/text/<str:key>/", wrap(self.text_view), name="cases_noticeupload_text"),
            path("<int:pk>/confirm/", wrap(self.confirm_view), name="cases_noticeupload_confirm"),
            path("<int:pk>/discard/", wrap(self.discard_view), name="cases_noticeupload_discard"),
        ]
        return [*own, *super().get_urls()]

    # The list

    @admin.display(description="文件", ordering="name")
    def file(self, upload):
        name = upload.summary.get("title") or upload.name
        link = format_html('<a href="{}">{}</a>', self._address(upload), name)
        return format_html('{}<br><span class="quiet">{}</span>', link, upload.name)

    @admin.display(description="状态", ordering="state")
    def state_badge(self, upload):
        return format_html(
            '<span class="status upload-{}">{}</span>', upload.state, upload.get_state_display()
        )

    @admin.display(description="内容")
    def found(self, upload):
        summary = upload.summary
        if upload.state == UploadState.FAILED:
            return upload.problem
        standings = summary.get("standings", {})
        if upload.state == UploadState.IMPORTED:
            done = {"新增": Standing.NEW, "更新": Standing.UPDATED}
            parts = [f"{words} {standings[n]} 个" for words, n in done.items() if n in standings]
            return "，".join(parts) or "没有变化"
        if upload.state != UploadState.READY:
            return ""
        parts = [f"{summary['cases']} 个案例"]
        if standings.get(Standing.NEW) != summary["cases"]:
            told = [f"{words} {standings[n]}" for n, words in TOLD.items() if n in standings]
            parts.append("、".join(told) or "没有变化")
        if summary.get("check"):
            parts.append(f"要核对 {summary['check']} 个")
        return "，".join(parts)

    @admin.display(description="上传人", ordering="uploaded_by")
    def who(self, upload):
        return upload.uploaded_by and uploading.name_of(upload.uploaded_by)

    def changelist_view(self, request, extra_context=None):
        waiting = NoticeUpload.objects.filter(state=UploadState.WAITING).count()
        context = {
            "title": "导入通知",
            "waiting": waiting,
            "may_upload": self.has_add_permission(request),
            "may_read": self.has_change_permission(request),
            "max_bytes": MAX_BYTES,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    # Receiving and reading

    def add_view(self, request, form_url="", extra_context=None):
        """Take files in; each that cannot be used is refused by itself, with the reason."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            files = request.FILES.getlist("files")
            refused = too_large(request)
            for name in refused:
                most = MAX_BYTES // 1024 // 1024
                text = f"超过了 {most} MB 的上限，请删去其中的图片或分成几个文件后重新上传。"
                self._refuse(request, name, text)
            for file in files:
                self._receive(request, file)
            if not files and not refused:
                text = "没有选中文件。请先选择一个或几个文件，再点“上传”。"
                self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:cases_noticeupload_changelist"))

    def _receive(self, request, file):
        try:
            upload = uploading.receive(file.read(), file.name, request.user)
        except NoticeFileError as error:
            self._refuse(request, file.name, str(error))
        except AlreadyUploaded as there:
            self._point_to(request, file.name, there)
        else:
            self.log_addition(request, upload, "上传。")

    def _refuse(self, request, name, why):
        self.message_user(request, f"“{name}”没有收下：{why}", messages.ERROR)

    def _point_to(self, request, name, there):
        if there.upload:
            what, address = "已经上传过，还没有确认", self._address(there.upload)
        else:
            earlier = there.notice.uploads.filter(state=UploadState.IMPORTED).defer("content")
            upload = earlier.first()
            what = "和库里的原件完全一样，已经导入过"
            address = (
                self._address(upload)
                if upload
                else reverse("admin:cases_notice_change", args=[there.notice.pk])
            )
        text = format_html('“{}”{}，没有重复收下。<a href="{}">去看一看</a>', name, what, address)
        self.message_user(request, text, messages.WARNING)

    def next_view(self, request):
        """Read one waiting file, then show the list: called until none waits."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        upload = uploading.read_next()
        if upload and upload.state == UploadState.FAILED:
            self._refuse(request, upload.name, upload.problem)
        return HttpResponseRedirect(reverse("admin:cases_noticeupload_changelist"))

    def again_view(self, request, pk):
        """Look at the file of an imported notice once more."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        notice = get_object_or_404(Notice, pk=pk)
        if not notice.files.exists():
            raise Http404
        upload = uploading.take_again(notice, request.user)
        self.log_addition(request, upload, "重新核对。")
        return HttpResponseRedirect(reverse("admin:cases_noticeupload_changelist"))

    # Looking through and correcting

    def change_view(self, request, object_id, form_url="", extra_context=None):
        upload = self._upload(request, object_id)
        if upload.state == UploadState.WAITING:
            return HttpResponseRedirect(reverse("admin:cases_noticeupload_changelist"))
        if upload.state != UploadState.READY:
            return self._show_end(request, upload)
        entered = None
        if request.method == "POST":
            entered = Entered(request.POST.dict())
            try:
                self._keep(request, upload, entered)
            except NotReady as error:
                self.message_user(request, str(error), messages.WARNING)
                return HttpResponseRedirect(self._address(upload))
            if request.headers.get("Accept") == "application/json":
                return JsonResponse(self._kept(upload, entered))
            if not entered.errors:
                return HttpResponseRedirect(self._after(request, upload))
        return self._show_preview(request, upload, entered)

    def _keep(self, request, upload, entered):
        """Keep what was entered, and do what the pressed button says to the shape of a case."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        preview = uploading.look(upload)
        action, _, key = entered.post.get("do", "").partition(":")
        known = {item.name for piece in preview.pieces for item in piece.items}

        def change(decisions):
            decisions = entered.laid_over(preview, decisions)
            if action == "reread":
                return read_anew(preview.parsed, decisions)
            if key not in known:
                return decisions
            if action == "join":
                return decisions.with_join(key)
            if action == "unjoin":
                return decisions.without_join(key)
            if action == "uncut":
                return decisions.without_cut(key)
            return decisions

        decisions = uploading.decide(upload.pk, change)
        upload.decisions = decisions.as_json()

    def _kept(self, upload, entered):
        """For a script: what is kept now under each name that was sent, and what is wrong."""
        preview = uploading.look(upload)
        uploading.remember(preview)
        fields = {field.name: field.was for field in facts_of(preview).values()}
        cards = cards_of(preview)
        for card in cards:
            for field in (card.title, card.region, card.theme):
                fields[field.name] = field.was
        for card in cards:
            fields[f"{card.key}-drop"] = "1" if card.is_dropped else ""
            fields[f"{card.key}-update"] = card.update
        sent = {name: fields[name] for name in fields if f"{name}-was" in entered.post}
        touched = {name.rpartition("-")[0] for name in sent}
        badges = {card.key: card.badge for card in cards if card.key in touched}
        return {"errors": entered.errors, "kept": sent, "badges": badges}

    def _after(self, request, upload):
        action, _, key = request.POST.get("do", "").partition(":")
        if action == "confirm":
            return reverse("admin:cases_noticeupload_confirm", args=[upload.pk])
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        anchor = f"#case-{key}" if key and action != "join" else ""
        if action == "save":
            self.message_user(request, "已保存。", messages.SUCCESS)
        return f"{self._address(upload)}{query}{anchor}"

    def _show_preview(self, request, upload, entered=None):
        preview = uploading.look(upload)
        uploading.remember(preview)
        cards = cards_of(preview, entered)
        settled = [card for card in cards if card.is_settled and not card.is_dropped]
        shown = [card for card in cards if card not in settled]
        needing = [card for card in shown if card.needs_a_look]
        only = request.GET.get("show") == "check"
        page = Paginator(needing if only else shown, CARDS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            "title": preview.plan.offered.title,
            "preview": preview,
            "page": page,
            "settled": settled,
            "counts": Counter(preview.standings),
            "total": len(shown),
            "needing": len(needing),
            "only": only,
            "facts": facts_of(preview, entered),
            "themes": preview.plan.vocabulary.themes.values(),
            "places": places_near(preview),
            "entered": entered,
            "may_change": self.has_change_permission(request),
        }
        return self._page(request, "preview", upload, **context)

    def text_view(self, request, pk, key):
        """The text of one case, paragraph by paragraph, to cut it where another one begins."""
        upload = self._upload(request, pk)
        if upload.state != UploadState.READY:
            return HttpResponseRedirect(self._address(upload))
        preview = uploading.look(upload)
        index = next((i for i, piece in enumerate(preview.pieces) if piece.key == key), None)
        if index is None:
            self.message_user(request, "这个案例已经合并或拆开，请从列表里重新打开。")
            return HttpResponseRedirect(self._address(upload))
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            name = request.POST.get("cut", "")
            names = {item.name for item in preview.pieces[index].items[1:]}
            if name in names:
                uploading.decide(upload.pk, lambda decisions: decisions.with_cut(name))
                text = "已拆成两个案例，请核对新案例的标题和地区。"
                self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(f"{self._address(upload)}#case-{name}")
        card = cards_of(preview)[index]
        context = {"title": f"正文：{card.title.value or '没有标题的案例'}", "card": card}
        may = self.has_change_permission(request)
        return self._page(request, "text", upload, may_change=may, **context)

    # The end

    def confirm_view(self, request, pk):
        upload = self._upload(request, pk)
        if not (self.has_change_permission(request) and request.user.has_perm("cases.add_case")):
            raise PermissionDenied
        if upload.state != UploadState.READY:
            return HttpResponseRedirect(self._address(upload))
        if request.method == "POST":
            return self._confirm(request, upload)
        preview = uploading.look(upload)
        uploading.remember(preview)
        cards = cards_of(preview)
        wanted = [card for card in cards if not card.is_dropped]
        context = {
            "title": "确认导入",
            "preview": preview,
            "counts": Counter(preview.standings),
            "untitled": [card for card in wanted if card.is_new and not card.title.value],
            "placeless": [card for card in wanted if card.is_new and not card.region.value],
            "undecided": [card for card in wanted if card.is_amended and card.update == ""],
            "doubled": [card for card in wanted if card.is_new and card.duplicates],
            "revised": [card for card in wanted if card.update == YES and card.plan.touched],
            "wanted": wanted,
        }
        return self._page(request, "confirm", upload, **context)

    def _confirm(self, request, upload):
        token = request.POST.get("token", "")
        try:
            upload, _ = uploading.confirm(upload.pk, request.user, token)
        except NotReady as error:
            self.message_user(request, str(error), messages.WARNING)
            return HttpResponseRedirect(
                reverse("admin:cases_noticeupload_confirm", args=[upload.pk])
            )
        self.log_change(request, upload, "确认导入。")
        return HttpResponseRedirect(self._address(upload))

    def discard_view(self, request, pk):
        upload = self._upload(request, pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            title = "放弃这份文件"
            return self._page(request, "discard", upload, title=title)
        try:
            uploading.discard(upload.pk)
        except NotReady as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.log_change(request, upload, "放弃。")
            text = f"已放弃“{upload.name}”，库里没有任何改动。"
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:cases_noticeupload_changelist"))

    def _show_end(self, request, upload):
        """What became of a file that was imported, discarded or could not be read."""
        title = upload.summary.get("title") or upload.name
        context = {"title": title, "summary": upload.summary, "counts": Counter(), "groups": []}
        if upload.state == UploadState.IMPORTED:
            context["counts"] = Counter(upload.summary.get("standings", {}))
            if upload.notice:
                context["groups"], context["others"] = self._became(upload)
        may = self.has_add_permission(request)
        return self._page(request, "end", upload, may_upload=may, **context)

    def _became(self, upload):
        """([(what became of them, cases)], the cases of the notice that nothing became of)."""
        became = upload.summary.get("became", {})
        cases = Case.objects.filter(notice=upload.notice).with_entry().order_by("number", "pk")
        standing = {pk: name for name, ids in became.items() if name in BECAME for pk in ids}
        groups = {name: [] for name in [*BECAME, None]}
        for case in cases:
            groups[standing.get(case.pk)].append(case)
        others = groups.pop(None)
        return [(BECAME[name], found) for name, found in groups.items() if found], others

    # What the views share

    def _address(self, upload):
        return reverse("admin:cases_noticeupload_change", args=[upload.pk])

    def _upload(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(pk).isdigit():
            raise Http404
        return get_object_or_404(NoticeUpload, pk=pk)

    def _page(self, request, template, upload, *, title, **context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "short_title": Truncator(title).chars(24),
            "upload": upload,
            **context,
        }
        return TemplateResponse(request, f"{FOLDER}{template}.html", context)
