"""The questions that are put to every engine: drawn from the library, so that they have answers."""

import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

import jieba

from .documents import read, tokens
from .engine import Document, Query

# More pages than a run asks for.
PATHS = 15_000

# In the order of the report.
KINDS = {
    "rare": "rare word",
    "common": "common word",
    "three": "three words",
    "question": "natural question",
    "literal": "literal string",
    "filter": "filter only",
    "filtered": "filter + text",
}

_FRAMES = [
    "{}和{}怎么做得更快",
    "其他城市{}方面有什么好的做法，特别是{}",
    "企业反映{}太慢，{}怎么办",
    "如何通过{}提升{}",
    "想了解一下{}怎么解决{}的问题",
    "哪些地方用{}改进了{}？",
]
_WORD = re.compile(r"[\u4e00-\u9fff]{2,4}")
_CLAUSE = re.compile(r"[^，。；：、！？\s“”《》（）()\d]{5,}")


class Words:
    """The words of the library by how many documents have them."""

    def __init__(self, documents: Iterable[Document], excluded: set[str]):
        frequency: Counter[str] = Counter()
        samples: list[tuple[list[str], Mapping[str, Sequence[str]]]] = []
        self.size = 0
        for document in documents:
            held = set(document.title.split()) | set(document.body.split())
            frequency.update(held)
            self.size += 1
            if self.size % 17 == 0:
                samples.append((sorted(held), document.facets))
        words = [
            (word, number)
            for word, number in sorted(frequency.items())
            if _WORD.fullmatch(word) and word not in excluded and tokens(word) == [word]
        ]
        share = self.size / 100
        self.rare = [word for word, number in words if 2 <= number <= 5]
        self.common = [word for word, number in words if 20 * share <= number <= 60 * share]
        middle = {word for word, number in words if share <= number < 20 * share}
        # Words that stand together in a document, with its facets.
        useful = middle | set(self.common)
        self.together = [
            (found, facets)
            for held, facets in samples
            if len(found := [word for word in held if word in useful]) >= 6
        ]


def draw(path: Path, each: int, seed: str = "queries") -> tuple[list[Query], Words]:
    """`each` queries of every kind over the documents in `path`, and the words they are from.

    Needs Django: literal strings come from the texts in the database.
    """
    from cases.models import Region, Section

    # A place in the text filters in ours and is a word to the others: no comparison.
    places = {name for names in Region.objects.values_list("name", "short_name") for name in names}
    words = Words(read(path), places)
    rng = random.Random(seed)
    ids = list(Section.objects.filter(case__status="published").values_list("pk", flat=True))
    found = {kind: [] for kind in KINDS}
    for number in range(each):
        found["rare"].append(_words("rare", rng.choice(words.rare)))
        found["common"].append(_words("common", rng.choice(words.common)))
        together, facets = rng.choice(words.together)
        found["three"].append(_words("three", *rng.sample(together, 3)))
        frame = _FRAMES[number % len(_FRAMES)]
        found["question"].append(_words("question", frame.format(*rng.sample(together, 2))))
        text = _literal(rng, ids, whole_words=number % 2 == 0)
        found["literal"].append(Query("literal", text, tokens(text), literal=True))
        filters = _filters(rng, facets, number)
        found["filter"].append(Query("filter", filters=filters))
        word = rng.choice(together)
        found["filtered"].append(Query("filtered", word, tokens(word), filters=filters))
    return [query for kind in KINDS for query in found[kind]], words


def paths(words: Words, count: int, seed: str = "paths") -> list[str]:
    """`count` different addresses of search pages, of two words each."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        pair = " ".join(rng.sample(rng.choice(words.together)[0], 2))
        found[f"/cases/?{urlencode({'q': pair})}"] = None
    return list(found)


def _words(kind: str, *texts: str) -> Query:
    text = " ".join(texts)
    return Query(kind, text, list(dict.fromkeys(tokens(text))))


def _literal(rng: random.Random, ids: list[int], *, whole_words: bool) -> str:
    """Four to eight characters of a text: whole words, or wherever they begin and end."""
    from cases.models import Section

    while True:
        clauses = _CLAUSE.findall(Section.objects.get(pk=rng.choice(ids)).text)
        clause = rng.choice(clauses) if clauses else ""
        pieces = jieba.lcut(clause) if whole_words else list(clause)
        start = rng.randrange(len(pieces) + 1)
        ends = [
            end
            for end in range(start, len(pieces) + 1)
            if 4 <= len("".join(pieces[start:end])) <= 8
        ]
        if ends:
            return "".join(pieces[start : rng.choice(ends)])


def _filters(rng: random.Random, facets: Mapping[str, Sequence[str]], number: int) -> dict:
    """One or two of the values of a document."""
    names = [["city"], ["theme"], ["city", "theme"], ["approach"], ["year", "level"]]
    return {name: [rng.choice(facets[name])] for name in names[number % len(names)]}


def _main(path: str, each: str) -> None:
    """Write queries and paths for the library of the environment into a file."""
    import django

    django.setup()
    queries, words = draw(Path(os.environ["DATA_DIR"], "documents.jsonl"), int(each))
    drawn = {"queries": [asdict(query) for query in queries], "paths": paths(words, PATHS)}
    Path(path).write_text(json.dumps(drawn, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
