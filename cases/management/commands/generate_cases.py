"""Fill a library with generated cases, to measure and to try things out at national size.

The cases are made from those that are there (cases/generating.py) and written in bulk, past the
signals that the index follows: ten thousand changes one by one would take it hours. The index is
built once afterwards, with rebuild_index.

Generated cases must never get in among real ones. A library takes them only where nobody works:
in a folder of its own, without accounts, and with nothing in it but the bundled notice and cases
generated before.
"""

import hashlib
import itertools
import json

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.generating import MadeNotice, Maker, Place, Source, Stock
from cases.models import (
    Approach,
    Case,
    IssuingBody,
    Notice,
    NoticeFile,
    Region,
    Section,
    Status,
    Theme,
)

BUNDLED_NOTICE = settings.BASE_DIR / "fixtures" / "notices" / "fujian-2025-batch-1.txt"
# What the generated notices are known by; in the place of the 文号, where every reader sees it.
MARK = "生成数据"

# Cases written in one transaction.
BATCH = 1000


class Command(BaseCommand):
    # The checks speak of the search index, which is built afterwards.
    requires_system_checks = []
    help = "在专用的数据库里生成大量仿真案例，供测速和试用；不会写入正在使用的库。"

    def add_arguments(self, parser):
        parser.add_argument("count", metavar="数量", type=int, help="生成多少个案例。")
        parser.add_argument(
            "--seed", default="1", help="随机种子（默认 1），相同的种子生成相同的案例。"
        )
        parser.add_argument("--published", action="store_true", help="随即发布（默认为草稿）。")

    def handle(self, *, count, seed, published, verbosity, **options):
        if count < 1:
            raise CommandError("数量应是从 1 开始的整数。")
        try:
            refuse_where_people_work()
            generated = Notice.objects.filter(doc_number__startswith=MARK)
            writer = _Writer(seed, published, first=generated.count() + 1)
            for done in writer.write(count):
                if verbosity:
                    self.stdout.write(f"已生成 {done} / {count} 个案例")
        except DatabaseError as error:
            raise CommandError(
                f"数据库没有完成操作（{error}）。如果是新建的数据库，请先运行 manage.py prepare。"
            ) from error
        if verbosity:
            self.stdout.write(self.style.SUCCESS(f"已生成 {count} 个案例。"))
            self.stdout.write("请运行 manage.py rebuild_index 建立索引，再启动网站。")


def refuse_where_people_work():
    """Raise CommandError unless this library may be filled with generated cases."""
    advice = (
        "生成的案例只能写入专用的库，没有写入任何内容。"
        "请另设一个文件夹，先运行 DATA_DIR=文件夹 .venv/bin/python manage.py prepare，"
        "再以同样的 DATA_DIR（和 DATABASE_URL）运行本命令。"
    )
    if settings.DATA_DIR.resolve() == (settings.BASE_DIR / "var").resolve():
        raise CommandError(f"这是默认的数据文件夹 var。{advice}")
    if get_user_model().objects.exists():
        raise CommandError(f"这个库里有账号，可能有人在用。{advice}")
    digest = hashlib.sha256(BUNDLED_NOTICE.read_bytes()).hexdigest()
    bundled = NoticeFile.objects.filter(sha256=digest).values("notice")
    foreign = Notice.objects.exclude(doc_number__startswith=MARK).exclude(pk__in=bundled)
    if notice := foreign.first():
        raise CommandError(f"这个库里有别的通知（《{notice}》）。{advice}")
    if case := Case.objects.filter(notice=None).first():
        raise CommandError(f"这个库里有手工录入的案例（《{case}》）。{advice}")


