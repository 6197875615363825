"""Document -> ParsedNotice. Pure: no Django, no clock, no settings.

Every paragraph of the document gets exactly one place: a case (mark, title, section heading,
section text), the letter, or what the reader set aside. tests/notices/test_conservation.py holds
that for any input.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from cases.notices.document import Document
from cases.notices.parsed import ParsedCase, ParsedNotice, ParsedSection, Passage, Problem
from cases.notices.parsing.boundaries import Division, find_division, is_form
from cases.notices.parsing.contents import Contents, find_contents
from cases.notices.parsing.cycles import find_cycles, second_turns
from cases.notices.parsing.groups import find_groups
from cases.notices.parsing.kinds import OTHER
from cases.notices.parsing.letter import (
    PARTICULARS,
    appendix_start,
    find_doc_number,
    find_issued_on,
    find_issuer,
    find_signature,
    find_title,
    first_heading,
    tail_start,
)
from cases.notices.parsing.manuscript import Line
from cases.notices.parsing.numbering import parse_mark
from cases.notices.parsing.punctuation import fold
from cases.notices.parsing.sections import split_sections
from cases.notices.parsing.tables import CaseTable, read_stream
from cases.notices.parsing.titles import Title, read_title

__all__ = ["ParsedCase", "ParsedNotice", "ParsedSection", "Passage", "Problem", "parse"]


def parse(document: Document) -> ParsedNotice:
    """The notice in a document: letter, cases in order of appearance, and what staff should see."""
    lines, tables = read_stream(document.paragraphs)
    contents = find_contents(lines)
    if tables:
        letter, cases, problems = _cases_of_tables(lines, tables)
    else:
        letter, cases, problems = _cases_of_lines(lines, contents)
    if not cases:
        problems.append(Problem("没有找到案例：全文已放入通知正文，请检查上传的文件是否完整。"))
    problems.extend(_contents_problems(contents, cases))
    set_aside = tuple(
        Passage(piece.text, piece.text, piece.position) for piece in document.set_aside
    )
    problems.extend(_set_aside_problems(document))
    issuer, issued_on = find_signature(letter)
    title = find_title(letter, document.title) or first_heading(letter)
    if not title and len(cases) == 1:
        title = cases[0].title
    return ParsedNotice(
        title=title,
        doc_number=find_doc_number(letter),
        issuer=issuer or find_issuer(letter, title),
        issued_on=issued_on or find_issued_on(letter),
        letter=tuple(line.passage() for line in letter),
        cases=tuple(cases),
        problems=tuple(problems),
        set_aside=set_aside,
    )


def _cases_of_lines(
    lines: list[Line], contents: Contents
) -> tuple[list[Line], list[ParsedCase], list[Problem]]:
    cycles = find_cycles(lines, contents.indexes)
    division = find_division(lines, contents, cycles)
    if division is None:
        return lines, [], []
    starts = [boundary.index for boundary in division.boundaries]
    ends = [*starts[1:], len(lines)]
    groups = find_groups(lines, starts, contents.indexes)
    letter = [line for index, line in enumerate(lines[: starts[0]])]
    blocks: list[list[Line]] = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        stop = min(end, groups.stops.get(place, end))
        body = lines[start:stop]
        if end == len(lines):
            stop = start + _end_of_last(body, division)
            body = lines[start:stop]
        blocks.append(body)
    repeated = _repeated(blocks)
    cases: list[ParsedCase] = []
    problems: list[Problem] = []
    for place, body in enumerate(blocks):
        boundary = division.boundaries[place]
        title = read_title(body, boundary.number, contents, repeated)
        stop = starts[place] + len(body)
        particulars, body = _particulars(body, title.count)
        if is_form(title.text) and division.family[0] == "named" and not _has_sections(body):
            letter.extend(lines[starts[place] : ends[place]])
            problems.append(
                Problem(
                    f"“{title.mark or title.text}”是表格或名单，不是案例，已放入通知正文。",
                    body[0].text,
                    body[0].position,
                )
            )
            continue
        number = boundary.number
        if number is None or division.renumbered:
            number = len(cases) + 1
        cases.append(_case(body, title, number, groups.names.get(place, "")))
        letter.extend([*particulars, *lines[stop : ends[place]]])
    if division.renumbered and cases:
        problems.append(
            Problem(
                "各组的案例分别从 1 开始编号，已按出现的先后连续编号。", None, cases[0].position
            )
        )
    return letter, cases, problems + _number_problems(cases)


def _particulars(body: list[Line], start: int) -> tuple[list[Line], list[Line]]:
    """(what a page says about itself under a title: 发布时间、来源 …; the other lines)."""
    end = start
    while end < len(body) and PARTICULARS.match(body[end].text) and len(body[end].text) <= 120:
        end += 1
    return body[start:end], body[:start] + body[end:]


def _has_sections(body: Sequence[Line]) -> bool:
    return any(line.kind is not None for line in body)


def _repeated(blocks: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Short lines that stand in more than one case: headings, not parts of a title."""
    counts = Counter(
        folded
        for body in blocks
        for folded in {fold(line.text) for line in body[1:8] if line.is_short}
    )
    return frozenset(text for text, count in counts.items() if count > 1)


