"""From a Word notice to what readers find, by two people in a real browser."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect
from test_import import WIDE, desk, import_first_notice, log_in, make_member  # noqa: F401

from cases.models import Case, Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "义乌市构建国际商事纠纷多元解纷新格局"


def test_a_notice_is_imported_reviewed_published_and_found(desk, open_page, tmp_path):  # noqa: F811
    call_command("rebuild_index", verbosity=0)
    editor = open_page(viewport=WIDE)
    log_in(editor, desk.username)
    import_first_notice(editor, tmp_path)

    # The editor puts a draft right and asks for its publication; he is not offered to publish.
    editor.get_by_role("link", name=TITLE).click()
    editor.get_by_label("亮点").fill("商事纠纷由法院和调解组织一起化解。")
    expect(editor.get_by_role("button", name="保存并发布")).to_have_count(0)
    editor.get_by_role("button", name="保存并送审").click()
    expect(editor.locator(".messagelist")).to_contain_text("送审")
    case = Case.objects.get(title=TITLE)
    assert case.status == Status.REVIEW
    reader = open_page(viewport=WIDE)
    assert reader.goto(reverse("case", args=[case.pk])).status == 404

    # The reviewer finds it in the queue, sees what was changed, and publishes.
    make_member("shenhe", "审核")
    reviewer = open_page(viewport=WIDE)
    log_in(reviewer, "shenhe")
    reviewer.goto(f"{reverse('admin:cases_case_changelist')}?status__exact=review")
    expect(reviewer.get_by_role("link", name=TITLE)).to_be_visible()
    reviewer.goto(reverse("admin:cases_case_review", args=[case.pk]))
    expect(reviewer.get_by_text("商事纠纷由法院和调解组织一起化解。").first).to_be_visible()
    reviewer.get_by_role("button", name="发布", exact=True).click()
    expect(reviewer.locator(".messagelist")).to_contain_text("发布")

    # Readers find it in words of its text.
    reader.goto(f"{reverse('case-list')}?q=国际商事纠纷")
    reader.get_by_role("link", name=TITLE).first.click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("国际商事纠纷")
    expect(reader.get_by_text("商事纠纷由法院和调解组织一起化解。").first).to_be_visible()
    assert not Case.objects.filter(status=Status.PUBLISHED).exclude(pk=case.pk).exists()
