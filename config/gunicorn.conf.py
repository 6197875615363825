"""The production server. Its variables (BIND, PORT, …) are in README.md's table."""

import gc
import os
import socket


def _every_address() -> str:
    """All of IPv6, which on Linux takes IPv4 in too; all of IPv4 where there is no IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::", 0))
        return "[::]"
    except OSError:
        return "0.0.0.0"


bind = f"{os.environ.get('BIND') or _every_address()}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_class = "config.worker.Worker"
# The application and its dictionaries are loaded once, before the fork: workers share the memory.
preload_app = True
timeout = 60
graceful_timeout = 30
# A worker is replaced now and then, so that a slow leak never matters.
max_requests = 10000
max_requests_jitter = 1000
# The longest address that the server takes, in bytes; past it, config/worker.py answers.
limit_request_line = 8190
errorlog = "-"
loglevel = "warning"


def when_ready(server):
    """What is loaded by now stays: the collector of a worker need not touch it, and so copy it."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker):
    """Each worker watches for what a crash may have left behind."""
    from search.background import keep_following

    keep_following()
