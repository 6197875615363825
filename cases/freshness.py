"""Pages that are the same for every reader: kept, compressed, and asked for again only if changed.

A page is known by everything that it is made of: its address, the reader's choice of print, the
day, and the versions of what it shows. That makes its ETag and its key in the cache, so nothing
ever has to be thrown out: a change gives another key (docs/adr/0008-fresh-pages.md).
"""

import functools
import hashlib
import secrets
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control

from .models import ContentChange
from .signals import rows_changed

# Pages larger than this are made anew each time; `CACHES` bounds how many are kept.
LARGEST_KEPT = 100 * 1024

CONTENT = "content"

# Of this start of the server, workers included: another release may draw pages otherwise.
_start = secrets.token_hex(8)
_sources: list[Callable[[], object]] = []
_known: ContextVar[dict | None] = ContextVar("known", default=None)

# BREACH needs a secret in the page; these have none. The admin's pages are not compressed.
_compress = GZipMiddleware(lambda request: HttpResponse()).process_response


def depends_on(source: Callable[[], object]) -> None:
    """Have pages made anew when `source()` returns another value; it is called for each request."""
    _sources.append(source)


def watch(models: Iterable[type[Model]]) -> None:
    """Take every change of these models for a change of what readers see."""
    for model in models:
        name = f"content-{model._meta.label_lower}"
        post_save.connect(_changed, model, dispatch_uid=f"{name}-saved")
        post_delete.connect(_changed, model, dispatch_uid=f"{name}-deleted")
        rows_changed.connect(_changed, model, dispatch_uid=f"{name}-rows")
        m2m_changed.connect(_related_changed, model, dispatch_uid=f"{name}-related")


def _changed(sender, using, **kwargs):
    ContentChange.note(using)


def _related_changed(sender, action, using, **kwargs):
    if action.startswith("post_"):
        ContentChange.note(using)


def page(
    view: Callable | None = None,
    *,
    varies: Callable[[HttpRequest], object] = lambda request: None,
    keep: bool = True,
    noted: Callable[[object], None] | None = None,
):
    """Decorate the view of a page that is the same for every reader.

    varies(request): what else of the request the page shows, beside its address. keep: have the
    server keep the page, too. noted(response.to_note) is called whenever the page is served, made
    anew or not, where the view set that attribute.
    """
    if view is None:
        return functools.partial(page, varies=varies, keep=keep, noted=noted)

    @functools.wraps(view)
    def fresh(request, *args, **kwargs):
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # Staff see at once what they have changed, and leave nothing behind on the computer.
            response = _made(view, request, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            return _sent(request, response, noted)
        # The versions are read before the page is made: what changes meanwhile makes others.
        content = ContentChange.version()
        tag = _tag(request, content, varies(request))
        unchanged = get_conditional_response(request, tag, response=_validated(HttpResponse(), tag))
        if unchanged.status_code == 304 and noted is None:
            return unchanged
        key = f"{tag}{bool(re_accepts_gzip.search(request.headers.get('Accept-Encoding', '')))}"
        response = cache.get(key) if keep else None
        if response is None:
            response = _made(view, request, *args, content=content, **kwargs)
            if response.status_code != 200 or response.cookies:
                patch_cache_control(response, private=True, no_store=True)
                return _sent(request, response, None)
            _validated(response, tag)
            if not response.streaming:
                response = _compress(request, response)
                if keep and len(response.content) <= LARGEST_KEPT:
                    cache.set(key, response, None)
        return get_conditional_response(request, tag, response=_sent(request, response, noted))

    return fresh


def content_version():
    """ContentChange.version(); while a page is being made, the one that it is known by."""
    return once(CONTENT, ContentChange.version)


def once(key: str, read: Callable[[], object]):
    """`read()`; while a page is being made, what it gave the first time."""
    known = _known.get()
    if known is None:
        return read()
    if key not in known:
        known[key] = read()
    return known[key]


def _made(view, request, *args, content=None, **kwargs):
    token = _known.set({CONTENT: content} if content else {})
    try:
        response = view(request, *args, **kwargs)
        return response.render() if hasattr(response, "render") else response
    finally:
        _known.reset(token)


def _tag(request: HttpRequest, content: object, other: object) -> str:
    made_of = (
        time.time_ns() if settings.DEBUG else _start,
        content,
        *(source() for source in _sources),
        timezone.localdate(),
        settings.SITE,
        request.build_absolute_uri(),
        getattr(request, "large_print", False),
        other,
    )
    # Weak: the compressed page and the plain one share it.
    return f'W/"{hashlib.blake2b(repr(made_of).encode(), digest_size=16).hexdigest()}"'


def _validated(response, tag):
    # Private: what a shared cache holds nobody can withdraw. No-cache: the browser keeps the
    # page, and asks each time whether it is still right.
    patch_cache_control(response, private=True, no_cache=True)
    response.headers["ETag"] = tag
    return response


def _sent(request, response, noted):
    if noted is not None and hasattr(response, "to_note"):
        noted(response.to_note)
    return response if response.streaming else _compress(request, response)
