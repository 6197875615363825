"""Any search, city or theme as an Atom feed (RFC 4287): the newest cases that it finds."""

from dataclasses import replace

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from cases.freshness import page
from cases.models import Case

from .addresses import query_string
from .exporting import describe
from .index import IndexUnavailable
from .request import ReadRequest, read_request
from .searching import search_documents

LENGTH = 30


class CaseFeed(Feed):
    """The object of a feed is the ReadRequest of the list that it follows."""

    feed_type = Atom1Feed

    def get_object(self, request):
        read = read_request(request.GET)
        return replace(read, request=replace(read.request, sort="newest", page=1))

    def title(self, read: ReadRequest):
        conditions = [value for name, value in describe(read) if name != "排序"]
        return "，".join([settings.SITE["name"], *(conditions or ["全部案例"])])

    def link(self, read: ReadRequest):
        return f"{reverse('case-list')}?{query_string(read.request)}".removesuffix("?")

    def feed_url(self, read: ReadRequest):
        return f"{reverse('feed')}?{query_string(read.request)}".removesuffix("?")

    def items(self, read: ReadRequest):
        ids = search_documents(read.request)[:LENGTH]
        cases = Case.objects.published().order_by().with_entry().defer("notice__letter")
        cases = cases.in_bulk(ids)
        return [cases[number] for number in ids if number in cases]

    def item_title(self, case):
        return case.title

    def item_description(self, case):
        return case.highlight

    def item_pubdate(self, case):
        return case.published_at

    def item_updateddate(self, case):
        return case.updated_at

    def item_author_name(self, case):
        return case.notice.issuer if case.notice else None

    def item_categories(self, case):
        return [one.name for one in (case.region, case.primary_theme) if one]


_feed = CaseFeed()


@page
def feed(request):
    try:
        return _feed(request)
    except IndexUnavailable as error:
        kind = "text/plain; charset=utf-8"
        return HttpResponse(str(error), status=503, content_type=kind)
