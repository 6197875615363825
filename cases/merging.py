"""Two terms become one: every case that has the one gets the other, in one transaction."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from .models import Action, Approach, Case, IssuingBody, Theme

# Where a case names a term of each kind.
FIELDS = {
    Theme: ("primary_theme", "other_themes"),
    Approach: ("approaches",),
    IssuingBody: ("bodies",),
}


def affected(term):
    """The cases, revisions too, that name the term."""
    named = Q()
    for field in FIELDS[type(term)]:
        named |= Q(**{field: term})
    return Case.objects.filter(pk__in=Case.objects.filter(named).order_by().values("pk"))


def merge(source, target, by) -> int:
    """Put `target` where `source` stood, and delete `source`; returns the number of cases.

    Readers see it at once, as when a term is renamed; each case keeps a version from before and one
    from after. The old name and the cues go on as cues of the target. Raises ValidationError.
    """
    model = type(source)
    with transaction.atomic():
        found = model.objects.select_for_update().in_bulk([source.pk, target.pk])
        if len(found) < 2:
            raise ValidationError("这两项不能合并：选了同一项，或其中一项已经不在了。")
        source, target = found[source.pk], found[target.pk]
        note = f"合并{model._meta.verbose_name}：“{source.name}”并入“{target.name}”"
        cases = list(affected(source).select_for_update(of=("self",)))
        for case in cases:
            case.keep_version(Action.EDIT)
            _replace(case, source, target)
            case.keep_version(Action.EDIT, by, note)
        _move_other_rows(source, target)
        cues = dict.fromkeys([*target.cue_list, source.name, *source.cue_list])
        cues.pop(target.name, None)
        target.cues = "\n".join(cues)
        target.save()
        source.delete()
    return len(cases)


def _replace(case, source, target):
    for name in FIELDS[type(source)]:
        if not Case._meta.get_field(name).many_to_many:
            if getattr(case, f"{name}_id") == source.pk:
                setattr(case, name, target)
                case.save(update_fields=[name, "updated_at"])
            continue
        terms = getattr(case, name)
        if terms.filter(pk=source.pk).exists():
            terms.remove(source)
            if not (name == "other_themes" and case.primary_theme_id == target.pk):
                terms.add(target)
    if isinstance(source, Theme) and case.primary_theme_id == target.pk:
        case.other_themes.remove(target)


def _move_other_rows(source, target):
    """What else points at the term, such as the theme of a group of synonyms."""
    for relation in source._meta.related_objects:
        if relation.one_to_many and relation.related_model is not Case:
            name = relation.field.name
            rows = relation.related_model._default_manager.filter(**{name: source})
            rows.update(**{name: target})
