"""Numbers as data, below the text that states them: proposed, confirmed, edited by staff.

An amount is typed as prose writes it (约15个工作日), and read by the rules of the extractor. The
sentence has to stand in the text as it is being saved, not as it was.
"""

import hashlib

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from ..models import Outcome, OutcomeKind
from ..notices.outcomes import ProposedOutcome, change_between, find_outcomes, may_agree
from ..verbatim import nearest, stands_in
from ..written import read, read_change, write, write_change
from .prose import ProseField

PROPOSAL, ALL_PROPOSALS = "proposal-", "all-proposals"
AMOUNT_HINT = "像正文那样写：15个工作日、约3—12个月、1.2万件、即办。"
CHANGE_HINT = "带上增减：减少70%、增加12%、提高3个百分点。"


FIELDS = ["metric", "kind", "before_amount", "after_amount", "stated", "sentence", "confirmed"]


class Proposal:
    """An outcome that the text states and the case does not have yet.

    name: of its box in the form; ticked: whether the form was sent with it.
    """

    def __init__(self, found: ProposedOutcome):
        self.ticked = False
        self.outcome = Outcome(
            **{
                name: getattr(found, name)
                for name in (
                    *("kind", "before", "before_high", "before_unit", "before_bound"),
                    *("after", "after_high", "unit", "bound", "change", "stated_change"),
                    *("agrees", "sentence"),
                )
            },
            metric=found.metric[: Outcome._meta.get_field("metric").max_length],
        )

    @property
    def name(self) -> str:
        outcome = self.outcome
        told = f"{outcome.sentence}\n{outcome.metric}\n{_numbers(outcome)}"
        return PROPOSAL + hashlib.sha256(told.encode()).hexdigest()[:12]


def proposals_for(case, data=None) -> list[Proposal]:
    """What the sections state, in their order, without what is there; `data`: the form as sent."""
    data = data or {}
    there = set()
    for outcome in case.outcomes.all():
        there.add((outcome.sentence, _numbers(outcome)))
        # Staff may have put the metric or the numbers right; it is the same statement still, but
        # not where the sentence has become another.
        if not outcome.unsaid:
            there.add((outcome.sentence, outcome.metric))
    found = []
    for section in case.sections.all():
        for one in find_outcomes(section.text):
            proposal = Proposal(one)
            outcome = proposal.outcome
            names = {(outcome.sentence, outcome.metric), (outcome.sentence, _numbers(outcome))}
            if not there & names:
                there |= {(outcome.sentence, _numbers(outcome))}
                proposal.ticked = proposal.name in data or ALL_PROPOSALS in data
                found.append(proposal)
    return found