def _end_of_last(body: Sequence[Line], division: Division) -> int:
    """Where the last case ends: before further attachments and before the letter's ending."""
    named = division.family[0] == "named"
    label = body[0].mark.label if named and body[0].mark else ""
    stop = appendix_start(body)
    for index in range(1, stop):
        mark = body[index].mark
        if (
            mark is not None
            and mark.label.startswith("附件")
            and not label.startswith("附")
            and (body[index].is_short or not body[index].rest)
        ):
            stop = index
            break
    return tail_start(body[:stop])


def _case(body: Sequence[Line], title: Title, number: int, group: str) -> ParsedCase:
    rest = list(body[title.count :])
    sections: tuple[ParsedSection, ...]
    opening: tuple[Passage, ...] = ()
    if title.offset is not None:
        opening = (body[title.count - 1].passage(title.offset),)
    sections = split_sections(rest)
    if opening:
        sections = _with_opening(sections, opening)
    problems = _case_problems(title, sections, body[0]) + _glued(rest, sections)
    return ParsedCase(
        number,
        title.text,
        title.mark,
        group,
        body[0].position,
        title.lines,
        sections,
        tuple(problems),
    )


def _with_opening(
    sections: tuple[ParsedSection, ...], opening: tuple[Passage, ...]
) -> tuple[ParsedSection, ...]:
    """Text on the title's own line goes before everything else."""
    if sections and not sections[0].heading:
        first = sections[0]
        return (ParsedSection("", first.kind, opening + first.paragraphs), *sections[1:])
    return (ParsedSection("", "lead" if sections else OTHER, opening), *sections)


def _case_problems(title: Title, sections: Sequence[ParsedSection], first: Line) -> list[Problem]:
    problems = []
    if not title.text:
        problems.append(Problem("没有找到案例标题，请补写。", first.text, first.position))
    if not any(section.paragraphs for section in sections):
        problems.append(
            Problem("这个案例只有标题，没有正文，请核对原文。", first.text, first.position)
        )
    for section in sections:
        if section.heading and section.kind == OTHER:
            passage = section.heading_passage
            problems.append(
                Problem(
                    f"没有识别出“{section.heading}”属于背景、做法还是成效，请选择。",
                    section.heading,
                    passage.position if passage else first.position,
                )
            )
        if section.heading and not section.paragraphs:
            passage = section.heading_passage
            problems.append(
                Problem(
                    f"“{section.heading}”下面没有内容，请核对原文。",
                    section.heading,
                    passage.position if passage else first.position,
                )
            )
    if title.entry is not None and not title.exact:
        problems.append(
            Problem(
                f"标题与目录中的“{title.entry.title}”不一致，已采用正文中的标题，请核对。",
                title.text,
                first.position,
            )
        )
    return problems


