"""The WSGI application that the production server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# Before the server forks its workers, so that they share the dictionary's memory.
from search import analysis  # noqa: E402

analysis.load()
