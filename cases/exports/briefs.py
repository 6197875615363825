"""What a brief in Word consists of: a case, or several with the notes of whoever chose them.

Nothing stands in it that the case does not say. Callers hand in published cases alone.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from ..citation import citation
from ..models import COPIER_FIELDS, Case
from ..prose import proven, set_sections
from .word import Paper, Spanning, clean, lines_of


def cases() -> QuerySet[Case]:
    """Published cases with all that a brief shows, whose number does not raise that of queries."""
    shown = Case.objects.published().with_text().defer("notice__letter")
    return shown.prefetch_related("outcomes", "adoptions__region")


def case_brief(case: Case, site: str = "") -> bytes:
    """site: the site's address without a path; without it, no address is given."""
    paper = Paper(case.title, settings.SITE["name"])
    paper.title(case.title)
    _write_case(paper, case)
    paper.heading(1, "来源")
    _write_source(paper, case, site)
    return paper.save()


def shortlist_brief(
    entries: Sequence[tuple[Case, str]], title: str, site: str = "", lines: Iterable[str] = ()
) -> bytes:
    """entries: (case, note) pairs, the note "" where there is none. lines: under the title."""
    paper = Paper(title, settings.SITE["name"], chapters=True)
    paper.title(title)
    paper.subtitle(*lines, f"共{len(entries)}个案例　{timezone.localdate()}")
    paper.contents()
    for case, note in entries:
        paper.chapter(case.title)
        _write_case(paper, case, note)
    paper.chapter("来源")
    for number, (case, _) in enumerate(entries, 1):
        _write_source(paper, case, site, f"[{number}] ")
    return paper.save()


def _write_case(paper: Paper, case: Case, note: str = "") -> None:
    paper.subtitle(*_origin(case))
    if note.strip():
        paper.note(note, label="批注：")
    if case.highlight:
        paper.paragraph(case.highlight, label="亮点：")
    parts = set_sections(case.sections.all())
    _write_outcomes(paper, [outcome for outcome, _ in proven(case.outcomes.all(), parts)])
    for part in parts:
        _write_part(paper, part)
    _write_for_copying(paper, case)
    _write_adoptions(paper, case)


def _origin(case):
    """福建省泉州市安溪县　2025-04-10, and 《…经验做法》　闽发改〔2025〕1号 below it."""
    region = "".join(region.name for region in case.region.ancestors) if case.region else ""
    notice = case.notice
    named = [f"《{notice.title}》", notice.doc_number] if notice else []
    lines = [region, str(case.dated or "")], named
    return ["　".join(filter(None, line)) for line in lines if any(line)]


def _write_outcomes(paper, outcomes):
    if not outcomes:
        return
    rows = []
    # One sentence often says several numbers: it stands once, below them.
    for sentence, group in groupby(outcomes, key=lambda one: one.sentence):
        for one in group:
            change = one.written_change
            if not one.agrees:
                change += f"（文中为{one.written_stated_change}）"
            numbers = (one.written_before, one.written_after, change)
            rows.append([one.metric, *(number or "—" for number in numbers)])
        rows.append(Spanning(f"原文：{clean(sentence)}"))
    paper.heading(1, "成效一览")
    paper.table(["指标", "改革前", "改革后", "变化"], rows, widths=(9, 7, 7, 6))


def _write_part(paper, part):
    if part.heading:
        paper.heading(1, part.heading)
    second = {entry.anchor for entry in part.menu}
    for paragraph in part.paragraphs:
        if paragraph.level:
            paper.heading(paragraph.level - 1, paragraph.text)
        else:
            lead = paragraph.lead if paragraph.anchor in second else ""
            paper.paragraph(paragraph.text.removeprefix(lead), lead=lead)


def _write_for_copying(paper, case):
    filled = [name for name in COPIER_FIELDS if getattr(case, name).strip()]
    if filled:
        paper.heading(1, "复制推广参考")
    for name in filled:
        first, *others = lines_of(getattr(case, name))
        paper.paragraph(first, label=f"{Case._meta.get_field(name).verbose_name}：")
        for line in others:
            paper.paragraph(line)


def _write_adoptions(paper, case):
    adoptions = case.adoptions.all()
    if not adoptions:
        return
    paper.heading(1, "复制推广情况")
    paper.table(
        ["地区", "进展", "日期", "成效"],
        [
            [one.region.name, one.get_status_display(), str(one.dated or "—"), one.effect or "—"]
            for one in adoptions
        ],
        widths=(5, 4, 5, 14),
    )


def _write_source(paper, case, site, mark=""):
    address = f"{site}{case.get_absolute_url()}" if site else ""
    line = citation(case, address, timezone.localdate())
    paper.source(mark + line)
