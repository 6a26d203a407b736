"""Posted sales invoices of orders that came from the CRM go back to it, and close its orders.

Ids are derived, so a step that is repeated finds what it wrote. As an integration user writes here,
the CRM works nothing out: amounts are written by a second pass, after header and lines exist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid5

from saumaton.financials import models as erp
from saumaton.integration.backends.orm import LCY
from saumaton.integration.connections import crm_table
from saumaton.integration.memory import DjangoMemory
from saumaton.integration.models import Connection, Document
from saumaton.integration.reasons import reason
from saumaton.sync.model import Operation, Row, Side, Value, Values, Verb
from saumaton.sync.ports import Ending, Outcome

MAPPING = "POSTEDSALESINV-INV"
LINE_MAPPING = "POSTEDSALESLINE-INV"
INVOICED = {"statecode": 4, "statuscode": 100003}
ADDRESS = {
    "name": "name",
    "address": "line1",
    "address_2": "line2",
    "city": "city",
    "country": "country",
    "post_code": "postalcode",
    "county": "stateorprovince",
}
ZERO = Decimal(0)


@dataclass
class Known:
    """What a chunk of invoices points at, by ERP id."""

    orders: dict[object, Row] = field(default_factory=dict)  # CRM orders, by ERP order
    products: dict[object, UUID] = field(default_factory=dict)
    units: dict[object, UUID] = field(default_factory=dict)
    currencies: dict[object, UUID] = field(default_factory=dict)


def waiting_invoices(connection: Connection) -> list[UUID]:
    """Return posted invoices of coupled orders that the CRM does not have in full."""
    orders = Document.objects.filter(connection=connection, kind="order", erp_id__isnull=False)
    sent = Document.objects.filter(connection=connection, kind="invoice", stamped=True)
    invoices = erp.SalesInvoiceHeader.objects.filter(order_id__in=orders.values("erp_id"))
    waiting = invoices.exclude(pk__in=sent.values("erp_id")).order_by("number")
    return list(waiting.values_list("pk", flat=True))


def send(connection: Connection, ids: Sequence[UUID]) -> None:
    """Create these invoices in the CRM, write their amounts, and close the orders they complete."""
    invoices = list(
        erp.SalesInvoiceHeader.objects.filter(pk__in=ids)
        .select_related("currency", "shipment_method")
        .prefetch_related("lines__item", "lines__resource", "lines__gl_account")
    )
    known = _read_known(connection, invoices)
    sendable = [invoice for invoice in invoices if invoice.order_id in known.orders]
    lines = [(invoice, line) for invoice in sendable for line in invoice.lines.all() if line.type]
    headers = crm_table(connection, "invoice")
    details = crm_table(connection, "invoicedetail")
    refused: dict[UUID, str] = {}

    def ended(outcomes: Iterable[tuple[UUID, Outcome]]) -> None:
        for id, outcome in outcomes:
            # A create that finds its record there is a repeated step.
            if outcome.ending not in (Ending.DONE, Ending.AGAIN):
                refused.setdefault(id, outcome.reason)

    made = [_create(connection, MAPPING, i.pk, _header(i, known)) for i in sendable]
    ended(zip([i.pk for i in sendable], headers.write(made), strict=True))
    made = [
        _create(connection, LINE_MAPPING, ln.pk, _line(connection, i, ln, known)) for i, ln in lines
    ]
    ended(zip([i.pk for i, _ in lines], details.write(made), strict=True))
    told = [_update(connection, LINE_MAPPING, ln.pk, _line_amounts(ln)) for _, ln in lines]
    ended(zip([i.pk for i, _ in lines], details.write(told), strict=True))
    told = [_update(connection, MAPPING, i.pk, _totals(i)) for i in sendable]
    ended(zip([i.pk for i in sendable], headers.write(told), strict=True))
    _close_orders(connection, [i for i in sendable if i.pk not in refused])
    for invoice in sendable:
        _remember(connection, invoice, refused.get(invoice.pk))


def crm_id(connection: Connection, mapping: str, id: UUID) -> UUID:
    return uuid5(connection.id, f"{mapping}/{id}")


def _create(connection: Connection, mapping: str, id: UUID, values: Values) -> Operation:
    target = crm_id(connection, mapping, id)
    filled = {name: value for name, value in values.items() if value not in (None, "")}
    return Operation(mapping, Verb.CREATE, id, target, side=Side.CRM, after=filled)


def _update(connection: Connection, mapping: str, id: UUID, values: Values) -> Operation:
    target = crm_id(connection, mapping, id)
    return Operation(mapping, Verb.UPDATE, id, target, side=Side.CRM, after=values)


def _read_known(connection: Connection, invoices: Sequence[erp.SalesInvoiceHeader]) -> Known:
    memory = DjangoMemory(connection)
    documents = Document.objects.filter(
        connection=connection, kind="order", erp_id__in=[i.order_id for i in invoices]
    )
    erp_orders = dict(documents.values_list("crm_id", "erp_id"))
    rows = crm_table(connection, "salesorder").fetch(erp_orders)
    lines = [line for invoice in invoices for line in invoice.lines.all()]
    sold = [line.item or line.resource for line in lines]
    items = {line.item_id for line in lines}
    resources = {line.resource_id for line in lines}
    units = {thing.base_unit_id for thing in sold if thing and thing.base_unit_id}
    currencies = {i.currency_id or LCY for i in invoices}
    return Known(
        orders={erp_orders[row.id]: row for row in rows},
        products=_coupled(memory, "ITEM-PRODUCT", items)
        | _coupled(memory, "RESOURCE-PRODUCT", resources),
        units=_coupled(memory, "BASE UNIT", units),
        currencies=_coupled(memory, "CURRENCY", currencies),
    )


def _coupled(memory: DjangoMemory, mapping: str, ids: Iterable[UUID | None]) -> dict[object, UUID]:
    wanted = [id for id in ids if id]
    return {c.erp: c.crm for c in memory.couplings(mapping, Side.ERP, wanted)}


def _header(invoice: erp.SalesInvoiceHeader, known: Known) -> dict[str, Value]:
    order = known.orders[invoice.order_id].values
    values: dict[str, Value] = {
        "name": order.get("name") or invoice.number,
        "invoicenumber": invoice.number,
        "salesorderid": known.orders[invoice.order_id].id,
        "customerid": order.get("customerid"),
        "pricelevelid": order.get("pricelevelid"),
        "ownerid": order.get("ownerid"),
        "opportunityid": order.get("opportunityid"),
        "transactioncurrencyid": known.currencies.get(invoice.currency_id or LCY),
        "duedate": invoice.due_date,
        "datedelivered": invoice.shipment_date,
        "description": invoice.work_description or _method(invoice),
    }
    for ours, theirs in (("ship_to", "shipto"), ("bill_to", "billto")):
        for name, column in ADDRESS.items():
            values[f"{theirs}_{column}"] = getattr(invoice, f"{ours}_{name}")
    return values


def _method(invoice: erp.SalesInvoiceHeader) -> str:
    return invoice.shipment_method.description if invoice.shipment_method else ""


def _line(
    connection: Connection,
    invoice: erp.SalesInvoiceHeader,
    line: erp.SalesInvoiceLine,
    known: Known,
) -> dict[str, Value]:
    sold = line.item or line.resource
    product = known.products.get(line.item_id or line.resource_id)
    values: dict[str, Value] = {
        "invoiceid": crm_id(connection, MAPPING, invoice.pk),
        "lineitemnumber": line.line_number,
        "quantity": line.quantity,
        "priceperunit": _net_price(line),
        "ispriceoverridden": True,
        "manualdiscountamount": line.line_discount_amount,
        "tax": line.amount_including_vat - line.amount,
        "actualdeliveryon": invoice.shipment_date,
    }
    if product and sold:
        return values | {"productid": product, "uomid": known.units.get(sold.base_unit_id)}
    text = " ".join(filter(None, (line.number, line.description)))
    return values | {"isproductoverridden": True, "productdescription": text or "-"}


def _net_price(line: erp.SalesInvoiceLine) -> Decimal:
    """The unit price before VAT, also where the document's prices include it."""
    if line.header.prices_including_vat and line.quantity:
        vat = line.amount_including_vat - line.amount
        return (line.unit_price - vat / line.quantity).quantize(Decimal("0.0001"))
    return line.unit_price


