"""Payment terms, shipment methods, shipping agents and locations."""

from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import Location, PaymentTerms, ShipmentMethod, ShippingAgent
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource

TABLES = (
    (
        PaymentTerms,
        _("Payment Terms"),
        _("Payment Terms"),
        (
            "code", "description", "due_date_days", "end_of_month", "discount_days",
            "discount_percent",
        ),
    ),
    (ShipmentMethod, _("Shipment Methods"), _("Shipment Method"), ("code", "description")),
    (
        ShippingAgent,
        _("Shipping Agents"),
        _("Shipping Agent"),
        ("code", "name", "internet_address", "account_number"),
    ),
    (Location, _("Locations"), _("Location"), ("code", "name")),
)  # fmt: skip

for place, (model, captions, caption, columns) in enumerate(TABLES):
    source = OrmSource(model, search=columns[:2])
    registry.add(
        ListPage(
            name=source.page,
            caption=captions,
            source=source,
            columns=columns,
            group="setup",
            place=40 + place,
        ),
        CardPage(
            name=source.page,
            caption=caption,
            source=source,
            title=columns[:2],
            sections=(Section(_("General"), columns),),
            edit_right="edit setup",
        ),
    )
