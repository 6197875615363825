from cases.models import Case, Section, SectionKind
from search.query import parse
from search.snippets import WIDTH, Passages


class Fixed(Case):
    """A case with sections that need no database."""

    class Meta:
        proxy = True
        app_label = "cases"

    @property
    def sections(self):
        return self

    def all(self):
        return self.parts


def case_of(*parts, title="某市案例"):
    case = Fixed(title=title)
    case.parts = [Section(heading=heading, kind=kind, text=text) for heading, kind, text in parts]
    return case


def best_snippet(case, query):
    return Passages(case).best(query)[1]


def mark(title, query):
    return Passages(case_of(title=title)).best(query)[0]


def marked(fragments):
    return [fragment.text for fragment in fragments if fragment.marked]


def test_the_whole_term_as_typed_is_one_mark():
    assert marked(mark("探索知识产权保护运用", parse("知识产权"))) == ["知识产权"]
    assert marked(mark("推行一网通办改革", parse("一网通办"))) == ["一网通办"]


def test_marks_go_over_punctuation_and_width():
    assert marked(mark("工业用地“标准地”“十二证同发”", parse("标准地十二证同发"))) == [
        "标准地”“十二证同发"
    ]
    assert marked(mark("推行ＡＩ快审", parse("ai快审"))) == ["ＡＩ快审"]


def test_fragments_give_the_text_back():
    text = "厦门市创新两岸医保服务 在厦台胞更有“医”靠"
    assert "".join(part.text for part in mark(text, parse("医保 台胞"))) == text


def test_the_best_passage_is_named_and_addressed():
    case = case_of(
        ("一、背景情况", SectionKind.BACKGROUND, "企业反映评标专家固定。"),
        ("二、主要做法", SectionKind.PRACTICES, "先建平台。\n再推行远程异地评标，专家随机抽取。"),
    )
    snippet = best_snippet(case, parse("远程异地评标"))
    assert (snippet.section, snippet.anchor) == ("二、主要做法", "s2-p2")
    assert marked(snippet.fragments) == ["远程异地评标"]


def test_long_paragraphs_are_cut_at_a_sentence_with_the_mark_inside():
    text = "前面的话说了很多。" * 40 + "关键在于跨省通办。" + "后面的话也很多。" * 40
    snippet = best_snippet(case_of(("做法", SectionKind.PRACTICES, text)), parse("跨省通办"))
    assert marked(snippet.fragments) == ["跨省通办"]
    assert snippet.text.startswith("…关键") and snippet.text.endswith("…")
    assert len(snippet.text) <= WIDTH + 2


def test_a_case_without_text_has_no_snippet():
    assert best_snippet(case_of(), parse("企业")) is None
