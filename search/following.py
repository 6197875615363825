"""The write path: the index follows the database.

A change to a case, or to a term that it shows, leaves an IndexChange in the same transaction.
After the commit the case is read again through published(): still there, its document is
replaced; not there, it is removed. Publish, edit, rename, withdraw and delete are this one path.
"""

import functools
import logging
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from cases.models import Approach, Case, IssuingBody, Notice, Outcome, Region, Section, Theme
from cases.models.regions import up_the_tree
from cases.signals import rows_changed

from . import language, suggesting
from .documents import published_documents
from .index import BATCH, IndexBusy, IndexUnavailable, search_index
from .language import REGIONS, SYNONYMS, TERMS, WORDS, domain_words
from .models import IndexChange, LanguageVersion, SynonymGroup, Word

logger = logging.getLogger(__name__)

# Which part of the language each model is.
LANGUAGE_OF = {
    SynonymGroup: SYNONYMS,
    Word: WORDS,
    Region: REGIONS,
    Theme: TERMS,
    Approach: TERMS,
    IssuingBody: TERMS,
    Notice: TERMS,
}
# The field of a case that leads to rows of the model, where it is one field.
SHOWN_BY = {
    Section: "sections",
    Outcome: "outcomes",
    Approach: "approaches",
    IssuingBody: "bodies",
    Notice: "notice",
}


def record(ids: Iterable[int], using: str = "default") -> None:
    """Note that these cases may have changed; the index follows after the commit."""
    changes = [IndexChange(case_id=number) for number in ids]
    if changes:
        IndexChange.objects.using(using).bulk_create(changes, batch_size=1000)
        # Once a transaction: the import of a notice records hundreds of changes.
        waiting = transaction.get_connection(using).run_on_commit
        if not any(callback is follow_quietly for _, callback, _ in waiting):
            transaction.on_commit(follow_quietly, using=using)


def follow() -> int:
    """Bring the index up to every committed change; returns the number of cases looked at.

    Raises IndexUnavailable (no index to change) and IndexBusy; the changes stay noted then.
    """
    index = search_index()
    total = 0
    if not IndexChange.objects.exists():
        return 0
    with index.locked():
        while True:
            changes = dict(IndexChange.objects.order_by("pk").values_list("pk", "case_id")[:BATCH])
            if not changes:
                if ids := index.scattered():
                    _apply(index.apply, set(ids))
                return total
            ids = set(changes.values())
            _apply(index.apply, ids)
            total += len(ids)
            # While a new generation is being built, its builder needs these changes too: it
            # takes them in before it swaps, and clears them. To see them twice does no harm.
            if index.is_building():
                return total
            IndexChange.objects.filter(pk__in=changes).delete()


def follow_quietly() -> None:
    """follow() for after a commit: whatever goes wrong, the editor's save stands."""
    try:
        follow()
    except (IndexUnavailable, IndexBusy) as error:
        logger.warning("index left behind: %s", error)
    except Exception:
        logger.exception("index left behind")


def words_have_changed() -> None:
    """Have the index built anew with the newest words, in the background."""
    from .background import rebuilder

    rebuilder.start()


def words_changed() -> bool:
    """Whether the index in use was cut with other words than the dictionary has now."""
    return set(search_index().words()) != set(domain_words())


def rebuild(
    progress: Callable[[int, int], None] = lambda done, total: None, wait: float = 0
) -> int:
    """Build the index anew beside the one in use and swap; returns the number of documents.

    `progress(done, total)` is called after each batch. Raises IndexBusy where another rebuild runs
    and does not end within `wait` seconds.
    """
    index = search_index()
    with index.building(domain_words(), wait) as build:
        # What these changes brought is read below; the index in use still waits for them.
        covered = set(IndexChange.objects.values_list("pk", flat=True))
        ids = list(Case.objects.published().order_by("pk").values_list("pk", flat=True))
        progress(0, len(ids))

        def documents():
            for number, batch in enumerate(_batches(ids)):
                yield from published_documents(batch)
                progress(number * BATCH + len(batch), len(ids))

        build.add(documents())
        for part in (language, suggesting):
            part.store(build.snapshot())
        with index.locked():
            # What was published, changed or withdrawn while the documents were being read.
            changes = dict(IndexChange.objects.values_list("pk", "case_id"))
            late = {case for number, case in changes.items() if number not in covered}
            for ids in _batches(late):
                _apply(build.apply, set(ids))
            build.swap()
            for numbers in _batches(changes):
                IndexChange.objects.filter(pk__in=numbers).delete()
    return index.snapshot().count


