"""The index against Whoosh itself: the same documents, searched by both."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pytest
import whoosh.index
from whoosh import query as wq

from search import facets, query, ranking
from search.analysis import use_words
from search.index import MOST_SEGMENTS, SearchIndex, apply, building
from search.index.arrays import ArraysError, MappedArrays, write_arrays
from search.index.codec import open_segment
from search.index.document import IndexDocument, Order
from search.index.snapshot import K1
from search.query import parse
from search.schema import WORD_FIELDS, make_schema

# Every word begins with a letter that is in none of them otherwise: where one stands as a string,
# it stands as a word.
WORDS = [f"w{number:03}" for number in range(60)]
CITIES = ["350200", "350500", "350100"]


def make_document(number: int, randomness: random.Random) -> IndexDocument:
    def some(most):
        # Rare words and common ones.
        return " ".join(
            WORDS[int(len(WORDS) * randomness.random() ** 3)]
            for _ in range(randomness.randint(0, most))
        )

    return IndexDocument(
        number,
        {"title": some(4), "practices": some(40), "outcomes": some(20), "terms": some(2)},
        {"city": randomness.sample(CITIES, 1), "theme": randomness.sample(["a", "b", "c"], 2)},
        Order(
            f"20{randomness.randint(10, 25)}-04-01",
            randomness.randint(1, 5),
            number,
            randomness.choice([None, 0.0, 0.25, 0.5, 0.703125, 0.9, 1.0]),
        ),
    )


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Our index after several commits with changes and removals, and Whoosh's own of the same."""
    randomness = random.Random(7)
    owner = SearchIndex(tmp_path_factory.mktemp("ours"))
    documents = {n: make_document(n, randomness) for n in range(1, 301)}
    with owner.building() as build:
        build.add(list(documents.values()))
        with owner.locked():
            build.swap()
    for _ in range(5):
        removed = randomness.sample(sorted(documents), 12)
        changed = [n for n in randomness.sample(range(1, 400), 30) if n not in removed]
        for number in removed:
            del documents[number]
        new = {n: make_document(n, randomness) for n in changed}
        documents |= new
        with owner.locked():
            owner.apply(list(new.values()), removed)
    folder = tmp_path_factory.mktemp("theirs")
    theirs = whoosh.index.create_in(folder, make_schema())
    writer = theirs.writer()
    for document in documents.values():
        writer.add_document(id=str(document.id), **document.texts)
    writer.commit()
    return owner, theirs, documents


def any_field(word):
    return wq.Or([wq.Term(field, word) for field in WORD_FIELDS])


def random_query(randomness, depth=0):
    """The same query for both sides: as typed, and as Whoosh's objects."""
    kind = randomness.choice(["word"] * (2 + depth) + ["and", "or", "not"])
    if kind == "word" or depth == 3:
        word = randomness.choice(WORDS)
        return word, any_field(word)
    left, right = (random_query(randomness, depth + 1) for _ in range(2))
    if kind == "and":
        return f"({left[0]} AND {right[0]})", wq.And([left[1], right[1]])
    if kind == "or":
        return f"({left[0]} OR {right[0]})", wq.Or([left[1], right[1]])
    return f"({left[0]} AND NOT {right[0]})", wq.And([left[1], wq.Not(right[1])])


def whoosh_ids(searcher, wanted):
    return {int(searcher.stored_fields(n)["id"]) for n in searcher.docs_for_query(wanted)}


def test_thousands_of_queries_find_what_whoosh_finds(twins):
    owner, theirs, documents = twins
    snapshot = owner.snapshot()
    assert len(snapshot.segments) > 3 and snapshot.size > snapshot.count == len(documents)
    ours = whoosh.index.open_dir(owner.root / owner.generation, schema=make_schema())
    randomness = random.Random(11)
    sizes = set()
    with theirs.searcher() as their_searcher, ours.searcher() as searcher_of_ours:
        for number in range(3000):
            typed, wanted = random_query(randomness)
            expected = whoosh_ids(their_searcher, wanted)
            ranked = ranking.rank(snapshot, parse(typed, as_typed=True))
            full = ranked.documents[ranked.full]
            assert set(snapshot.ids[full].tolist()) == expected, typed
            if number % 10 == 0:
                assert whoosh_ids(searcher_of_ours, wanted) == expected, typed
            counted = facets.count(snapshot, full, {})
            cities = Counter(v for n in expected for v in documents[n].facets["city"])
            assert {c.value: c.count for c in counted["city"]} == dict(cities), typed
            sizes.add(len(expected))
    assert {0} < sizes and max(sizes) > 200


