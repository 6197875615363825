"""借鉴清单: what a reader picked, in his own cookie, and the links by which he hands it on.

Pages for every reader are kept and shared (cases/freshness.py), and his list must not stand in
them. So the buttons there are neutral: they say 加入清单 to everybody, a script changes them from
the cookie, and without a script the answer to the form leads back to the entry, which then says
by its address alone (:target) that it is picked. Having pages vary by the list instead would make
each of them anew after every click: a page of results took 39 ms instead of 1.4 when measured, and
there would be as many kept pages as readers.

A token against forged requests cannot stand in a shared page either. Browsers say which site a
form comes from, in Origin or Referer; where one does not, the reader is asked on a page of his
own, whose form has a token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import segno
from django.conf import settings
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from .. import shortlist
from ..exports import columns
from ..exports.briefs import cases, shortlist_brief
from ..exports.tables import table_response
from ..models import Case
from ..shortlist import Full, Pick, Picks
from .word import word_response

COOKIE = "shortlist"
HALF_A_YEAR = 180 * 24 * 3600
TO_COMPARE = range(2, 5)
# A telephone reads what is longer only from near by.
LONGEST_IN_PICTURE = 500
SAID = {
    "saved": "批注已保存。",
    "taken": "已收入你的清单。",
    "tick": "请勾选 2 到 4 个案例再对比。",
    "gone": "这个案例已经撤回，没有加入清单。",
    "broken": "这个链接不完整，或者已经失效。请向发来链接的人再要一次。",
}


@dataclass(frozen=True)
class Entry:
    """A pick with its case, None where readers may not see it any more."""

    pick: Pick
    case: Case | None
    first: bool
    last: bool


def own_picks(request) -> Picks:
    return shortlist.unpack(request.COOKIES.get(COOKIE, ""))


@require_safe
def shortlist_page(request):
    if "list" not in request.GET:
        return _page(request, own_picks(request), said=SAID.get(request.GET.get("said")))
    picks = shortlist.unpack(request.GET["list"])
    if not picks:
        return _page(request, own_picks(request), said=SAID["broken"])
    return _page(request, picks, shared=True)


def _page(request, picks: Picks, said: str | None = None, shared: bool = False):
    shown = Case.objects.published().with_entry().in_bulk(shortlist.numbers(picks))
    last = len(picks) - 1
    entries = [
        Entry(pick, shown.get(pick.case), place == 0, place == last)
        for place, pick in enumerate(picks)
    ]
    token = request.GET.get("removed", "")
    response = render(
        request,
        "shortlist.html",
        {
            "entries": entries,
            "readable": len(shown),
            "said": said,
            "shared": shared,
            "packed": request.GET.get("list") if shared else "",
            "query": f"?{urlencode({'list': request.GET['list']}, safe=':~')}" if shared else "",
            "removed": _removed(picks, token),
            "links": () if shared else _links(request, picks),
            "most": shortlist.MOST,
            "note_length": shortlist.NOTE_LENGTH,
            "today": timezone.localdate(),
        },
    )
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _removed(picks: Picks, token: str):
    """What has just been taken out, with what brings it back; None where it is back already."""
    found = shortlist.read_removed(token)
    if found is None or found[1].case in shortlist.numbers(picks):
        return None
    case = Case.objects.published().filter(pk=found[1].case).only("title", "status").first()
    return {"token": token, "title": case.title if case else "已撤回的案例"}


@dataclass(frozen=True)
class Link:
    """picture: a QR code as SVG."""

    name: str
    address: str
    picture: str = ""


def _links(request, picks: Picks) -> list[Link]:
    """The short link, without notes, and the whole one where there are notes."""
    try:
        short = _link(request, tuple(Pick(pick.case) for pick in picks))
        whole = _link(request, picks)
    except Full:
        return []
    if not picks:
        return []
    if short == whole:
        return [Link("链接", short, _picture(short))]
    # One picture is enough: that of the longest link that a telephone reads.
    if len(whole) <= LONGEST_IN_PICTURE:
        return [Link("含批注", whole, _picture(whole)), Link("短链接，不含批注", short)]
    return [Link("含批注", whole), Link("短链接，不含批注", short, _picture(short))]


def _link(request, picks: Picks) -> str:
    query = urlencode({"list": shortlist.pack(picks)}, safe=":~")
    return request.build_absolute_uri(f"{reverse('shortlist')}?{query}")


def _picture(address: str) -> str:
    code = segno.make(address, error="l", micro=False)
    # White in dark mode too: cameras look for dark on light.
    return mark_safe(code.svg_inline(light="#fff", border=4, omitsize=True))


@csrf_exempt
def change(request):
    if request.method != "POST":
        return redirect("shortlist")
    if _from_this_site(request):
        return _changed(request)
    if "csrfmiddlewaretoken" in request.POST:
        return csrf_protect(_changed)(request)
    return _asked(request)


def _from_this_site(request) -> bool:
    sent = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(sent)
    except ValueError:
        return False
    return (
        parts.netloc == request.get_host()
        or f"{parts.scheme}://{parts.netloc}" in settings.CSRF_TRUSTED_ORIGINS
    )


def _asked(request):
    """The same again, on a page that nobody else can have made the reader send."""
    number = _number(request.POST.get("add") or request.POST.get("remove"))
    case = Case.objects.published().filter(pk=number).only("title", "status").first()
    fields = [(name, request.POST[name]) for name in ("add", "remove") if name in request.POST]
    context = {"case": case, "fields": fields, "next": _back(request)}
    return render(request, "shortlist_asked.html", context)


def _changed(request):
    posted, before = request.POST, own_picks(request)
    picks = shortlist.noted(before, _notes(posted))
    number = _number(next((posted[n] for n in ("add", "remove", "up", "down") if n in posted), ""))
    said, removed = "saved", ""
    if "add" in posted:
        said = "added"
        if Case.objects.published().filter(pk=number).exists():
            picks = shortlist.add(picks, [Pick(number)])
        else:
            said = "gone"
    elif "remove" in posted:
        said, removed = "removed", shortlist.removed(picks, number)
        picks = shortlist.without(picks, number)
    elif "up" in posted or "down" in posted:
        said, picks = "moved", shortlist.moved(picks, number, 1 if "down" in posted else -1)
    elif "take" in posted:
        others = shortlist.unpack(posted["take"])
        shown = set(columns.public(shortlist.numbers(others)))
        said = "taken"
        picks = shortlist.add(picks, [pick for pick in others if pick.case in shown])
    elif back := shortlist.read_removed(posted.get("undo", "")):
        said, number = "moved", back[1].case
        picks = shortlist.bring_back(picks, posted["undo"])
    try:
        packed = shortlist.pack(picks)
    except Full as full:
        return _refused(request, before if "add" in posted else picks, str(full))
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        response = JsonResponse({"said": SAID.get(said, ""), "undo": removed})
    else:
        response = HttpResponseRedirect(_onward(request, said, number, removed))
    return _keep(request, response, picks, packed)


def _refused(request, picks: Picks, message: str):
    """The page with what the reader wrote, so that he can shorten it."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"said": message, "undo": ""}, status=409)
    return _page(request, picks, said=message)