def _batches(items: Iterable[int]) -> Iterable[list[int]]:
    items = list(items)
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _apply(apply: Callable, ids: set[int]) -> None:
    documents = list(published_documents(ids))
    apply(documents, ids - {document.id for document in documents})


# What leaves a change


def _case_saved(sender, instance, using, raw=False, **kwargs):
    record([instance.pk], using)


def _part_changed(sender, instance, using, **kwargs):
    record([instance.case_id], using)


def _terms_set(sender, instance, action, reverse, pk_set, using, **kwargs):
    if action == "pre_clear" and reverse:
        record(list(_touched_by(instance, using)), using)
    elif action.startswith("post_"):
        record(list(pk_set or ()) if reverse else [instance.pk], using)


def _term_changed(sender, instance, using, **kwargs):
    if not kwargs.get("created"):
        record(list(_touched_by(instance, using)), using)


def _touched_by(term, using: str):
    """The ids of the cases that show the term."""
    return _touched(type(term), [term.pk], using)


def _touched(model, ids, using: str):
    """The ids of the cases that show one of these rows of `model`, or are them."""
    if model is Case:
        return ids
    if model is Region:
        condition = up_the_tree("region", ids, "in")
    elif model is Theme:
        condition = Q(primary_theme__in=ids) | Q(other_themes__in=ids)
    else:
        field = SHOWN_BY.get(model)
        if field is None:
            return ()
        condition = Q(**{f"{field}__in": ids})
    cases = Case.objects.using(using).filter(condition).order_by()
    return cases.values_list("pk", flat=True).distinct()


def _rows_changed(sender, ids, using, **kwargs):
    record(list(_touched(sender, ids, using)), using)
    if name := LANGUAGE_OF.get(sender):
        LanguageVersion.bump(name, using)


def _language_changed(name, sender, using, **kwargs):
    LanguageVersion.bump(name, using)
    if name == WORDS:
        transaction.on_commit(words_have_changed, using=using)


def connect() -> None:
    """Listen to everything that changes what the index shows."""
    post_save.connect(_case_saved, Case, dispatch_uid="index-case-saved")
    # pre_delete: afterwards the rows that lead from a term to its cases are gone.
    pre_delete.connect(_case_saved, Case, dispatch_uid="index-case-deleted")
    for model in (Section, Outcome):
        name = model._meta.model_name
        post_save.connect(_part_changed, model, dispatch_uid=f"index-{name}-saved")
        pre_delete.connect(_part_changed, model, dispatch_uid=f"index-{name}-deleted")
    for field in (Case.other_themes, Case.approaches, Case.bodies):
        m2m_changed.connect(
            _terms_set, field.through, dispatch_uid=f"index-{field.through._meta.model_name}"
        )
    for model in (Region, Theme, Approach, IssuingBody, Notice):
        name = model._meta.model_name
        post_save.connect(_term_changed, model, dispatch_uid=f"index-{name}-saved")
        pre_delete.connect(_term_changed, model, dispatch_uid=f"index-{name}-deleted")
    rows_changed.connect(_rows_changed, dispatch_uid="index-rows-changed")
    for model, name in LANGUAGE_OF.items():
        changed = functools.partial(_language_changed, name)
        uid = f"language-{model._meta.model_name}"
        post_save.connect(changed, model, weak=False, dispatch_uid=f"{uid}-saved")
        post_delete.connect(changed, model, weak=False, dispatch_uid=f"{uid}-deleted")
