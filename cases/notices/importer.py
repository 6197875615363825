"""A notice's file -> drafts in the library, in one transaction, with a report of what happened.

Importing again is safe. The same file changes nothing. An amended file updates drafts that nobody
has touched and adds new cases; cases that were edited or published are reported where they differ
and never overwritten without a yes, and cases that the file no longer has are reported and never
deleted. Cases are known by their words (matching.py); their numbers and marks follow the file.

What is to be done is worked out beforehand (planning.py), and here it is done.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from cases.models import Action, Case, Notice, NoticeFile, Section
from cases.models.content import apply, content_of

from .document import NoticeFileError
from .importing.curation import Curation, curate_case
from .importing.measures import keep_proposals
from .importing.planning import (
    NOTICE_FACTS,
    CasePlan,
    CaseWish,
    Plan,
    Wishes,
    numbered,
    plan_import,
)
from .importing.proposals import Proposal
from .importing.recognition import shared_problem
from .importing.report import CaseReport, ImportReport, Outcome, Suggested
from .importing.vocabulary import Vocabulary
from .parsed import ParsedNotice, Problem
from .parser import parse
from .reader import read

# Any number will do, as long as nothing else in the database uses it as an advisory lock.
_IMPORT_LOCK = 7_261_350_000


def import_notice(
    data: bytes,
    filename: str,
    *,
    dry_run: bool = False,
    publish: bool = False,
    curation: Curation | None = None,
) -> ImportReport:
    """Import the notice in `data`.

    dry_run   go all the way and take it back at the end
    publish   show newly created cases to readers where nothing is missing
    curation  curated values, laid over newly created cases

    Raises NoticeFileError, with one Chinese sentence for the user, where nothing can be imported;
    nothing is written then.
    """
    parsed = parse(read(data, filename))
    with transaction.atomic():
        take_turns()
        vocabulary = Vocabulary.load()
        curation = curation or Curation()
        curation.check(vocabulary, {case.number for case in parsed.cases})
        if not parsed.cases:
            refuse_other_papers(parsed)
            return _report(parsed, (), parsed.problems, dry_run=dry_run)
        wishes = Wishes(
            curation.notice,
            {
                index: CaseWish(curation.cases[number])
                for index, (number, _) in enumerate(numbered(parsed.cases))
                if number in curation.cases
            },
        )
        plan = plan_import(parsed, digest_of(data), filename, vocabulary, wishes, lock=True)
        report = carry_out(plan, data, filename, publish=publish)
        if dry_run:
            transaction.set_rollback(True)
            notice_id = None if report.notice_is_new else report.notice_id
            report = replace(report, dry_run=True, notice_id=notice_id)
    return report


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def take_turns() -> None:
    """Let imports run one after another, so that two of one notice do not both create it.

    On SQLite the transaction has the write lock from its beginning (settings: IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def refuse_other_papers(parsed: ParsedNotice) -> None:
    """A letter without cases is a notice still; a file without any mark of one is a mistake."""
    if not (parsed.doc_number or parsed.issuer or parsed.issued_on):
        raise NoticeFileError(
            "这个文件不像是通知：没有找到案例，也没有文号、印发单位和日期，请检查是否选错了文件。"
        )


def carry_out(
    plan: Plan, data: bytes, filename: str, *, by=None, publish: bool = False
) -> ImportReport:
    """Write what was planned; call it in the transaction in which it was planned.

    by  the member of staff who confirmed it; None for a command
    """
    return _Import(plan, data, filename, by, publish).run()


def _report(
    parsed: ParsedNotice, cases: Iterable[CaseReport], problems: Iterable[Problem], **more
) -> ImportReport:
    return ImportReport(
        title=parsed.title,
        doc_number=parsed.doc_number,
        issuer=parsed.issuer,
        issued_on=parsed.issued_on,
        letter=tuple(passage.text for passage in parsed.letter),
        cases=tuple(cases),
        problems=tuple(problems),
        **more,
    )


class _Import:
    """One import, inside its transaction."""

    def __init__(self, plan: Plan, data: bytes, filename: str, by, publish: bool):
        self.plan = plan
        self.data = data
        # A name from a file system may hold bytes that no text can.
        name = PurePath(filename).name.encode("utf-8", "replace").decode()
        self.filename = name[-255:]
        self.vocabulary = plan.vocabulary
        self.by = by
        self.publish = publish

    def run(self) -> ImportReport:
        notice = self._notice()
        NoticeFile.objects.get_or_create(
            notice=notice,
            sha256=digest_of(self.data),
            defaults={"name": self.filename, "size": len(self.data), "content": self.data},
        )
        self._renumber()
        moved = {case.pk for case, _ in self.plan.moves}
        reports = [
            self._import_case(notice, case, moved) for case in self.plan.cases if case.is_written
        ]
        return _report(
            self.plan.parsed,
            reports,
            self.plan.problems,
            missing=self.plan.missing,
            notice_id=notice.pk,
            notice_is_new=self.plan.existing is None,
        )

    def _notice(self) -> Notice:
        notice, offered = self.plan.existing, self.plan.offered
        if notice is None:
            offered.save()
            return offered
        if self.plan.facts and self.plan.wishes.update_notice:
            for name in NOTICE_FACTS:
                if value := getattr(offered, name):
                    setattr(notice, name, value)
            notice.save()
        return notice

    def _renumber(self) -> None:
        """Give each case its number in the file; a case that is missing there yields its own."""
        moves = self.plan.moves
        if not moves:
            return
        # Two cases may change places, and no two may have one number even for a moment.
        Case.objects.filter(pk__in=[case.pk for case, _ in moves]).update(number=None)
        for case, number in moves:
            case.number = number
        Case.objects.bulk_update([case for case, number in moves if number], ["number"])

    # Its cases

    def _import_case(self, notice: Notice, plan: CasePlan, moved: set[int]) -> CaseReport:
        shared = [shared_problem(other, plan.parsed.position) for other in plan.namesakes]
        problems, published = (*plan.problems, *shared), False
        if plan.case is None:
            case = Case(notice=notice, number=plan.number)
            self._write(case, plan)
            if self.publish:
                try:
                    case.publish()
                    published = True
                except ValidationError as error:
                    refusal = Problem("".join(error.messages), None, plan.parsed.position)
                    problems = (*problems, refusal)
        elif plan.is_rewritten:
            self._write(plan.case, plan)
        else:
            if plan.outcome is Outcome.UPDATED and plan.touched:
                self._amend(plan)
            if plan.touched and plan.case.pk in moved:
                self._mark(plan.case, plan.proposal.mark)
        return CaseReport(
            parsed=plan.parsed,
            suggested=self._suggested(plan.decided),
            outcome=plan.outcome,
            problems=problems,
            differences=plan.differences,
            published=published,
        )

    def _write(self, case: Case, plan: CasePlan) -> None:
        """Make the case what the file says, remember that this is what it was, then correct it."""
        words, proposal = self.vocabulary, plan.proposal
        case.title, case.mark, case.group = proposal.title, proposal.mark, proposal.group
        case.region = words.regions[proposal.region] if proposal.region else None
        case.primary_theme = words.themes[proposal.themes[0]] if proposal.themes else None
        case.save()
        case.other_themes.set(words.themes[code] for code in proposal.themes[1:])
        case.approaches.set(words.approaches[code] for code in proposal.approaches)
        case.bodies.set(words.bodies[code] for code in proposal.bodies)
        case.sections.all().delete()
        Section.objects.bulk_create(
            Section(
                case=case,
                order=order,
                heading=section.heading,
                kind=section.kind,
                text=section.text,
                source=list(section.source),
            )
            for order, section in enumerate(proposal.sections, start=1)
        )
        case.imported_digest = case.content_digest()
        case.save(update_fields=["imported_digest"])
        keep_proposals(case)
        case.keep_version(Action.IMPORT, self.by)
        self._correct(case, plan)

    def _amend(self, plan: CasePlan) -> None:
        """Put what the file has changed into what staff have written; a published case is revised.

        Readers see nothing of it before the revision is published.
        """
        case = plan.case if plan.case.is_open else plan.case.revise(self.by)
        self._put(case, plan.offered)
        # Kept as the file has it, so that the next amendment is compared with this one.
        case.keep_version(Action.IMPORT, self.by)
        self._put(case, plan.after)
        keep_proposals(case)
        case.keep_version(Action.EDIT, self.by, "随通知更新，保留了编辑过的内容")
        self._correct(case, plan)

    def _put(self, case: Case, parts: dict) -> None:
        now = content_of(case)
        fields = {**now["fields"], "title": parts["title"]}
        apply(case, {**now, "fields": fields, "sections": parts["sections"]})

    def _correct(self, case: Case, plan: CasePlan) -> None:
        """Lay over the case what staff decided before they confirmed: this counts as editing."""
        if plan.wish.curated:
            curate_case(case, plan.wish.curated, self.vocabulary)
            case.keep_version(Action.EDIT, self.by, "导入时修改")

    def _mark(self, case: Case, mark: str) -> None:
        """Let the mark follow the number; this alone makes a case neither edited nor new."""
        as_imported = case.imported_digest == case.content_digest()
        case.mark = mark
        digest = case.content_digest() if as_imported else case.imported_digest
        Case.objects.filter(pk=case.pk).update(mark=mark, imported_digest=digest)
        Case.objects.filter(revises=case).update(mark=mark)

    def _suggested(self, proposal: Proposal) -> Suggested:
        words = self.vocabulary
        region = words.regions[proposal.region] if proposal.region else None
        return Suggested(
            region=region.name if region else None,
            region_code=region.code if region else None,
            level=str(region.level) if region else None,
            themes=proposal.themes,
            theme_names=tuple(words.themes[code].name for code in proposal.themes),
            approaches=tuple(words.approaches[code].name for code in proposal.approaches),
            bodies=tuple(words.bodies[code].name for code in proposal.bodies),
        )
