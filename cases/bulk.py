"""The same change to many cases, each through its own history; what readers see stays.

An edit is a function of a case's flat content (name -> text, code, or list of codes; see flat())
that gives the values to change. A draft is written to directly. A published case gets a revision,
or the one that it has is written to, and goes to readers when that is published.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from .models import Action, Case, Status, content

Edit = Callable[[dict], dict]


@dataclass(frozen=True)
class Change:
    """One value of one case before and after, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Planned:
    """What an edit would do to a case. way: where it would be written, in words; refused: why it
    cannot be. seen: what the plan was made from."""

    case: Case
    changes: tuple[Change, ...]
    way: str
    refused: str
    seen: dict

    @property
    def does_something(self) -> bool:
        return bool(self.changes) and not self.refused


def flat(case: Case) -> dict:
    """The values that stand beside the text; from what is loaded, where terms are."""
    return {
        **{name: getattr(case, name) for name in content.TEXTS},
        **{name: getattr(getattr(case, name), "code", "") for name in content.TERMS},
        **{
            name: sorted(term.code for term in getattr(case, name).all())
            for name in content.TERM_LISTS
        },
    }


def plans(cases: Iterable[Case], edit: Callable[[Case], Edit]) -> Iterator[Planned]:
    """What edit(case) would do to each; nothing is written. Six queries for all of them."""
    cases = list(cases)
    revisions = {
        revision.revises_id: revision
        for revision in Case.objects.filter(revises__in=cases).with_terms().defer("notice__letter")
    }
    named = _Names()
    for case in cases:
        target = revisions.get(case.pk, case)
        seen = flat(target)
        values = {k: v for k, v in edit(case)(seen).items() if v != seen[k]}
        yield Planned(
            case,
            tuple(named.change(name, seen[name], value) for name, value in values.items()),
            _way(case, target),
            _refused(target),
            seen,
        )


def write(case: Case, edit: Edit, by, note: str, seen: dict | None = None) -> Case | None:
    """Change the case, or its revision; returns what was written to, None where nothing changed.

    Raises ValidationError where it cannot be changed now, or is no longer as it was `seen`.
    """
    with transaction.atomic():
        # The case itself is held, so that nobody begins or publishes a revision meanwhile.
        case = Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
        if case is None:
            raise ValidationError("这个案例已经不在了。")
        target = Case.objects.select_for_update(of=("self",)).filter(revises=case).first() or case
        now = flat(target)
        if seen is not None and now != seen:
            raise ValidationError(f"《{target.title}》在预览之后又有改动，没有写入，请重新预览。")
        values = {name: value for name, value in edit(now).items() if value != now[name]}
        if not values:
            return None
        if refused := _refused(target):
            raise ValidationError(refused)
        if target.is_published:
            target = target.revise(by)
        else:
            # What no form has kept, such as the work of a command, can be brought back, too.
            target.keep_version(Action.EDIT)
        _put(target, values)
        target.keep_version(Action.EDIT, by, note)
        return target


def _put(case: Case, values: dict) -> None:
    """Set these values and no others: the text of a case is long, and stays as it is."""
    plain = [name for name in values if name not in content.TERM_LISTS]
    for name in plain:
        model = case._meta.get_field(name).related_model
        value = values[name]
        setattr(case, name, model.objects.filter(code=value).first() if model else value)
    case.save(update_fields=[*plain, "updated_at"])
    for name in values.keys() - set(plain):
        model = case._meta.get_field(name).related_model
        getattr(case, name).set(model.objects.filter(code__in=values[name]))


def _refused(target: Case) -> str:
    if target.status == Status.REVIEW:
        return f"《{target.title}》正在待审，请等审核结束或先退回。"
    return ""


def _way(case, target):
    if target is not case:
        return "写进已有的修订稿"
    return "开始修订，读者暂时看到的不变" if case.is_published else "直接修改"


class _Names:
    """What people call values; each kind of term is read once."""

    def __init__(self):
        self._terms = {}

    def change(self, name, old, new) -> Change:
        field = Case._meta.get_field(name)
        return Change(str(field.verbose_name), self._shown(field, old), self._shown(field, new))

    def _shown(self, field, value) -> str:
        if field.is_relation:
            codes = value if isinstance(value, list) else [value] if value else []
            return "、".join(self._name(field.related_model, code) for code in codes)
        return str(dict(field.flatchoices).get(value, value))

    def _name(self, model, code):
        if model not in self._terms:
            self._terms[model] = {}
        names = self._terms[model]
        if code not in names:
            row = model.objects.filter(code=code).first()
            names[code] = getattr(row, "path", str(row)) if row else code
        return names[code]