def _line_amounts(line: erp.SalesInvoiceLine) -> dict[str, Value]:
    return {
        "manualdiscountamount": line.line_discount_amount,
        "tax": line.amount_including_vat - line.amount,
        "baseamount": line.amount + line.invoice_discount_amount + line.line_discount_amount,
        "extendedamount": line.amount_including_vat + line.invoice_discount_amount,
    }


def _totals(invoice: erp.SalesInvoiceHeader) -> dict[str, Value]:
    lines = list(invoice.lines.all())
    line_discounts = sum((line.line_discount_amount for line in lines), ZERO)
    discount = sum((line.invoice_discount_amount for line in lines), ZERO)
    return {
        "totallineitemamount": invoice.amount + discount,
        "totallineitemdiscountamount": line_discounts,
        "discountamount": discount,
        "totaldiscountamount": discount,
        "totalamountlessfreight": invoice.amount,
        "totaltax": invoice.amount_including_vat - invoice.amount,
        "totalamount": invoice.amount_including_vat,
    }


def _close_orders(connection: Connection, invoices: Sequence[erp.SalesInvoiceHeader]) -> None:
    """Set orders that are invoiced in full, and so have left the books, to Invoiced in the CRM."""
    wanted = {invoice.order_id for invoice in invoices if invoice.order_id}
    open_still = set(erp.SalesHeader.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    orders = Document.objects.filter(
        connection=connection, kind="order", erp_id__in=wanted - open_still
    ).exclude(state=Document.State.INVOICED)
    operations = [
        Operation("SALESORDER-ORDER", Verb.UPDATE, o.erp_id, o.crm_id, Side.CRM, after=INVOICED)
        for o in orders
    ]
    if operations:
        outcomes = crm_table(connection, "salesorder").write(operations)
        closed = [
            operation.target
            for operation, outcome in zip(operations, outcomes, strict=True)
            if outcome.ending is Ending.DONE
        ]
        orders.filter(crm_id__in=closed).update(state=Document.State.INVOICED)


def _remember(connection: Connection, invoice: erp.SalesInvoiceHeader, refusal: str | None) -> None:
    Document.objects.update_or_create(
        connection=connection,
        kind=Document.Kind.INVOICE,
        erp_id=invoice.pk,
        defaults={
            "crm_id": crm_id(connection, MAPPING, invoice.pk),
            "crm_number": invoice.number,
            "erp_number": invoice.number,
            "erp_total": invoice.amount_including_vat,
            "crm_total": None if refusal else invoice.amount_including_vat,
            "state": Document.State.REFUSED if refusal else Document.State.CREATED,
            "reasons": [reason("INV-REFUSED", error=refusal)] if refusal else [],
            "stamped": refusal is None,
        },
    )
