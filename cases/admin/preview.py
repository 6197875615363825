"""What readers will see: their own page of a case, made from the form before it is saved.

`preview` answers with the page, for a tab of its own. `live` answers with the page and with every
panel of the form that depends on what is typed, for a script that asks while somebody writes.
"""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, JsonResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone

from ..cited import documents
from ..models import Section
from ..original import beside
from ..views import case_page
from .completeness import completeness
from .drafting import NO_REGION, case_on_form
from .outcomes import proposals_for
from .suggesting import suggestions_for

PANELS = "admin/cases/case/"


def panels_of(case, data=None) -> dict:
    """What the templates of the panels need; `data`: the form as it was sent."""
    lacks = completeness(case)
    return {
        "case": case,
        "lacks": {
            weight: [lack for lack in lacks if lack.weight == weight]
            for weight in ("needed", "wanted", "optional")
        },
        "suggestions": suggestions_for(case),
        "proposals": proposals_for(case, data),
    }


def cited_in(case) -> list[tuple]:
    """[(document, the other cases that cite it), …] of the text and of the 政策依据."""
    texts = [*(section.text for section in case.sections.all()), case.policy_basis]
    found = documents("\n".join(texts))
    if not found:
        return []
    names = models.Q()
    for document in found:
        names |= models.Q(text__contains=document.name)
    sections = (
        Section.objects.filter(names, case__revises=None)
        .exclude(case__in=[case.pk or 0, case.revises_id or 0])
        .values_list("case", "case__title", "text")
    )
    citing = list(sections)
    return [
        (document, {pk: title for pk, title, text in citing if document.name in text})
        for document in found
    ]


class Previews:
    """A mixin for the ModelAdmin of cases."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("add/preview/", view(self.preview_view), name="cases_case_add_preview"),
            path("add/live/", view(self.live_view), name="cases_case_add_live"),
            path("<int:pk>/preview/", view(self.preview_view), name="cases_case_preview"),
            path("<int:pk>/live/", view(self.live_view), name="cases_case_live"),
            *super().get_urls(),
        ]

    def preview_view(self, request, pk=None):
        return self._readers_page(request, self._draft_of(request, pk))

    def live_view(self, request, pk=None):
        draft = self._draft_of(request, pk)
        context = panels_of(draft, request.POST)
        panels = {
            name: render_to_string(f"{PANELS}{name}.html", context, request)
            for name in ("completeness", "suggestions", "proposals")
        }
        for number in range(_total(request.POST)):
            found = self._original_of(request, draft, number)
            if found is not None:
                panels[f"sections-{number}-original"] = render_to_string(
                    f"{PANELS}original.html", {"rows": beside(*found)}
                )
        page = self._readers_page(request, draft)
        return JsonResponse({"page": page.content.decode(), "panels": panels})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        draft = case_on_form(self, request, obj)
        context |= panels_of(draft, request.POST)
        context["cited"] = cited_in(draft)
        arguments = [obj.pk] if obj else []
        for name in ("preview", "live"):
            kind = name if obj else f"add_{name}"
            context[f"{name}_address"] = reverse(f"admin:cases_case_{kind}", args=arguments)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _draft_of(self, request, pk):
        case = None
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
        else:
            case = self.get_object(request, str(pk))
            if case is None:
                raise Http404("没有这个案例。")
            if not self.has_view_or_change_permission(request, case):
                raise PermissionDenied
        return case_on_form(self, request, case)

    def _readers_page(self, request, case):
        if case.region is None:
            case.region = NO_REGION
        case.created_at = case.created_at or timezone.now()
        if case.revises is not None:
            # A revision has the place of the case that it revises.
            for name in ("notice", "number", "published_at"):
                setattr(case, name, getattr(case.revises, name))
        return case_page(request, case, template="admin/cases/case/preview.html")

    def _original_of(self, request, draft, number):
        """(source, text) of the section in this row of the form; None where it has no original."""
        key = request.POST.get(f"sections-{number}-id", "")
        source = next((s.source for s in draft.sections.all() if str(s.pk) == key), None)
        return source and (source, request.POST.get(f"sections-{number}-text", ""))


def _total(data):
    try:
        return min(int(data.get("sections-TOTAL_FORMS", 0)), 1000)
    except ValueError:
        return 0
