"""The WSGI application that the production server loads."""

import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

logger = logging.getLogger(__name__)


def load() -> None:
    """Read what every worker needs before the server forks them, so that they share its memory.

    The index is mapped, not read, so its files may stay open over a fork; a connection to the
    database may not.
    """
    from django.db import DatabaseError, connections
    from django.template.loader import get_template
    from django.urls import reverse

    from search import analysis, searching, suggesting
    from search.index import IndexUnavailable

    analysis.load()
    try:
        searching.prepare()
        suggesting.suggest("")
    except (IndexUnavailable, DatabaseError) as error:
        # Each worker's follower tries again, and mends what it can.
        logger.warning("nothing to search yet: %s", error)
    finally:
        connections.close_all()
    # The addresses, and with them every view and the admin.
    reverse("home")
    folder = settings.BASE_DIR / "templates"
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))


load()
