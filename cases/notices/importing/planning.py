"""What importing a notice would do, worked out without writing anything.

The same plan is shown in the preview, printed by a dry run and carried out by an import
(importer.py), each time from the file and the library as they are at that moment.
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from cases.models import Action, Case, CaseVersion, Notice

from ..parsed import ParsedCase, ParsedNotice, Problem
from ..parsing.places import issuer_place
from .curation import CuratedCase, CuratedNotice, curate_notice
from .matching import Words, normal, pair
from .merging import changed_parts, merged, parts_of
from .proposals import Proposal, fit, other_differences, propose, text_differences
from .recognition import known_notice, namesakes, newest_file, shared_with_others, words_of
from .report import Outcome
from .vocabulary import Vocabulary

NOTICE_FACTS = ("title", "doc_number", "issuer", "issued_on", "letter")


@dataclass(frozen=True)
class CaseWish:
    """What staff want of one case of the file.

    curated  values in place of the suggested ones
    drop     leave the case out: nothing of it is written
    update   whether a case that is in the library takes what the file says now; None leaves it to
             the rule that only drafts which nobody has touched do
    """

    curated: CuratedCase | None = None
    drop: bool = False
    update: bool | None = None


@dataclass(frozen=True)
class Wishes:
    """What staff want of a notice; `cases` by the index of the case in the file.

    update_notice  let an existing notice take title, number, issuer, day and letter of the file
    separate       import as a notice of its own, whatever it is like
    """

    notice: CuratedNotice = field(default_factory=CuratedNotice)
    cases: dict[int, CaseWish] = field(default_factory=dict)
    update_notice: bool = False
    separate: bool = False


@dataclass(frozen=True)
class CasePlan:
    """What becomes of one case of the file.

    number       under which it will be kept
    proposal     the case as the file has it; `decided` the same with what staff decided
    case         the library's case, None for a new one
    copy         what staff work on: the case, or its revision where there is one
    touched      somebody has edited or published it since it was imported
    differences  names of the parts in which library and file differ
    amendments   names of the parts in which the file differs from the one imported before
    offered      title and sections as the file has them (merging.py)
    before       the same as staff have them now; None for a new case
    after        the same with what the file has changed, and what staff have changed since then
    is_rewritten the file's words take the place of an untouched draft's
    namesakes    cases of the same title in the library that are none of this notice's
    """

    number: int
    parsed: ParsedCase
    proposal: Proposal
    decided: Proposal
    wish: CaseWish
    offered: dict
    after: dict
    outcome: Outcome
    case: Case | None = None
    copy: Case | None = None
    touched: bool = False
    differences: tuple[str, ...] = ()
    amendments: tuple[str, ...] = ()
    before: dict | None = None
    is_rewritten: bool = False
    problems: tuple[Problem, ...] = ()
    namesakes: tuple[Case, ...] = ()

    @property
    def is_written(self) -> bool:
        """It is in the library, or comes into it."""
        return self.case is not None or not self.wish.drop

    @property
    def is_amended(self) -> bool:
        """The file says now what neither it nor staff have said of the case before."""
        return self.case is not None and bool(self.amendments) and self.after != self.before


@dataclass(frozen=True)
class Plan:
    """What becomes of the whole notice.

    offered      the notice as the file has it, not saved
    existing     the library's, None for a new one
    moves        (case, its new number) for each case of the library whose number changes
    missing      see ImportReport
    facts        names of the notice's own facts in which library and file differ
    is_original  the file is the newest of the notice already
    """

    parsed: ParsedNotice
    offered: Notice
    existing: Notice | None
    cases: tuple[CasePlan, ...]
    moves: tuple[tuple[Case, int | None], ...]
    missing: tuple[str, ...]
    facts: tuple[str, ...]
    problems: tuple[Problem, ...]
    is_original: bool
    wishes: Wishes
    vocabulary: Vocabulary = field(repr=False, compare=False)

    @property
    def digest(self) -> str:
        """The same as long as carrying out the plan would do the same."""
        done = [
            (plan.number, plan.outcome, plan.case and plan.case.pk, plan.wish, plan.after)
            for plan in self.cases
        ]
        known = self.existing and self.existing.pk
        what = (known, self.wishes.notice, self.wishes.update_notice, done)
        return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


def plan_import(
    parsed: ParsedNotice,
    data_sha256: str,
    filename: str,
    vocabulary: Vocabulary,
    wishes: Wishes,
    *,
    lock: bool = False,
) -> Plan:
    """Plan the import of a parsed file; `lock` makes editors wait until the transaction ends."""
    return _Planning(parsed, data_sha256, filename, vocabulary, wishes, lock).plan()


def numbered(cases: Sequence[ParsedCase]) -> list[tuple[int, tuple[Problem, ...]]]:
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


class _Planning:
    def __init__(
        self,
        parsed: ParsedNotice,
        sha256: str,
        filename: str,
        vocabulary: Vocabulary,
        wishes: Wishes,
        lock: bool,
    ):
        self.parsed = parsed
        self.sha256 = sha256
        self.filename = filename
        self.vocabulary = vocabulary
        self.wishes = wishes
        self.lock = lock
        self.problems = list(parsed.problems)
        self.displaced: dict[int, str] = {}  # number -> title of the case that has lost it

    def plan(self) -> Plan:
        offered = self._offered_notice()
        numbers = numbered(self.parsed.cases)
        words = [
            Words.of(number, case.title, "\n".join(section.text for section in case.sections))
            for case, (number, _) in zip(self.parsed.cases, numbers, strict=True)
        ]
        library = namesakes(words)
        existing = self._existing(offered, words, library)
        notice = existing or offered
        facts: tuple[str, ...] = ()
        newest = newest_file(existing) if existing else None
        if existing and not existing.files.filter(sha256=self.sha256).exists():
            facts = self._compare_notice(existing, offered)
        is_original = bool(newest and newest.sha256 == self.sha256)
        kept = self._kept(existing)
        found = pair(words, [words_of(case) for case in kept])
        if is_original:
            self._pair_rewritten(found, words, kept)
        missing = self._missing(kept, found, words)
        moves = self._moves(kept, found, words)
        moved = {case.pk for case, _ in moves}
        scope = notice.region and notice.region.code
        plans = []
        for index, parsed in enumerate(self.parsed.cases):
            number, problems = numbers[index]
            case = kept[found[index]] if index in found else None
            proposal = propose(parsed, self.vocabulary, scope)
            wish = self.wishes.cases.get(index) or CaseWish()
            plan = self._plan_case(number, parsed, proposal, wish, case, moved, problems)
            others = shared_with_others(words[index], notice, library)
            plans.append(replace(plan, namesakes=tuple(others)))
        return Plan(
            parsed=self.parsed,
            offered=offered,
            existing=existing,
            cases=tuple(plans),
            moves=moves,
            missing=missing,
            facts=facts,
            problems=tuple(self.problems),
            is_original=is_original,
            wishes=self.wishes,
            vocabulary=self.vocabulary,
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
        curate_notice(notice, self.wishes.notice, self.vocabulary)
        if not notice.title:
            notice.title = PurePath(self.filename).stem[:200] or "未命名的通知"
            message = f"没有识别出通知的标题，暂用文件名“{notice.title}”，请核对。"
            self.problems.append(Problem(message))
        return notice

    def _existing(self, offered, words, library) -> Notice | None:
        if self.wishes.separate:
            return None
        titles = {offered.title, self.parsed.title}
        existing, doubts = known_notice(offered, titles, self.sha256, words, library)
        self.problems += doubts
        return existing

    def _compare_notice(self, notice: Notice, offered: Notice) -> tuple[str, ...]:
        """Report what an amended file says differently of the notice itself."""
        names = tuple(
            str(Notice._meta.get_field(name).verbose_name).removeprefix("通知")
            for name in NOTICE_FACTS
            if getattr(offered, name) and getattr(offered, name) != getattr(notice, name)
        )
        if names and not self.wishes.update_notice:
            self.problems.append(Problem(f"{'、'.join(names)}与库中不同，未覆盖，请核对。"))
        return names

    # Which cases are which

    def _kept(self, existing: Notice | None) -> list[Case]:
        if existing is None:
            return []
        cases = Case.objects.filter(notice=existing).order_by("pk")
        if self.lock:
            cases = cases.select_for_update()
        return list(cases.prefetch_related("sections"))

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

    def _moves(
        self, kept: list[Case], found: dict[int, int], words: list[Words]
    ) -> tuple[tuple[Case, int | None], ...]:
        """Each case gets its number in the file; a case that is missing there yields its own."""
        wanted = {j: words[i].number for i, j in found.items()}
        for j, case in enumerate(kept):
            if j not in wanted:
                wanted[j] = None if case.number in self.displaced else case.number
        moves = tuple((case, wanted[j]) for j, case in enumerate(kept) if case.number != wanted[j])
        changes = sorted((case.number, number) for case, number in moves if case.number and number)
        if changes:
            before, after = ("、".join(map(str, numbers)) for numbers in zip(*changes, strict=True))
            message = f"案例的序号随文件改变：库中原第 {before} 个现为第 {after} 个，请核对。"
            self.problems.append(Problem(message))
        return moves

    # Its cases

    def _plan_case(
        self,
        number: int,
        parsed: ParsedCase,
        proposal: Proposal,
        wish: CaseWish,
        case: Case | None,
        moved: set[int],
        problems: tuple[Problem, ...],
    ) -> CasePlan:
        offered = parts_of(proposal.title, proposal.sections)
        decided = proposal.with_curation(wish.curated) if wish.curated else proposal
        plan = {
            "number": number,
            "parsed": parsed,
            "proposal": proposal,
            "decided": decided,
            "wish": wish,
            "offered": offered,
            "case": case,
        }
        if case is None:
            if number in self.displaced:
                message = (
                    f"库中原第 {number} 个案例《{self.displaced[number]}》的标题和正文都与此不同，"
                    "已保留但不再编号；本案例作为新增，请核对。"
                )
                problems = (*problems, Problem(message, None, parsed.position))
            problems = (*decided.problems, *problems)
            return CasePlan(**plan, outcome=Outcome.NEW, after=offered, problems=problems)
        touched = not case.is_untouched
        copy = _working_copy(case)
        before = parts_of(copy.title, copy.sections.all())
        base = _as_imported(case, copy)
        amendments = changed_parts(before if base is None else base, offered)
        update = (not touched if wish.update is None else wish.update) and not wish.drop
        if touched:
            # Its region and terms are its editor's by now; only the words are compared.
            differences = text_differences(case, proposal)
            after = merged(base, before, offered)
            is_updated = update and bool(amendments) and after != before
            is_rewritten = False
        else:
            differences = text_differences(case, proposal) + other_differences(case, proposal)
            after = offered
            is_rewritten = update and bool(differences)
            if is_rewritten and normal(case.title) != normal(proposal.title):
                message = f"库中原题为《{case.title}》，按正文或序号认定为同一案例，请核对。"
                problems = (*problems, Problem(message, None, parsed.position))
            differences += ["序号"] if case.pk in moved else []
            is_updated = is_rewritten or (update and bool(differences))
        left_out = Outcome.DIFFERING if differences else Outcome.UNCHANGED
        return CasePlan(
            **plan,
            outcome=Outcome.UPDATED if is_updated else left_out,
            copy=copy,
            touched=touched,
            differences=tuple(differences),
            amendments=amendments,
            before=before,
            after=after,
            is_rewritten=is_rewritten,
            problems=(*proposal.problems, *problems),
        )


def _working_copy(case: Case) -> Case:
    """The revision of a case where one has been begun; else the case itself."""
    revisions = Case.objects.prefetch_related("sections").filter(revises=case)
    return revisions.first() or case


def _as_imported(case: Case, copy: Case) -> dict | None:
    """Title and sections as the file last had them; None where that was not kept."""
    imports = CaseVersion.objects.filter(case__in={case.pk, copy.pk}, action=Action.IMPORT)
    version = imports.order_by("-pk").first()
    if version is None:
        return None
    fields = version.content["fields"]
    return {"title": fields["title"], "sections": version.content["sections"]}