def test_scores_are_those_of_whooshs_postings(twins):
    """BM25F worked out in plain Python from what Whoosh's own index says of each document."""
    owner, theirs, documents = twins
    snapshot = owner.snapshot()
    averages = dict(zip(WORD_FIELDS, snapshot._averages, strict=True))
    with theirs.reader() as reader:
        for word in WORDS:
            pseudo = Counter()
            for field, (weight, b) in WORD_FIELDS.items():
                if (field, word) not in reader:
                    continue
                matcher = reader.postings(field, word)
                while matcher.is_active():
                    number = matcher.id()
                    length = documents_length(documents, reader, number, field)
                    norm = 1 - b + b * length / averages[field]
                    pseudo[int(reader.stored_fields(number)["id"])] += (
                        weight * matcher.weight() / norm
                    )
                    matcher.next()
            postings = snapshot.word(word)
            ours = {
                int(snapshot.ids[n]): w
                for n, w in zip(postings.documents, postings.weights, strict=True)
                if snapshot.live[n]
            }
            assert ours.keys() == pseudo.keys()
            for number, value in pseudo.items():
                assert ours[number] == pytest.approx(value * (K1 + 1) / (value + K1), rel=1e-4)


def documents_length(documents, reader, number, field):
    """The exact length; Whoosh keeps it in a byte."""
    return len(documents[int(reader.stored_fields(number)["id"])].texts[field].split())


def test_whoosh_reads_terms_and_statistics_of_our_segments(twins):
    owner, theirs, _ = twins
    ours = whoosh.index.open_dir(owner.root / owner.generation, schema=make_schema())
    with ours.reader() as reader, theirs.reader() as their_reader:
        assert reader.doc_count() == their_reader.doc_count()
        assert set(their_reader.lexicon("practices")) <= set(reader.lexicon("practices"))
        with pytest.raises(whoosh.reading.TermNotFound):
            reader.term_info("title", "nowhere")
        prefixed = {text.decode() for text in reader.expand_prefix("practices", "w00")}
        assert prefixed == {word for word in WORDS if word.startswith("w00")}
    with ours.searcher() as searcher:
        hits = searcher.search(wq.Term("practices", "w000"), limit=None)
        assert len(hits) > 50 and hits[0].score >= hits[len(hits) - 1].score > 0


def test_filters_and_facets_of_several_segments(twins):
    owner, _, documents = twins
    snapshot = owner.snapshot()
    everything = np.flatnonzero(snapshot.live)
    wanted = {"city": ("350200", "350100"), "theme": ("a",)}
    passed = everything[facets.passing(snapshot, everything, wanted)]
    expected = {
        number
        for number, document in documents.items()
        if set(document.facets["city"]) & set(wanted["city"]) and "a" in document.facets["theme"]
    }
    assert set(snapshot.ids[passed].tolist()) == expected
    counted = {c.value: c.count for c in facets.count(snapshot, everything, wanted)["city"]}
    in_theme = [d for d in documents.values() if "a" in d.facets["theme"]]
    assert counted == dict(Counter(d.facets["city"][0] for d in in_theme))


def test_the_newest_come_first_whatever_is_asked_for(twins):
    owner, _, documents = twins
    snapshot = owner.snapshot()
    everything = np.flatnonzero(snapshot.live)

    def key(number):
        date, notice, position, _ = documents[number].order
        return [-int(part) for part in date.split("-")], -notice, position

    expected = sorted(documents, key=key)
    assert snapshot.ids[ranking.newest_first(snapshot, everything)].tolist() == expected
    assert snapshot.ids[ranking.newest_first(snapshot, everything, 7)].tolist() == expected[:7]


def test_the_most_improved_come_first_then_the_newest(twins):
    owner, _, documents = twins
    snapshot = owner.snapshot()
    newest = ranking.newest_first(snapshot, np.flatnonzero(snapshot.live))
    improved = {number: one.order.improvement for number, one in documents.items()}
    assert None in improved.values() and len(set(improved.values())) > 5
    # Python's sorting is stable: equals stay the newest first. No figure comes after a figure of 0.
    expected = sorted(
        snapshot.ids[newest].tolist(),
        key=lambda number: 1 if improved[number] is None else -improved[number],
    )
    found = ranking.most_improved_first(snapshot, np.flatnonzero(snapshot.live))
    assert snapshot.ids[found].tolist() == expected


