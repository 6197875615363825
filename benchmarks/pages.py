"""The site as readers meet it: gunicorn with two workers, asked for search pages."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

from .library import ROOT, Library
from .measuring import percentile
from .memory import children_of, of_process

WORKERS = 2
SECONDS = 10
# One reader after the other for the time of a page; several at once for throughput.
READERS = (1, 8)

# Asks for one path after the other, and says at the end what came of it.
_WRK = """
local paths, at = {}, 0
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "seconds": %f, "errors": %d, "median": %f, "p95": %f}\\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3))
end
"""


def measure(library: Library, paths: Sequence[str]) -> dict:
    """Times (ms) and throughput of cached and uncached search pages, and memory (MB).

    `paths` must be more than can be asked for: each is uncached only once.
    """
    library.manage("prepare")
    figures: dict = {"tool": "wrk" if shutil.which("wrk") else "benchmarks/pages.py"}
    fresh = iter(paths)
    with _server(library) as (port, master):
        figures["idle"] = _memory(master)
        ask(port, [next(fresh) for _ in range(20)], readers=1, seconds=2)
        for readers in READERS:
            share = [next(fresh) for _ in range(len(paths) // 3)]
            uncached = ask(port, share, readers, SECONDS)
            uncached["repeated"] = max(0, uncached["requests"] - len(share))
            cached = ask(port, share[:1], readers, SECONDS)
            figures[str(readers)] = {"uncached": uncached, "cached": cached}
        figures["busy"] = _memory(master)
    return figures


def _memory(master: int) -> dict:
    """What each process of the server takes, and all of them together (PSS)."""
    workers = [of_process(child) for child in children_of(master)]
    together = of_process(master).pss + sum(one.pss for one in workers)
    return {"together": together, "workers": [asdict(one) for one in workers]}


@contextlib.contextmanager
def _server(library: Library) -> Iterator[tuple[int, int]]:
    """The port and the process number of a server of the library."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = library.environment(
        BIND="127.0.0.1", PORT=str(port), WEB_CONCURRENCY=str(WORKERS)
    )
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
    with subprocess.Popen([*command, "config.wsgi"], cwd=ROOT, env=environment) as process:
        try:
            _wait(port, process)
            yield port, process.pid
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen) -> None:
    """Until the server answers. Raises RuntimeError where it does not within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/cases/?q=%E8%90%A5%E5%95%86")
            if connection.getresponse().status == 200:
                # Each worker opens the index by itself; it has had its turn after this.
                time.sleep(5)
                return
        time.sleep(0.2)
    raise RuntimeError("the server does not answer")


def ask(port: int, paths: Sequence[str], readers: int, seconds: int) -> dict:
    """`readers` ask for one path after the other for so long.

    Returns requests, seconds, errors (anything but a page), median and p95 in ms.
    """
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "paths")
        listed.write_text("\n".join(paths) + "\n")
        if not shutil.which("wrk"):
            return _ask_from_threads(port, paths, readers, seconds)
        script = Path(folder, "ask.lua")
        script.write_text(_WRK)
        command = ["wrk", "-t1", f"-c{readers}", f"-d{seconds}s", "--timeout", "30s"]
        output = subprocess.run(
            [*command, "-s", str(script), f"http://127.0.0.1:{port}/"],
            env={"BENCH_PATHS": str(listed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return json.loads(output.strip().splitlines()[-1])


def _ask_from_threads(port, paths, readers, seconds):
    """What wrk does, where there is none."""
    waiting, times, errors = cycle(paths), [], []
    taking = threading.Lock()
    started = time.perf_counter()

    def read():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (begun := time.perf_counter()) < started + seconds:
            with taking:
                path = next(waiting)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            times.append(1000 * (time.perf_counter() - begun))
            if answer.status != 200:
                errors.append(answer.status)

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "requests": len(times),
        "seconds": time.perf_counter() - started,
        "errors": len(errors),
        "median": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
    }
