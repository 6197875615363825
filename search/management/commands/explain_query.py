"""Show what the search makes of a query: interpretation, terms, and how each case scores."""

from django.core.management.base import BaseCommand, CommandError

from cases.models import Case
from search.explaining import explain
from search.index import IndexUnavailable

RUNGS = {4: "全部原样", 3: "各部分原样", 2: "全部词语", 1: "部分词语"}


class Command(BaseCommand):
    help = "说明一个查询是怎么理解、怎么打分的。"

    def add_arguments(self, parser):
        parser.add_argument("query")
        parser.add_argument("--top", type=int, default=10, help="列出前几个案例")

    def handle(self, *args, **options):
        try:
            explanation = explain(options["query"], options["top"])
        except IndexUnavailable as error:
            raise CommandError(str(error)) from error
        query = explanation.query
        write = self.stdout.write
        write(f"查询：{query.text}")
        if query.dropped:
            write(f"略去：{'、'.join(query.dropped)}")
        for place in query.places:
            missing = "" if place.has_cases else "，库里没有它的案例"
            write(f"地区：{place.name}（{'、'.join(place.codes)}）{missing}")
        for correction in query.corrections:
            write(f"更正：{correction.typed} → {correction.meant}（{correction.how}）")
        for clause in query.clauses:
            field = f"，只在 {clause.field}" if clause.field else ""
            write(f"部分：{clause.typed}（原样：{'、'.join(clause.literals)}{field}）")
            for term in clause.terms:
                ways = "、".join(
                    f"{way.text}[{' '.join(way.words)}]×{way.weight}" for way in term.alternatives
                )
                write(f"  词语：{term.typed} ← {ways}")
        titles = dict(Case.objects.published().values_list("pk", "title"))
        for hit in explanation.hits:
            write(f"{hit.score:8.3f}  {RUNGS[hit.rung]}  {titles.get(hit.id, '（已撤回）')}")
            for part in hit.parts:
                write(f"          {part.score:8.3f}  {part.term} ← {part.alternative}")
