"""The original's paragraphs stand beside the edited text, with what differs marked."""

from cases.models import Section
from cases.original import beside

SOURCE = [
    {"position": 12, "text": "(一)推行告知承诺,企业少跑腿。"},
    {"position": 13, "text": "审批时限压缩至5个工作日,满意率100%。"},
]


def marked(spans):
    return [span.text for span in spans or () if span.marked]


def test_punctuation_of_another_width_is_no_difference_and_the_original_stays_verbatim():
    rows = beside(SOURCE, "（一）推行告知承诺，企业少跑腿。\n审批时限压缩至5个工作日，满意率100%。")
    assert [(row.position, row.state) for row in rows] == [(12, "same"), (13, "same")]
    assert "".join(span.text for span in rows[0].original) == SOURCE[0]["text"]


def test_what_was_changed_added_and_removed_is_told_apart():
    rows = beside(SOURCE, "新写的一段。\n审批时限压缩至3个工作日，满意率100%。")
    assert {(row.position, row.state) for row in rows} == {
        (12, "gone"),
        (None, "new"),
        (13, "changed"),
    }
    changed = next(row for row in rows if row.state == "changed")
    assert (marked(changed.original), marked(changed.edited)) == (["5"], ["3"])


def test_a_part_written_by_hand_has_no_original():
    assert [row.state for row in beside([], "手写的。")] == ["new"]
    assert beside(None, "") == []


def test_the_first_notice_differs_nowhere_from_its_file(library):
    states = {
        row.state
        for section in Section.objects.all()
        for row in beside(section.source, section.text)
    }
    assert states == {"same"}