class AmountField(forms.CharField):
    """A quantity as prose writes it; cleaned to a Quantity or None."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=60, **kwargs)
        self.widget.attrs["class"] = "vTextField amount"

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        amount = read(text)
        if amount is None:
            raise ValidationError(f"看不懂“{text}”。{AMOUNT_HINT}")
        return amount


class ChangeField(AmountField):
    """A change as prose writes it; cleaned to (Quantity, sign) or None."""

    def clean(self, value):
        text = forms.CharField.clean(self, value)
        if not text:
            return None
        change = read_change(text)
        if change is None:
            raise ValidationError(f"看不懂“{text}”。{CHANGE_HINT}")
        return change


class OutcomeForm(forms.ModelForm):
    before_amount = AmountField(label="改革前")
    after_amount = AmountField(label="改革后")
    stated = ChangeField(label="文中所说变化")
    sentence = ProseField(
        label="原句", widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField sentence"})
    )

    class Meta:
        model = Outcome
        fields = ("kind", "metric", "sentence", "confirmed")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        one = self.instance
        self.initial |= {
            "before_amount": one.written_before,
            "after_amount": one.written_after,
            "stated": one.written_stated_change,
        }
        for name in {"sentence", "confirmed"} & self.fields.keys():
            # The heading of the numbers says it once for all of them.
            self.fields[name].help_text = ""
        if one.pk is None:
            # Whoever adds a number by hand has just read it.
            self.initial |= {"kind": OutcomeKind.BEFORE_AFTER, "confirmed": True}
        # The texts that the sentence has to stand in; the formset says which.
        self.texts: tuple[str, ...] = ()

    @property
    def in_order(self):
        return [self[name] for name in FIELDS]

    @property
    def nearest(self):
        """The passage that the sentence probably was; "" where it stands or nothing is like it."""
        sentence = self["sentence"].value() or ""
        sentence = sentence.replace("\r\n", "\n").strip()
        if not sentence or stands_in(sentence, self.texts):
            return ""
        return nearest(sentence, self.texts) or ""

    @property
    def is_lost(self):
        """Whether the sentence that was saved no longer stands in the text."""
        return bool(self.instance.pk) and not stands_in(self.instance.sentence, self.texts)

    def clean(self):
        data = super().clean()
        sentence = data.get("sentence", "")
        asked = data.get("confirmed") or "sentence" in self.changed_data
        if sentence and asked and not stands_in(sentence, self.texts):
            self.add_error("sentence", self._not_there())
        if not {"before_amount", "after_amount", "stated"} & self.errors.keys():
            self._take_numbers(data)
            self._refuse_old_numbers(data)
        return data

    def _refuse_old_numbers(self, data):
        """A sentence that was exchanged says other numbers, perhaps."""
        one = self.instance
        if not (one.pk and data.get("confirmed") and data.get("sentence")):
            return
        one.sentence = data["sentence"]
        if "sentence" in self.changed_data and one.unsaid:
            missing = "、".join(one.unsaid)
            self.add_error(
                "sentence",
                f"换上的这一句里没有{missing}。请按这一句改数字，或去掉“已确认”，或删除这一条。",
            )

    def _not_there(self):
        opening = (
            "正文改动后，这一句已不在正文里。"
            if self.instance.pk and "sentence" not in self.changed_data
            else "正文里没有这一句，一字一空格都要相同。"
        )
        ways = "或去掉“已确认”，或删除这一条。"
        if self.nearest:
            return f"{opening}请改成下面最接近的一句，{ways}"
        return f"{opening}正文里也没有相近的句子。请从正文里复制，{ways}"

    def _take_numbers(self, data):
        before, after, stated = (data[name] for name in ("before_amount", "after_amount", "stated"))
        one = self.instance
        if before and not (after or stated):
            self.add_error("after_amount", "请填改革后的数，或文中所说的变化。")
        if after and stated and stated[0].unit != "%":
            self.add_error("stated", "改革后已填数时，这里只能是百分比。")
        main = after or (stated and stated[0])
        one.before, one.before_high = (before.low, before.high) if before else (None, None)
        one.before_unit, one.before_bound = (before.unit, before.bound) if before else ("", "")
        one.after, one.after_high = (after.low, after.high) if after else (None, None)
        one.unit, one.bound = (main.unit, main.bound) if main else ("", "")
        one.stated_change = stated[0].low * stated[1] if stated else None
        one.change = change_between(before, after)
        one.agrees = (
            one.change is None or stated is None or may_agree(before, after, stated[0], stated[1])
        )
        for name, fields in (
            ("before_amount", ("before", "before_high", "before_unit", "before_bound")),
            ("after_amount", ("after", "after_high", "unit", "bound", "change")),
            ("stated", ("stated_change",)),
        ):
            for field in fields:
                value = getattr(one, field)
                try:
                    if value is not None:
                        Outcome._meta.get_field(field).run_validators(value)
                except ValidationError as problem:
                    self.add_error(name, problem)


class OutcomeFormSet(forms.BaseInlineFormSet):
    """The rows, and those of the proposals beside them whose boxes are ticked."""

    may_add = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.texts = posted_texts(self.data) if self.is_bound else None
        if self.texts is None:
            case = self.instance
            self.texts = tuple(case.sections.values_list("text", flat=True)) if case.pk else ()

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.texts = self.texts
        return form

    def save(self, commit=True):
        saved = super().save(commit)
        if commit and self.may_add:
            self.new_objects += self._confirmed_proposals()
            self._put_in_order()
        return saved

    def _confirmed_proposals(self):
        confirmed = []
        for proposal in proposals_for(self.instance, self.data):
            if proposal.ticked:
                outcome = proposal.outcome
                outcome.case, outcome.confirmed = self.instance, True
                outcome.save()
                confirmed.append(outcome)
        return confirmed

    def _put_in_order(self):
        """Outcomes stand in the order of the text, those without a place in it at the end."""
        text = "\n".join(self.instance.sections.values_list("text", flat=True))
        rows = list(self.instance.outcomes.all())
        places = {row.pk: text.find(row.sentence) for row in rows}
        rows.sort(key=lambda row: (places[row.pk] < 0, places[row.pk], row.order, row.pk))
        moved = [(row, n) for n, row in enumerate(rows, 1) if row.order != n]
        for row, number in moved:
            row.order = number
        Outcome.objects.bulk_update([row for row, _ in moved], ["order"])


class OutcomeInline(admin.StackedInline):
    """Whoever may write a case may write its numbers."""

    model = Outcome
    form = OutcomeForm
    formset = OutcomeFormSet
    template = "admin/cases/case/outcomes.html"
    verbose_name = "数据"
    verbose_name_plural = "成效数据"
    fields = FIELDS
    # The same, for those who may only look.
    shown = ["metric", "kind", "its_before", "its_after", "its_change", "sentence", "confirmed"]
    ordering = ["order", "pk"]

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if request.GET.get("more") == "outcomes" else 0

    def get_max_num(self, request, obj=None, **kwargs):
        return None if self.has_add_permission(request, obj) else 0

    def get_fields(self, request, obj=None):
        return self.fields if self.has_change_permission(request, obj) else self.shown

    def get_readonly_fields(self, request, obj=None):
        return [] if self.has_change_permission(request, obj) else self.shown

    @admin.display(description="改革前")
    def its_before(self, outcome):
        return outcome.written_before

    @admin.display(description="改革后")
    def its_after(self, outcome):
        return outcome.written_after

    @admin.display(description="变化")
    def its_change(self, outcome):
        return outcome.written_change

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.may_add = self.has_add_permission(request, obj)
        return formset

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cases.view_case") or self.has_change_permission(request)

    def has_add_permission(self, request, obj):
        return request.user.has_perm(f"cases.{'change' if obj else 'add'}_case")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("cases.change_case")

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("cases.change_case")


def posted_texts(data, prefix="sections"):
    """The texts of the sections in a form that was sent; None where it has no sections."""
    try:
        total = int(data[f"{prefix}-TOTAL_FORMS"])
    except (KeyError, ValueError):
        return None
    texts = (
        data.get(f"{prefix}-{number}-text", "").replace("\r\n", "\n").strip()
        for number in range(min(total, forms.formsets.DEFAULT_MAX_NUM))
        if not data.get(f"{prefix}-{number}-DELETE")
    )
    return tuple(text for text in texts if text)


def _numbers(one):
    """What tells apart two statements of one sentence."""
    return (
        write(one.before, one.before_high, one.before_unit),
        write(one.after, one.after_high, one.unit),
        write_change(one.stated_change),
    )
