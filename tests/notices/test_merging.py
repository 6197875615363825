"""What an amended file changes comes in; what staff wrote elsewhere stays."""

from cases.notices.importing.merging import changed_parts, merged


def case(title, *sections):
    return {
        "title": title,
        "sections": [
            {"heading": heading, "kind": "other", "text": text, "source": [place]}
            for place, (heading, text) in enumerate(sections)
        ],
    }


BASE = case("题", ("一", "甲"), ("二", "乙"), ("三", "丙"))


def said(merged_case):
    return [(section["heading"], section["text"]) for section in merged_case["sections"]]


def test_the_parts_that_changed_are_named():
    assert changed_parts(BASE, BASE) == ()
    theirs = case("新题", ("一", "甲"), ("二", "乙乙"), ("四", "丁"))
    assert changed_parts(BASE, theirs) == ("标题", "二", "四", "三")
    moved = case("题", ("二", "乙"), ("一", "甲"), ("三", "丙"))
    assert changed_parts(BASE, moved) == ("各部分的顺序",)


def test_only_what_the_file_changed_is_taken():
    ours = case("编辑的题", ("一", "编辑的甲"), ("二", "乙"), ("三", "编辑的丙"))
    theirs = case("题", ("一", "甲"), ("二", "新乙"), ("三", "丙"))
    result = merged(BASE, ours, theirs)
    assert result["title"] == "编辑的题"
    assert said(result) == [("一", "编辑的甲"), ("二", "新乙"), ("三", "编辑的丙")]


def test_where_both_changed_the_file_wins():
    ours = case("题", ("一", "编辑的甲"), ("二", "乙"), ("三", "丙"))
    theirs = case("新题", ("一", "新甲"), ("二", "乙"), ("三", "丙"))
    result = merged(BASE, ours, theirs)
    assert (result["title"], said(result)[0]) == ("新题", ("一", "新甲"))


def test_a_part_that_staff_wrote_stays_behind_its_neighbour():
    ours = case("题", ("一", "甲"), ("编者按", "写的"), ("二", "乙"), ("三", "丙"))
    theirs = case("题", ("一", "甲"), ("二", "新乙"), ("三", "丙"), ("四", "丁"))
    headings = [heading for heading, _ in said(merged(BASE, ours, theirs))]
    assert headings == ["一", "编者按", "二", "三", "四"]


def test_a_part_that_staff_removed_stays_removed_and_one_the_file_dropped_goes():
    ours = case("题", ("二", "乙"), ("三", "丙"))
    theirs = case("题", ("一", "甲"), ("二", "新乙"))
    assert said(merged(BASE, ours, theirs)) == [("二", "新乙")]


def test_parts_of_one_heading_are_told_apart():
    base = case("题", ("", "甲"), ("", "乙"))
    theirs = case("题", ("", "甲"), ("", "新乙"))
    ours = case("题", ("", "编辑的甲"), ("", "乙"))
    assert said(merged(base, ours, theirs)) == [("", "编辑的甲"), ("", "新乙")]


def test_places_in_the_original_follow_the_file():
    theirs = case("题", ("新", "新"), ("一", "甲"), ("二", "乙"), ("三", "丙"))
    result = merged(BASE, BASE, theirs)
    assert [section["source"] for section in result["sections"]] == [[0], [1], [2], [3]]


def test_without_a_base_the_file_is_taken():
    assert merged(None, case("题", ("一", "甲")), BASE) == BASE
