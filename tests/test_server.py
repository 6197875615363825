"""The production server with its own configuration: what it sends, and what workers share."""

import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest

ROOT = Path(__file__).resolve().parent.parent
# In megabytes. A worker's own memory over what it shares with the others.
MOST_OWN = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """(process, port) of a server with the 35 cases, as `make run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path_factory.mktemp("server")),
        "DATABASE_URL": "",
        "BIND": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    manage = [sys.executable, "manage.py", "prepare"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True, capture_output=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
    process = subprocess.Popen([*gunicorn, "config.wsgi"], cwd=ROOT, env=environment)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process, port
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def ask(server):
    def get(path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server[1], timeout=30)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    return get


def test_pages_and_static_files_are_sent_compressed(ask):
    plain = ask("/cases/")
    page = ask("/cases/", **{"Accept-Encoding": "gzip, deflate, br"})
    assert page.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(page.body) == plain.body
    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', plain.body.decode())
    assert len(files) > 5
    for path in files:
        whole = ask(path)
        for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            packed = ask(path, **{"Accept-Encoding": encoding})
            # Too small a file is not worth it.
            if len(whole.body) > 1000:
                assert packed.getheader("Content-Encoding") == encoding, path
                assert unpack(packed.body) == whole.body, path
                assert "Accept-Encoding" in packed.getheader("Vary")
        # The name changes with the content.
        assert "immutable" in whole.getheader("Cache-Control")


def test_a_browser_that_has_the_page_is_not_sent_it(ask):
    first = ask("/cases/?q=" + quote("医保"))
    again = ask("/cases/?q=" + quote("医保"), **{"If-None-Match": first.getheader("ETag")})
    assert (again.status, again.body) == (304, b"")


def test_an_address_that_is_too_long_is_answered_in_chinese(ask):
    assert ask("/cases/?q=" + "a" * 8000).status == 200
    refused = ask("/cases/?q=" + "a" * 8200)
    assert refused.status == 414
    assert "网址太长" in refused.body.decode()
    assert ask("/").status == 200


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="只有 Linux 说得出内存归谁"
)
def test_workers_share_what_the_server_has_loaded(server, ask):
    for text in ("企业", "paiwuquan", "营商环竟", "怎么让企业少跑腿"):
        assert ask("/cases/?q=" + quote(text)).status == 200
    children = Path(f"/proc/{server[0].pid}/task/{server[0].pid}/children").read_text().split()
    for child in children:
        rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
        own = sum(map(int, re.findall(r"^Private_\w+: +(\d+) kB", rollup, re.M))) / 1024
        assert own < MOST_OWN
