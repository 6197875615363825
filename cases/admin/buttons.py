"""Buttons of the case form that change what was sent before Django reads it.

A script does the same in the page, without sending anything. Either way nothing that was typed is
lost, and what is saved is checked and recorded like any other change.

_accept       keys of suggestions, joined by blanks: their boxes are ticked
_confirm_all  every number, and every one that is proposed, is confirmed
_nearest      the prefix of a number: its sentence becomes the nearest passage of the text
_more         sections, outcomes or adoptions: the form comes back with an empty row more
"""

from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponseRedirect
from django.urls import reverse

from ..verbatim import nearest
from .outcomes import ALL_PROPOSALS, posted_texts

_LISTS = ("other_themes", "approaches", "bodies")
_ROWS = ("sections", "outcomes", "adoptions")


class FormButtons:
    """A mixin for the ModelAdmin of cases."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        buttons = {"_accept": _accept, "_confirm_all": _confirm_all, "_nearest": _nearest}
        for name, change in buttons.items():
            if name in request.POST:
                data = request.POST.copy()
                change(data, data[name])
                data["_continue"] = "1"
                request.POST = data
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_add(self, request, obj, post_url_continue=None):
        return self._with_more(request, obj, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return self._with_more(request, obj, super().response_change(request, obj))

    def _with_more(self, request, case, response):
        rows = request.POST.get("_more")
        if rows not in _ROWS or not isinstance(response, HttpResponseRedirect):
            return response
        address = reverse("admin:cases_case_change", args=[case.pk])
        return HttpResponseRedirect(f"{address}?{urlencode({'more': rows})}#{rows}-group")


def _accept(data, keys):
    for key in keys.split():
        field, _, value = key.partition(":")
        if field in _LISTS:
            if value not in data.getlist(field):
                data.appendlist(field, value)
        elif field in ("region", "primary_theme"):
            data[field] = value
        else:
            raise SuspiciousOperation(f"Nothing is suggested for {field!r}.")


def _confirm_all(data, _):
    for name in [name for name in data if name.startswith("outcomes-")]:
        if name.endswith("-sentence") and "__prefix__" not in name:
            data[name.removesuffix("sentence") + "confirmed"] = "on"
    data[ALL_PROPOSALS] = "on"


def _nearest(data, prefix):
    name = f"{prefix}-sentence"
    words = data.get(name, "").replace("\r\n", "\n").strip()
    data[name] = nearest(words, posted_texts(data) or ()) or words
