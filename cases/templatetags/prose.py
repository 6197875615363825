"""How the words of a case are shown in lists: figures stand out, places and notices are short."""

import functools
import re
from itertools import zip_longest

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()

# A number with its decimals and what makes it larger or a share. A year is no finding, and
# neither is a number inside a name (“135”, 12345热线 keeps its weight with what follows).
_FIGURE = re.compile(
    r"((?<![\d.A-Za-z“‘])(?!(?:19|20)\d\d[年—–-])\d[\d,]*(?:\.\d+)?[万亿]?[余多]?[万亿]?[%％]?)"
)


# 2025年（第一批） at the end of a notice's title.
_BATCH = re.compile(r"(?:\d{4}年度?)?[（(]?第[一二三四五六七八九十\d]+批[)）]?(?=\D{0,10}$)")


# The same cases stand in most lists.
@register.filter
@functools.lru_cache(2000)
def batch(title):
    """What tells a notice from its sisters: 2025年（第一批）; the whole title where it has none."""
    found = _BATCH.search(title)
    # Brackets around nothing but the batch itself say nothing.
    return re.sub(r"^[（(](.*)[)）]$", r"\1", found.group()) if found else title


@register.filter
@functools.lru_cache(2000)
def figures(sentence):
    """The sentence with its numbers in <b class="figure">; the text itself is unchanged."""
    pieces = _FIGURE.split(sentence or "")
    return format_html_join(
        "",
        "{}{}",
        (
            (text, format_html('<b class="figure">{}</b>', number) if number else "")
            for text, number in zip_longest(pieces[::2], pieces[1::2], fillvalue="")
        ),
    )


_FACTS = '<li class="entry__place">{}</li><li>{}</li>'
_NOTICE = '<li title="{}">{}</li>'
_BELOW = mark_safe('<span class="sep" aria-hidden="true">›</span>')


@register.filter
def facts(case):
    """Where a case is from, on what, and in which notice, as items of a list.

    The province goes without saying: 福州市 › 晋安区. A template would take ten times as long,
    twenty times a page.
    """
    names = [region.name for region in case.region.ancestors]
    place = format_html_join(_BELOW, "{}", ((name,) for name in names[1:] or names))
    theme = f" · {case.primary_theme.name}" if case.primary_theme else ""
    shown = format_html(_FACTS, place, f"{case.level}{theme}")
    if case.notice:
        shown += format_html(_NOTICE, case.notice.title, batch(case.notice.title))
    return shown
