"""Measure the numbers that are proposed from texts against the lists judged by reading."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.notices.figures.judging import judge
from cases.notices.figures.statements import BEFORE_AFTER, PERCENTAGE, TOTAL
from cases.notices.outcomes import find_outcomes
from cases.notices.parser import parse
from cases.notices.reader import read

FIXTURES = settings.BASE_DIR / "fixtures"
NOTICE = FIXTURES / "notices" / "fujian-2025-batch-1.txt"
KINDS = {"前后对比": BEFORE_AFTER, "百分比": PERCENTAGE, "总量": TOTAL}


class Command(BaseCommand):
    help = "用通读判定过的清单衡量数字成效的提取：找全率和准确率。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--held-out", action="store_true", help="改用核对组：另拟的句子，不据此调整"
        )
        parser.add_argument("--list", action="store_true", help="列出漏掉的和提错的")

    def handle(self, *args, **options):
        name = "outcomes-heldout" if options["held_out"] else "outcomes-first-notice"
        path = FIXTURES / "evaluation" / f"{name}.json"
        rows = json.loads(path.read_text(encoding="utf-8"))
        texts = [row["sentence"] for row in rows] if options["held_out"] else notice_texts()
        judgement = judge(rows, [outcome for text in texts for outcome in find_outcomes(text)])
        for label, kind in KINDS.items():
            proposed = sum(o.kind == kind for o in (*judgement.right, *judgement.wrong))
            self.stdout.write(
                f"{label}：提出 {proposed} 条，找全率 {judgement.recall(kind):.1%}，"
                f"准确率 {judgement.precision(kind):.1%}"
            )
        if options["list"]:
            for outcome in judgement.missed:
                self.stdout.write(f"漏掉：{outcome['metric']}｜{outcome['statement']}")
            for outcome in judgement.wrong:
                self.stdout.write(f"提错：{outcome.metric}｜{outcome.sentence}")


def notice_texts() -> list[str]:
    """Every paragraph of the bundled notice's cases."""
    notice = parse(read(NOTICE.read_bytes(), NOTICE.name))
    return [
        passage.text
        for case in notice.cases
        for section in case.sections
        for passage in section.paragraphs
    ]
