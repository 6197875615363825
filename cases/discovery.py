"""How other programs find the pages: sitemap, robots, OpenSearch, schema.org."""

import json

from django.contrib.sitemaps import Sitemap
from django.db.models import F, Max
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate

from .models import Case, Notice, Region, Theme

# In JSON these mean the same, and no script element ends early.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class CaseSitemap(Sitemap):
    limit = 10_000

    def items(self):
        return Case.objects.published().order_by("pk").only("pk", "updated_at")

    def lastmod(self, case):
        return case.updated_at


class PlaceSitemap(Sitemap):
    """Provinces, cities and districts with cases."""

    def items(self):
        held = Case.objects.published().order_by()
        own = Region.objects.filter(cases__in=held)
        return (
            (own | Region.objects.filter(children__in=own))
            .order_by("code")
            .distinct()
            .values_list("code", flat=True)
        )

    def location(self, code):
        return reverse("city", args=[code])


class ThemeSitemap(Sitemap):
    def items(self):
        shown = Case.objects.published().order_by().values("primary_theme")
        return Theme.objects.filter(pk__in=shown).order_by("order", "pk")

    def location(self, theme):
        return reverse("theme", args=[theme.code])


class NoticeSitemap(Sitemap):
    def items(self):
        shown = Notice.objects.filter(cases__in=Case.objects.published().order_by())
        return shown.annotate(changed=Max(F("cases__updated_at"))).only("pk").order_by("pk")

    def location(self, notice):
        return reverse("notice", args=[notice.pk])

    def lastmod(self, notice):
        return notice.changed


class PageSitemap(Sitemap):
    def items(self):
        return ["home", "case-list"]

    def location(self, name):
        return reverse(name)


SITEMAPS = {
    "pages": PageSitemap,
    "cases": CaseSitemap,
    "places": PlaceSitemap,
    "themes": ThemeSitemap,
    "notices": NoticeSitemap,
}


def robots(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "Disallow: /cases/export.",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def opensearch(request):
    """The description by which a browser takes the site among its search engines."""
    context = {"root": request.build_absolute_uri("/")}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "opensearch.xml", context, content_type=kind)


def case_data(case, address: str) -> str:
    """The case as schema.org's Article in JSON, safe within a script element."""
    notice = case.notice
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": case.title,
        "description": case.highlight or None,
        "inLanguage": "zh-CN",
        "url": address,
        "datePublished": f"{case.dated}" if case.dated else None,
        "dateModified": f"{localdate(case.updated_at)}" if case.updated_at else None,
        "spatialCoverage": case.region.path if case.region else None,
        "about": [theme.name for theme in case.themes] or None,
        "author": {"@type": "GovernmentOrganization", "name": notice.issuer}
        if notice and notice.issuer
        else None,
        "isPartOf": {"@type": "CreativeWork", "name": notice.title} if notice else None,
    }
    kept = {name: value for name, value in data.items() if value is not None}
    return mark_safe(json.dumps(kept, ensure_ascii=False).translate(_ESCAPES))
