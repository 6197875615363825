"""A notice's file -> drafts in the library, in one transaction, with a report of what happened.

Importing again is safe. The same file changes nothing. An amended file updates drafts that nobody
has touched and adds new cases; cases that were edited or published are reported where they differ
and never overwritten, and cases that the file no longer has are reported and never deleted.
Cases are known by their words (matching.py); their numbers and marks follow the file.
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
from .matching import Words, normal, pair
from .parsed import ParsedCase, ParsedNotice, Problem
from .parser import parse
from .places import issuer_place
from .proposals import Proposal, fit, other_differences, propose, text_differences
from .reader import read
from .recognition import known_notice, namesakes, shared_with_others, words_of
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
        self.displaced: dict[int, str] = {}  # number -> title of the case that has lost it
        self.moved: set[int] = set()  # ids of the cases whose number has changed

    def run(self) -> ImportReport:
        offered = self._offered_notice()
        numbers = _numbered(self.parsed.cases)
        words = [
            Words.of(number, case.title, "\n".join(section.text for section in case.sections))
            for case, (number, _) in zip(self.parsed.cases, numbers, strict=True)
        ]
        library = namesakes(words)
        titles = {offered.title, self.parsed.title}
        existing, doubts = known_notice(offered, titles, self.sha256, words, library)
        self.problems += doubts
        notice = existing or offered
        if existing is None:
            notice.save()
        elif not notice.files.filter(sha256=self.sha256).exists():
            self._compare_notice(notice, offered)
        newest = notice.original
        NoticeFile.objects.get_or_create(
            notice=notice,
            sha256=self.sha256,
            defaults={"name": self.filename, "size": len(self.data), "content": self.data},
        )
        # Editors wait until the import is through, or it sees what they have saved.
        cases = Case.objects.select_for_update().filter(notice=notice).order_by("pk")
        kept = list(cases.prefetch_related("sections"))
        found = pair(words, [words_of(case) for case in kept])
        if newest and newest.sha256 == self.sha256:
            self._pair_rewritten(found, words, kept)
        missing = self._missing(kept, found, words)
        self._renumber(kept, found, words)
        scope = notice.region and notice.region.code
        reports = []
        for index, parsed in enumerate(self.parsed.cases):
            number, problems = numbers[index]
            case = kept[found[index]] if index in found else None
            shared = shared_with_others(words[index], notice, library, parsed.position)
            problems = (*problems, *shared)
            reports.append(self._import_case(notice, number, parsed, case, scope, problems))
        return _report(
            self.parsed,
            reports,
            self.problems,
            missing=missing,
            notice_id=notice.pk,
            notice_is_new=existing is None,
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

    def _compare_notice(self, notice: Notice, offered: Notice) -> None:
        """Report what an amended file says differently of the notice itself."""
        names = [
            str(Notice._meta.get_field(name).verbose_name).removeprefix("通知")
            for name in ("title", "doc_number", "issuer", "issued_on", "letter")
            if getattr(offered, name) and getattr(offered, name) != getattr(notice, name)
        ]
        if names:
            self.problems.append(Problem(f"{'、'.join(names)}与库中不同，未覆盖，请核对。"))

    # Which cases are which

    def _pair_rewritten(self, found: dict[int, int], words: list[Words], kept: list[Case]) -> None:
        """Know by its number a case of which an editor left no word.

        Only where the numbers are this very file's; and it is compared, never overwritten.
        """
        taken = set(found.values())
        rewritten = {
            case.number: j
            for j, case in enumerate(kept)
            if j not in taken and not case.is_untouched
        }
        for i, offered in enumerate(words):
            if i not in found and offered.number in rewritten:
                found[i] = rewritten[offered.number]

    def _missing(
        self, kept: list[Case], found: dict[int, int], words: list[Words]
    ) -> tuple[str, ...]:
        """What the library has and the file has not, in words; what never came in a file aside."""
        gone = sorted(
            (case.number is None, case.number or 0, case.pk, case.title)
            for j, case in enumerate(kept)
            if j not in found.values() and (case.number is not None or case.imported_digest)
        )
        taken = {offered.number for offered in words}
        names = []
        for unnumbered, number, _, title in gone:
            if unnumbered:
                names.append(f"不再编号的案例《{title}》")
            elif number in taken:
                self.displaced[number] = title
                names.append(f"原第 {number} 个案例《{title}》")
            else:
                names.append(f"第 {number} 个案例《{title}》")
        return tuple(names)

    def _renumber(self, kept: list[Case], found: dict[int, int], words: list[Words]) -> None:
        """Give each case its number in the file; a case that is missing there yields its own."""
        wanted = {j: words[i].number for i, j in found.items()}
        for j, case in enumerate(kept):
            if j not in wanted:
                wanted[j] = None if case.number in self.displaced else case.number
        moved = [(case, wanted[j]) for j, case in enumerate(kept) if case.number != wanted[j]]
        if not moved:
            return
        # Two cases may change places, and no two may have one number even for a moment.
        Case.objects.filter(pk__in=[case.pk for case, _ in moved]).update(number=None)
        changes = sorted((case.number, number) for case, number in moved if case.number and number)
        for case, number in moved:
            case.number = number
        Case.objects.bulk_update([case for case, number in moved if number], ["number"])
        self.moved = {case.pk for case, _ in moved}
        if changes:
            before, after = ("、".join(map(str, numbers)) for numbers in zip(*changes, strict=True))
            message = f"案例的序号随文件改变：库中原第 {before} 个现为第 {after} 个，请核对。"
            self.problems.append(Problem(message))

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
            if number in self.displaced:
                message = (
                    f"库中原第 {number} 个案例《{self.displaced[number]}》的标题和正文都与此不同，"
                    "已保留但不再编号；本案例作为新增，请核对。"
                )
                problems = (*problems, Problem(message, None, parsed.position))
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
            if differences:
                if normal(case.title) != normal(proposal.title):
                    message = f"库中原题为《{case.title}》，按正文或序号认定为同一案例，请核对。"
                    problems = (*problems, Problem(message, None, parsed.position))
                self._write(case, proposal)
            differences += ["序号"] if case.pk in self.moved else []
            outcome = Outcome.UPDATED if differences else Outcome.UNCHANGED
        else:
            # Its region and terms are its editor's by now; only the words are compared.
            differences = text_differences(case, proposal)
            if case.pk in self.moved:
                self._mark(case, proposal.mark)
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

    def _mark(self, case: Case, mark: str) -> None:
        """Let the mark follow the number; this alone makes a case neither edited nor new."""
        as_imported = case.imported_digest == case.content_digest()
        case.mark = mark
        digest = case.content_digest() if as_imported else case.imported_digest
        Case.objects.filter(pk=case.pk).update(mark=mark, imported_digest=digest)

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