def test_the_first_of_a_ranking_are_the_same_however_many_are_asked_for(twins):
    owner, _, _ = twins
    snapshot = owner.snapshot()
    ranked = ranking.rank(snapshot, parse("w000 w010 w020", as_typed=True))
    everything = ranking.best_first(snapshot, ranked).tolist()
    assert sorted(everything) == ranked.documents.tolist()
    for most in (1, 5, 40):
        assert ranking.best_first(snapshot, ranked, most).tolist() == everything[:most]
    places = np.searchsorted(ranked.documents, everything)
    keys = list(
        zip((-ranked.rungs[places]).tolist(), (-ranked.scores[places]).tolist(), strict=True)
    )
    assert keys == sorted(keys)


def test_every_literal_is_found_and_nothing_else(tmp_path):
    randomness = random.Random(3)
    characters = "政务服务一网通办营商环境改革𫟼A1"
    texts = {n: "".join(randomness.choices(characters, k=30)) for n in range(200)}
    owner = SearchIndex(tmp_path)
    with owner.building() as build:
        build.add([IndexDocument(n, {"other": text}) for n, text in texts.items()])
        with owner.locked():
            build.swap()
    snapshot = owner.snapshot()
    for _ in range(1000):
        text = texts[randomness.randrange(200)].lower()
        start = randomness.randrange(28)
        literal = text[start : start + randomness.randint(1, 8)]
        found = set(snapshot.ids[snapshot.holding(literal)].tolist())
        assert found == {n for n, other in texts.items() if literal in other.lower()}, literal
    assert not len(snapshot.holding("没有"))


def test_a_reader_keeps_its_view_while_the_index_goes_on(tmp_path):
    owner = SearchIndex(tmp_path)
    with owner.building() as build:
        build.add([IndexDocument(1, {"title": "不动产登记"})])
        with owner.locked():
            build.swap()
    before = owner.snapshot()
    with owner.locked():
        owner.apply([IndexDocument(2, {"title": "不动产登记"})], [1])
    after = owner.snapshot()
    assert before.ids[before.word("不动产").documents].tolist() == [1]
    assert [after.ids[n] for n in after.word("不动产").documents if after.live[n]] == [2]
    assert before.live.all() and before.text(0) == "不动产登记"


def test_many_small_commits_are_gathered(tmp_path):
    owner = SearchIndex(tmp_path)
    with owner.building() as build, owner.locked():
        build.swap()
    documents = {n: IndexDocument(n, {"title": f"第{n}号"}) for n in range(40)}
    most = 0
    for document in documents.values():
        with owner.locked():
            owner.apply([document], ())
            if again := owner.scattered():
                owner.apply([documents[n] for n in again], ())
        most = max(most, len(owner.snapshot().segments))
    snapshot = owner.snapshot()
    assert most <= MOST_SEGMENTS + 1
    assert sorted(snapshot.ids[snapshot.live].tolist()) == list(documents)
    # What is no longer part of a commit is gone from the disk.
    files = list((owner.root / owner.generation).glob("*.arrays"))
    assert len(files) == len(snapshot.segments)


def test_a_failed_batch_leaves_the_index_as_it_was(tmp_path, monkeypatch):
    owner = SearchIndex(tmp_path)
    with owner.building() as build:
        build.add([IndexDocument(1, {"title": "不动产登记"})])
        with owner.locked():
            build.swap()
    folder = owner.root / owner.generation

    class Full(OSError):
        pass

    def full(*args):
        raise Full("no space")

    with monkeypatch.context() as patch:
        patch.setattr("search.index.writing.write_arrays", full)
        with pytest.raises(Full):
            apply(folder, [IndexDocument(2, {"title": "二"})], [1])
    with monkeypatch.context() as patch:
        patch.setattr("whoosh.writing.SegmentWriter._commit_toc", full)
        with pytest.raises(Full):
            apply(folder, [IndexDocument(2, {"title": "二"})], [1])
    assert SearchIndex(tmp_path).snapshot().ids.tolist() == [1]
    apply(folder, [IndexDocument(2, {"title": "二"})], [1])
    snapshot = SearchIndex(tmp_path).snapshot()
    assert snapshot.ids[snapshot.live].tolist() == [2]


