from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from . import api, discovery, display, views
from .desks import news, report, word

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/word", word.case_word, name="case-word"),
    path("cities/<slug:code>/", views.city, name="city"),
    path("themes/<slug:code>/", views.theme, name="theme"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/<int:pk>/original", views.notice_file, name="notice-file"),
    path("", include("cases.desks.overview")),
    path("", include("cases.desks.benchmark")),
    path("", include("cases.desks.compare")),
    path("", include("cases.desks.shortlist")),
    path("news/", news.news, name="news"),
    path("report/", report.report, name="report"),
    path("report/thanks", report.thanks, name="report-thanks"),
    path("robots.txt", discovery.robots),
    path("opensearch.xml", discovery.opensearch, name="opensearch"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": discovery.SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemaps.sitemap,
        {"sitemaps": discovery.SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("display", display.change_display, name="change-display"),
    path("api/v1/cases/<int:pk>", api.CaseDetail.as_view(), name="api-case"),
]
