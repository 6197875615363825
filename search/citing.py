"""The documents that a case cites in 《…》, and which other published cases cite them, too."""

from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np

from cases.cited import documents
from cases.models import Case

from .index import search_index
from .normalize import significant

# A case cites a dozen documents at most; the few that others cite as well lead on.
MOST = 20


@dataclass(frozen=True)
class CitedDocument:
    """name: 《…》 as written; number: its 文号 or "". others: how many other cases cite it; query:
    the case list's parameters that show all of them."""

    name: str
    number: str
    others: int
    query: str


def cited_documents(case: Case) -> list[CitedDocument]:
    """What the sections of `case` cite, in their order. Raises index.IndexUnavailable."""
    snapshot = search_index().snapshot()
    text = "\n".join(section.text for section in case.sections.all())
    found = []
    for document in documents(text)[:MOST]:
        holding = snapshot.holding(significant(document.title))
        others = snapshot.live[holding] & (snapshot.ids[holding] != case.pk)
        query = urlencode({"q": f"“{document.title}”"})
        found.append(
            CitedDocument(document.name, document.number, int(np.count_nonzero(others)), query)
        )
    return found
