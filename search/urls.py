from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from . import api, exporting, feeds, views

urlpatterns = [
    path("suggest", views.suggest, name="suggest"),
    path("cases/clicked", views.clicked, name="search-clicked"),
    path("cases/", views.case_list, name="case-list"),
    path("cases/feed", feeds.feed, name="feed"),
    re_path(r"^cases/export\.(?P<kind>xlsx|csv|docx)$", exporting.export, name="export"),
    path("api/v1/cases", api.CaseList.as_view(), name="api-cases"),
    path("api/v1/cases/<int:pk>/similar", api.SimilarCases.as_view(), name="api-similar"),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
]
