"""A notice's file on its way into the library: received, read, looked at, confirmed or discarded.

Everything stands in its NoticeUpload, so that a restart or another member of staff goes on where
the last one stopped. The library itself is written once, by confirm(), in one transaction.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Notice, NoticeFile, NoticeUpload, UploadState

from .document import NoticeFileError
from .duplicates import Duplicate, find_duplicates, same_notice, text_of
from .importer import carry_out, digest_of, refuse_other_papers, take_turns
from .importing.curation import CuratedCase, CuratedNotice
from .importing.decisions import Decisions, Piece, carried, divide, fingerprint, unknown_names
from .importing.matching import normal
from .importing.planning import CasePlan, CaseWish, Plan, Wishes, plan_import
from .importing.recognition import likely_alike, newest_file
from .importing.report import ImportReport
from .importing.vocabulary import Vocabulary
from .parsed import ParsedNotice, Problem
from .parser import parse
from .reader import read

# A file that so often brought down the process that read it is not tried again.
MOST_ATTEMPTS = 3
NO_TITLE = "没有找到案例标题"
_OPEN = (UploadState.WAITING, UploadState.READY)


class AlreadyUploaded(Exception):
    """The same file is here: `upload` waits for its confirmation, or `notice` came of it."""

    def __init__(self, upload: NoticeUpload | None = None, notice: Notice | None = None):
        super().__init__()
        self.upload = upload
        self.notice = notice


class NotReady(Exception):
    """It cannot be confirmed as it is; the message is a Chinese sentence that says why."""


class Standing(StrEnum):
    """What would become of a case as things are decided, and after confirming: what became of it.

    SAME: the file says nothing new of it. UNDECIDED: it does, the case has been edited or
    published, and nobody has said yet whether to take it; KEPT: somebody has said no.
    """

    NEW = "new"
    UPDATED = "update"
    UNDECIDED = "ask"
    KEPT = "kept"
    SAME = "same"
    LEFT = "left"


def _standing(plan: CasePlan) -> Standing:
    if plan.wish.drop:
        return Standing.LEFT
    if plan.case is None:
        return Standing.NEW
    if not plan.is_amended:
        return Standing.SAME
    if plan.wish.update is None:
        return Standing.UNDECIDED if plan.touched else Standing.UPDATED
    return Standing.UPDATED if plan.wish.update else Standing.KEPT


@dataclass(frozen=True)
class Preview:
    """A file with what would become of it now.

    duplicates  by the index of the case
    rivals      other files of the same notice that wait
    stale       names in the decisions that the file does not have (decisions.py)
    """

    upload: NoticeUpload
    parsed: ParsedNotice
    decisions: Decisions
    pieces: tuple[Piece, ...]
    plan: Plan
    stale: frozenset[str]

    @property
    def reads_differently(self) -> bool:
        """The decisions were made when the program read the file otherwise."""
        return self.decisions.reading != fingerprint(self.parsed)

    @property
    def token(self) -> str:
        """The same as long as confirming would do the same; 32 characters."""
        return self.plan.digest

    @property
    def wanted(self) -> list[CasePlan]:
        """The cases that are not left out."""
        return [case for case in self.plan.cases if not case.wish.drop]

    @cached_property
    def duplicates(self) -> dict[int, list[Duplicate]]:
        return find_duplicates(self)

    @cached_property
    def rivals(self) -> list[NoticeUpload]:
        return same_notice(self)

    @cached_property
    def standings(self) -> list[Standing]:
        """What would become of each case now."""
        return [_standing(case) for case in self.plan.cases]

    def problems(self, index: int) -> list[Problem]:
        """Those of one case that are not settled by what staff decided."""
        plan = self.plan.cases[index]
        titled = bool(plan.decided.title)
        return [p for p in plan.problems if not (titled and p.message.startswith(NO_TITLE))]

    def needs_a_look(self, index: int) -> bool:
        """Whether staff should look at a case before they confirm: one left out is decided."""
        standing = self.standings[index]
        if standing in (Standing.SAME, Standing.LEFT):
            return False
        changes = standing is not Standing.NEW
        return bool(changes or self.problems(index) or self.duplicates.get(index))

    def overview(self) -> dict:
        """For the list of files, in the numbers of the preview."""
        return {
            "title": self.plan.offered.title,
            "doc_number": self.plan.offered.doc_number,
            "cases": len(self.pieces),
            "standings": dict(Counter(self.standings)),
            "check": sum(map(self.needs_a_look, range(len(self.pieces)))),
        }


def receive(data: bytes, name: str, user) -> NoticeUpload:
    """Take a file in. Raises NoticeFileError where it cannot be read, and AlreadyUploaded.

    It is opened here already: of a file that is refused nothing is kept.
    """
    name = PurePath(name).name.encode("utf-8", "replace").decode()[-255:]
    read(data, name)
    sha256 = digest_of(data)
    waiting = NoticeUpload.objects.filter(sha256=sha256, state__in=_OPEN).defer("content").first()
    if waiting:
        raise AlreadyUploaded(upload=waiting)
    for file in NoticeFile.objects.filter(sha256=sha256).defer("content").select_related("notice"):
        if newest_file(file.notice) == file:
            raise AlreadyUploaded(notice=file.notice)
    return _keep(data, name, sha256, user)


def take_again(notice: Notice, user) -> NoticeUpload:
    """Look at the newest file of a notice once more, to import what was left out."""
    newest = newest_file(notice)
    waiting = NoticeUpload.objects.filter(sha256=newest.sha256, state__in=_OPEN).first()
    return waiting or _keep(bytes(newest.content), newest.name, newest.sha256, user)


def _keep(data: bytes, name: str, sha256: str, user) -> NoticeUpload:
    return NoticeUpload.objects.create(
        name=name, size=len(data), sha256=sha256, content=data, uploaded_by=user
    )


def read_next() -> NoticeUpload | None:
    """Read the file that waits longest; None where none does. Reading twice does no harm."""
    upload = NoticeUpload.objects.filter(state=UploadState.WAITING).order_by("pk").first()
    if upload is None:
        return None
    attempts = upload.summary.get("attempts", 0) + 1
    if attempts > MOST_ATTEMPTS:
        return _fail(upload, "读了几次都没有读完，请把文件拆成几份再上传，或告诉管理员。")
    # Kept before the work begins: whatever ends the process, the next one knows.
    _waiting(upload).update(summary={"attempts": attempts})
    try:
        upload.decisions, upload.summary = _first_look(upload)
    except NoticeFileError as error:
        return _fail(upload, str(error))
    changed = _waiting(upload).update(
        state=UploadState.READY, decisions=upload.decisions, summary=upload.summary
    )
    upload.state = UploadState.READY if changed else upload.state
    return upload


def _waiting(upload: NoticeUpload):
    return NoticeUpload.objects.filter(pk=upload.pk, state=UploadState.WAITING)


def _fail(upload: NoticeUpload, problem: str) -> NoticeUpload:
    _waiting(upload).update(
        state=UploadState.FAILED, problem=problem, content=b"", decided_at=timezone.now()
    )
    upload.state, upload.problem = UploadState.FAILED, problem
    return upload


def _first_look(upload: NoticeUpload) -> tuple[dict, dict]:
    """(decisions to begin with, summary)."""
    parsed = _parsed(upload)
    if not parsed.cases:
        refuse_other_papers(parsed)
        raise NoticeFileError(
            "没有在这份文件里找到案例。如果案例在附件里，请上传附件；如果就在这份文件里，请告诉管理员。"
        )
    upload.decisions = Decisions(reading=fingerprint(parsed)).as_json()
    preview = look(upload, parsed)
    earlier = _earlier(preview.plan.existing, parsed)
    if earlier:
        upload.decisions = earlier.as_json()
        preview = look(upload, parsed)
    texts = [text_of(piece) for piece in preview.pieces]
    alike, newest = likely_alike(texts, preview.plan.existing)
    titles = [normal(case.parsed.title) for case in preview.plan.cases]
    offered = preview.plan.offered
    upload.summary = {
        "title": offered.title,
        "doc_number": offered.doc_number,
        "titles": titles,
        "alike": alike,
        "newest": newest,
    }
    return upload.decisions, {**upload.summary, **preview.overview()}


def remember(preview: Preview) -> None:
    """Let the list of files say what this look has found: decisions and library change."""
    upload = preview.upload
    summary = {**upload.summary, **preview.overview()}
    if summary != upload.summary:
        upload.summary = summary
        NoticeUpload.objects.filter(pk=upload.pk, state=UploadState.READY).update(summary=summary)


def _earlier(notice: Notice | None, parsed: ParsedNotice) -> Decisions | None:
    """What was decided about the shape of the notice when it was imported last."""
    if notice is None:
        return None
    imports = notice.uploads.filter(state=UploadState.IMPORTED).order_by("-decided_at", "-pk")
    last = imports.defer("content").first()
    file = last and notice.files.filter(sha256=last.sha256).first()
    if not file:
        return None
    before = parse(read(bytes(file.content), file.name))
    decisions = carried(Decisions.from_json(last.decisions), before, parsed)
    return decisions if decisions.carried else None


def look(upload: NoticeUpload, parsed: ParsedNotice | None = None, *, lock=False) -> Preview:
    """What would become of the file now. Reads; writes nothing."""
    parsed = parsed or _parsed(upload)
    decisions = Decisions.from_json(upload.decisions)
    pieces = divide(parsed, decisions)
    vocabulary = Vocabulary.load()
    plan = plan_import(
        replace(parsed, cases=tuple(piece.case for piece in pieces)),
        upload.sha256,
        upload.name,
        vocabulary,
        _wishes(decisions, pieces, vocabulary),
        lock=lock,
    )
    stale = frozenset(unknown_names(parsed, decisions))
    return Preview(upload, parsed, decisions, tuple(pieces), plan, stale)


def decide(pk: int, change) -> Decisions:
    """Keep what `change`, a function of the decisions so far, makes of them.

    Raises NotReady where the file has been imported or discarded meanwhile.
    """
    with transaction.atomic():
        upload = _locked(pk)
        decisions = change(Decisions.from_json(upload.decisions))
        upload.decisions = decisions.as_json()
        upload.save(update_fields=["decisions"])
        return decisions


def confirm(pk: int, user, token: str) -> tuple[NoticeUpload, ImportReport]:
    """Import the file as decided: all of it or nothing.

    token  of the preview that was confirmed. Raises NotReady where the file is no longer open, or
           something in it or in the library has changed since.
    """
    upload = NoticeUpload.objects.get(pk=pk)
    parsed = _parsed(upload) if upload.state == UploadState.READY else None
    with transaction.atomic():
        take_turns()
        data = bytes(upload.content)
        upload = _locked(pk)
        preview = look(upload, parsed, lock=True)
        if preview.reads_differently:
            raise NotReady("程序更新后，这份文件的识别结果有变化，请再看一遍后确认。")
        if not preview.wanted:
            raise NotReady("所有案例都选了不导入，没有可以导入的内容。")
        if untitled := [case.number for case in preview.wanted if not case.decided.title.strip()]:
            numbers = "、".join(map(str, untitled))
            raise NotReady(f"第 {numbers} 个案例还没有标题，请补写后再确认。")
        if preview.token != token:
            raise NotReady("打开这一页之后，有人改了这份文件的设置或库里的案例，请再看一遍后确认。")
        report = carry_out(preview.plan, data, upload.name, by=user)
        upload.state = UploadState.IMPORTED
        upload.notice_id = report.notice_id
        upload.decided_at = timezone.now()
        # The notice keeps the file.
        upload.content = b""
        became = _became(preview, report)
        counts = {"standings": dict(Counter(preview.standings)), "became": became}
        upload.summary = {**upload.summary, **counts, "by": name_of(user)}
        upload.save()
    return upload, report


def discard(pk: int) -> NoticeUpload:
    """Give a file up; what it was is remembered, the file is not kept."""
    with transaction.atomic():
        upload = NoticeUpload.objects.select_for_update().get(pk=pk)
        if upload.state == UploadState.IMPORTED:
            raise NotReady("这份文件已经导入，不能放弃。")
        upload.state = UploadState.DISCARDED
        upload.content = b""
        upload.decided_at = timezone.now()
        upload.save()
    return upload


def name_of(user) -> str:
    return user.get_full_name() or user.get_username()


def _locked(pk: int) -> NoticeUpload:
    upload = NoticeUpload.objects.select_for_update().get(pk=pk)
    if upload.state != UploadState.READY:
        raise NotReady(f"这份文件现在是“{upload.get_state_display()}”，没有再作改动。")
    return upload


def _parsed(upload: NoticeUpload) -> ParsedNotice:
    return parse(read(bytes(upload.content), upload.name))


def _became(preview: Preview, report: ImportReport) -> dict[str, list[int]]:
    """The cases of the library by what became of them; one left out may be in none."""
    cases = Case.objects.filter(notice=report.notice_id, number__isnull=False)
    numbered = dict(cases.values_list("number", "pk"))
    became: dict[str, list[int]] = {}
    for plan, standing in zip(preview.plan.cases, preview.standings, strict=True):
        case = plan.case.pk if plan.case else plan.is_written and numbered[plan.number]
        if case:
            became.setdefault(standing, []).append(case)
    return became


def _wishes(decisions: Decisions, pieces: list[Piece], vocabulary: Vocabulary) -> Wishes:
    cases = {}
    for index, piece in enumerate(pieces):
        decided = decisions.of_case(piece.key)
        curated = CuratedCase(
            number=piece.case.number,
            title=decided.get("title"),
            region=_known(decided.get("region"), vocabulary.regions),
            primary_theme=_known(decided.get("primary_theme"), vocabulary.themes),
        )
        is_curated = (curated.title, curated.region, curated.primary_theme) != (None, None, None)
        cases[index] = CaseWish(
            curated=curated if is_curated else None,
            drop=decided.get("drop", False),
            update=decided.get("update"),
        )
    facts = dict(decisions.notice)
    if facts.get("issued_on"):
        facts["issued_on"] = date.fromisoformat(facts["issued_on"])
    if "region" in facts:
        facts["region"] = _known(facts["region"], vocabulary.regions) or None
    return Wishes(
        notice=CuratedNotice(**facts),
        cases=cases,
        update_notice=decisions.update_notice,
        separate=decisions.separate,
    )


def _known(code: str | None, things: dict) -> str | None:
    """A region or theme may have gone since it was chosen; then nothing was chosen."""
    return code if code == "" or code in things else None
