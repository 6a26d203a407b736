"""Submitted CRM orders become sales orders, once each and to the cent."""

from collections import defaultdict
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.financials import models as erp
from saumaton.financials.setup import new_customer_defaults, new_item_defaults
from saumaton.integration.backends.orm import LCY
from saumaton.integration.memory import DjangoMemory
from saumaton.integration.models import Coupling as Kept
from saumaton.integration.models import Document
from saumaton.integration.orders import conversion, drafting, reading
from saumaton.integration.reasons import sentence
from saumaton.sync.model import Base, Row
from saumaton.sync.ports import Coupling

from .crm_table import MemoryTable

D = Decimal
ZERO = Decimal(0)
EURO = uuid4()


class Shop:
    """A CRM with accounts, products and orders, coupled to a company that can sell."""

    def __init__(self, connection) -> None:
        self.connection = connection
        self.tables: dict[str, MemoryTable] = defaultdict(MemoryTable)
        self.customer = erp.Customer.objects.create(
            number="C1", name="Aalto Oy", country="FI", **new_customer_defaults("FI")
        )
        unit = erp.UnitOfMeasure.objects.get(code="PCS")
        self.item = erp.Item.objects.create(
            number="I1", description="Chair", base_unit=unit, **new_item_defaults()
        )
        self.account, self.product = uuid4(), uuid4()
        self.couple("CURRENCY", LCY, EURO)
        self.couple("CUSTOMER", self.customer.pk, self.account)
        self.couple("ITEM-PRODUCT", self.item.pk, self.product)

    def couple(self, mapping, erp_id, crm_id) -> None:
        DjangoMemory(self.connection).settle(mapping, [Coupling(erp_id, crm_id, Base())])

    def order(self, *lines, discount=ZERO, freight=ZERO, total=None, **values):
        """Submit an order of lines (quantity, price, discount), priced as the CRM prices it."""
        items = sum(((q * p).quantize(D("0.01")) - d for q, p, d in lines), D(0))
        id = self.tables["salesorder"].put(
            **{
                "ordernumber": f"ORD-{len(self.tables['salesorder'].rows) + 1}",
                "name": "Chairs",
                "statecode": 1,
                "customerid": self.account,
                "accountid": self.account,
                "transactioncurrencyid": EURO,
                "discountamount": discount,
                "freightamount": freight,
                "totallineitemamount": items,
                "totalamountlessfreight": items - discount,
                "totalamount": items - discount + freight if total is None else total,
                "totaltax": D(0),
                **values,
            }
        )
        for number, (quantity, price, line_discount) in enumerate(lines, start=1):
            self.line(id, number, quantity, price, line_discount, self.product)
        return id

    def line(self, order, number, quantity, price, discount, product, **values):
        self.tables["salesorderdetail"].put(
            salesorderid=order,
            lineitemnumber=number,
            productid=product,
            quantity=quantity,
            priceperunit=price,
            manualdiscountamount=discount,
            **values,
        )

    def convert(self, *ids) -> list[Document]:
        conversion.convert(self.connection, ids or conversion.waiting_orders(self.connection))
        return list(Document.objects.order_by("crm_number"))


@pytest.fixture
def shop(company, connection, monkeypatch):
    shop = Shop(connection)
    for module in (reading, conversion):
        monkeypatch.setattr(module, "crm_table", lambda _connection, name: shop.tables[name])
    return shop


def test_an_order_keeps_prices_discounts_freight_and_addresses(shop):
    shop.order(
        (D(3), D("19.99"), D("1.50")),
        (D(2), D("10"), D(0)),
        discount=D("5"),
        freight=D("7.25"),
        shipto_line1="Satamakatu 1",
        shipto_city="Oulu",
        description="Ring the bell",
    )
    [document] = shop.convert()

    assert document.state == Document.State.CREATED, document.reasons
    order = erp.SalesHeader.objects.get(pk=document.erp_id)
    assert order.amount == document.crm_total == D("80.72")
    assert (order.your_reference, order.external_document_number) == ("ORD-1", "Chairs")
    assert (order.ship_to_address, order.ship_to_city) == ("Satamakatu 1", "Oulu")
    assert order.work_description == "Ring the bell"
    assert order.customer == shop.customer
    first, second, freight = order.lines.order_by("line_number")
    assert (first.unit_price, first.line_discount_amount) == (D("19.99"), D("1.50"))
    assert (second.quantity, freight.description) == (D(2), "Freight Amount")


