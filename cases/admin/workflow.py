"""The steps of a case (cases/models/steps.py) in the admin: from its form, and for many at once.

The status is never a field of a form. A published case, and one that is being revised, is closed:
its form shows it, and only the ledger below it is written in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.forms import Media
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from ..models import Action, Adoption, Case, Status
from ..models.content import content_of
from . import stale


@dataclass(frozen=True)
class Step:
    """What staff may do with a case: right is "publish" or "change".

    asks: the label of the words that are asked for first; "" where it is done at once. told: what
    is said when it is done.
    """

    name: str
    label: str
    right: str
    take: Callable
    told: str
    asks: str = ""
    explained: str = ""
    needs_words: bool = False


def _take(method):
    return lambda case, by, note, seen: getattr(case, method)(by, note) or case


STEPS = {
    step.name: step
    for step in (
        Step("submit", "送审", "change", _take("submit"), "已送审{}，等审核人员发布。"),
        Step(
            "publish",
            "发布",
            "publish",
            lambda case, by, note, seen: case.publish(by, note, seen),
            "已发布{}，读者现在可以看到。",
        ),
        Step(
            "send_back",
            "退回",
            "publish",
            _take("send_back"),
            "已退回{}，编辑会看到理由。",
            asks="退回的理由",
            explained="退回后成为草稿，编辑改好再送审。",
            needs_words=True,
        ),
        Step(
            "withdraw",
            "撤回",
            "publish",
            _take("withdraw"),
            "已撤回{}，读者不再看到，后台仍保留。",
            asks="撤回的原因",
            explained="撤回后读者立即看不到，内容仍在后台，改好可以再送审。",
        ),
        Step(
            "revise",
            "修订",
            "change",
            lambda case, by, note, seen: case.revise(by),
            "这是{}的修订稿。发布以前，读者看到的仍是现在这一版。",
        ),
        Step(
            "discard",
            "放弃修订",
            "change",
            _take("discard"),
            "已放弃{}的修订稿，读者看到的没有变；写过的内容可在历史里找到。",
            asks="放弃的原因",
            explained="修订稿会删去，读者看到的不变。写过的内容留在历史里，以后可以恢复。",
        ),
    )
}
IN_BULK = ("submit", "publish", "send_back", "withdraw")
ACTIONS = {f"{name}_selected": STEPS[name] for name in IN_BULK}
BUTTONS = {"_submit": STEPS["submit"], "_publish": STEPS["publish"]}
SEEN = "_seen"
VERSION = "_version"


class StatusFilter(admin.SimpleListFilter):
    """Without a choice the cases themselves; revisions where they wait for somebody."""

    title = "状态"
    # The name under which Django's own filter of the field would be linked to.
    parameter_name = "status__exact"

    def lookups(self, request, model_admin):
        return [*Status.choices, ("revision", "修订稿")]

    def queryset(self, request, queryset):
        if self.value() == "revision":
            return queryset.exclude(revises=None)
        if self.value() in Status:
            return queryset.filter(status=self.value())
        return queryset.originals()


class Workflow:
    """A mixin for the ModelAdmin of cases."""

    actions = list(ACTIONS)

    @property
    def media(self):
        return super().media + Media(css={"all": ["admin-extra/workflow.css"]})

    def has_publish_permission(self, request):
        return request.user.has_perm("cases.publish_case")

    def get_urls(self):
        step = self.admin_site.admin_view(self.step_view)
        return [
            path("<int:pk>/step/<slug:name>/", step, name="cases_case_step"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        revision = Case.objects.filter(revises=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(revision_status=Subquery(revision.values("status")[:1]))
        )

    @admin.display(description="状态", ordering="status")
    def status_badge(self, case):
        text = case.get_status_display()
        if case.revises_id:
            text = f"修订稿，{text}"
        elif revision := getattr(case, "revision_status", None):
            text += "，修订待审" if revision == Status.REVIEW else "，修订中"
        badge = format_html('<span class="status status-{}">{}</span>', case.status, text)
        if case.status != Status.REVIEW:
            return badge
        address = reverse("admin:cases_case_review", args=[case.pk])
        return format_html('<a href="{}" title="对比和审核">{}</a>', address, badge)

    # The form

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.revises_id is None:
            return fieldsets
        # Where a case comes from stays with the case that readers see.
        return [
            (name, {**options, "fields": _without(options["fields"], ("notice", "number"))})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if obj is None or obj.is_open:
            return fields
        shown = admin.utils.flatten_fieldsets(self.get_fieldsets(request, obj))
        return list(dict.fromkeys([*fields, *shown]))

    def get_inline_instances(self, request, obj=None):
        inlines = super().get_inline_instances(request, obj)
        if obj is None:
            return inlines
        if obj.revises_id is not None:
            return [inline for inline in inlines if inline.model is not Adoption]
        if not obj.is_open:
            for inline in inlines:
                if inline.model is not Adoption:
                    for right in ("add", "change", "delete"):
                        setattr(inline, f"has_{right}_permission", lambda *args, **kwargs: False)
        return inlines

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        problem = getattr(request, "changed_meanwhile", None)
        return stale.refusing(form, problem) if problem else form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        for button, step in BUTTONS.items():
            # Before the form is read: whoever may not publish does not half succeed by saving.
            if button in request.POST and not self._may(request, step):
                raise PermissionDenied
        context = {
            **(extra_context or {}),
            "may_publish_at_once": self._may(request, STEPS["publish"]) and not settings.FOUR_EYES,
        }
        with transaction.atomic():
            case = self._case_for(request, object_id)
            if request.method == "POST" and object_id is not None:
                if case is None or (not case.is_open and stale.was_open(request.POST)):
                    return stale.not_saved(self, request, case)
                request.content_before = content_of(case)
                if case.is_open and not case.versions.exists():
                    case.keep_version(Action.IMPORT, note="开始记录历史时的内容")
                seen = request.POST.get(SEEN)
                if case.is_open and seen and seen != case.fingerprint():
                    told = stale.who_changed(case, request.POST.get(VERSION))
                    self.message_user(request, told, messages.WARNING)
                    request.changed_meanwhile = "还没有保存，原因见本页最上方。"
                    request.POST = stale.reborn(request.POST, self, request, case)
            if case is not None:
                context |= self._state_of(request, case)
                if not context["is_open"]:
                    context["title"] = "查看案例"
            return super().changeform_view(request, object_id, form_url, context)

    def _case_for(self, request, object_id):
        """The case of the form; locked where it is going to be written. None without one."""
        if object_id is None or not str(object_id).isdigit():
            return None
        cases = Case.objects.all()
        if request.method == "POST":
            cases = cases.select_for_update(of=("self",))
        return cases.filter(pk=object_id).first()

    def _state_of(self, request, case):
        """What the form shows of the state, and which steps it offers."""
        revision = Case.objects.filter(revises=case).first()
        is_open = case.is_open
        has_ledger = any(i.model is Adoption for i in self.get_inline_instances(request, case))
        steps = []
        if case.is_published and revision is None:
            steps.append("revise")
        if case.is_published:
            steps.append("withdraw")
        if case.revises_id is not None:
            steps.append("discard")
        last = case.versions.exclude(action__in=[Action.EDIT, Action.RESTORE]).first()
        return {
            SEEN.strip("_"): case.fingerprint(),
            VERSION.strip("_"): getattr(case.versions.first(), "pk", ""),
            "is_open": is_open,
            "show_save": is_open or has_ledger,
            "show_save_and_continue": is_open,
            "show_save_and_add_another": False,
            "state": self.status_badge(case),
            "revision": revision,
            "last_step": last,
            "sent_back": last if last and last.action == Action.SEND_BACK else None,
            "steps": [STEPS[name] for name in steps if self._may(request, STEPS[name])],
            "open_comments": case.comments.filter(done=False).count(),
        }

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        case = form.instance
        if not change or content_of(case) != request.content_before:
            case.keep_version(Action.EDIT, request.user)

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_button(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request, obj):
        return self._after_button(request, obj) or super().response_change(request, obj)

    def _after_button(self, request, case):
        """Take the step of the button with the saved case; None where it was none of these."""
        step = next((step for name, step in BUTTONS.items() if name in request.POST), None)
        if step is None:
            return None
        try:
            case = step.take(case, request.user, "", None)
        except ValidationError as problem:
            text = f"已保存，但还没有{step.label}。{''.join(problem.messages)}"
            self.message_user(request, text, messages.WARNING)
        else:
            self.log_change(request, case, f"{step.label}。")
            text = "已保存，" + step.told.format(f"《{case.title}》")
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._address(case))

    # One step with one case

    def step_view(self, request, pk, name):
        step = STEPS.get(name)
        if step is None or not self._may(request, step):
            raise PermissionDenied
        case = self.get_object(request, str(pk))
        if case is None:
            self.message_user(request, "这个案例已经不在了，请在列表里找。", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:cases_case_changelist"))
        if request.method != "POST":
            return self._ask(request, step, [case], self._step_address(case, step))
        note = request.POST.get("note", "").strip()
        if step.needs_words and not note:
            return self._ask(request, step, [case], self._step_address(case, step), empty=True)
        title = case.title
        try:
            result = step.take(case, request.user, note, request.POST.get("seen"))
        except ValidationError as problem:
            self.message_user(request, "".join(problem.messages), messages.WARNING)
            if not Case.objects.filter(pk=pk).exists():
                return HttpResponseRedirect(reverse("admin:cases_case_changelist"))
            if request.POST.get("from") == "review":
                return HttpResponseRedirect(reverse("admin:cases_case_review", args=[pk]))
            return HttpResponseRedirect(self._address(case))
        self.log_change(request, result, f"{step.label}。")
        self.message_user(request, step.told.format(f"《{title}》"), messages.SUCCESS)
        if request.POST.get("from") == "review":
            return HttpResponseRedirect(self._next_to_review(request))
        return HttpResponseRedirect(self._address(result))

    def _next_to_review(self, request):
        """The address of the case that waits for this reviewer; the desk where none does."""
        for case in Case.objects.filter(status=Status.REVIEW).order_by("updated_at", "pk"):
            if not settings.FOUR_EYES or request.user.pk not in case.editors():
                return reverse("admin:cases_case_review", args=[case.pk])
        self.message_user(request, "没有别的案例等您审核了。")
        return reverse("admin:index")

    def _ask(self, request, step, cases, address, hidden=(), empty=False):
        """The page that asks for the reason, for one case or for many."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{step.label} {len(cases)} 个案例" if len(cases) > 1 else step.label,
            "step": step,
            "cases": cases,
            "address": address,
            "hidden": hidden,
            "empty": empty,
        }
        return TemplateResponse(request, "admin/cases/case/step.html", context)

    def _may(self, request, step):
        return getattr(self, f"has_{step.right}_permission")(request)

    def _address(self, case):
        return reverse("admin:cases_case_change", args=[case.pk])

    def _step_address(self, case, step):
        return reverse("admin:cases_case_step", args=[case.pk, step.name])

    # Steps with many cases

    def changelist_view(self, request, extra_context=None):
        # Django answers an action that the user may not see with a page that says nothing.
        for name in request.POST.getlist("action"):
            if name in ACTIONS and not self._may(request, ACTIONS[name]):
                raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def _step_with_all(self, request, queryset, step):
        note = request.POST.get("note", "").strip()
        asked = "asked" in request.POST
        if step.asks and (not asked or (step.needs_words and not note)):
            hidden = [("action", f"{step.name}_selected"), ("asked", "1")]
            hidden += [("_selected_action", case.pk) for case in queryset]
            return self._ask(request, step, list(queryset), "", hidden, empty=asked)
        done, problems = [], []
        for case in queryset:
            title = case.title
            try:
                if step.name == "publish" and case.is_published:
                    raise ValidationError(f"《{title}》此前已经发布。")
                result = step.take(case, request.user, note, None)
            except ValidationError as problem:
                problems.append("".join(problem.messages))
            else:
                done.append(title)
                self.log_change(request, result, f"{step.label}。")
        if done:
            text = step.told.format(f" {len(done)} 个案例")
            self.message_user(request, text, messages.SUCCESS)
        if problems:
            # Not a list: the style sheet would draw each item as a message of success.
            reasons = format_html_join("", "<br>{}", ((problem,) for problem in problems))
            text = format_html("{} 个案例没有{}：{}", len(problems), step.label, reasons)
            self.message_user(request, text, messages.WARNING)
        return None

    @admin.action(description="送审所选案例", permissions=["change"])
    def submit_selected(self, request, queryset):
        return self._step_with_all(request, queryset, STEPS["submit"])

    @admin.action(description="发布所选案例", permissions=["publish"])
    def publish_selected(self, request, queryset):
        return self._step_with_all(request, queryset, STEPS["publish"])

    @admin.action(description="退回所选案例", permissions=["publish"])
    def send_back_selected(self, request, queryset):
        return self._step_with_all(request, queryset, STEPS["send_back"])

    @admin.action(description="撤回所选案例", permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        return self._step_with_all(request, queryset, STEPS["withdraw"])


def _without(fields, names):
    """A fieldset's fields, of which some stand in rows of several, without the names."""
    kept = []
    for field in fields:
        if isinstance(field, (list, tuple)):
            if row := [one for one in field if one not in names]:
                kept.append(row)
        elif field not in names:
            kept.append(field)
    return kept
