"""Words stand in a text exactly, or the nearest passage is named."""

from cases.verbatim import nearest, stands_in

TEXTS = [
    "以往企业多头跑。审批时限由15个工作日压缩至5个工作日，提速66%。",
    "群众满意率达100%。\n材料由12份减少到3份！企业不再往返。",
]


def test_only_the_very_words_stand_in_a_text():
    assert stands_in("材料由12份减少到3份！", TEXTS)
    assert not stands_in("材料由 12份减少到3份！", TEXTS)
    assert not stands_in("材料由12份减少到3份!", TEXTS)
    # Not across two parts either.
    assert not stands_in("提速66%。群众满意率达100%。", TEXTS)


def test_the_nearest_passage_is_verbatim_itself():
    assert nearest("审批时间由15个工作日压缩到5个工作日", TEXTS) == (
        "审批时限由15个工作日压缩至5个工作日，提速66%。"
    )
    assert nearest("材料由12份减少为3份。企业不再往返。", TEXTS) == (
        "材料由12份减少到3份！企业不再往返。"
    )


def test_words_about_something_else_have_no_nearest_passage():
    assert nearest("农户人均增收两千元", TEXTS) is None
    assert nearest("农户", []) is None
    assert nearest("", TEXTS) is None
