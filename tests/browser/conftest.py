"""A real browser for whoever walks through the site."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

# What is waited for comes in a moment; on a machine with other work, later than Playwright's 5 s.
PATIENCE = 20_000

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def chromium():
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"没有找到 Chromium（{'、'.join(NAMES)}），浏览器测试没有运行。"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    # Playwright's loop runs in this thread, in which the tests use the database too.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium, live_server):
    """open_page(**options of the context) -> a page whose every request went to this site."""
    contexts, requests, faults = [], [], []

    def open_one(**options):
        context = chromium.new_context(base_url=live_server.url, locale="zh-CN", **options)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert requests
    assert [url for url in requests if not url.startswith(live_server.url)] == []
    assert faults == []
