"""Which cases are which, by plain values."""

import time

from cases.notices.importing.matching import Words, alike_texts, normal, pair

LONG = "企业办理迁移登记要跑五个部门，递交三十七份材料，用时二十一个工作日。"
OTHER = "法院与税务机关共享诉讼信息，当事人不再往返开具各类证明文书。"


def test_spelling_is_no_difference():
    assert normal("推行“一网通办” （ABC－１）") == normal("推行「一网通办」(abc-1)")


def test_titles_go_before_texts_and_texts_before_numbers():
    kept = [Words.of(1, "甲地经验", LONG), Words.of(2, "乙地经验", OTHER)]
    offered = [
        Words.of(1, "乙地经验", "另一番话。"),
        Words.of(2, "全新的题目", LONG.replace("五个", "六个")),
    ]
    assert pair(offered, kept) == {0: 1, 1: 0}


def test_a_number_alone_pairs_nothing():
    assert pair([Words.of(1, "甲地经验", LONG)], [Words.of(1, "完全不同", OTHER)]) == {}


def test_cases_of_one_title_are_told_apart_by_text_and_then_by_number():
    kept = [Words.of(1, "甲地经验", LONG), Words.of(2, "甲地经验", OTHER)]
    swapped = [
        Words.of(1, "甲地经验", OTHER + "又加一句。"),
        Words.of(2, "甲地经验", LONG + "再说一句。"),
    ]
    assert pair(swapped, kept) == {0: 1, 1: 0}
    rewritten = [Words.of(2, "甲地经验", "此。"), Words.of(1, "甲地经验", "彼。")]
    assert pair(rewritten, kept) == {0: 1, 1: 0}


def test_each_case_is_taken_once():
    kept = [Words.of(1, "甲地经验", LONG)]
    offered = [Words.of(1, "甲地经验", LONG), Words.of(2, "甲地经验", LONG)]
    assert pair(offered, kept) == {0: 0}


def test_what_several_cases_say_counts_for_none():
    kept = [Words.of(1, "甲", LONG), Words.of(2, "乙", LONG)]
    assert alike_texts([Words.of(1, "丙", LONG)], kept) == {}
    assert alike_texts([Words.of(1, "丙", LONG)], kept[:1]) == {(0, 0): 1}


def test_nameless_cases_are_known_by_their_text():
    kept = [Words.of(1, "", LONG), Words.of(2, "", OTHER)]
    assert pair([Words.of(1, "", OTHER), Words.of(2, "", LONG)], kept) == {0: 1, 1: 0}


def test_thousands_of_like_cases_take_no_square_of_time():
    kept = [Words.of(n, "甲地经验", LONG * 5 + str(n)) for n in range(3000)]
    offered = [Words.of(n, "乙地经验", LONG * 5 + str(n)) for n in range(1, 3001)]
    start = time.perf_counter()
    pair(offered, kept)
    assert time.perf_counter() - start < 10
