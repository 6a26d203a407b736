"""From a draft to a document: defaults of customer and item, checks, amounts. Writes nothing."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import amounts, prices
from saumaton.financials.catalogue import Catalogue, Draft, DraftLine, Sold
from saumaton.financials.errors import MissingSetup, Refused
from saumaton.financials.models import (
    Customer,
    GLAccount,
    Item,
    PaymentTerms,
    Resource,
    SalesHeader,
    SalesLine,
)
from saumaton.financials.models.fields import caption

LINE_STEP = 10_000
SOLD_FIELDS = {Item: "item", Resource: "resource", GLAccount: "gl_account"}
ADDRESS = ("address", "address_2", "post_code", "city", "county", "country")
FROM_CUSTOMER = (
    "currency_id",
    "payment_terms_id",
    "shipment_method_id",
    "shipping_agent_id",
    "salesperson_id",
    "customer_price_group_id",
    "location_id",
    "prices_including_vat",
)
FROM_BILLED_CUSTOMER = (
    "customer_posting_group_id",
    "general_business_posting_group_id",
    "vat_business_posting_group_id",
)


def drafted(draft: Draft, catalogue: Catalogue) -> tuple[SalesHeader, list[SalesLine]]:
    """Return the document that a draft describes, with its amounts. Raises `Refused`."""
    header = draft_header(draft, catalogue)
    lines = [
        draft_line(header, line, catalogue, line.line_number or LINE_STEP * (index + 1))
        for index, line in enumerate(draft.lines)
    ]
    calculate(header, lines, catalogue, draft.invoice_discount_amount)
    return header, lines


def draft_header(draft: Draft, catalogue: Catalogue) -> SalesHeader:
    """Return a document header with the customer's defaults and the draft's values."""
    customer = catalogue.customers.get(draft.customer_id)
    if customer is None:
        raise Refused(_("The customer does not exist."), "customer")
    check_customer(customer, draft.document_type)
    today = timezone.localdate()
    values: dict[str, Any] = {
        **{name: getattr(customer, name) for name in FROM_CUSTOMER},
        **{name: getattr(customer, name) for name in FROM_BILLED_CUSTOMER},
        **addresses(customer),
        "bill_to_customer_id": customer.bill_to_customer_id or customer.pk,
        "order_date": today,
        "posting_date": today,
        "document_date": today,
    }
    given = dict(attributes(draft.values))
    values.update(given)
    header = SalesHeader(
        id=draft.id,
        document_type=draft.document_type,
        number=draft.number,
        customer_id=customer.pk,
        **values,
    )
    header.shipment_date = header.shipment_date or header.requested_delivery_date or today
    if header.due_date is None:
        terms_id = header.payment_terms_id
        terms = catalogue.terms.get(terms_id) if terms_id else None
        header.due_date = due_date(header.document_date or today, terms)
    if "currency_factor" not in given:
        day = header.posting_date or today
        header.currency_factor = catalogue.factor(header.currency_id, day)
    return header


def addresses(customer: Customer) -> dict[str, str]:
    """Return the three addresses of a new document, all of them the customer's own."""
    values: dict[str, str] = {}
    for block in ("sell_to", "bill_to", "ship_to"):
        values[f"{block}_name"] = customer.name
        values[f"{block}_contact"] = customer.contact_name
        values.update({f"{block}_{name}": getattr(customer, name) for name in ADDRESS})
    return values


