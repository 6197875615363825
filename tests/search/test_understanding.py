"""What is made of a query, without an index: syntax, numerals, spelling, places, synonyms."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.proximity import closeness, smallest_window
from search.query import MAX_LENGTH, Clause, Language, Not, parse
from search.understanding import numerals, spelling, syntax
from search.understanding.places import Gazetteer, RegionName
from search.understanding.syntax import All, AnyOf, Phrase, Text
from search.understanding.thesaurus import Thesaurus
from search.understanding.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    {
        "招投标": 5,
        "营商环境": 30,
        "排污权": 3,
        "抵押": 6,
        "远程异地评标": 2,
        "零工平台": 2,
        "不动产登记": 4,
        "招标投标": 4,
        "五证同发": 2,
        "医保": 4,
        "台胞": 1,
        "企业": 35,
        "迁移": 3,
    }
)
FUJIAN = RegionName("350000", "福建省", "福建", ())
XIAMEN = RegionName("350200", "厦门市", "厦门", ("350000",))
XIANG = RegionName("350602", "芗城区", "芗城", ("350000", "350600"))
HEZUO = RegionName("623001", "合作市", "合作", ("620000", "623000"))
GULOU = [RegionName(code, "鼓楼区", "鼓楼", ()) for code in ("350102", "320106")]
LANGUAGE = Language(
    VOCABULARY,
    Thesaurus([("不动产登记", "房产证过户", "房产过户"), ("招标投标", "招投标")]),
    Gazetteer([FUJIAN, XIAMEN, XIANG, HEZUO, *GULOU], ["350000", "350200", "350602", "350102"]),
)


@pytest.mark.parametrize(
    ("text", "needles", "window"),
    [
        ("甲乙丙", ["甲", "丙"], 3),
        ("甲一二三丙四甲丙", ["甲", "丙"], 2),
        ("甲乙", ["甲", "丁"], None),
        ("迁移很多字企业迁移", ["企业", "迁移"], 4),
    ],
)
def test_the_smallest_window_that_holds_all_words(text, needles, window):
    assert smallest_window(text, needles) == window


def test_closeness_falls_with_distance():
    near, far = closeness("企业迁移", ["企业", "迁移"]), closeness("企业办理迁移", ["企业", "迁移"])
    assert 1 == near > far > closeness("企业", ["企业", "迁移"]) == 0


def test_parts_and_separators():
    for text in ("招标 评标", "招标，评标", "招标、评标", "招标；评标", "招标　评标"):
        assert syntax.read(text) == All((Text("招标"), Text("评标")))


@pytest.mark.parametrize(
    "text",
    ["“远程异地评标”", "「远程异地评标」", '"远程异地评标"', "『远程异地评标』", '“远程异地评标"'],
)
def test_quotes_of_every_style(text):
    assert syntax.read(text) == All((Phrase("远程异地评标"),))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a OR b", All((AnyOf((Text("a"), Text("b"))),))),
        ("招标|采购", All((AnyOf((Text("招标"), Text("采购"))),))),
        ("招标 AND 采购", All((Text("招标"), Text("采购")))),
        ("招标 -采购", All((Text("招标"), syntax.Not(Text("采购"))))),
        ("招标 NOT 采购", All((Text("招标"), syntax.Not(Text("采购"))))),
        ("(招标|采购) 保函", All((AnyOf((Text("招标"), Text("采购"))), Text("保函")))),
        ("标题:招标", All((Text("招标", "title"),))),
        (
            "做法：（招标|采购）",
            All((AnyOf((Text("招标", "practices"), Text("采购", "practices"))),)),
        ),
        ("成效:“少跑腿”", All((Phrase("少跑腿", "outcomes"),))),
        ("2020-2024", All((Text("2020-2024"),))),
        ("零跑腿-不见面", All((Text("零跑腿-不见面"),))),
    ],
)
def test_operators(text, tree):
    assert syntax.read(text) == tree


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='招标 ()（）“”"|-:NOTAR标题做法、,。*?[]', max_size=60))
def test_no_text_breaks_the_reader(text):
    assert isinstance(syntax.read(text), All)
    parse(text, LANGUAGE)


def test_deep_brackets_and_endless_operators_are_taken_as_text():
    for text in ("(" * 3000 + "招标", "NOT " * 1000 + "招标", "a|" * 2000, "-" * 500):
        parse(text, LANGUAGE)
    assert parse("招" * 10_000, LANGUAGE).shortened
    assert len(parse("招" * 10_000, LANGUAGE).text) == MAX_LENGTH


@pytest.mark.parametrize(
    ("number", "chinese"),
    [
        (0, "零"),
        (5, "五"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (1010, "一千零一十"),
    ],
)
def test_numerals_both_ways(number, chinese):
    assert numerals.to_chinese(number) == chinese
    assert numerals.to_arabic(chinese) == number


@given(st.integers(0, 9999))
def test_numerals_come_back(number):
    assert numerals.to_arabic(numerals.to_chinese(number)) == number


def test_numbers_are_looked_for_in_both_writings():
    assert numerals.variants("12证同发") == ["十二证同发"]
    assert numerals.variants("十二证同发") == ["12证同发"]
    assert numerals.variants("零工平台") == []
    assert numerals.variants("提升99.1") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("招投镖", "招投标"),
        ("营商环竟", "营商环境"),
        ("营伤环境", "营商环境"),
        ("远程异地评膘", "远程异地评标"),
        ("远程异评标", "远程异地评标"),
        ("零工平抬", "零工平台"),
    ],
)
def test_typos_are_put_right_and_said(typed, meant):
    query = parse(typed, LANGUAGE)
    assert [one.meant for one in query.corrections] == [meant]
    assert query.clauses[0].literals[0] == meant
    assert typed in query.clauses[0].literals


def test_what_makes_sense_is_left_alone():
    for text in ("招投标", "营商环境", "企业迁移", "我想了解企业开办的办理流程"):
        assert parse(text, LANGUAGE).corrections == ()
    assert parse("招投镖", LANGUAGE, as_typed=True).corrections == ()


def test_two_other_characters_of_the_same_sound_are_another_word():
    assert parse("起夜", LANGUAGE).corrections == ()
    assert [one.meant for one in parse("企夜", LANGUAGE).corrections] == ["企业"]


def test_numbers_are_not_typos():
    query = parse("三证同发", LANGUAGE)
    assert query.corrections == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("paiwuquan", "排污权"),
        ("pai wu quan", "排污权"),
        ("paiwuquan diya", "排污权抵押"),
        ("PaiWuQuan", "排污权"),
        ("lingong pingtai", "零工平台"),
    ],
)
def test_pinyin_with_or_without_spaces_and_with_an_accent(typed, meant):
    assert [one.meant for one in parse(typed, LANGUAGE).corrections] == [meant]


def test_initials_of_the_corpus_own_terms():
    assert spelling.read_initials("zbtb", VOCABULARY) == ["招标投标"]
    assert "不动产登记" in parse("bdcdj", LANGUAGE).clauses[0].literals


def test_traditional_and_full_width_are_the_same_text():
    assert parse("臺胞 醫保", LANGUAGE).whole == parse("台胞 医保", LANGUAGE).whole
    assert parse("ＡＩ", LANGUAGE).whole == "ai"


def test_synonyms_are_alternatives_of_the_whole_expression():
    term = parse("房产证过户", LANGUAGE).terms[0]
    assert term.typed == "房产证过户"
    assert {way.text for way in term.alternatives if way.kind == "synonym"} == {
        "不动产登记",
        "房产过户",
    }


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("厦门 医保", "厦门市", ["医保"]),
        ("厦门医保", "厦门市", ["医保"]),
        ("厦门市医保", "厦门市", ["医保"]),
        ("医保 厦门", "厦门市", ["医保"]),
        ("芗城", "芗城区", []),
        ("福建", "福建省", []),
    ],
)
def test_places_are_recognised(text, place, rest):
    query = parse(text, LANGUAGE)
    assert [one.name for one in query.places] == [place]
    assert [clause.literals[0] for clause in query.clauses] == rest


def test_a_place_is_a_word_where_it_has_no_cases_or_is_behind_a_not():
    assert parse("合作社", LANGUAGE).places == ()
    assert not any(place.has_cases for place in parse("合作", LANGUAGE).places)
    assert parse("医保 -厦门", LANGUAGE).places == ()
    assert parse("厦门 医保", LANGUAGE, places=False).places == ()


def test_a_district_within_its_province_and_names_that_several_regions_share():
    assert [place.name for place in parse("福建厦门 医保", LANGUAGE).places] == ["厦门市"]
    (place,) = parse("鼓楼区", LANGUAGE).places
    assert place.codes == ("350102",)


def test_question_words_and_politeness_are_dropped():
    query = parse("请问怎么办理不动产登记呢", LANGUAGE)
    assert query.dropped
    assert [term.typed for term in query.terms] == ["不动产登记"]
    assert parse("怎么办", LANGUAGE).clauses


def test_what_is_excluded_is_not_put_right():
    (wanted, excluded) = parse("医保 -招投镖", LANGUAGE).root.children
    assert isinstance(wanted, Clause) and isinstance(excluded, Not)
    assert excluded.child.literals[0] == "招投镖"