def test_processes_write_what_one_process_writes(tmp_path, monkeypatch):
    randomness = random.Random(5)
    documents = [make_document(n, randomness) for n in range(500)]
    use_words(["一网通办"])
    together, alone = tmp_path / "together", tmp_path / "alone"
    together.mkdir(), alone.mkdir()
    monkeypatch.setattr(building, "_available_processors", lambda: 3)
    segments = building.write_segments(together, documents)
    assert len(segments) == 3
    monkeypatch.setattr(building, "_available_processors", lambda: 1)
    (single,) = building.write_segments(alone, documents)

    def lexicon(folder, parts):
        counts = Counter()
        ids = []
        for part in parts:
            arrays = open_segment(_Folder(folder), part)
            counts.update(dict(arrays.lexicon("words")))
            ids += arrays.ids.tolist()
        return counts, sorted(ids)

    assert lexicon(together, segments) == lexicon(alone, [single])


class _Folder:
    def __init__(self, folder):
        self.folder = folder


def test_the_processes_end_when_the_one_that_feeds_them_is_killed(tmp_path):
    script = """
import itertools, pathlib, sys
from search import analysis
from search.index import building
from search.index.document import IndexDocument
if __name__ == "__main__":
    analysis.configure(pathlib.Path(sys.argv[2]))
    building._available_processors = lambda: 2
    endless = (IndexDocument(n, {"title": "不动产登记"}) for n in itertools.count())
    print("started", flush=True)
    building.write_segments(pathlib.Path(sys.argv[1]), endless)
"""
    (tmp_path / "feed.py").write_text(script)
    feeder = subprocess.Popen(
        [sys.executable, str(tmp_path / "feed.py"), str(tmp_path), str(tmp_path / "jieba")],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
    )
    feeder.stdout.readline()
    deadline = time.monotonic() + 60
    while len(workers := _children(feeder.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(workers) >= 2
    feeder.send_signal(signal.SIGKILL)
    feeder.wait()
    while any(map(_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, workers))


def _children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_fails_in_a_process_fails_the_build(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "_available_processors", lambda: 2)
    documents = [IndexDocument(n, {"title": "不动产登记"}) for n in range(500)]
    with pytest.raises(building.BuildFailed, match="rebuild_index"):
        building.write_segments(tmp_path / "no such folder", documents)


def test_arrays_come_back_as_they_were(tmp_path):
    arrays = {
        "numbers": np.arange(5, dtype=np.uint16),
        "none": np.zeros(0, dtype=np.int64),
        "column": np.arange(12, dtype=np.float32).reshape(4, 3)[:, 1],
    }
    write_arrays(tmp_path / "a", arrays, {"名称": ["\ud800"]})
    mapped = MappedArrays(tmp_path / "a")
    for name, array in arrays.items():
        assert mapped[name].tolist() == array.tolist() and mapped[name].dtype == array.dtype
    assert mapped.values == {"名称": ["\ud800"]}
    with pytest.raises(ValueError, match="read-only"):
        mapped["numbers"][0] = 1


@pytest.mark.parametrize("damage", ["missing", "empty", "other", "cut off"])
def test_a_damaged_file_is_told_from_a_good_one(tmp_path, damage):
    path = tmp_path / "a"
    write_arrays(path, {"numbers": np.arange(1000)})
    good = path.read_bytes()
    path.write_bytes({"empty": b"", "other": b"PK" + good, "cut off": good[:300]}.get(damage, good))
    if damage == "missing":
        path.unlink()
    with pytest.raises(ArraysError):
        MappedArrays(path)


def test_queries_with_nothing_to_hold_are_ranked_too(twins):
    owner, _, documents = twins
    snapshot = owner.snapshot()
    everything = ranking.rank(snapshot, parse("NOT w000", as_typed=True))
    without = {n for n, d in documents.items() if "w000" not in " ".join(d.texts.values()).split()}
    assert set(snapshot.ids[everything.documents].tolist()) == without
    assert isinstance(parse("NOT w000", as_typed=True).root.children[0], query.Not)
