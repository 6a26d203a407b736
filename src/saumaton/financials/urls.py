from django.urls import URLPattern, URLResolver, path

from saumaton.financials.api.views import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v2.0", api),
    path("api/v2.0/<path:path>", api),
]
