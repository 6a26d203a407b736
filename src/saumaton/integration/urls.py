"""The addresses of the integration."""

from django.urls import URLPattern, URLResolver, path

from saumaton.integration import api

API = "api/integration/v1"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{API}/setup", api.setup),
    path(f"{API}/status", api.status),
    path(f"{API}/full-synchronization", api.full_synchronization),
    path(f"{API}/runs/<uuid:id>", api.run),
    path(f"{API}/mappings/<str:name>/synchronization", api.synchronization),
    path(f"{API}/orders/conversion", api.orders_conversion),
    path(f"{API}/orders", api.orders),
    path(f"{API}/invoices/synchronization", api.invoices_synchronization),
    path(f"{API}/couplings", api.couplings),
]