def test_the_crm_is_told_and_the_order_is_not_found_waiting_again(shop):
    id = shop.order((D(1), D(10), D(0)))
    shop.convert()
    assert shop.tables["salesorder"].rows[id].values["lastbackofficesubmit"] is not None
    assert Document.objects.get().stamped
    assert [
        row.id
        for row in shop.tables["salesorder"].rows.values()
        if row.values.get("lastbackofficesubmit") is None
    ] == []


def test_converting_twice_makes_one_order(shop):
    id = shop.order((D(1), D(10), D(0)))
    shop.convert(id)
    shop.convert(id)
    assert erp.SalesHeader.objects.count() == 1


def test_an_order_that_another_worker_took_meanwhile_is_left_to_it(shop):
    id = shop.order((D(1), D(10), D(0)))
    Kept.objects.create(
        connection=shop.connection,
        mapping=conversion.MAPPING,
        erp_id=uuid4(),
        crm_id=id,
        state="coupled",
    )
    shop.convert(id)
    assert not erp.SalesHeader.objects.exists()
    assert not Document.objects.exists()


def test_all_reasons_of_an_order_are_told_at_once_and_others_go_on(shop):
    bad = shop.order((D(1), D(10), D(20)), accountid=uuid4(), billto_name="Nobody")
    shop.line(bad, 2, D(1), D(5), D(0), uuid4(), productdescription="Table")
    shop.order((D(1), D(10), D(0)))

    refused, created = shop.convert()

    assert {code for code, _ in refused.reasons} == {
        "ORD-ACCOUNT-UNCOUPLED",
        "LIN-UNCOUPLED",
        "LIN-DISCOUNT",
        "ERP-TOTAL",
    }
    assert "“Nobody”" in sentence(*refused.reasons[0])
    assert created.state == Document.State.CREATED
    assert erp.SalesHeader.objects.count() == 1


def test_an_order_that_was_mended_is_taken_the_next_time(shop):
    shop.customer.blocked = "all"
    shop.customer.save()
    id = shop.order((D(1), D(10), D(0)))
    [document] = shop.convert(id)
    assert document.reasons[0][0] == "ERP-CUSTOMER-BLOCKED"

    shop.customer.blocked = ""
    shop.customer.save()
    [document] = shop.convert(id)
    assert (document.state, document.reasons) == (Document.State.CREATED, [])


def test_a_cent_that_rounding_moves_stands_on_a_line_of_its_name(shop):
    shop.order((D(1), D("10.005"), D(0)), total=D("10.00"), totallineitemamount=D("10.00"))
    [document] = shop.convert()
    assert document.reasons == []
    order = erp.SalesHeader.objects.get(pk=document.erp_id)
    assert order.amount == D("10.00")
    assert [line.description for line in order.lines.all()][-1] == "Rounding"


def test_an_account_of_a_contact_that_orders_is_the_customer(shop):
    contact = shop.tables["contact"].put(parentcustomerid=shop.account)
    shop.order((D(1), D(10), D(0)), accountid=None, contactid=contact, customerid=contact)
    [document] = shop.convert()
    assert document.state == Document.State.CREATED


money = st.decimals(min_value=0, max_value=5000, places=2)
lines = st.lists(
    st.tuples(st.integers(1, 50).map(D), money, st.integers(0, 100)), min_size=1, max_size=5
)


@settings(max_examples=200, deadline=None)
@given(lines=lines, percent=st.integers(0, 30), freight=money)
def test_what_is_drafted_comes_to_what_the_crm_says(lines, percent, freight):
    """The draft's arithmetic alone: its lines, discount and freight give the CRM's total."""
    rows = []
    for number, (quantity, price, discount) in enumerate(lines):
        amount = (quantity * price * discount / 100).quantize(D("0.01"))
        values = {
            "quantity": quantity,
            "priceperunit": price,
            "manualdiscountamount": amount,
            "lineitemnumber": number,
        }
        rows.append(Row(uuid4(), values, "1"))
    items = sum(
        (reading.amount(r, "quantity") * reading.amount(r, "priceperunit") for r in rows), D(0)
    )
    items -= sum((reading.amount(r, "manualdiscountamount") for r in rows), D(0))
    discount = (items * percent / 100).quantize(D("0.01"))
    values = {
        "discountamount": discount,
        "totallineitemamount": items,
        "totalamountlessfreight": items - discount,
        "freightamount": freight,
        "totalamount": items - discount + freight,
    }
    order = reading.Order(Row(uuid4(), values, "1"), rows)
    assert drafting.erp_total(order) == drafting.crm_total(order)
