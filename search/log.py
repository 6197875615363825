"""What was searched and what came of it, without a word on who searched.

A row holds the text, the filters, the counts and the place of the hit that was opened: no address,
no cookie, no user. SEARCH_LOG_DAYS says how long rows stay; 0 keeps none.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from .models import SearchLog
from .searching import SearchResults

logger = logging.getLogger(__name__)


def record(results: SearchResults) -> int | None:
    """Note a search with text and return its row's number; None where nothing was noted.

    Paging through a result is not another search. A failure never disturbs the reader.
    """
    request = results.request
    if not settings.SEARCH_LOG_DAYS or not results.query.text or request.page != 1:
        return None
    try:
        row = SearchLog.objects.create(
            text=results.query.text,
            filters={name: list(values) for name, values in request.filters.items()},
            count=results.total,
            full=results.full,
            corrected="、".join(one.meant for one in results.query.corrections)[:200],
        )
    except DatabaseError:
        logger.exception("search not logged")
        return None
    return row.pk


def record_click(number: int, position: int) -> None:
    """Note that the hit at `position` (from 1) of a recent search was opened; the first stays."""
    SearchLog.objects.filter(
        pk=number,
        clicked_position=None,
        created_at__gte=timezone.now() - timedelta(hours=2),
    ).update(clicked_position=position)


def expire() -> int:
    """Delete rows older than SEARCH_LOG_DAYS; returns how many."""
    before = timezone.now() - timedelta(days=settings.SEARCH_LOG_DAYS)
    return SearchLog.objects.filter(created_at__lt=before).delete()[0]
