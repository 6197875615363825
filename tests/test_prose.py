import pytest

from cases.models import Case, Section
from cases.prose import Point, set_paragraph, set_sections
from cases.templatetags.prose import facts


def test_one_short_sentence_with_a_number_is_a_heading():
    assert set_paragraph("（一）流程瘦身：实现“一地办结”新突破", "s1-p1").level == 3
    assert set_paragraph("（一）强化招商，后劲更足。", "s1-p1").level == 3
    assert set_paragraph("1.压缩时限", "s1-p1").level == 4
    assert set_paragraph("（1）压缩时限", "s1-p1").level == 4
    assert set_paragraph("3.5万家企业受益", "s1-p1").level == 0
    assert set_paragraph("（一）完善制度。一是立规。", "s1-p1").level == 0
    assert set_paragraph("流程瘦身", "s1-p1").level == 0


def test_a_heading_on_the_line_of_its_text_is_its_lead():
    paragraph = set_paragraph("（一）完善制度，夯实基础。一是成立小组。加强统筹。二是建机制。", "s")
    assert paragraph.lead == "（一）完善制度，夯实基础。"
    assert paragraph.points == (
        Point("一是", "成立小组。", "加强统筹。"),
        Point("二是", "", "建机制。"),
    )


def test_points_begin_sentences_only():
    assert len(set_paragraph("这是原因之一是不够的，二是没有办法。", "s").points) == 1
    marks = [
        point.mark for point in set_paragraph("做到三点：先说明。一是快；二是省。", "s").points
    ]
    assert marks == ["", "一是", "二是"]


@pytest.mark.django_db
def test_setting_changes_no_character(library):
    for case in Case.objects.with_text():
        parts = set_sections(case.sections.all())
        set_text = [paragraph.text for part in parts for paragraph in part.paragraphs]
        assert set_text == [p for section in case.sections.all() for p in section.paragraphs]


@pytest.mark.django_db
def test_every_imported_paragraph_knows_its_place_in_the_original(library):
    for case in Case.objects.with_text():
        for part in set_sections(case.sections.all()):
            positions = [paragraph.position for paragraph in part.paragraphs]
            assert None not in positions, (case.number, part.name)
            assert positions == sorted(set(positions))


def test_an_edited_paragraph_has_no_place_in_the_original():
    section = Section(
        heading="二、主要做法",
        text="第一段，改过。\n第二段，没改。\n第二段，没改。",
        source=[
            {"position": 7, "text": "第一段,原样。"},
            {"position": 8, "text": "第二段,没改。"},
            {"position": 9, "text": "第二段,没改。"},
        ],
    )
    [part] = set_sections([section])
    assert [paragraph.position for paragraph in part.paragraphs] == [None, 8, 9]


def test_the_menu_names_second_level_headings_without_their_full_stop():
    section = Section(
        heading="二、主要做法",
        text="（一）完善制度。一是立规。\n正文。\n（二）“管得住”：建设在线监督和疑似违规两张清单，层层压实责任。如此。",
    )
    [part] = set_sections([section])
    assert [entry.text for entry in part.menu] == ["（一）完善制度", "（二）“管得住”"]
    assert [entry.anchor for entry in part.menu] == ["s1-p1", "s1-p3"]


def test_the_facts_of_an_entry_leave_the_province_out_and_are_escaped(library):
    case = Case.objects.with_entry().filter(region__kind="district").first()
    city, district = case.region.ancestors[1:]
    shown = facts(case)
    assert f"{city.name}<span" in shown and f"</span>{district.name}" in shown
    assert case.region.ancestors[0].name not in shown.split("<li title")[0]
    assert f"县级 · {case.primary_theme.name}" in shown
    assert ">2025年（第一批）<" in shown
    case.notice.title = "<b>通知"
    assert "&lt;b&gt;通知" in facts(case)
