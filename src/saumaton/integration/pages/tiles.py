"""What the integration puts on Home."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from saumaton.integration.models import Connection, Document, Pending
from saumaton.pages import registry
from saumaton.pages.registry import Tile
from saumaton.users.permissions import Right, may


def setup_tile(request: HttpRequest) -> dict[str, Any] | None:
    """Offer the guide until a CRM is connected."""
    if not may(request.user, Right.ADMINISTER) or Connection.objects.filter(enabled=True).exists():
        return None
    return {"address": registry.WIZARDS["crm-connection"].address}


def attention_tile(request: HttpRequest) -> dict[str, Any] | None:
    """Tell of records and orders that wait for a person."""
    if not may(request.user, Right.INTEGRATE):
        return None
    refused = Document.objects.filter(state=Document.State.REFUSED, kind="order").count()
    pending = Pending.objects.count()
    if not (refused or pending):
        return None
    return {
        "pending": pending,
        "refused": refused,
        "pending_address": reverse("pages:list", args=["pending"]),
        "refused_address": reverse("pages:list", args=["crm_order"]) + "?f-state=refused",
    }


registry.add(
    Tile("crm_setup", "integration/_setup_tile.html", setup_tile, place="start"),
    Tile("crm_attention", "integration/_attention_tile.html", attention_tile),
)
