"""What was searched and what came of it, without a word on who searched.

A row holds the text, the filters, the counts and the place of the hit that was opened: no address,
no cookie, no user. SEARCH_LOG_DAYS says how long rows stay; 0 keeps none.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError
from django.http import QueryDict
from django.utils import timezone

from .models import SearchLog
from .searching import SearchResults

logger = logging.getLogger(__name__)

# How many searches for the same text are looked through for the one that was clicked.
RECENT = 50


@dataclass(frozen=True)
class Search:
    """What is noted of a search; a page that is kept brings it along."""

    text: str
    filters: dict[str, list[str]]
    count: int
    full: int
    corrected: str

    @property
    def name(self) -> str:
        """What the page calls the search when it tells of a click: its text and filters."""
        return urlencode({"q": self.text, **self.filters}, doseq=True)


def worth_noting(results: SearchResults) -> Search | None:
    """A search with text; paging through a result is not another search. None where none is."""
    request = results.request
    if not settings.SEARCH_LOG_DAYS or not results.query.text or request.page != 1:
        return None
    return Search(
        text=results.query.text,
        filters={name: list(values) for name, values in request.filters.items()},
        count=results.total,
        full=results.full,
        corrected="、".join(one.meant for one in results.query.corrections)[:200],
    )


def record(search: Search | None) -> None:
    """Note a search. A failure never disturbs the reader."""
    if search is None:
        return
    try:
        SearchLog.objects.create(**asdict(search))
    except DatabaseError:
        logger.exception("search not logged")


def record_click(name: str, position: int) -> None:
    """Note that the hit at `position` (from 1) was opened, on the newest search of that name.

    Many readers may look at one kept page, so it cannot tell its searches apart. The first click
    on a search stays.
    """
    asked = QueryDict(name)
    filters = {key: asked.getlist(key) for key in asked if key != "q"}
    recent = SearchLog.objects.filter(
        text=asked.get("q", ""), created_at__gte=timezone.now() - timedelta(hours=2)
    ).order_by("-pk")[:RECENT]
    newest = next((row for row in recent if row.filters == filters), None)
    if newest and newest.clicked_position is None:
        newest.clicked_position = position
        newest.save(update_fields=["clicked_position"])


def expire() -> int:
    """Delete rows older than SEARCH_LOG_DAYS; returns how many."""
    before = timezone.now() - timedelta(days=settings.SEARCH_LOG_DAYS)
    return SearchLog.objects.filter(created_at__lt=before).delete()[0]
