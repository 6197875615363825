"""Facet counts in SQL, for the peers that are databases: a row of `facet_values` for each value."""

from collections import defaultdict

from .engine import FACETS


def counted(db, hits: str, values) -> tuple[int, dict[str, dict[str, int]]]:
    """Total and facet counts (facet -> value -> count) of `hits`, a SELECT of ids."""
    rows = db.execute(
        f"WITH hits AS MATERIALIZED ({hits})"
        " SELECT -1, NULL, count(*) FROM hits UNION ALL"
        " SELECT facet, value, count(*) FROM hits JOIN facet_values USING (id)"
        " GROUP BY facet, value",
        values,
    )
    total, facets = 0, defaultdict(dict)
    for facet, value, count in rows:
        if facet < 0:
            total = count
        else:
            facets[FACETS[facet]][value] = count
    return total, facets