def _keep(request, response, picks: Picks, packed: str):
    # Scripts may read it: they show which cases are in the list.
    if picks:
        response.set_cookie(COOKIE, packed, HALF_A_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _onward(request, said: str, number: int, removed: str) -> str:
    """Where the reader was, at the entry; or his list."""
    posted, own = request.POST, reverse("shortlist")
    ticked = [_number(value) for value in posted.getlist("tick")]
    if "compare" in posted:
        if len(ticked) not in TO_COMPARE:
            return f"{own}?said=tick"
        return f"{reverse('compare')}?{urlencode([('case', one) for one in ticked])}"
    if posted.get("export") in ("docx", "xlsx"):
        return reverse("shortlist-export", args=[posted["export"]])
    if (back := _back(request)) and said in ("added", "removed"):
        place = "picked" if said == "added" else "pick"
        return f"{back.partition('#')[0]}#{place}-{number}"
    if said == "removed":
        return f"{own}?{urlencode({'removed': removed})}" if removed else own
    if said == "moved":
        return f"{own}#pick-{number}" if number else own
    return f"{own}?said={said}" if said in SAID else own


def _back(request) -> str:
    """The page that the form was on, on this site; "" where it says nothing, or is the list."""
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return ""


def _number(text: str | None) -> int:
    """0 where it is none that a case may have."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _notes(posted) -> dict[int, str]:
    return {
        number: text
        for name, text in posted.items()
        if name.startswith("note-") and (number := _number(name.removeprefix("note-")))
    }


@require_safe
def export(request, kind):
    """The list as a brief in Word or as a table, one's own or that of a link."""
    own = "list" not in request.GET
    picks = own_picks(request) if own else shortlist.unpack(request.GET["list"])
    found = cases().in_bulk(shortlist.numbers(picks))
    readable = [pick for pick in picks if pick.case in found]
    if not readable:
        return redirect("shortlist")
    site = request.build_absolute_uri("/")[:-1]
    if kind == "xlsx":
        headings, rows = _table(readable, site)
        return table_response("借鉴清单", headings, rows, kind, wrap=True)
    brief = shortlist_brief([(found[p.case], p.note) for p in readable], "借鉴清单", site)
    response = word_response(brief, f"借鉴清单-{timezone.localdate()}.docx")
    response["Cache-Control"] = "private, no-store"
    return response


def _table(picks: Sequence[Pick], site: str):
    """The columns of every list of cases, with the note behind the title."""
    headings = [column.heading for column in columns.COLUMNS]
    after, identified = headings.index("标题") + 1, headings.index("案例编号")
    notes = {pick.case: pick.note for pick in picks}
    rows = (
        (*row[:after], notes[row[identified]], *row[after:])
        for row in columns.rows([pick.case for pick in picks], site)
    )
    return [*headings[:after], "批注", *headings[after:]], rows


urlpatterns = [
    path("shortlist/", shortlist_page, name="shortlist"),
    path("shortlist/change", change, name="shortlist-change"),
    re_path(r"^shortlist/export\.(?P<kind>docx|xlsx)$", export, name="shortlist-export"),
]
