"""The compact vocabulary finds what its definitions say, stored or not, in one set or several."""

import itertools
import json
import math
import random
from functools import partial

from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from search.index.arrays import MappedArrays, write_arrays
from search.understanding import pinyin, spelling, vocabulary
from search.understanding.texts import HashTable, Texts
from search.understanding.vocabulary import Terms, Vocabulary

# Few characters, so that chance makes neighbours; 行 and 重 have several readings.
ALPHABET = "银行重庆营商环境标镖"
TERMS = st.text(alphabet=ALPHABET, min_size=1, max_size=6)
COUNTS = st.dictionaries(TERMS, st.integers(0, 3), max_size=60)


def words():
    rows = json.loads((django_settings.BASE_DIR / "fixtures" / "words.json").read_text("utf-8"))
    return [row["fields"]["text"] for row in rows]


def ranked(terms, counts):
    return sorted(terms, key=lambda term: (-counts[term], -len(term), term))


def covered(counts):
    return [term for term in counts if 2 <= len(term) <= 12 and pinyin.has_han(term)]


def is_one_change_away(text, term):
    """By trying every change."""
    if text == term:
        return False
    if len(term) == len(text):
        places = [i for i in range(len(text)) if text[i] != term[i]]
        return len(term) >= 3 and (len(places) == 1 or sorted(term) == sorted(text))
    longer, shorter = sorted((text, term), key=len, reverse=True)
    removed = [longer[:i] + longer[i + 1 :] for i in range(len(longer))]
    return len(term) >= 4 and shorter in removed


@settings(max_examples=150, deadline=None)
@given(COUNTS, TERMS)
def test_every_way_leads_to_what_it_says(counts, text):
    terms = Vocabulary(counts)
    letters, sound = pinyin.letters(text), pinyin.blurred(text)
    blurred = pinyin.blurred_letters(letters)
    expected = {
        "sounding": lambda term: lazy_pinyin(term) == lazy_pinyin(text),
        "sounding_nearly": lambda term: pinyin.blurred(term) == sound,
        "near": partial(is_one_change_away, text),
    }
    for name, fits in expected.items():
        found = list(getattr(terms, name)(text))
        assert found == ranked(filter(fits, covered(counts)), counts), name
    for found, key in (
        (terms.spelled(letters), lambda term: pinyin.letters(term) == letters),
        (
            terms.spelled_nearly(letters),
            lambda term: pinyin.blurred_letters(pinyin.letters(term)) == blurred,
        ),
        (
            terms.abbreviated(pinyin.initials(text)),
            lambda term: pinyin.initials(term) == pinyin.initials(text),
        ),
    ):
        assert found == ranked(filter(key, covered(counts)), counts)
    assert (text in terms) == (text in counts)
    assert terms.frequency(text) == counts.get(text, 0)


@settings(max_examples=50, deadline=None)
@given(COUNTS, COUNTS, TERMS)
def test_several_sets_are_as_one(first, second, text):
    second = {term: count for term, count in second.items() if term not in first}
    whole, parted = Vocabulary({**second, **first}), Vocabulary(first, second)
    for name in ("sounding", "sounding_nearly", "near"):
        assert list(getattr(whole, name)(text)) == list(getattr(parted, name)(text))
    assert whole.count(text) == parted.count(text)


def test_a_term_in_two_sets_comes_once_with_the_count_of_the_first():
    terms = Vocabulary({"营商环境": 7}, {"营商环境": 0, "营商环竟": 0})
    assert terms.frequency("营商环境") == 7
    assert terms.sounding("营商环境") == ["营商环境", "营商环竟"]


def test_keys_that_share_a_hash_do_not_mix(monkeypatch):
    monkeypatch.setattr(vocabulary, "crc32", lambda key, seed=0: 7)
    terms = Vocabulary({"招投标": 5, "营商环境": 30, "排污权": 3})
    assert list(terms.near("招头标")) == terms.sounding("招投镖") == ["招投标"]
    assert terms.spelled("paiwuquan") == ["排污权"]
    assert terms.frequency("营商环境") == 30 and "营商" not in terms