class _Writer:
    """Writes made notices with their cases into the database."""

    def __init__(self, seed: str, published: bool, first: int):
        self.seed, self.published, self.first = seed, published, first
        regions = Region.objects.with_path()
        self.regions = {region.code: region.pk for region in regions}
        self.terms = {
            model: dict(model.objects.values_list("code", "pk"))
            for model in (Theme, Approach, IssuingBody)
        }
        self.maker = Maker(stock(regions), seed)

    def write(self, count):
        """Write `count` cases; after each batch yields how many there are."""
        done = 0
        notices = self.maker.notices(self.first)
        numbers = itertools.count(self.first)
        while done < count:
            batch, size = [], 0
            while size < min(BATCH, count - done):
                made = next(notices)
                cases = made.cases[: count - done - size]
                batch.append((next(numbers), made, cases))
                size += len(cases)
            with transaction.atomic():
                self._write(batch)
            done += size
            yield done

    def _write(self, batch):
        # The plain manager: the domain's own tells the index of every row (cases/signals.py).
        notices = Notice._base_manager.bulk_create(
            self._notice(number, made) for number, made, _ in batch
        )
        made_cases = [
            (notice, number, made)
            for notice, (_, _, cases) in zip(notices, batch, strict=True)
            for number, made in enumerate(cases, 1)
        ]
        cases = Case._base_manager.bulk_create(
            [self._case(*made) for made in made_cases], batch_size=500
        )
        sections, links = [], {"other_themes": [], "approaches": [], "bodies": []}
        for case, (_, _, made) in zip(cases, made_cases, strict=True):
            sections += [
                Section(case=case, order=order, kind=kind, heading=heading, text=text)
                for order, (kind, heading, text) in enumerate(made.sections, 1)
            ]
            for name, rows in links.items():
                field = Case._meta.get_field(name)
                row = field.remote_field.through
                pks = self.terms[field.related_model]
                rows += [
                    row(case_id=case.pk, **{f"{field.m2m_reverse_field_name()}_id": pks[code]})
                    for code in getattr(made, name)
                ]
        Section._base_manager.bulk_create(sections, batch_size=500)
        for name, rows in links.items():
            getattr(Case, name).through._base_manager.bulk_create(rows, batch_size=500)

    def _notice(self, number: int, made: MadeNotice):
        return Notice(
            title=made.title,
            doc_number=f"{MARK}〔{made.issued_on.year}〕{self.seed[:20]}-{number}号",
            issuer=made.issuer,
            issued_on=made.issued_on,
            region_id=self.regions[made.place],
        )

    def _case(self, notice, number, made):
        return Case(
            notice=notice,
            number=number,
            title=made.title,
            region_id=self.regions[made.place],
            primary_theme_id=self.terms[Theme][made.theme],
            maturity=made.maturity,
            highlight=made.highlight,
            status=Status.PUBLISHED if self.published else Status.DRAFT,
            published_at=timezone.now() if self.published else None,
        )


def stock(regions) -> Stock:
    """What the library has to make cases from. Raises CommandError where it has no case."""
    places = {
        region.pk: Place(
            region.code,
            region.kind,
            {one.kind: (one.name, one.short_name) for one in region.ancestors},
        )
        for region in regions
    }
    cases = Case.objects.exclude(notice__doc_number__startswith=MARK).exclude(region=None)
    sources = [
        Source(
            title=case.title,
            theme=case.primary_theme and case.primary_theme.code,
            place=places[case.region_id],
            sections=tuple((section.kind, section.text) for section in case.sections.all()),
        )
        for case in cases.select_related("primary_theme").prefetch_related("sections")
    ]
    if not sources:
        raise CommandError("库里还没有可供改写的案例，请先运行 manage.py prepare。")
    themes = {theme.code: theme.cue_list for theme in Theme.objects.all()}
    return Stock(
        sources=sources,
        places=list(places.values()),
        themes=themes,
        approaches=list(Approach.objects.values_list("code", flat=True)),
        bodies=list(IssuingBody.objects.values_list("code", flat=True)),
        expressions=_expressions(themes),
    )


def _expressions(themes):
    """The words of the field: cues of the terms, the thesaurus and the dictionary that ship."""
    found = {cue: None for cues in themes.values() for cue in cues}
    for term in (*Approach.objects.all(), *IssuingBody.objects.all()):
        found.update(dict.fromkeys(term.cue_list))
    for name in ("synonyms.json", "words.json"):
        rows = json.loads((settings.BASE_DIR / "fixtures" / name).read_text(encoding="utf-8"))
        for fields in (row["fields"] for row in rows):
            text = "\n".join(fields.get(key, "") for key in ("term", "synonyms", "text"))
            found.update(dict.fromkeys(filter(None, text.split("\n"))))
    return [text for text in found if 2 < len(text) <= 8]
