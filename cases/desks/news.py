"""What is new since the reader was last here: without an account, by a date in his own browser."""

import datetime

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from ..models import Case

COOKIE = "seen-until"
COOKIE_DAYS = 400
# For whoever comes for the first time, or chooses it.
DAYS = (7, 30, 90)
FIRST_DAYS = 30
MOST = 100


@never_cache
def news(request):
    now = timezone.now()
    last = _moment(request.COOKIES.get(COOKIE, ""), now)
    days = int(text) if (text := request.GET.get("days", "")) in map(str, DAYS) else None
    since = last if last and not days else now - datetime.timedelta(days=days or FIRST_DAYS)
    cases = (
        Case.objects.published()
        .filter(published_at__gt=since)
        .with_entry()
        .with_numbers()
        .defer("notice__letter")
        .order_by("-published_at", "number", "pk")
    )
    context = {
        "since": since,
        "last": last if not days else None,
        "days": days or FIRST_DAYS,
        "choices": DAYS,
        "total": cases.count(),
        "cases": cases[:MOST],
        "most": MOST,
    }
    response = render(request, "news.html", context)
    if not days:
        # The moment alone, and it stays in the reader's browser.
        response.set_cookie(
            COOKIE,
            now.isoformat(timespec="seconds"),
            max_age=datetime.timedelta(days=COOKIE_DAYS),
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _moment(text: str, now: datetime.datetime) -> datetime.datetime | None:
    """The moment that the cookie names; None where it names none, or one to come."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment <= now else None
