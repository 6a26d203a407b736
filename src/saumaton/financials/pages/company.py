"""Company information with the experience, and the two set-ups: general ledger, sales."""

from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import (
    CompanyInformation,
    GeneralLedgerSetup,
    NumberSeries,
    SalesSetup,
)
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource
from saumaton.pages.source import Missing

EXPERIENCE = Field(
    "experience",
    _("Experience"),
    help=_("The integration with a CRM is offered in the Suite experience only."),
)


def only(model: type) -> str:
    """Return the key of the only row of a set-up table."""
    key = model.objects.values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    if key is None:
        raise Missing(model.__name__)
    return str(key)


SERIES = OrmSource(NumberSeries, search=("code", "description"))

registry.add(
    CardPage(
        name="company_information",
        caption=_("Company Information"),
        source=OrmSource(CompanyInformation),
        title=("name",),
        sections=(
            Section(
                _("General"),
                (
                    "name", "name_2", "address", "address_2", "post_code", "city", "county",
                    "country", "registration_number", "vat_registration_number",
                ),
            ),
            Section(_("Communication"), ("phone", "email", "home_page")),
            Section(_("Payments"), ("bank_name", "iban", "swift_code")),
            Section(_("User experience"), (EXPERIENCE,)),
        ),
        edit_right="edit setup",
        creatable=False,
        deletable=False,
        single=lambda: only(CompanyInformation),
        group="setup",
        place=10,
    ),
    CardPage(
        name="general_ledger_setup",
        caption=_("General Ledger Setup"),
        source=OrmSource(GeneralLedgerSetup),
        title=(),
        sections=(
            Section(
                _("General"),
                (
                    "lcy_code", "local_currency_symbol", "local_currency_description",
                    Field("amount_rounding_precision", kind="decimal"),
                    Field("unit_amount_rounding_precision", kind="decimal"),
                    "allow_posting_from", "allow_posting_to",
                ),
            ),
        ),
        edit_right="edit setup",
        creatable=False,
        deletable=False,
        single=lambda: only(GeneralLedgerSetup),
        group="setup",
        place=20,
    ),
    CardPage(
        name="sales_setup",
        caption=_("Sales & Receivables Setup"),
        source=OrmSource(SalesSetup),
        title=(),
        sections=(
            Section(
                _("General"),
                (
                    "stockout_warning", "credit_warnings", "external_document_number_mandatory",
                    "archive_quotes", "archive_orders", "freight_account", "write_in_item",
                    "write_in_resource",
                ),
            ),
            Section(
                _("Numbering"),
                (
                    "quote_numbers", "order_numbers", "invoice_numbers", "credit_memo_numbers",
                    "posted_shipment_numbers", "posted_invoice_numbers",
                    "posted_credit_memo_numbers", "customer_numbers", "contact_numbers",
                    "item_numbers", "resource_numbers", "payment_numbers",
                ),
            ),
        ),
        edit_right="edit setup",
        creatable=False,
        deletable=False,
        single=lambda: only(SalesSetup),
        group="setup",
        place=30,
    ),
    ListPage(
        name="number_series",
        caption=_("No. Series"),
        source=SERIES,
        columns=("code", "description", "starting_number", "ending_number", "last_number_used"),
        group="setup",
        place=35,
    ),
    CardPage(
        name="number_series",
        caption=_("No. Series"),
        source=SERIES,
        title=("code", "description"),
        sections=(
            Section(
                _("General"),
                (
                    "code", "description", "starting_number", "ending_number", "increment_by",
                    "last_number_used",
                ),
            ),
        ),
        edit_right="edit setup",
    ),
)  # fmt: skip
