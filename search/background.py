"""What goes on beside the requests of a serving process: catching up, and rebuilding.

A crash between a commit and its indexing, an index that was deleted, a lock that took too long:
the follower of the next process that serves mends them within seconds, without a person.
"""

import logging
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.db import connection

from .following import follow
from .index import IndexBusy, IndexUnavailable, search_index
from .models import IndexChange
from .searching import prepare

logger = logging.getLogger(__name__)


class Rebuilder:
    """Starts `rebuild_index` in a process of its own; readers keep the old generation meanwhile."""

    SETTLING = 2.0
    # A rebuild that cannot succeed (a full disk) must not be started over and over.
    LEAST_PAUSE = 60.0

    def __init__(self):
        self._lock = threading.Lock()
        self._timer = None
        self._healed_at = -self.LEAST_PAUSE

    def start(self):
        """Rebuild once the changes of a moment have settled, after any rebuild under way."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self.SETTLING, self._run, ["--wait"])
            self._timer.daemon = True
            self._timer.start()

    def heal(self):
        """Rebuild an index that is missing, does not fit or is worn, unless that is being done."""
        with self._lock:
            if time.monotonic() - self._healed_at < self.LEAST_PAUSE:
                return
            self._healed_at = time.monotonic()
        if not search_index().is_building():
            self._run()

    @staticmethod
    def _run(*options):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rebuild_index"]
        try:
            subprocess.Popen(
                [*command, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            logger.exception("rebuild not started; update_index will do it")


rebuilder = Rebuilder()


def catch_up() -> None:
    """Take in what is waiting, have an index built where none fits, and be ready for readers."""
    try:
        search_index().snapshot()
        if IndexChange.objects.exists():
            follow()
        prepare()
        if search_index().is_worn:
            rebuilder.heal()
    except IndexUnavailable:
        rebuilder.heal()
    except IndexBusy:
        # Whoever holds the lock takes the changes in, or the next round does.
        pass


def keep_following(interval: float = 2.0) -> threading.Thread:
    """catch_up() every `interval` seconds in a thread, as long as the process lives."""

    def run():
        while True:
            try:
                catch_up()
            except Exception:
                logger.exception("catching up failed; trying again")
            finally:
                connection.close()
            time.sleep(interval)

    thread = threading.Thread(target=run, name="index-follower", daemon=True)
    thread.start()
    return thread
