"""The addresses of the CRM."""

from django.urls import include, path

urlpatterns = [
    path("", include("saumaton.crm.urls")),
    path("", include("saumaton.pages.urls")),
]
