"""The addresses of the integration."""

from django.urls import URLPattern, URLResolver, path

from saumaton.integration import api
from saumaton.integration.pages import connection, coupling, mappings, review, runs

API = "api/integration/v1"

app_name = "integration"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{API}/setup", api.setup),
    path(f"{API}/status", api.status),
    path(f"{API}/full-synchronization", api.full_synchronization),
    path(f"{API}/runs/<uuid:id>", api.run),
    path(f"{API}/runs/<uuid:id>/<str:action>", api.run_action),
    path(f"{API}/mappings/<str:name>/synchronization", api.synchronization),
    path(f"{API}/orders/conversion", api.orders_conversion),
    path(f"{API}/orders", api.orders),
    path(f"{API}/invoices/synchronization", api.invoices_synchronization),
    path(f"{API}/couplings", api.couplings),
    path("integration/connection/", connection.show, name="connection"),
    path("integration/connection/<str:action>/", connection.act, name="connection_action"),
    path("integration/review/", review.show, name="review"),
    path("integration/review/plan/", review.plan, name="plan"),
    path("integration/mappings/", mappings.show, name="mappings"),
    path("integration/mappings/synchronise/", mappings.synchronise, name="synchronise"),
    path("integration/mappings/<str:name>/", mappings.fields, name="fields"),
    path("integration/coupling/<str:name>/<uuid:id>/", coupling.show, name="coupling"),
    path("integration/jobs/<uuid:id>/", runs.show, name="run"),
    path("integration/jobs/<uuid:id>/<str:action>/", runs.act, name="run_action"),
]
