from django.urls import URLPattern, URLResolver, path

from saumaton.financials.api.views import api
from saumaton.financials.web_services.views import odata

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v2.0", api),
    path("api/v2.0/<path:path>", api),
    path("ODataV4", odata),
    path("ODataV4/<path:path>", odata),
]
