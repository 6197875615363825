"""Where a case stands in the list of results that the reader came from."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict

from cases.models import Case

from .request import read_request
from .searching import search_documents


@dataclass(frozen=True)
class Beside:
    """place: from 1; before, after: (title, address) of the cases beside it, None at either end."""

    place: int
    total: int
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def beside(case: Case, results: str) -> Beside | None:
    """The neighbours of `case` in the list at the address `results`; None where it is not in it.

    Raises index.IndexUnavailable.
    """
    query = urlsplit(results).query
    ids = search_documents(read_request(QueryDict(query)).request)
    if case.pk not in ids:
        return None
    place = ids.index(case.pk)
    near = {number: ids[number] for number in (place - 1, place + 1) if 0 <= number < len(ids)}
    cases = Case.objects.published().order_by().only("title").in_bulk(near.values())

    def link(number):
        one = cases.get(near.get(number))
        return one and (one.title, f"{one.get_absolute_url()}?{urlencode({'list': query})}")

    return Beside(place + 1, len(ids), link(place - 1), link(place + 1))
