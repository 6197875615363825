from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from . import api, views

urlpatterns = [
    path("cases/", views.case_list, name="case-list"),
    path("api/v1/cases", api.CaseList.as_view(), name="api-cases"),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
]
