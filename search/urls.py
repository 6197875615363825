from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from . import api

urlpatterns = [
    path("api/v1/cases", api.CaseList.as_view(), name="api-cases"),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
]
