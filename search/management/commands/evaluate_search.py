"""Measure the ranking on judged queries: the bundled notice's, or a corpus of its own."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.models import NoticeFile
from search.evaluation import (
    DEPTH,
    MEASURES,
    CorpusSearch,
    EvaluationError,
    evaluate,
    read_judgments,
    read_queries,
)
from search.index import IndexUnavailable
from search.searching import SearchRequest, search_documents

SET = settings.BASE_DIR / "fixtures" / "evaluation"


class Command(BaseCommand):
    help = "用判定过的查询衡量检索质量。"

    def add_arguments(self, parser):
        parser.add_argument("--queries", type=Path, default=SET / "queries.tsv")
        parser.add_argument("--qrels", type=Path, default=SET / "qrels.tsv")
        parser.add_argument(
            "--corpus", type=Path, help="另一批文档，每行一个 JSON：id、title、text"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--worst", type=int, default=0, help="列出得分最低的若干条查询")

    def handle(self, *args, **options):
        try:
            queries = read_queries(options["queries"])
            judgments = read_judgments(options["qrels"])
            if options["corpus"]:
                with CorpusSearch(options["corpus"], self.progress) as search:
                    evaluation = evaluate(queries, judgments, search)
            else:
                evaluation = evaluate(queries, judgments, self.bundled_notice())
        except (EvaluationError, IndexUnavailable) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(evaluation.as_json(), ensure_ascii=False, indent=2))
        else:
            self.table(evaluation)
        if options["worst"]:
            self.worst(evaluation, queries, judgments, options["worst"])

    def progress(self, done):
        if done % 10_000 == 0:
            self.stderr.write(f"已建索引 {done} 篇")

    def bundled_notice(self):
        """A search of the live index among the cases of the bundled notice, by their numbers."""
        original = NoticeFile.objects.filter(name="fujian-2025-batch-1.txt").first()
        if original is None:
            raise EvaluationError("库里没有随库附带的通知，请先运行 manage.py prepare。")
        numbers = dict(original.notice.cases.values_list("pk", "number"))
        filters = {"notice": (str(original.notice_id),)}

        def search(text):
            ids = search_documents(SearchRequest(text, filters))[:DEPTH]
            return [str(numbers[pk]) for pk in ids]

        return search

    def table(self, evaluation):
        names = list(MEASURES)
        self.stdout.write("\t".join(["class", "queries", *names, "no hits", "p50 ms", "p95 ms"]))
        for group, figures in evaluation.figures.items():
            values = [f"{figures.measures[name]:.3f}" for name in names]
            times = [f"{figures.p50_ms:.1f}", f"{figures.p95_ms:.1f}"]
            row = [group, str(figures.queries), *values, str(figures.without_hits), *times]
            self.stdout.write("\t".join(row))

    def worst(self, evaluation, queries, judgments, number):
        scored = []
        for query in queries:
            one = evaluate([query], judgments, lambda text, q=query: evaluation.rankings[q.id])
            scored.append((one.figures["all"].measures["ndcg@10"], query))
        for value, query in sorted(scored, key=lambda pair: pair[0])[:number]:
            found = " ".join(evaluation.rankings[query.id][:6])
            wanted = " ".join(f"{doc}:{grade}" for doc, grade in judgments[query.id].items())
            self.stdout.write(f"{value:.2f}\t{query.group}\t{query.text}\t{found}\t{wanted}")
