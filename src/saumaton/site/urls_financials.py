"""The addresses of Financials and of the integration inside it."""

from django.urls import include, path

urlpatterns = [
    path("", include("saumaton.financials.urls")),
    path("", include("saumaton.integration.urls")),
    path("", include("saumaton.jobs.urls")),
    path("", include("saumaton.users.urls")),
    path("", include("saumaton.pages.urls")),
]
