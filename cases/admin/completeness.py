"""What a case still lacks, in words: for its form and for lists of what is left to do. Pure."""

from dataclasses import dataclass

from ..models import COPIER_FIELDS, Case, SectionKind
from ..notices.outcomes import find_outcomes
from ..verbatim import stands_in

# What Case.missing_for_publication() names -> where the form has it.
_NEEDED = {"标题": "id_title", "地区": "id_region", "正文": "sections-group"}
_KINDS = (SectionKind.BACKGROUND, SectionKind.PRACTICES, SectionKind.OUTCOMES)


@dataclass(frozen=True)
class Lack:
    """name: what is missing; message: a sentence that says so; anchor: where the form has it.

    weight: "needed" (readers may not see the case without it), "wanted", or "optional" (what only
    staff can tell those who copy the case).
    """

    name: str
    message: str
    anchor: str
    weight: str


def completeness(case: Case) -> list[Lack]:
    """Everything that the case lacks, the needed first; its rows are read where not prefetched."""
    lacks = [
        Lack(name, f"还没有{name}，不能送审和发布。", anchor, "needed")
        for name, anchor in _NEEDED.items()
        if name in case.missing_for_publication()
    ]
    lacks += _wanted(case)
    for name in COPIER_FIELDS:
        if not getattr(case, name).strip():
            label = case._meta.get_field(name).verbose_name
            lacks.append(Lack(label, f"{label}没有填。", f"id_{name}", "optional"))
    return lacks


def _wanted(case):
    sections = [section for section in case.sections.all() if section.text.strip()]
    texts = [section.text for section in sections]

    def lack(name, message, anchor):
        return Lack(name, message, anchor, "wanted")

    if not case.highlight.strip():
        yield lack("亮点", "没有写亮点，读者在列表里看不到一句话的介绍。", "id_highlight")
    if case.primary_theme_id is None:
        yield lack("主要领域", "没有选主要领域，读者按领域找不到它。", "id_primary_theme")
    for name, label in (("approaches", "改革手段"), ("bodies", "牵头部门")):
        if not getattr(case, name).all():
            yield lack(label, f"没有选{label}，读者按{label}找不到它。", f"id_{name}")
    if texts:
        kinds = {section.kind for section in sections}
        for kind in _KINDS:
            if kind not in kinds:
                message = f"正文没有类型为“{kind.label}”的部分；原文确实没有的，不必补。"
                yield lack(kind.label, message, "sections-group")
    confirmed = [outcome for outcome in case.outcomes.all() if outcome.confirmed]
    if not confirmed and any(find_outcomes(text) for text in texts):
        yield lack("成效数据", "正文里有数字，还没有确认成效数据。", "outcomes-group")
    for outcome in confirmed:
        if not stands_in(outcome.sentence, texts):
            message = f"成效数据“{outcome.metric}”的原句已不在正文里，读者看不到这一条。"
            yield lack("成效数据", message, "outcomes-group")
        elif missing := outcome.unsaid:
            message = f"成效数据“{outcome.metric}”的原句里找不到{'、'.join(missing)}，请核对。"
            yield lack("成效数据", message, "outcomes-group")
