"""What the first page of the desk says of the search, and the page that has the index rebuilt."""

import time
from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from .background import rebuilder
from .index import IndexUnavailable, search_index
from .models import IndexChange, SearchLog, SynonymGroup

SHOWN = 10
LATELY = timedelta(days=30)
RIGHT = "search.rebuild_index"


@admin.site.panel(50)
def without_hits(request):
    if not request.user.has_perm("search.add_synonymgroup"):
        return None
    lately = SearchLog.objects.filter(created_at__gte=timezone.now() - LATELY)
    rows = list(lately.by_text().filter(most_full=0)[: 3 * SHOWN])
    known = _in_the_thesaurus([row["text"] for row in rows])
    rows = [row for row in rows if row["text"] not in known]
    return "admin/dashboard/without_hits.html", {"rows": rows[:SHOWN]}


def _in_the_thesaurus(texts) -> set[str]:
    """Those of the texts that some group has already."""
    condition = Q(term__in=texts)
    for text in texts:
        condition |= Q(synonyms__contains=text)
    groups = SynonymGroup.objects.filter(condition) if texts else ()
    return {expression for group in groups for expression in group.expressions}


def state_of_index() -> dict:
    """This node's index: generation (None: none), documents, changes that it is behind by, and
    whether it is being built; problem: why it cannot be read, in Chinese."""
    index = search_index()
    state = {
        "generation": index.generation,
        "behind": IndexChange.objects.count(),
        "building": index.is_building(),
        "documents": None,
        "problem": "",
    }
    try:
        state["documents"] = index.snapshot().count
    except IndexUnavailable:
        # What the error says is for whoever has a command line.
        what = "读不出来" if state["generation"] else "还没有建立"
        state["problem"] = f"检索索引{what}，请重建。"
    return state


@admin.site.panel(60)
def index_state(request):
    if not request.user.has_perm(RIGHT):
        return None
    return "admin/dashboard/index_state.html", {"state": state_of_index()}


STARTED = "search.rebuild"
# A rebuild begins some seconds after it was asked for, when another may still be under way.
PATIENCE = 20


def rebuild_page(request):
    """Says how the index is and asks; a POST has it rebuilt; the page then follows by itself."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    state = state_of_index()
    if request.method == "POST":
        request.session[STARTED] = {"generation": state["generation"], "at": time.time()}
        rebuilder.start()
        return redirect("admin:search_index")
    started = request.session.get(STARTED)
    waiting = done = False
    if started:
        done = state["generation"] != started["generation"] and not state["building"]
        waiting = not done and (state["building"] or time.time() - started["at"] < PATIENCE)
        if not waiting:
            del request.session[STARTED]
    context = {
        **admin.site.each_context(request),
        "title": "检索索引",
        "state": state,
        "waiting": waiting or state["building"],
        "done": done,
        "failed": bool(started) and not done and not waiting,
    }
    return TemplateResponse(request, "admin/search/index_state.html", context)
