"""Decide what sales order a CRM order becomes, or all the reasons why it cannot. Writes nothing."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid5

from saumaton.financials import models as erp
from saumaton.financials.documents import Draft, DraftLine
from saumaton.integration.reasons import Reason, reason
from saumaton.sync.model import Row

from .reading import ZERO, Known, Order, amount

SUBMITTED = 1
CENT = Decimal("0.01")
ADDRESS = {
    "address": ("line1", 100),
    "address_2": ("line2", 50),
    "post_code": ("postalcode", 20),
    "city": ("city", 30),
    "country": ("country", 10),
    "county": ("stateorprovince", 30),
}


class Impossible(Exception):
    """An order cannot be taken; `reasons` holds all of them."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(str(reasons))
        self.reasons = reasons


def draft_of(order: Order, known: Known, connection: UUID) -> Draft:
    """Return the sales order this CRM order becomes. Raises `Impossible` with every reason."""
    reasons = [*_header_reasons(order, known)]
    for line in order.lines:
        reasons += _line_reasons(line, known)
    if order.amount("freightamount") and not _freight_account(known):
        reasons.append(reason("ERP-FREIGHT"))
    if reasons:
        raise Impossible(reasons)
    customer = customer_of(order, known)
    assert customer is not None
    return Draft(
        id=order_id(connection, order.id),
        customer_id=customer.id,
        values=_header_values(order, known),
        lines=(*_lines(order, known), *_freight(order, known), *_rounding(order, known)),
        invoice_discount_amount=_header_discount(order),
    )


def order_id(connection: UUID, crm_id: UUID) -> UUID:
    """The id of the sales order that a CRM order becomes: the same one whoever makes it."""
    return uuid5(connection, f"SALESORDER-ORDER/{crm_id}")


def customer_of(order: Order, known: Known) -> erp.Customer | None:
    account = order.row.values.get("accountid")
    if account is None and (contact := known.accounts.get(order.row.values.get("contactid"))):
        account = contact.values.get("parentcustomerid")
    return known.customers.get(account)


def _header_reasons(order: Order, known: Known) -> Iterator[Reason]:
    values = order.row.values
    if values.get("statecode") != SUBMITTED:
        yield reason("ORD-STATE")
    if not values.get("customerid"):
        yield reason("ORD-NO-CUSTOMER")
    elif not (values.get("accountid") or known.accounts.get(values.get("contactid"))):
        yield reason("ORD-NO-ACCOUNT")
    elif (customer := customer_of(order, known)) is None:
        yield reason("ORD-ACCOUNT-UNCOUPLED", name=order.text("billto_name") or order.text("name"))
    else:
        yield from _customer_reasons(customer)
    yield from _currency_reasons(order, known)
    if code := values.get("pricingerrorcode"):
        yield reason("ERP-PRICING", code=code)
    expected, wanted = erp_total(order), crm_total(order)
    if abs(expected - wanted) > _tolerance(order):
        yield reason("ERP-TOTAL", erp=expected, crm=wanted)


def _customer_reasons(customer: erp.Customer) -> Iterator[Reason]:
    if customer.blocked:
        blocked = customer.get_blocked_display()
        yield reason("ERP-CUSTOMER-BLOCKED", number=customer.number, blocked=blocked)
    if not (customer.customer_posting_group_id and customer.general_business_posting_group_id):
        yield reason("ERP-CUSTOMER-POSTING", number=customer.number)


def _currency_reasons(order: Order, known: Known) -> Iterator[Reason]:
    currency = order.row.values.get("transactioncurrencyid")
    if currency not in known.currencies:
        yield reason("ORD-CURRENCY")
    elif (foreign := known.currencies[currency]) is not None:
        first = known.rates.get(foreign.id)
        if first is None or first > known.today:
            yield reason("ERP-RATE", code=foreign.code, date=known.today)


def _line_reasons(line: Row, known: Known) -> Iterator[Reason]:
    values = line.values
    named = {"line": values.get("lineitemnumber") or "?", "text": _line_text(line)}
    product = values.get("productid")
    if product is None:
        if _write_in(known) is None:
            yield reason("LIN-WRITEIN-SETUP", **named)
    elif product not in known.items and product not in known.resources:
        yield reason("LIN-UNCOUPLED", **named)
    elif (sold := known.items.get(product) or known.resources.get(product)) is None:
        yield reason("LIN-ERP-MISSING", **named)
    elif sold.blocked or getattr(sold, "sales_blocked", False):
        yield reason("LIN-BLOCKED", number=sold.number, **named)
    if line_discount(line) > max(_before_discount(line), ZERO):
        yield reason("LIN-DISCOUNT", **named)


