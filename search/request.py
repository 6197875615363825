"""Query string -> SearchRequest, the same for the page, the API and every export."""

import functools
from dataclasses import dataclass

from django.http import QueryDict

from cases.filters import CaseFilter, UnknownValues
from cases.models import Case

from .searching import MAX_PAGE_SIZE, PAGE_SIZE, SORTS, SearchRequest

# Parameters beside the filters of CaseFilter.
# typed, anywhere: the text to which they apply, so that a new text in the same form is free of
# them. typed: nothing is put right; anywhere: names of places in the text do not filter.
OWN_PARAMETERS = ("q", "sort", "page", "page_size", "typed", "anywhere")


@dataclass(frozen=True)
class Problem:
    """Something in the query string that could not be used.

    message says what is wrong, handled what was done instead (the API refuses); both for readers.
    """

    parameter: str
    message: str
    handled: str


@dataclass(frozen=True)
class ReadRequest:
    """request: made of everything usable; selected: filter name -> model objects or choices."""

    request: SearchRequest
    selected: dict[str, tuple]
    problems: tuple[Problem, ...]


def read_request(parameters: QueryDict, *, also_allowed: tuple[str, ...] = ()) -> ReadRequest:
    """Read a query string. What cannot be used is left out and named in `problems`."""
    problems: list[Problem] = []
    fields = filter_fields()
    selected: dict[str, tuple] = {}
    for name in parameters:
        if name in fields:
            selected[name] = _read_filter(name, fields[name], parameters.getlist(name), problems)
        elif name not in OWN_PARAMETERS and name not in also_allowed:
            problems.append(Problem(name, f"没有“{name[:40]}”这个参数。", "已忽略。"))
        elif len(parameters.getlist(name)) > 1:
            problems.append(Problem(name, f"{name} 只能给一个。", "已用最后一个。"))
    text = parameters.get("q", "")
    request = SearchRequest(
        text=text,
        filters={
            name: tuple(str(_value(one)) for one in values)
            for name, values in selected.items()
            if values
        },
        sort=_read_sort(parameters.get("sort", ""), problems),
        page=_read_number("page", parameters.get("page"), 1, None, problems),
        page_size=_read_number(
            "page_size", parameters.get("page_size"), PAGE_SIZE, MAX_PAGE_SIZE, problems
        ),
        as_typed=bool(text) and parameters.get("typed") == text,
        places=not text or parameters.get("anywhere") != text,
    )
    return ReadRequest(request, {k: v for k, v in selected.items() if v}, tuple(problems))


@functools.cache
def filter_fields():
    """Filter name -> form field. They keep nothing of a request; making them takes 5 ms."""
    return CaseFilter(queryset=Case.objects.none()).form.fields


def _read_filter(name, field, values, problems) -> tuple:
    # PostgreSQL takes no NUL in a text.
    values = [text for value in values if (text := value.replace("\x00", "").strip())]
    while values:
        try:
            return tuple(field.clean(values))
        except UnknownValues as error:
            unknown = "、".join(value[:40] for value in error.values)
            problems.append(Problem(name, f"{field.label}里没有“{unknown}”。", "已忽略这个条件。"))
            values = [value for value in values if value not in error.values]
    return ()


def _value(selected):
    return getattr(selected, "code", None) or getattr(selected, "pk", None) or selected


def _read_sort(text: str, problems) -> str:
    if text and text not in SORTS:
        problems.append(Problem("sort", f"排序方式只有{'、'.join(SORTS)}。", "已按默认方式排序。"))
    return text if text in SORTS else "relevance"


def _read_number(name, text, default, most, problems) -> int:
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    if number < 1 or (most and number > most):
        problems.append(
            Problem(
                name,
                f"{name} 应是{f' 1 到 {most} 的' if most else '从 1 开始的'}整数。",
                "已用默认值。",
            )
        )
        return default
    return number
