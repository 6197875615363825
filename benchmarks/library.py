"""A library of generated cases for each size, in a folder of its own that later runs use again."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = "1"
# What would lead to another database or index than the folder's own.
_OTHER_PLACES = ("DATABASE_URL", "SEARCH_INDEX_DIR")


@dataclass(frozen=True)
class Library:
    size: int
    folder: Path

    @property
    def documents(self) -> Path:
        return self.folder / "documents.jsonl"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _OTHER_PLACES}
        return kept | {
            "DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": "benchmark",
            **more,
        }

    def run(self, *arguments: str) -> None:
        """Run Python with these arguments in the library's environment; output to the terminal."""
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment(), check=True, stdout=sys.stderr)

    def manage(self, *arguments: str) -> None:
        self.run(str(ROOT / "manage.py"), *arguments)

    def prepare(self) -> dict:
        """Make sure that it is there: `size` generated cases beside the real ones, cut by jieba.

        Returns what is known of it: seconds of generating and cutting, number of documents.
        """
        facts = self.folder / "library.json"
        if not facts.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            self.manage("prepare")
            self.manage("generate_cases", str(self.size), "--published", "--seed", SEED)
            self.run("-m", "benchmarks.library")
        else:
            self.manage("migrate", "--verbosity", "0")
        return json.loads(facts.read_text())


def _cut() -> None:
    """Cut the documents of the library of the environment, and note the facts."""
    import django

    django.setup()

    from . import documents

    folder = Path(os.environ["DATA_DIR"])
    seconds = documents.write(folder / "documents.jsonl")
    count, tokens, vocabulary = 0, 0, set()
    for document in documents.read(folder / "documents.jsonl"):
        words = document.title.split() + document.body.split()
        count, tokens = count + 1, tokens + len(words)
        vocabulary.update(words)
    facts = {
        "documents": count,
        "tokens": tokens,
        "vocabulary": len(vocabulary),
        "cutting": seconds,
    }
    (folder / "library.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    _cut()
