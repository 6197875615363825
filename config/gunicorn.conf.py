"""The production server. PORT and WEB_CONCURRENCY come from the environment (see README.md)."""

import os

# "[::]" listens on IPv6 and, where the system maps it (Linux does), on IPv4 too.
bind = f"{os.environ.get('BIND', '[::]')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# The dictionary and the application are loaded once, before the fork: workers share the memory.
preload_app = True
timeout = 60
graceful_timeout = 30
max_requests = 10000
max_requests_jitter = 1000
accesslog = None
errorlog = "-"
loglevel = "warning"
