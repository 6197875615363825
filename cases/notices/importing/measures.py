"""The numbers that a case states, kept with it for staff to confirm."""

from dataclasses import asdict

from django.core.exceptions import ValidationError

from cases.models import Case, Outcome

from ..outcomes import ProposedOutcome, find_outcomes

_PLACES = ("start", "end")  # where a statement stands is not kept


def keep_proposals(case: Case) -> None:
    """Propose what the case's sections state, beside what is there already.

    A number whose sentence the case no longer has goes, unless somebody has confirmed it: then it
    stays to be looked at again, unconfirmed.
    """
    texts = [section.text for section in case.sections.order_by("order", "pk")]
    kept = []
    for outcome in case.outcomes.order_by("order", "pk"):
        if any(outcome.sentence in text for text in texts):
            kept.append(outcome)
        elif outcome.confirmed:
            outcome.confirmed = False
            outcome.save(update_fields=["confirmed"])
            kept.append(outcome)
        else:
            outcome.delete()
    known = {_said(outcome) for outcome in kept}
    order = max((outcome.order for outcome in kept), default=0)
    new = []
    for text in texts:
        for found in find_outcomes(text):
            outcome = proposed(found)
            outcome.case, outcome.order = case, order + len(new) + 1
            if _said(outcome) not in known and _fits(outcome):
                known.add(_said(outcome))
                new.append(outcome)
    Outcome.objects.bulk_create(new)


def proposed(found: ProposedOutcome) -> Outcome:
    """What was found, as it would be kept; not saved, and of no case yet."""
    values = {name: value for name, value in asdict(found).items() if name not in _PLACES}
    return Outcome(**values)


def _said(outcome: Outcome) -> tuple:
    return (outcome.sentence, outcome.metric, outcome.before, outcome.after, outcome.stated_change)


def _fits(outcome: Outcome) -> bool:
    """Whether the columns hold it: what they do not is too odd to be a measure."""
    try:
        outcome.clean_fields(exclude=["case"])
    except ValidationError:
        return False
    return True
