"""How much of one text stands in another."""

import random

from django.conf import settings

from cases.notices.importing.likeness import Crowd, shared
from cases.notices.parser import parse
from cases.notices.reader import read

FIRST_NOTICE = settings.BASE_DIR / "fixtures" / "notices" / "fujian-2025-batch-1.txt"


def first_texts():
    notice = parse(read(FIRST_NOTICE.read_bytes(), FIRST_NOTICE.name))
    return ["\n".join(section.text for section in case.sections) for case in notice.cases]


def rewritten(text, share):
    """With so large a share of its characters replaced."""
    rng = random.Random(1)
    return "".join(rng.choice("甲乙丙丁") if rng.random() < share else sign for sign in text)


def test_different_cases_of_a_notice_are_not_alike():
    texts = first_texts()
    assert set(shared(texts, texts)) == {(i, i) for i in range(len(texts))}


def test_a_text_is_known_again_amended_shortened_or_set_in_other_signs():
    texts = first_texts()
    crowd = Crowd(texts)
    assert crowd.like(texts[3]) == {3: 1.0}
    assert 0.8 < crowd.like(rewritten(texts[3], 0.05))[3] < 0.95
    assert crowd.like(texts[3][: len(texts[3]) // 3]) == {3: 1.0}
    assert crowd.like(texts[3].replace("，", ",").replace("1", "１")) == {3: 1.0}
    assert crowd.like(rewritten(texts[3], 0.4)) == {}


def test_a_sample_misses_none_of_them():
    texts = first_texts()
    crowd = Crowd(texts, sampled=True)
    for index, text in enumerate(texts):
        assert index in crowd.like(rewritten(text, 0.1))
        assert index in crowd.like(text[len(text) // 2 :])


def test_the_share_is_that_of_the_shorter_text():
    text = first_texts()[0]
    half = text[: len(text) // 2]
    both = shared([half], [text]) | shared([half], [half])
    assert both == {(0, 0): 1.0}


def test_short_and_empty_texts_say_nothing():
    assert shared(["办事更快了。"], ["办事更快了。"]) == {}
    assert shared([""], [""]) == {}
    assert shared([], ["办事更快了。"]) == {}
    assert Crowd(["\ud800一二三"]).like("\ud800一二三") == {}
