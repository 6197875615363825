"""A notice's file -> drafts in the library, in one transaction, with a report of what happened.

Importing again is safe. The same file changes nothing. An amended file updates drafts that nobody
has touched and adds new cases; cases that were edited or published are reported where they differ
and never overwritten, and cases that the file no longer has are reported and never deleted.
"""

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from cases.models import Case, Notice, NoticeFile, Section

from .curation import Curation, curate_case, curate_notice
from .document import NoticeFileError
from .parsed import ParsedCase, ParsedNotice, Problem
from .parser import parse
from .places import issuer_place
from .proposals import Proposal, fit, other_differences, propose, text_differences
from .reader import read
from .report import CaseReport, ImportReport, Outcome, Suggested
from .vocabulary import Vocabulary

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
        _take_turns()
        vocabulary = Vocabulary.load()
        curation = curation or Curation()
        curation.check(vocabulary, {case.number for case in parsed.cases})
        if not parsed.cases:
            _refuse_other_papers(parsed)
            return _report(parsed, (), parsed.problems, dry_run=dry_run)
        report = _Import(parsed, data, filename, vocabulary, curation, publish).run()
        if dry_run:
            transaction.set_rollback(True)
            notice_id = None if report.notice_is_new else report.notice_id
            report = replace(report, dry_run=True, notice_id=notice_id)
    return report


