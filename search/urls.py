from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from . import api, views

urlpatterns = [
    path("suggest", views.suggest, name="suggest"),
    path("cases/clicked", views.clicked, name="search-clicked"),
    path("cases/", views.case_list, name="case-list"),
    path("api/v1/cases", api.CaseList.as_view(), name="api-cases"),
    path("api/v1/cases/<int:pk>/similar", api.SimilarCases.as_view(), name="api-similar"),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
]
