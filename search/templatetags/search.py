"""What pages show of the search: cases never imports search, its templates load this.

Two of these make HTML themselves: a page has hundreds of facet values and dozens of fragments, and
a template takes some 50 µs for each.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import mark_safe

from search.beside import beside
from search.citing import cited_documents
from search.index import IndexUnavailable
from search.labels import Facet, FacetValue
from search.similar import similar_cases
from search.snippets import Fragment

register = template.Library()


@register.inclusion_tag("components/similar.html")
def similar(case):
    """Cases like this one; nothing while there is no index."""
    return {"similar": similar_to(case)}


@register.simple_tag
def similar_to(case):
    try:
        return similar_cases(case)
    except IndexUnavailable:
        return []


@register.simple_tag
def cited_by_others(case):
    """The documents that the case cites; none while there is no index."""
    try:
        return cited_documents(case)
    except IndexUnavailable:
        return []


@register.simple_tag
def place_in(results, case):
    """The neighbours of the case in the list of results at that address; None without one."""
    try:
        return beside(case, results) if results else None
    except IndexUnavailable:
        return None


@register.simple_tag
def choices(facet: Facet, values: Iterable[FacetValue]):
    """A check box for each of these values of the facet."""
    return mark_safe(
        "".join(
            f'<label class="choice{" choice--below" if value.depth else ""}">'
            f'<input type="checkbox" name="{facet.name}" value="{escape(value.value)}"'
            f"{' checked' if value.selected else ''}>"
            f'<span class="choice__label">{escape(value.label)}</span>'
            f'<span class="choice__count">{value.count}</span></label>'
            for value in values
        )
    )


@register.filter
def marked(fragments: Iterable[Fragment]):
    """Fragments of a text, those to be marked in <mark>."""
    return mark_safe(
        "".join(
            f"<mark>{escape(one.text)}</mark>" if one.marked else escape(one.text)
            for one in fragments
        )
    )
