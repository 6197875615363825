"""What of a file the library has already: its notice, and cases that other notices share."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import groupby
from operator import itemgetter

from cases.models import Case, Notice, NoticeFile, Section

from ..parsed import Problem
from .likeness import Crowd
from .matching import Words, alike_texts, normal, pair

# More cases than these say no more about one than that it has been taken in before.
MOST_ALIKE = 5


def newest_file(notice: Notice) -> NoticeFile | None:
    """The file that was imported last, without its content; readers may have an older one still."""
    return notice.files.defer("content").order_by("-pk").first()


def words_of(case: Case) -> Words:
    """The case as it was imported, as far as that is still known: editing does not hide it."""
    texts = []
    for section in case.sections.all():
        texts += [passage["text"] for passage in section.source] or [section.text]
    return Words.of(case.number, case.title, "\n".join(texts))


def namesakes(cases: Iterable[Words]) -> dict[str, list[Case]]:
    """Title in normal form -> the library's cases of that title, oldest first."""
    wanted = {words.title for words in cases} - {""}
    originals = Case.objects.originals()
    titles = originals.order_by("pk").values_list("pk", "title")
    found = {pk: title for pk, raw in titles.iterator() if (title := normal(raw)) in wanted}
    groups = defaultdict(list)
    for case in originals.select_related("notice").filter(pk__in=found).order_by("pk"):
        groups[found[case.pk]].append(case)
    return groups


def shared_with_others(words: Words, notice: Notice, library: dict[str, list[Case]]) -> list[Case]:
    """The cases of the same title that do not belong to `notice`."""
    return [
        case
        for case in library.get(words.title, ())
        if notice.pk is None or case.notice_id != notice.pk
    ]


def shared_problem(case: Case, position: int | None) -> Problem:
    """What is said of a case that has the title of another one of the library."""
    where = f"通知《{case.notice}》" if case.notice else "不出自通知的案例"
    number = f"的第 {case.number} 个案例" if case.notice and case.number else ""
    message = f"可能重复：库中{where}{number}《{case.title}》标题相同，请核对。"
    return Problem(message, None, position)


def likely_alike(
    texts: Sequence[str], notice: Notice | None = None, *, since: int = 0
) -> tuple[list[int], int]:
    """(ids of cases whose text may be largely that of one of `texts`, the newest id looked at).

    Every case of the library with a higher id than `since`, but those of `notice`, is looked at
    with a sample of its text; the MOST_ALIKE of each text are kept. How much they really have in
    common likeness.shared() tells.
    """
    crowd = Crowd(texts, sampled=True)
    sections = Section.objects.filter(case__revises=None, case_id__gt=since)
    if notice is not None:
        sections = sections.exclude(case__notice=notice)
    rows = sections.order_by("case_id", "order", "pk").values_list("case_id", "text")
    best: dict[int, list[tuple[float, int]]] = defaultdict(list)
    newest = since
    for newest, group in groupby(rows.iterator(), key=itemgetter(0)):
        for index, share in crowd.like("\n".join(text for _, text in group)).items():
            heappush(best[index], (share, newest))
            if len(best[index]) > MOST_ALIKE:
                heappop(best[index])
    return sorted({pk for kept in best.values() for _, pk in kept}), newest


def known_notice(
    offered: Notice,
    titles: set[str],
    sha256: str,
    cases: Sequence[Words],
    library: dict[str, list[Case]],
) -> tuple[Notice | None, list[Problem]]:
    """The library's notice that the file is a copy or an amendment of, and what is in doubt.

    offered  the notice as the file has it; `titles` are its titles before and after curation
    cases    those of the file; `library` their namesakes (see namesakes)

    The file itself decides; else the same 文号 of the same issuer; else title, issuer, day and
    cases together. Two different numbers are never one notice.
    """
    notices = Notice.objects.select_related("region").order_by("pk")
    same_file = notices.filter(files__sha256=sha256).first()
    if same_file:
        return same_file, []
    if offered.issuer and offered.doc_number:
        numbered = notices.filter(issuer=offered.issuer, doc_number=offered.doc_number).first()
        if numbered:
            kept = _cases(numbered)
            if not kept or pair(cases, kept):
                return numbered, []
            message = f"库中文号相同的通知《{numbered}》没有与文件相同的案例，请核对文号和文件。"
            return numbered, [Problem(message)]
    names = {normal(title) for title in titles} - {""}
    sharing = {case.notice_id for group in library.values() for case in group}
    best, most, problems = None, 0, []
    for notice in notices.defer("letter"):
        same_title = normal(notice.title) in names
        numbers = {normal(notice.doc_number), normal(offered.doc_number)} - {""}
        if len(numbers) > 1 or not (same_title or notice.pk in sharing):
            continue
        kept = _cases(notice)
        found = pair(cases, kept)
        if _is_same(notice, offered, same_title, cases, kept, found):
            if len(found) > most:
                best, most = notice, len(found)
        elif same_title:
            message = (
                f"库中已有标题相同的通知《{notice}》，但案例大多不同，没有合并，请核对是否同一份。"
            )
            problems.append(Problem(message))
    if best is None:
        return None, problems
    if normal(best.title) in names and _agree(best, offered):
        return best, []
    message = f"按标题和案例认定为库中已有的通知《{best}》，请核对是否同一份。"
    return best, [Problem(message)]


def _cases(notice: Notice) -> list[Words]:
    return [words_of(case) for case in notice.cases.prefetch_related("sections")]


def _agree(notice: Notice, offered: Notice) -> bool:
    """Issuer and day are known and the same."""
    facts = (offered.issuer, offered.issued_on)
    return all(facts) and facts == (notice.issuer, notice.issued_on)


def _contradict(notice: Notice, offered: Notice) -> bool:
    """Issuer or day are known on both sides and differ."""
    ours, theirs = normal(offered.issuer), normal(notice.issuer)
    # "" is in everything, and one of several issuers in all of them.
    if ours not in theirs and theirs not in ours:
        return True
    days = {notice.issued_on, offered.issued_on} - {None}
    return len(days) > 1


def _is_same(
    notice: Notice,
    offered: Notice,
    same_title: bool,
    cases: Sequence[Words],
    kept: Sequence[Words],
    found: dict[int, int],
) -> bool:
    """Whether what is shared (`found`, index to index) outweighs what is unknown or differs."""
    contradict = _contradict(notice, offered)
    same_number = offered.doc_number and normal(notice.doc_number) == normal(offered.doc_number)
    if (same_number and not contradict) or (same_title and _agree(notice, offered)):
        return bool(found)
    # What an earlier amendment dropped has no number any more.
    numbered = sum(words.number is not None for words in kept)
    if same_title and not contradict:
        return bool(found) and 2 * len(found) >= min(len(cases), numbered)
    if not len(found) == len(cases) == numbered or (contradict and not same_title):
        return False
    # Titles may be mere names of places, the same every year; then the texts differ.
    alike = alike_texts(cases, kept)
    same_texts = sum((i, j) in alike or cases[i].text == kept[j].text for i, j in found.items())
    return 2 * same_texts >= len(found)
