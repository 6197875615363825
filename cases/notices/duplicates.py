"""What the cases of an uploaded file may be duplicates of: in the library, in the file itself, and
in other files that wait. Another file of the very same notice is no duplicate but a rival.

A `preview` is one of uploading.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case, NoticeUpload, UploadState

from .importing.decisions import Piece
from .importing.likeness import shared
from .importing.matching import normal
from .importing.recognition import likely_alike


@dataclass(frozen=True)
class Duplicate:
    """Something that a case may be a duplicate of.

    case    of the library, or else
    key     of the same file, or else
    upload  another file that waits
    share   of the shorter text that stands in both, None where only the titles are the same
    """

    title: str
    share: float | None
    case: Case | None = None
    key: str = ""
    upload: NoticeUpload | None = None

    @property
    def percent(self) -> int:
        return int(100 * self.share)


def find_duplicates(preview) -> dict[int, list[Duplicate]]:
    plan, pieces = preview.plan, preview.pieces
    texts = [text_of(piece) for piece in pieces]
    found: dict[int, list[Duplicate]] = {}

    def add(index: int, duplicate: Duplicate) -> None:
        found.setdefault(index, []).append(duplicate)

    others = _library_cases(preview, texts)
    shares = shared(texts, [_words(case) for case in others])
    alike = {(i, others[j].pk): share for (i, j), share in shares.items()}
    by_id = {case.pk: case for case in others}
    for index, case in enumerate(plan.cases):
        same = {other.pk: other for other in case.namesakes}
        mine = {pk for i, pk in alike if i == index}
        for pk in sorted(mine | same.keys(), key=lambda pk: -alike.get((index, pk), 0)):
            other = by_id.get(pk) or same[pk]
            add(index, Duplicate(other.title, alike.get((index, pk)), case=other))
    for (i, j), share in shared(texts, texts).items():
        if i != j:
            add(i, Duplicate(plan.cases[j].decided.title, share, key=pieces[j].key))
    inside = {(i, each.key) for i, group in found.items() for each in group if each.key}
    titles = [normal(case.decided.title) for case in plan.cases]
    for i, title in enumerate(titles):
        for j, other in enumerate(titles):
            if i != j and title and title == other and (i, pieces[j].key) not in inside:
                add(i, Duplicate(plan.cases[j].decided.title, None, key=pieces[j].key))
    for upload in _waiting_beside(preview):
        if is_same_notice(preview.upload, upload):
            continue
        wanted = set(upload.summary.get("titles", ()))
        for i, title in enumerate(titles):
            if title and title in wanted:
                add(i, Duplicate(plan.cases[i].decided.title, None, upload=upload))
    return found


def _library_cases(preview, texts: list[str]) -> list[Case]:
    """Those that may be alike: found when the file was read, or come in since."""
    summary = preview.upload.summary
    existing = preview.plan.existing
    recent, _ = likely_alike(texts, existing, since=summary.get("newest", 0))
    cases = Case.objects.originals().select_related("notice").defer("notice__letter")
    cases = cases.filter(pk__in=[*summary.get("alike", ()), *recent])
    if existing:
        cases = cases.exclude(notice=existing)
    return list(cases.prefetch_related("sections").order_by("pk"))


def same_notice(preview) -> list[NoticeUpload]:
    """Other files of this very notice that wait to be confirmed, the oldest first."""
    return [upload for upload in _waiting_beside(preview) if is_same_notice(preview.upload, upload)]


def is_same_notice(one: NoticeUpload, other: NoticeUpload) -> bool:
    """Whether two files are copies of one notice: by 文号, else by title, else by their cases."""
    numbers = [upload.summary.get("doc_number") for upload in (one, other)]
    if all(numbers):
        return numbers[0] == numbers[1]
    if one.summary.get("title") == other.summary.get("title"):
        return True
    titles = [set(upload.summary.get("titles", ())) - {""} for upload in (one, other)]
    return 0 < min(map(len, titles)) <= 2 * len(titles[0] & titles[1])


def _waiting_beside(preview) -> Iterable[NoticeUpload]:
    waiting = NoticeUpload.objects.filter(state=UploadState.READY).exclude(pk=preview.upload.pk)
    return waiting.defer("content", "decisions").order_by("pk")


def text_of(piece: Piece) -> str:
    return "\n".join(section.text for section in piece.case.sections)


def _words(case: Case) -> str:
    return "\n".join(section.text for section in case.sections.all())