def _take_turns() -> None:
    """Let imports run one after another, so that two of one notice do not both create it.

    On SQLite the transaction has the write lock from its beginning (settings: IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def _refuse_other_papers(parsed: ParsedNotice) -> None:
    """A letter without cases is a notice still; a file without any mark of one is a mistake."""
    if not (parsed.doc_number or parsed.issuer or parsed.issued_on):
        raise NoticeFileError(
            "这个文件不像是通知：没有找到案例，也没有文号、印发单位和日期，请检查是否选错了文件。"
        )


def _numbered(cases: Sequence[ParsedCase]) -> list[tuple[int, tuple[Problem, ...]]]:
    """The number under which each case is kept: its own, or where that cannot be, a free one."""
    limit = Case._meta.get_field("number").validators[-1].limit_value
    fitting = {case.number for case in cases if 0 < case.number <= limit}
    free = itertools.count(max(fitting, default=0) + 1)
    kept: list[tuple[int, tuple[Problem, ...]]] = []
    taken: set[int] = set()
    for case in cases:
        number, problems = case.number, ()
        if number in taken or number not in fitting:
            number = next(free)
            message = f"原文序号 {case.number} 重复或过大，暂编为第 {number} 个案例，请核对。"
            problems = (Problem(message, None, case.position),)
        taken.add(number)
        kept.append((number, problems))
    return kept


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

    def __init__(
        self,
        parsed: ParsedNotice,
        data: bytes,
        filename: str,
        vocabulary: Vocabulary,
        curation: Curation,
        publish: bool,
    ):
        self.parsed = parsed
        self.data = data
        self.sha256 = hashlib.sha256(data).hexdigest()
        # A name from a file system may hold bytes that no text can.
        name = PurePath(filename).name.encode("utf-8", "replace").decode()
        self.filename = name[-255:]
        self.vocabulary = vocabulary
        self.curation = curation
        self.publish = publish
        self.problems = list(parsed.problems)

    def run(self) -> ImportReport:
        offered = self._offered_notice()
        existing_notice = self._existing_notice(offered)
        notice = existing_notice or offered
        if existing_notice is None:
            notice.save()
        elif not notice.files.filter(sha256=self.sha256).exists():
            self._compare_notice(notice, offered)
        NoticeFile.objects.get_or_create(
            notice=notice,
            sha256=self.sha256,
            defaults={"name": self.filename, "size": len(self.data), "content": self.data},
        )
        # Editors wait until the import is through, or it sees what they have saved.
        cases = Case.objects.select_for_update().filter(notice=notice, number__isnull=False)
        existing = {case.number: case for case in cases}
        scope = notice.region and notice.region.code
        numbers = _numbered(self.parsed.cases)
        reports = [
            self._import_case(notice, number, parsed, existing.get(number), scope, problems)
            for parsed, (number, problems) in zip(self.parsed.cases, numbers, strict=True)
        ]
        in_file = {number for number, _ in numbers}
        missing = [
            f"第 {number} 个案例《{case.title}》"
            for number, case in sorted(existing.items())
            if number not in in_file
        ]
        return _report(
            self.parsed,
            reports,
            self.problems,
            missing=tuple(missing),
            notice_id=notice.pk,
            notice_is_new=existing_notice is None,
        )

    # The notice

    def _offered_notice(self) -> Notice:
        """The notice as the file and its curation have it, not saved yet."""
        parsed = self.parsed
        code = issuer_place(self.vocabulary.gazetteer, parsed.issuer, parsed.title)
        notice = Notice(
            title=fit(parsed.title, Notice, "title", self.problems),
            doc_number=fit(parsed.doc_number, Notice, "doc_number", self.problems),
            issuer=fit(parsed.issuer, Notice, "issuer", self.problems),
            issued_on=parsed.issued_on,
            region=self.vocabulary.regions[code] if code else None,
            letter="\n".join(passage.text for passage in parsed.letter),
        )
        curate_notice(notice, self.curation.notice, self.vocabulary)
        if not notice.title:
            notice.title = PurePath(self.filename).stem[:200] or "未命名的通知"
            message = f"没有识别出通知的标题，暂用文件名“{notice.title}”，请核对。"
            self.problems.append(Problem(message))
        return notice

    def _existing_notice(self, offered: Notice) -> Notice | None:
        """The same file; or the same 文号 of the same issuer; or the same title, issuer and day."""
        notices = Notice.objects.select_related("region").order_by("pk")
        same_file = notices.filter(files__sha256=self.sha256).first()
        if same_file or not offered.issuer:
            return same_file
        notices = notices.filter(issuer=offered.issuer)
        if offered.doc_number:
            same_number = notices.filter(doc_number=offered.doc_number).first()
            if same_number:
                return same_number
            # Two notices of one day may have one title; their numbers tell them apart.
            notices = notices.filter(doc_number="")
        if offered.issued_on is None:
            return None
        titles = {offered.title, self.parsed.title} - {""}
        return notices.filter(issued_on=offered.issued_on, title__in=titles).first()

    def _compare_notice(self, notice: Notice, offered: Notice) -> None:
        """Report what an amended file says differently of the notice itself."""
        names = [
            str(Notice._meta.get_field(name).verbose_name)
            for name in ("title", "doc_number", "issuer", "issued_on", "letter")
            if getattr(offered, name) and getattr(offered, name) != getattr(notice, name)
        ]
        if names:
            self.problems.append(Problem(f"通知的{'、'.join(names)}与库中不同，未覆盖，请核对。"))

    # Its cases

    def _import_case(
        self,
        notice: Notice,
        number: int,
        parsed: ParsedCase,
        case: Case | None,
        scope: str | None,
        problems: tuple[Problem, ...],
    ) -> CaseReport:
        proposal = propose(parsed, self.vocabulary, scope)
        differences: list[str] = []
        published = False
        if case is None:
            outcome = Outcome.NEW
            case = Case(notice=notice, number=number)
            self._write(case, proposal)
            curated = self.curation.cases.get(number)
            if curated:
                curate_case(case, curated, self.vocabulary)
                proposal = proposal.with_curation(curated)
            if self.publish:
                try:
                    case.publish()
                    published = True
                except ValidationError as error:
                    refusal = Problem("".join(error.messages), None, parsed.position)
                    problems = (*problems, refusal)
        elif case.is_untouched:
            differences = text_differences(case, proposal) + other_differences(case, proposal)
            outcome = Outcome.UPDATED if differences else Outcome.UNCHANGED
            if differences:
                self._write(case, proposal)
        else:
            # Its region and terms are its editor's by now; only the words are compared.
            differences = text_differences(case, proposal)
            outcome = Outcome.DIFFERING if differences else Outcome.UNCHANGED
        return CaseReport(
            parsed=parsed,
            suggested=self._suggested(proposal),
            outcome=outcome,
            problems=(*proposal.problems, *problems),
            differences=tuple(differences),
            published=published,
        )

    def _write(self, case: Case, proposal: Proposal) -> None:
        """Make the case what the file says, and remember that this is what it was."""
        words = self.vocabulary
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
