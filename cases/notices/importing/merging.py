"""An amended file meets a case that staff have edited: what both say, part by part. Pure.

A case here is {"title": text, "sections": [{"heading", "kind", "text", "source"}]}, as in a case's
versions. `base` is what the file imported before said, `ours` what staff made of it, `theirs` what
the amended file says.
"""

from collections import Counter
from collections.abc import Iterable

_SAID = ("heading", "kind", "text")
_KEPT = (*_SAID, "source")


def parts_of(title: str, sections: Iterable[object]) -> dict:
    """The plain form of a case, from objects with the attributes of a section."""
    return {
        "title": title,
        "sections": [
            {name: getattr(section, name) for name in _KEPT} | {"source": list(section.source)}
            for section in sections
        ],
    }


def changed_parts(base: dict, theirs: dict) -> tuple[str, ...]:
    """The names of the parts in which the two differ: 标题, headings, or the order of all."""
    names = [] if base["title"] == theirs["title"] else ["标题"]
    before, after = ([_said(one) for one in case["sections"]] for case in (base, theirs))
    if before != after:
        differing = [one for one in after if one not in before]
        differing += [one for one in before if one not in after]
        headings = [heading or "无小标题的部分" for heading, _, _ in differing]
        names += list(dict.fromkeys(headings)) or ["各部分的顺序"]
    return tuple(names)


def merged(base: dict | None, ours: dict, theirs: dict) -> dict:
    """What the file has changed, taken from it; everything else as staff have it.

    Parts are known by their headings. Without a base everything counts as changed.
    """
    if base is None:
        return theirs
    title = ours["title"] if theirs["title"] == base["title"] else theirs["title"]
    was, own, new = (by_heading(case["sections"]) for case in (base, ours, theirs))
    sections = {}
    for key, section in new.items():
        if key not in was or _said(was[key]) != _said(section):
            sections[key] = section
        elif key in own:
            # The paragraphs' places may have moved.
            sections[key] = own[key] | {"source": section["source"]}
    order = list(sections)
    previous = None
    for key, section in own.items():
        if key not in was and key not in sections:
            # Written by staff: it stays behind the part that it stood behind.
            order.insert(order.index(previous) + 1 if previous in order else 0, key)
            sections[key] = section
        previous = key
    return {"title": title, "sections": [sections[key] for key in order]}


def _said(section: dict) -> tuple[str, ...]:
    return tuple(section[name] for name in _SAID)


def by_heading(sections: Iterable[dict]) -> dict[tuple[str, int], dict]:
    """Each section under its heading, and which one of that heading it is."""
    seen: Counter[str] = Counter()
    found = {}
    for section in sections:
        heading = section["heading"]
        found[heading, seen[heading]] = section
        seen[heading] += 1
    return found