def test_stored_terms_are_the_same_and_are_mapped(tmp_path):
    counts = {word: number % 5 for number, word in enumerate(words()[:300])}
    made = Terms.of(counts)
    write_arrays(tmp_path / "terms", made.arrays)
    arrays = MappedArrays(tmp_path / "terms").arrays
    assert all(array.base is not None for array in arrays.values())
    read = Terms.of_arrays(arrays)
    for word in words()[:300]:
        for name in ("sounding", "near"):
            mapped, own = Vocabulary(read), Vocabulary(made)
            assert list(getattr(mapped, name)(word)) == list(getattr(own, name)(word))
        assert Vocabulary(read).frequency(word) == counts[word]
    # Written anew, it replaces what was there; nothing else is left beside it.
    write_arrays(tmp_path / "terms", Terms.of({}).arrays)
    assert not len(Terms.of_arrays(MappedArrays(tmp_path / "terms").arrays))
    assert [path.name for path in tmp_path.iterdir()] == ["terms"]


def test_only_frequent_terms_are_found_by_sound_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(vocabulary, "LIMIT", 2)
    terms = Vocabulary({"营商环境": 9, "营商环竟": 5, "营商环镜": 1})
    assert terms.sounding("营商环境") == ["营商环境", "营商环竟"]
    assert terms.frequency("营商环镜") == 1


@given(st.lists(st.text(max_size=5)))
def test_texts_come_back(texts):
    kept = Texts.of(texts)
    assert [kept[number] for number in range(len(kept))] == texts


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1) | st.integers(0, 3), st.integers(0, 9))))
def test_a_table_leads_from_hashes_to_numbers(pairs):
    hashes = vocabulary.array("I", [hash_ for hash_, _ in pairs])
    table = HashTable.of(hashes, vocabulary.array("I", [number for _, number in pairs]))
    for wanted in {*hashes, 0, 1, 2**31, 2**32 - 1}:
        expected = sorted(number for hash_, number in pairs if hash_ == wanted)
        assert list(table.find(wanted)) == expected


def test_syllables_are_those_of_pypinyin():
    rnd = random.Random(1)
    texts = words() + ["".join(rnd.sample(words(), 2)) for _ in range(500)]
    texts += ["", " ", "法拍e掌通", "12证同发", "Ａb々〇龘", "银行行长重庆重复", "a银b行"]
    for text in texts:
        assert list(pinyin.syllables(text)) == lazy_pinyin(text, errors=list), text


def test_leaving_out_what_costs_too_much_changes_no_correction():
    rnd = random.Random(2)
    pool = words()
    terms = Vocabulary({word: rnd.randrange(5) for word in pool})
    known = set(rnd.sample(pool, 300)).__contains__
    corrected = 0
    for _ in range(400):
        text = list("".join(rnd.sample(pool, rnd.choice((1, 2, 3)))))
        text[rnd.randrange(len(text))] = rnd.choice(rnd.choice(pool))
        text = "".join(text)
        if not 2 <= len(text) <= spelling.MAX_TEXT:
            continue
        costs = spelling._costs_as_typed(text, terms, known)
        plain, _ = spelling._cover(text, costs)
        mended, pieces = spelling._cover(text, costs, partial(spelling._typos, terms), math.inf)
        margin = spelling.MARGIN if len(text) < spelling.LONG else spelling.MARGIN_OF_LONG
        expected = [] if mended + margin > plain else [p for p in pieces if p[0] != p[1]]
        found = spelling.correct(text, terms, known)
        assert [(one.typed, one.meant) for one in found] == expected, text
        corrected += bool(found)
    assert corrected > 50


def test_letters_are_pinyin_to_their_end_or_not_at_all():
    terms = Vocabulary({"".join(pair): 1 for pair in itertools.product("实施事是市时", repeat=2)})
    assert spelling.read_pinyin("shi" * 66, terms)
    assert spelling.read_pinyin("shi" * 66 + "x", terms) == []


def test_terms_that_come_one_by_one_end_in_few_sets():
    counts = {"".join(pair): 1 for pair in itertools.product("营商环境标镖银行", repeat=3)}
    grown = Vocabulary(words_of := dict.fromkeys(words()[:50], 2))
    for step in range(0, len(counts), 3):
        grown = grown.extended(dict(list(counts.items())[: step + 3]))
    assert len(grown.sets) <= 10 and len(grown.sets[0]) == len(words_of)
    whole = Vocabulary({**counts, **words_of})
    for text in ("营商环", "环境标", "银行", words()[3]):
        assert list(grown.near(text)) == list(whole.near(text))
        assert grown.sounding(text) == whole.sounding(text)
        assert grown.count(text) == whole.count(text)
    assert grown.extended(counts) is grown
