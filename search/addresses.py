"""SearchRequest -> query string: the links that change one thing and keep the rest. Pure."""

from dataclasses import replace
from urllib.parse import urlencode

from .searching import SearchRequest


def query_string(request: SearchRequest) -> str:
    """The shortest query string that reads back as `request`; "" for the whole library."""
    parameters: list[tuple[str, str]] = []
    if request.text:
        parameters.append(("q", request.text))
    for name, values in request.filters.items():
        parameters.extend((name, value) for value in values)
    if request.as_typed:
        parameters.append(("typed", request.text))
    if not request.places:
        parameters.append(("anywhere", request.text))
    if request.sort != SearchRequest.sort:
        parameters.append(("sort", request.sort))
    if request.page_size != SearchRequest.page_size:
        parameters.append(("page_size", str(request.page_size)))
    if request.page != 1:
        parameters.append(("page", str(request.page)))
    return urlencode(parameters)


def without_value(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """The request with one value of one filter lifted, from its first page."""
    kept = {
        facet: tuple(one for one in values if (facet, one) != (name, value))
        for facet, values in request.filters.items()
    }
    return replace(request, filters={n: v for n, v in kept.items() if v}, page=1)


def as_typed(request: SearchRequest) -> SearchRequest:
    """The same text with nothing put right."""
    return replace(request, as_typed=True, page=1)


def without_places(request: SearchRequest) -> SearchRequest:
    """The same text, names of places taken as words."""
    return replace(request, places=False, page=1)


def with_text(request: SearchRequest, text: str) -> SearchRequest:
    """Another text within the same filters."""
    return replace(request, text=text, as_typed=False, places=True, page=1)


def without_filter(request: SearchRequest, name: str) -> SearchRequest:
    kept = {facet: values for facet, values in request.filters.items() if facet != name}
    return replace(request, filters=kept, page=1)


def without_text(request: SearchRequest) -> SearchRequest:
    return replace(request, text="", as_typed=False, places=True, page=1)


def only_text(request: SearchRequest) -> SearchRequest:
    return replace(request, filters={}, page=1)
