"""The case as its form has it at this moment: sent, read as far as it can be read, not saved."""

from ..models import Case, Outcome, Region, RegionKind, Section

# Relations ask for a key; no row has this one.
NO_KEY = 0
# Stands where a preview needs a region and none is chosen yet.
NO_REGION = Region(code="000000", name="（未选地区）", short_name="", kind=RegionKind.CITY)


def case_on_form(model_admin, request, case: Case | None) -> Case:
    """The case with what was posted, terms and rows included; `case` itself is changed, not saved.

    What cannot be read, or may not be changed by this user, stays as it was saved.
    """
    saved = case is not None
    if request.method != "POST":
        return case if saved else _blank()
    form = model_admin.get_form(request, case, change=saved)(
        request.POST, instance=case if saved else Case()
    )
    form.is_valid()
    draft = form.instance
    draft.pk = draft.pk or NO_KEY
    rows = dict.fromkeys(("sections", "outcomes"))
    pairs = model_admin.get_formsets_with_inlines(request, *([case] if saved else []))
    for formset_class, inline in pairs:
        name = {Section: "sections", Outcome: "outcomes"}.get(inline.model)
        if name and inline.has_change_permission(request, case):
            prefix = formset_class.get_default_prefix()
            arguments = model_admin.get_formset_kwargs(request, draft, inline, prefix)
            rows[name] = _rows(formset_class(**arguments))
    kept = {}
    for name in ("other_themes", "approaches", "bodies"):
        if name in form.cleaned_data:
            kept[name] = list(form.cleaned_data[name])
        else:
            kept[name] = list(getattr(draft, name).all()) if saved else []
    for name, found in rows.items():
        kept[name] = list(getattr(draft, name).all()) if found is None and saved else found or []
    kept["sections"].sort(key=lambda section: section.order or len(kept["sections"]) + 1)
    draft._prefetched_objects_cache = kept
    return draft


def _blank():
    draft = Case(pk=NO_KEY)
    names = ("sections", "outcomes", "other_themes", "approaches", "bodies")
    draft._prefetched_objects_cache = {name: [] for name in names}
    return draft


def _rows(formset):
    """The rows of the formset as sent, without those to be deleted; None where it was not sent."""
    if not formset.management_form.is_valid():
        return None
    formset.is_valid()
    return [
        form.instance
        for form in formset.forms
        if form not in formset.deleted_forms and (form.instance.pk or form.has_changed())
    ]
