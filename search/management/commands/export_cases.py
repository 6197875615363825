"""Export the result of a search to a file, of any length: the same way as the page does."""

import contextlib
import tempfile
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat

from cases.exports import columns
from cases.exports.spreadsheet import WRITERS
from cases.filters import CaseFilter
from search.exporting import make_order
from search.index import IndexUnavailable
from search.request import read_request
from search.searching import SORTS, search_documents

SHOWN_EVERY = 1_000


class Command(BaseCommand):
    help = "把符合条件的案例导出为 XLSX 或 CSV 文件，不加条件则导出全部已发布案例。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="文件", help="以 .xlsx 或 .csv 结尾，已有的会被替换。")
        parser.add_argument("--q", metavar="检索词", help="与网页检索框里的一样。")
        parser.add_argument("--sort", metavar="排序", help="、".join(SORTS))
        parser.add_argument(
            "--site", metavar="网址", default="", help="如 https://jyk.example.gov.cn，用来写链接。"
        )
        for name, field in CaseFilter.base_filters.items():
            parser.add_argument(
                f"--{name}", metavar=field.label, action="append", help="代码或名称，可以给多个。"
            )

    def handle(self, *, file, site, verbosity, **options):
        path = Path(file)
        kind = path.suffix.lower().removeprefix(".")
        if kind not in WRITERS:
            raise CommandError(f"不能写“{path.name}”，文件名要以 .xlsx 或 .csv 结尾。")
        read = read_request(_parameters(options))
        if read.problems:
            raise CommandError("".join(problem.message for problem in read.problems))
        try:
            ids = columns.public(search_documents(read.request))
        except IndexUnavailable as error:
            raise CommandError(str(error)) from error
        if not ids:
            raise CommandError("没有符合条件的案例，没有写文件。请去掉一些条件再试。")

        def report(written):
            if verbosity and written % SHOWN_EVERY == 0:
                self.stdout.write(f"已写 {written:,} / {len(ids):,} 条")

        order = make_order(read, ids, kind, site.rstrip("/"))
        began = time.monotonic()
        try:
            with _written_beside(path) as part:
                WRITERS[kind](part, columns.rows(order.ids, order.site), order.about, report)
        except OSError as error:
            raise CommandError(f"写不了“{file}”（{error.strerror or error}）。") from error
        if verbosity:
            size, seconds = filesizeformat(path.stat().st_size), time.monotonic() - began
            self.stdout.write(f"写好 {len(ids):,} 条：{file}（{size}，用时 {seconds:.1f} 秒）。")


def _parameters(options) -> QueryDict:
    parameters = QueryDict(mutable=True)
    for name in ("q", "sort"):
        if options[name]:
            parameters[name] = options[name]
    for name in CaseFilter.base_filters:
        parameters.setlist(name, options[name] or [])
    return parameters


@contextlib.contextmanager
def _written_beside(path: Path):
    """A path to write to; `path` is replaced once the writing has ended well."""
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        yield part
        part.replace(path)