def _line_text(line: Row) -> str:
    return str(line.values.get("productdescription") or line.values.get("productname") or "")


def _write_in(known: Known) -> erp.Item | erp.Resource | None:
    setup = known.setup
    return (setup.write_in_item or setup.write_in_resource) if setup else None


def _freight_account(known: Known) -> UUID | None:
    return known.setup.freight_account_id if known.setup else None


def _header_values(order: Order, known: Known) -> dict[str, object]:
    values = order.row.values
    currency = known.currencies[values["transactioncurrencyid"]]
    found: dict[str, object] = {
        "your_reference": order.text("ordernumber")[:35],
        "external_document_number": order.text("name")[:35],
        "work_description": order.text("description"),
        "requested_delivery_date": values.get("requestdeliveryby"),
        "order_date": values.get("submitdate") or known.today,
        "currency_id": currency.id if currency else None,
        "prices_including_vat": False,  # the CRM's prices are net
    }
    for ours, theirs in (("bill_to", "billto"), ("ship_to", "shipto")):
        address = {
            f"{ours}_{name}": order.text(f"{theirs}_{column}")[:length]
            for name, (column, length) in ADDRESS.items()
        }
        if any(address.values()):
            found |= address
    return found


def _lines(order: Order, known: Known) -> Iterator[DraftLine]:
    for line in order.lines:
        product = line.values.get("productid")
        item, resource = known.items.get(product), known.resources.get(product)
        if product is None:
            sold = _write_in(known)
            item = sold if isinstance(sold, erp.Item) else None
            resource = sold if isinstance(sold, erp.Resource) else None
        text = _line_text(line)[:100] if product is None else None
        yield DraftLine(
            type="item" if item else "resource",
            item_id=item.id if item else None,
            resource_id=resource.id if resource else None,
            description=text,
            quantity=amount(line, "quantity"),
            unit_price=amount(line, "priceperunit"),
            line_discount_amount=line_discount(line),
        )


def _freight(order: Order, known: Known) -> Iterator[DraftLine]:
    if freight := order.amount("freightamount"):
        yield _account_line(known, "Freight Amount", freight)


def _rounding(order: Order, known: Known) -> Iterator[DraftLine]:
    """A cent that rounding by line would lose or add stands on a line of its own, by its name."""
    if difference := crm_total(order) - erp_total(order):
        if _freight_account(known) is None:
            raise Impossible([reason("ERP-ROUNDING")])
        yield _account_line(known, "Rounding", difference)


def _account_line(known: Known, description: str, price: Decimal) -> DraftLine:
    return DraftLine(
        type="gl_account",
        gl_account_id=_freight_account(known),
        description=description,
        quantity=Decimal(1),
        unit_price=price,
    )


def _header_discount(order: Order) -> Decimal:
    if not (order.amount("discountamount") or order.amount("discountpercentage")):
        return ZERO
    return order.amount("totallineitemamount") - order.amount("totalamountlessfreight")


def line_discount(line: Row) -> Decimal:
    volume = amount(line, "quantity") * amount(line, "volumediscountamount")
    return (volume + amount(line, "manualdiscountamount")).quantize(CENT, ROUND_HALF_UP)


def _before_discount(line: Row) -> Decimal:
    """The line's amount as Financials works it out: rounded once, by line."""
    return (amount(line, "quantity") * amount(line, "priceperunit")).quantize(CENT, ROUND_HALF_UP)


def erp_total(order: Order) -> Decimal:
    """What Financials will make of the order, before VAT."""
    lines = sum((_before_discount(line) - line_discount(line) for line in order.lines), ZERO)
    return lines - _header_discount(order) + order.amount("freightamount")


def crm_total(order: Order) -> Decimal:
    """What the CRM says the order comes to, less the tax that somebody typed."""
    return order.amount("totalamount") - order.amount("totaltax")


def _tolerance(order: Order) -> Decimal:
    return CENT * (len(order.lines) + 1)
