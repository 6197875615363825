"""What each part of query understanding is worth: the judged set with one part taken away.

    .venv/bin/python benchmarks/ablation.py [--heldout]

Needs the bundled notice in the library (manage.py prepare).
"""

import contextlib
import os
import sys
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from search import query, ranking, searching  # noqa: E402
from search.evaluation import evaluate, read_judgments, read_queries  # noqa: E402
from search.language import LanguageKeeper  # noqa: E402
from search.management.commands.evaluate_search import Command  # noqa: E402
from search.understanding.thesaurus import Thesaurus  # noqa: E402

NOTHING = contextlib.nullcontext
SCORED = ["question", "synonym", "typo", "script", "effect"]


def rank_any_word(snapshot, parsed):
    """BM25F over any word, no rungs: what remains when the ladder is taken away."""
    found = ranking.rank(snapshot, parsed)
    found.rungs[found.rungs > 0] = ranking.SOME_WORDS
    return found


VARIANTS = {
    "everything": NOTHING,
    "without synonyms": lambda: mock.patch.object(Thesaurus, "synonyms", lambda *a: ()),
    "without typos, pinyin, initials": lambda: mock.patch.object(
        searching, "understand", lambda r, lang: query.parse(r.text, lang, as_typed=True)
    ),
    "without places": lambda: mock.patch.object(
        searching, "understand", lambda r, lang: query.parse(r.text, lang, places=False)
    ),
    "without question words dropped": lambda: mock.patch.object(
        query._Reading, "_without_question", lambda self, text: text
    ),
    "without parts of long words": lambda: mock.patch.object(query, "parts", lambda word: []),
    "without pairs of characters": lambda: mock.patch.object(ranking, "PAIR_WEIGHT", 0.0),
    "without the ladder": lambda: mock.patch.object(searching, "rank", rank_any_word),
}


def main():
    prefix = "heldout-" if "--heldout" in sys.argv else ""
    folder = ROOT / "fixtures" / "evaluation"
    queries = read_queries(folder / f"{prefix}queries.tsv")
    judgments = read_judgments(folder / f"{prefix}qrels.tsv")
    print("| variant | nDCG@10 |", " | ".join(SCORED), "| no hits |")
    print("|---" * (len(SCORED) + 3) + "|")
    for name, variant in VARIANTS.items():
        with variant(), mock.patch.object(searching, "_languages", LanguageKeeper()):
            figures = evaluate(queries, judgments, Command().bundled_notice()).figures
        row = [figures[group].measures["ndcg@10"] for group in ("all", *SCORED)]
        print("|", name, "|", " | ".join(f"{value:.3f}" for value in row), end=" ")
        print("|", figures["all"].without_hits, "|", flush=True)


if __name__ == "__main__":
    main()
