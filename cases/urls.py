from django.urls import path

from . import api

urlpatterns = [
    path("api/v1/cases/<int:pk>", api.CaseDetail.as_view(), name="api-case"),
]
