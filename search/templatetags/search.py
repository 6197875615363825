"""What pages of cases show of the search: cases never imports search, its templates load this."""

from django import template

from search.index import IndexUnavailable
from search.similar import similar_cases

register = template.Library()


@register.inclusion_tag("components/similar.html")
def similar(case):
    """Cases like this one; nothing while there is no index."""
    try:
        return {"similar": similar_cases(case)}
    except IndexUnavailable:
        return {"similar": []}