def due_date(document_date: date, terms: PaymentTerms | None) -> date:
    """Return when a document of this date must be paid."""
    if terms is None:
        return document_date
    due = document_date + timedelta(days=terms.due_date_days)
    if terms.end_of_month:
        due = (due.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return due


def check_customer(customer: Customer, document_type: str) -> None:
    """Refuse a blocked customer, or one that could never be posted."""
    refused = {"all", "invoice"} | ({"ship"} if document_type in ("quote", "order") else set())
    if document_type == "credit_memo":
        refused = {"all"}
    if customer.blocked in refused:
        raise Refused(
            _(
                "Customer %(customer)s is blocked (%(blocked)s), and gets no documents. "
                "Change Blocked on the customer card."
            )
            % {"customer": customer, "blocked": customer.get_blocked_display()},
            "customer",
        )
    for field in ("customer_posting_group", "general_business_posting_group"):
        if getattr(customer, f"{field}_id") is None:
            label = caption(Customer, field)
            raise MissingSetup(
                _("Customer %(customer)s has no %(field)s. Fill it in on the customer card.")
                % {"customer": customer, "field": label},
                field,
            )


def draft_line(
    header: SalesHeader, draft: DraftLine, catalogue: Catalogue, line_number: int
) -> SalesLine:
    """Return a document line with the defaults of what it sells. Raises `Refused`."""
    line = SalesLine(
        id=draft.id or uuid4(), header=header, line_number=line_number, type=draft.type
    )
    line.description_2 = draft.description_2
    line.description = (draft.description or "")[:100]
    for name, value in attributes(draft.values):
        setattr(line, name, value)
    if not draft.type:
        return line
    sold = catalogue.sold.get(draft.sold_id) if draft.sold_id else None
    if sold is None:
        raise Refused(
            _("Line %(line)s names nothing that is sold.") % {"line": line_number}, draft.type
        )
    check_sold(sold)
    setattr(line, SOLD_FIELDS[type(sold)], sold)
    if draft.description is None:
        line.description = sold.description if isinstance(sold, Item) else sold.name
    _set_unit(line, sold, draft, catalogue)
    _set_groups(line, sold, header, catalogue)
    _set_price(line, sold, header, draft, catalogue)
    line.shipment_date = line.shipment_date or header.shipment_date
    line.location_id = line.location_id or header.location_id
    set_quantities(line)
    return line


def check_sold(sold: Sold) -> None:
    """Refuse what is blocked."""
    if sold.blocked or getattr(sold, "sales_blocked", False):
        raise Refused(
            _("%(kind)s %(sold)s is blocked and cannot be sold. Change that on its card.")
            % {"kind": sold._meta.verbose_name, "sold": sold},
            SOLD_FIELDS[type(sold)],
        )


def set_quantities(line: SalesLine) -> None:
    """Propose to ship and invoice what is left of the line. Raises `Refused`."""
    if line.quantity < max(line.quantity_shipped, line.quantity_invoiced):
        raise Refused(
            _("Line %(line)s: the Quantity must not be less than %(shipped)s, which is shipped.")
            % {"line": line.line_number, "shipped": line.quantity_shipped},
            "quantity",
        )
    amounts.check_size(line.quantity * line.quantity_per_unit)
    line.quantity_to_ship = line.quantity - line.quantity_shipped
    line.quantity_to_invoice = line.quantity - line.quantity_invoiced
    line.outstanding_base = (line.quantity - line.quantity_shipped) * line.quantity_per_unit


def calculate(
    header: SalesHeader, lines: list[SalesLine], catalogue: Catalogue, invoice_discount: Decimal
) -> None:
    """Set the amounts of all lines and the totals of the document."""
    precision = catalogue.amount_precision(header.currency_id)
    for line in lines:
        amounts.set_discount_amount(line, line.line_discount_amount, precision)
    totals = amounts.set_totals(
        lines,
        invoice_discount,
        prices_including_vat=header.prices_including_vat,
        precision=precision,
    )
    header.invoice_discount_amount = invoice_discount
    header.amount = totals.amount
    header.amount_including_vat = totals.amount_including_vat


def _set_unit(line: SalesLine, sold: Sold, draft: DraftLine, catalogue: Catalogue) -> None:
    line.quantity = amounts.rounded(draft.quantity, amounts.FIVE_PLACES)
    if isinstance(sold, GLAccount):
        line.unit_id = draft.unit_id
        return
    line.unit_id = draft.unit_id or getattr(sold, "sales_unit_id", None) or sold.base_unit_id
    per = catalogue.quantity_per.get((sold.pk, line.unit_id)) if line.unit_id else None
    if per is None and line.unit_id != sold.base_unit_id:
        raise Refused(
            _(
                "Line %(line)s: %(sold)s is not sold in this unit of measure. "
                "Add the unit on its card, with the quantity per unit."
            )
            % {"line": line.line_number, "sold": sold},
            "unit",
        )
    line.quantity_per_unit = per or Decimal(1)


def _set_groups(line: SalesLine, sold: Sold, header: SalesHeader, catalogue: Catalogue) -> None:
    line.general_product_posting_group_id = sold.general_product_posting_group_id
    line.vat_product_posting_group_id = sold.vat_product_posting_group_id
    missing = _missing_group(sold)
    if missing:
        label = caption(type(sold), missing)
        raise MissingSetup(
            _("%(kind)s %(sold)s has no %(field)s. Fill it in on its card.")
            % {"kind": sold._meta.verbose_name, "sold": sold, "field": label},
            missing,
        )
    line.vat_percent = catalogue.vat_percent(
        header.vat_business_posting_group_id, line.vat_product_posting_group_id
    )


def _missing_group(sold: Sold) -> str | None:
    needed = ["general_product_posting_group", "vat_product_posting_group"]
    if isinstance(sold, Item) and sold.type == "inventory":
        needed.append("inventory_posting_group")
    return next((name for name in needed if getattr(sold, f"{name}_id") is None), None)


def _set_price(
    line: SalesLine, sold: Sold, header: SalesHeader, draft: DraftLine, catalogue: Catalogue
) -> None:
    if draft.unit_price is not None:
        line.unit_price = draft.unit_price
    elif isinstance(sold, Item):
        line.unit_price = _item_price(line, sold, header, catalogue)
    elif isinstance(sold, Resource):
        own = sold.unit_price * line.quantity_per_unit * header.currency_factor
        line.unit_price = amounts.rounded(own, catalogue.unit_amount_precision(header.currency_id))
    line.allow_invoice_discount = getattr(sold, "allow_invoice_discount", True)
    precision = catalogue.amount_precision(header.currency_id)
    if draft.line_discount_percent is not None:
        amounts.set_discount_percent(line, draft.line_discount_percent, precision)
    else:
        amounts.set_discount_amount(line, draft.line_discount_amount, precision)


def _item_price(line: SalesLine, item: Item, header: SalesHeader, catalogue: Catalogue) -> Decimal:
    purchase = prices.Purchase(
        customer=catalogue.customers[header.customer_id],
        item=item,
        unit_id=line.unit_id,
        quantity=line.quantity,
        day=header.order_date or timezone.localdate(),
        quantity_per_unit=line.quantity_per_unit,
        currency_id=header.currency_id,
        factor=header.currency_factor,
        customer_price_group_id=header.customer_price_group_id,
        precision=catalogue.unit_amount_precision(header.currency_id),
    )
    return prices.unit_price(purchase, catalogue.prices.get(item.pk, ()))


_FOREIGN_KEYS: dict[str, str] = {
    field.name: field.attname
    for model in (SalesHeader, SalesLine)
    for field in model._meta.concrete_fields
    if field.is_relation
}


def attributes(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield values under the names that ids are set by; a record among them gives its id."""
    for name, value in values.items():
        attname = _FOREIGN_KEYS.get(name, name)
        yield attname, getattr(value, "pk", value) if attname != name else value
