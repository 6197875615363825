"""Import a notice's file from the command line: the same way as the admin, for scripts and tests.

With --json, standard output holds the report and nothing else. What a user can do wrong ends with
one sentence on standard error and exit status 1, never with a traceback.
"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from cases.notices.document import NoticeFileError
from cases.notices.importer import import_notice
from cases.notices.importing.curation import read_curation
from cases.notices.importing.report import ImportReport, Outcome
from cases.notices.reader import check_size

_EXCERPT = 40


class Command(BaseCommand):
    # Their warnings are about the site, not about this file, and would stand among its messages.
    requires_system_checks = []
    help = "导入一份通知（.docx、网页、文本、Markdown），其中的案例成为草稿。"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="文件", help="通知的文件。")
        parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入任何内容。")
        parser.add_argument(
            "--publish", action="store_true", help="新增的案例如不缺内容，随即发布。"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")
        parser.add_argument(
            "--curation", metavar="文件", help="已整理好的地区、领域等（JSON），用于新增的案例。"
        )

    def handle(self, *, file, dry_run, publish, json, curation, verbosity, **options):
        try:
            report = import_notice(
                _content(file, "通知文件"),
                Path(file).name,
                dry_run=dry_run,
                publish=publish,
                curation=read_curation(_content(curation, "整理文件")) if curation else None,
            )
        except NoticeFileError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        except DatabaseError as error:
            self.stderr.write(
                f"数据库没有完成操作（{error}），没有写入任何内容。"
                "如果是新建的数据库，请先运行 manage.py migrate。"
            )
            raise SystemExit(1) from error
        if json:
            self.stdout.write(_as_json(report))
        elif verbosity > 0:
            self.stdout.write("\n".join(_lines(report)))


def _content(name, what):
    """The bytes of a file. Raises NoticeFileError where there are none to be had."""
    path = Path(name)
    try:
        if path.is_dir():
            raise NoticeFileError(f"“{name}”是文件夹，请给出其中一个{what}的路径。")
        if path.exists() and not path.is_file():
            raise NoticeFileError(f"“{name}”不是普通文件，请给出{what}的路径。")
        check_size(path)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NoticeFileError(f"找不到{what}“{name}”，请检查路径。") from error
    except (OSError, ValueError) as error:
        if isinstance(error, NoticeFileError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise NoticeFileError(f"读不了{what}“{name}”（{reason}），请检查路径和权限。") from error


def _as_json(report: ImportReport) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=2)


def _lines(report: ImportReport):
    """The report for a person, line by line."""
    yield f"《{report.title}》" if report.title else "（没有识别出通知的标题）"
    facts = [
        f"文号：{report.doc_number}" if report.doc_number else "",
        f"印发单位：{report.issuer}" if report.issuer else "",
        f"印发日期：{report.issued_on}" if report.issued_on else "",
    ]
    if any(facts):
        yield "；".join(fact for fact in facts if fact)
    counts = [f"{outcome} {len(report.with_outcome(outcome))}" for outcome in Outcome]
    published = sum(case.published for case in report.cases)
    yield f"案例 {len(report.cases)} 个。{'；'.join(counts)}；发布 {published}。"
    for case in report.cases:
        if case.outcome is Outcome.UNCHANGED:
            continue
        yield f"  {case.outcome}　{case.parsed.number}　{case.parsed.title}"
        about = [case.suggested.region, case.suggested.level, *case.suggested.theme_names]
        if case.differences:
            yield f"      不同之处：{'、'.join(case.differences)}"
        else:
            yield f"      {'，'.join(each for each in about if each)}"
    for case in report.missing:
        yield f"  文件里没有，未删除　{case}"
    problems = [("通知", problem) for problem in report.problems]
    problems += [
        (f"案例 {case.parsed.number}", problem)
        for case in report.cases
        for problem in case.problems
    ]
    if problems:
        yield f"需要核对 {len(problems)} 处："
    for where, problem in problems:
        place = f"（第 {problem.position} 段）" if problem.position else ""
        text = problem.paragraph or ""
        excerpt = f"　{text[:_EXCERPT]}{'…' if len(text) > _EXCERPT else ''}" if text else ""
        yield f"  {where}{place}：{problem.message}{excerpt}"
    if report.dry_run:
        yield "这是试运行，没有写入任何内容。"
