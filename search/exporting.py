"""A result list as a file: what is exported is what was seen, all of its pages.

A small one is sent at once. A large one is ordered (cases/exports/orders.py), and this address
shows how far it is, then the file. `job` in the address names the order; where it is not known, on
another node or an hour later, the rest of the address is enough to begin again.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.desks.word import word_response
from cases.exports import briefs, orders
from cases.exports.columns import public
from cases.exports.naming import file_name
from cases.exports.orders import Order, Phase, Progress
from cases.exports.spreadsheet import CONTENT_TYPES, About
from cases.filters import CaseFilter
from cases.models import Case

from .addresses import query_string
from .index import IndexUnavailable
from .request import ReadRequest, read_request
from .searching import SORTS, search_documents

# One to two seconds of work; past that, a reader wants to see that something happens.
AT_ONCE = 500
# A file of 10,000 cases has 19 MB and takes 20 s; past twice that, the command writes it.
MOST = 20_000
# A brief is read from its first page to its last: a table is better for more.
MOST_IN_WORD = 50
HEADINGS = {
    "empty": "没有可导出的案例",
    "too_many": "案例太多，不能一次导出",
    "unavailable": "暂时不能导出",
    "waiting": "正在等待导出",
    "writing": "正在导出",
    "done": "已经写好",
    "failed": "导出没有完成",
}
# Beside those of a search: which order, its file, and 1 where the page is to keep still.
OWN_PARAMETERS = ("job", "file", "still")


@require_safe
def export(request, kind):
    job = request.GET.get("job", "")
    ordered = orders.find(job) if job else None
    if ordered:
        return _ordered(request, ordered)
    read = read_request(request.GET, also_allowed=OWN_PARAMETERS)
    try:
        ids = public(search_documents(read.request))
    except IndexUnavailable as error:
        return _page(request, read, "unavailable", 503, lines=(str(error),))
    if not ids:
        lines = ("没有符合条件的案例，没有可导出的内容。请返回检索结果，去掉一些条件再导出。",)
        return _page(request, read, "empty", 404, lines=lines)
    if len(ids) > (MOST_IN_WORD if kind == "docx" else MOST):
        return _page(request, read, "too_many", 400, lines=_too_many(len(ids), kind))
    if kind == "docx":
        return _brief(request, read, ids)
    order = make_order(read, ids, kind, request.build_absolute_uri("/")[:-1])
    if len(ids) <= AT_ONCE:
        return _file(orders.write_at_once(order), order)
    return HttpResponseRedirect(_address(request, orders.place(order).key))


def _too_many(found: int, kind: str) -> tuple[str, str]:
    if kind == "docx":
        return (
            f"符合条件的案例有 {found:,} 个，导出 Word 一次最多 {MOST_IN_WORD} 个。",
            "请返回检索结果，加上年份、地区或领域，分几次导出；也可以全部导出为 XLSX 或 CSV 表格。",
        )
    return (
        f"符合条件的案例有 {found:,} 个，一次最多导出 {MOST:,} 个。",
        "请返回检索结果，加上年份、地区或领域，分几次导出；需要整库的，请联系管理员。",
    )


def _brief(request, read, ids):
    """The cases in Word: contents, one after the other, and where they are from."""
    name, conditions = settings.SITE["name"], describe(read)
    found = briefs.cases().in_bulk(ids)
    brief = briefs.shortlist_brief(
        [(found[number], "") for number in ids if number in found],
        f"{name}案例",
        request.build_absolute_uri("/")[:-1],
        [f"{label}：{value}" for label, value in conditions],
    )
    day = timezone.localdate()
    parts = [name, *(value for _, value in conditions)]
    response = word_response(brief, filename(parts, day, "docx"))
    response["Cache-Control"] = "private, no-cache"
    return response


def make_order(read: ReadRequest, ids, kind: str, site: str) -> Order:
    """site: see cases.exports.columns.Row; without it, nothing in the file is a link."""
    conditions = describe(read)
    page = f"{reverse('case-list')}?{query_string(read.request)}".removesuffix("?")
    now = timezone.localtime()
    name = settings.SITE["name"]
    return Order(
        kind=kind,
        ids=tuple(ids),
        site=site,
        filename=filename([name, *(value for _, value in conditions)], now.date(), kind),
        about=About(
            title=f"{name}案例",
            author=name,
            conditions=conditions or (("范围", "全部案例"),),
            address=f"{site}{page}" if site else "",
            made=now,
        ),
    )


def describe(read: ReadRequest) -> tuple[tuple[str, str], ...]:
    """The conditions of a search in readers' words, as (name, value) pairs."""
    found = []
    if text := read.request.text.strip():
        found.append(("检索词", text))
    fields = CaseFilter(queryset=Case.objects.none()).form.fields
    for name, values in read.selected.items():
        field = fields[name]
        # Terms know their names; of a choice there is only its value.
        labels = {} if isinstance(values[0], Model) else dict(field.choices)
        shown = "、".join(str(labels.get(value, value)) for value in values)
        found.append((field.label, shown))
    if read.request.sort not in ("relevance", *(() if text else ("newest",))):
        found.append(("排序", SORTS[read.request.sort]))
    return tuple(found)


def filename(parts, day, kind: str) -> str:
    return f"{file_name('_'.join(parts))}_{day}.{kind}"


def _ordered(request, ordered):
    progress = ordered.look()
    order = ordered.order
    if progress.phase is Phase.DONE and "file" in request.GET:
        return _file(ordered.path.open("rb"), order)
    read = read_request(request.GET, also_allowed=OWN_PARAMETERS)
    return _page(
        request,
        read,
        progress.phase.value,
        lines=_said(progress),
        progress=progress,
        filename=order.filename,
        still="still" in request.GET,
        file=_address(request, ordered.key, file="1"),
        stop=_address(request, ordered.key, still="1"),
        anew=_address(request, None),
    )


def _said(progress: Progress) -> tuple[str, ...]:
    """What a reader is told of an ordered export."""
    total = f"{progress.total:,}"
    if progress.phase is Phase.DONE:
        size = filesizeformat(progress.size)
        return (f"{total} 条，{size}。下载会自动开始，没有开始的话请点下面的链接。",)
    if progress.phase is Phase.FAILED:
        return (progress.error,)
    if progress.phase is Phase.WAITING:
        return (f"正在写另一份导出，写完后自动开始写这份（{total} 条）。请不要关闭本页。",)
    if progress.written >= progress.total:
        lines = (f"已写完 {total} 条，正在压缩。",)
    else:
        lines = (f"已写 {progress.written:,} / {total} 条。",)
    if progress.again:
        lines += ("上次写到一半时服务中断了，已从头重新写。",)
    return lines


def _address(request, job, **more) -> str:
    """This address with another job, or without one."""
    parameters = request.GET.copy()
    for name in OWN_PARAMETERS:
        parameters.pop(name, None)
    query = parameters.urlencode()
    own = urlencode({"job": job, **more} if job else more)
    return f"{request.path}?{'&'.join(filter(None, [query, own]))}"


def _file(file, order: Order):
    response = FileResponse(
        file,
        as_attachment=True,
        filename=order.filename,
        content_type=CONTENT_TYPES[order.kind],
    )
    # Not no-store: older browsers then cannot open what they have just fetched.
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _page(request, read, phase, status=200, **context):
    context |= {"phase": phase, "heading": HEADINGS[phase], "back": query_string(read.request)}
    response = render(request, "export.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