def _glued(lines: Sequence[Line], sections: Sequence[ParsedSection]) -> list[Problem]:
    """Where a second case may begin, whose title was not known as one."""
    places = {section.heading_passage.position for section in sections if section.heading_passage}
    keys = [line.key for line in lines if line.kind is not None and line.position in places]
    return [
        Problem(
            f"到“{_heading(lines[heading])}”，小标题又从头开始，可能是两个案例。"
            "如果是，请从这一段拆开。",
            lines[start].text,
            lines[start].position,
        )
        for start, heading in (second_turns(lines, keys[0]) if keys else ())
    ]


def _heading(line: Line) -> str:
    return line.text[: line.heading_length].strip()


def _number_problems(cases: Sequence[ParsedCase]) -> list[Problem]:
    problems = []
    seen: dict[int, ParsedCase] = {}
    previous = 0
    for case in cases:
        where = case.mark or case.title
        if case.number in seen:
            problems.append(
                Problem(
                    f"案例序号 {case.number} 重复出现，请核对并改正其中一个。", where, case.position
                )
            )
        elif case.number != previous + 1:
            if case.number > previous:
                missing = "、".join(str(number) for number in range(previous + 1, case.number)[:20])
                message = f"案例序号不连续，缺少 {missing}，请核对原文。"
            else:
                message = f"案例序号 {case.number} 没有按顺序出现，请核对原文。"
            problems.append(Problem(message, where, case.position))
        seen.setdefault(case.number, case)
        previous = max(previous, case.number)
    return problems


def _contents_problems(contents: Contents, cases: Sequence[ParsedCase]) -> list[Problem]:
    """Announced titles without a case, and cases that the contents list does not announce.

    Titles that nearly agree are problems of their cases already.
    """
    titles = {fold(case.title) for case in cases}
    announced = {fold(entry.title) for entry in contents.entries}
    if len(titles & announced) * 2 < len(cases) or not cases:
        return []
    groups = {fold(case.group) for case in cases}
    unannounced = {case.number: case for case in cases if fold(case.title) not in announced}
    problems = []
    for entry in contents.entries:
        if fold(entry.title) in titles or is_form(entry.title) or parse_mark(entry.title):
            continue
        if fold(entry.line.text) in groups or fold(entry.title) in groups:
            continue
        case = unannounced.pop(entry.number, None)
        if case is None:
            message = f"目录中的“{entry.title}”在正文中没有找到对应的案例，请核对原文。"
        elif any(entry.title in problem.message for problem in case.problems):
            continue
        else:
            message = f"目录中的“{entry.title}”在正文中是“{case.title}”，请核对原文。"
        problems.append(Problem(message, entry.line.text, entry.line.position))
    for case in unannounced.values():
        problems.append(
            Problem(f"目录中没有“{case.title}”，请核对原文。", case.title, case.position)
        )
    return problems


def _set_aside_problems(document: Document) -> list[Problem]:
    problems = []
    pieces = sorted(document.set_aside, key=lambda piece: piece.reason)
    for reason, group in groupby(pieces, key=lambda piece: piece.reason):
        group = sorted(group, key=lambda piece: piece.position)
        problems.append(
            Problem(
                f"已移出{reason}（共 {len(group)} 段），没有放入案例，请核对。",
                "\n".join(piece.text for piece in group),
                group[0].position,
            )
        )
    return problems


def _cases_of_tables(
    lines: list[Line], tables: list[CaseTable]
) -> tuple[list[Line], list[ParsedCase], list[Problem]]:
    cases: list[ParsedCase] = []
    letter = list(lines)
    for table in tables:
        letter.extend(table.letter)
        for row in table.cases(len(cases)):
            cases.append(row)
    letter.sort(key=lambda line: line.position)
    problems: list[Problem] = _number_problems(cases)
    return letter, cases, problems
