"""Orders: prices from lists, totals, submission, locks, and what the integration may."""

from dataclasses import dataclass

import pytest

from .conftest import Client


@dataclass
class Shop:
    """A catalogue of one product at 10.00 in an active price list, and a customer."""

    client: Client
    currency: str
    customer: str
    price_list: str
    product: str
    unit: str
    item: str

    def order(self, client: Client | None = None, **values: object) -> str:
        return (client or self.client).make(
            "salesorders",
            name="Order",
            customerid_account__bind=f"/accounts({self.customer})",
            transactioncurrencyid__bind=f"/transactioncurrencies({self.currency})",
            pricelevelid__bind=f"/pricelevels({self.price_list})",
            **values,
        )

    def line(self, order: str, client: Client | None = None, **values: object) -> str:
        return (client or self.client).make(
            "salesorderdetails",
            salesorderid__bind=f"/salesorders({order})",
            productid__bind=f"/products({self.product})",
            uomid__bind=f"/uoms({self.unit})",
            **values,
        )


@pytest.fixture
def shop(admin: Client) -> Shop:
    [currency] = admin.rows("transactioncurrencies")
    address = f"/transactioncurrencies({currency['transactioncurrencyid']})"
    money = {"transactioncurrencyid__bind": address}
    group = admin.make("uomschedules", name="Piece", baseuomname="PCS")
    [unit] = admin.rows("uoms", filter=f"_uomscheduleid_value eq {group}")
    price_list = admin.make("pricelevels", name="Standard", **money)
    product = admin.make(
        "products",
        productnumber="1000",
        name="Bicycle",
        defaultuomscheduleid__bind=f"/uomschedules({group})",
        defaultuomid__bind=f"/uoms({unit['uomid']})",
    )
    item = admin.make(
        "productpricelevels",
        pricelevelid__bind=f"/pricelevels({price_list})",
        productid__bind=f"/products({product})",
        uomid__bind=f"/uoms({unit['uomid']})",
        amount=10,
        **money,
    )
    customer = admin.make("accounts", name="Contoso")
    return Shop(
        admin, currency["transactioncurrencyid"], customer, price_list, product, unit["uomid"], item
    )


def test_a_new_unit_group_has_its_base_unit(shop: Shop):
    [unit] = shop.client.rows("uoms")
    assert (unit["name"], unit["quantity"], unit["isschedulebaseuom"]) == ("PCS", 1, True)
    [item] = shop.client.rows("productpricelevels")
    assert (item["productidname"], item["productnumber"]) == ("Bicycle", "1000")


def test_lines_take_the_list_price_and_the_order_adds_up(shop: Shop):
    order = shop.order(freightamount=25, discountpercentage=10)
    shop.line(order, quantity=3, manualdiscountamount=5, tax=2.4)
    shop.line(order, quantity=1.5, ispriceoverridden=True, priceperunit=7.77)
    row = shop.client.get(f"salesorders({order})").json
    # 30 - 5 and 1.5 x 7.77 = 11.655, rounded to 11.66; a tenth of 36.66 is 3.67
    assert row["totallineitemamount"] == 36.66
    assert row["totallineitemdiscountamount"] == 5
    assert row["totaldiscountamount"] == 8.67
    assert row["totalamount"] == 60.39
    assert row["ordernumber"].startswith("ORD-")


def test_a_line_whose_price_is_unknown_is_saved_with_an_error_code(shop: Shop):
    order = shop.order()
    shop.client.ask("DELETE", f"productpricelevels({shop.item})")
    line = shop.client.get(f"salesorderdetails({shop.line(order, quantity=1)})").json
    assert (line["pricingerrorcode"], line["extendedamount"]) == (11, None)
    assert shop.client.get(f"salesorders({order})").json["pricingerrorcode"] == 1


def test_a_changed_or_deleted_line_changes_the_total(shop: Shop):
    order = shop.order()
    first, second = shop.line(order, quantity=1), shop.line(order, quantity=2)
    assert shop.client.change(f"salesorderdetails({first})", quantity=5).status == 204
    assert shop.client.get(f"salesorders({order})").json["totalamount"] == 70
    assert shop.client.ask("DELETE", f"salesorderdetails({second})").status == 204
    assert shop.client.change(f"salesorders({order})", freightamount=1).status == 204
    assert shop.client.get(f"salesorders({order})").json["totalamount"] == 51


def test_a_submitted_order_is_locked_for_sellers_but_not_for_the_integration(
    shop: Shop, seller: Client, integration: Client
):
    order = shop.order(seller)
    line = shop.line(order, seller, quantity=1)
    assert seller.change(f"salesorders({order})", statecode=1, statuscode=3).status == 204
    assert shop.client.get(f"salesorderdetails({line})").json["salesorderstatecode"] == 1
    assert seller.change(f"salesorders({order})", name="Other").code == "0x80048408"
    assert seller.change(f"salesorderdetails({line})", quantity=2).status == 400
    assert seller.ask("DELETE", f"salesorderdetails({line})").status == 400
    stamp = {"lastbackofficesubmit": "2026-11-22"}
    assert integration.change(f"salesorders({order})", **stamp).status == 204
    assert seller.change(f"salesorders({order})", statecode=0).status == 204
    assert seller.change(f"salesorders({order})", name="Other").status == 204


def test_an_illegal_state_is_refused(shop: Shop):
    order = shop.order()
    assert shop.client.change(f"salesorders({order})", statecode=1, statuscode=1).status == 400
    assert shop.client.change(f"salesorders({order})", statecode=2).status == 204
    back = shop.client.change(f"salesorders({order})", statecode=0)
    assert (back.status, back.code) == (400, "0x80048408")


def test_the_integration_writes_its_own_amounts_while_orders_are_processed_elsewhere(
    shop: Shop, integration: Client
):
    [organisation] = shop.client.rows("organizations")
    switch = f"organizations({organisation['organizationid']})"
    assert shop.client.change(switch, issopintegrationenabled=True).status == 204
    invoice = integration.make(
        "invoices",
        name="I1",
        invoicenumber="I1",
        customerid_account__bind=f"/accounts({shop.customer})",
        pricelevelid__bind=f"/pricelevels({shop.price_list})",
    )
    line = integration.make(
        "invoicedetails",
        invoiceid__bind=f"/invoices({invoice})",
        productid__bind=f"/products({shop.product})",
        quantity=1,
        priceperunit=9,
        baseamount=9,
    )
    row = integration.get(f"invoicedetails({line})").json
    assert (row["baseamount"], row["_uomid_value"]) == (None, shop.unit)
    assert integration.change(f"invoicedetails({line})", baseamount=9).status == 204
    assert integration.change(f"invoices({invoice})", totalamount=9).status == 204
    assert integration.get(f"invoices({invoice})").json["totalamount"] == 9
    assert integration.change(f"invoices({invoice})", statecode=2).status == 204
    assert integration.change(f"invoices({invoice})", name="x").status == 400


def test_what_is_in_use_cannot_be_deleted(shop: Shop):
    shop.line(shop.order(), quantity=1)
    for address in (f"products({shop.product})", f"pricelevels({shop.price_list})"):
        answer = shop.client.ask("DELETE", address)
        assert (answer.status, answer.code) == (405, "0x80040227")


def test_a_line_needs_an_active_product_or_a_description(shop: Shop):
    order = shop.order()
    shop.client.change(f"products({shop.product})", statecode=1)
    bind = {"salesorderid@odata.bind": f"/salesorders({order})", "quantity": 1}
    retired = {**bind, "productid@odata.bind": f"/products({shop.product})"}
    assert shop.client.ask("POST", "salesorderdetails", retired).status == 400
    assert shop.client.ask("POST", "salesorderdetails", bind).status == 400
    written = {**bind, "productdescription": "Freight", "priceperunit": 3}
    assert shop.client.ask("POST", "salesorderdetails", written).status == 204
    assert shop.client.get(f"salesorders({order})").json["totalamount"] == 3


def test_a_quote_is_activated_revised_won_and_becomes_an_order(shop: Shop):
    client = shop.client
    quote = client.make(
        "quotes",
        name="Offer",
        customerid_account__bind=f"/accounts({shop.customer})",
        pricelevelid__bind=f"/pricelevels({shop.price_list})",
    )
    line = {
        "quoteid@odata.bind": f"/quotes({quote})",
        "productid@odata.bind": f"/products({shop.product})",
        "quantity": 2,
    }
    assert client.ask("POST", "quotedetails", line).status == 204
    assert client.change(f"quotes({quote})", statecode=1, statuscode=2).status == 204
    assert client.change(f"quotes({quote})", name="x").status == 400
    revised = client.ask("POST", "ReviseQuote", {"QuoteId": quote, "ColumnSet": {}}).json
    number = client.get(f"quotes({quote})").json["quotenumber"]
    assert (revised["revisionnumber"], revised["quotenumber"]) == (1, number)
    assert (revised["totalamount"], revised["statecode"]) == (20, 0)
    client.change(f"quotes({revised['quoteid']})", statecode=1)
    body = {"QuoteId": revised["quoteid"], "ColumnSet": {"AllColumns": True}}
    order = client.ask("POST", "ConvertQuoteToSalesOrder", body).json
    assert (order["totalamount"], order["_quoteid_value"]) == (20, revised["quoteid"])
    assert client.get(f"quotes({revised['quoteid']})").json["statecode"] == 2
    assert len(client.rows("quotecloses")) == 1


def test_an_order_is_fulfilled_invoiced_or_canceled_by_actions(shop: Shop):
    client = shop.client
    orders = [shop.order() for _ in range(3)]
    shop.line(orders[2], quantity=3)

    def close(action: str, status: int, order: str) -> int:
        activity = {
            "@odata.type": "Microsoft.Dynamics.CRM.orderclose",
            "subject": "Done",
            "salesorderid@odata.bind": f"/salesorders({order})",
        }
        return client.ask("POST", action, {"Status": status, "OrderClose": activity}).status

    full = "salesorders/Microsoft.Dynamics.CRM.FulfillSalesOrder"
    assert close(full, 100002, orders[0]) == 204
    assert close("CancelSalesOrder", -1, orders[1]) == 204
    assert close("CancelSalesOrder", 77, orders[2]) == 400
    body = {"SalesOrderId": orders[2], "ColumnSet": {"AllColumns": True}}
    invoice = client.ask("POST", "ConvertSalesOrderToInvoice", body).json
    assert invoice["totalamount"] == 30
    found = {
        row["salesorderid"]: (row["statecode"], row["statuscode"])
        for row in client.rows("salesorders")
    }
    assert [found[order] for order in orders] == [(3, 100002), (2, 4), (4, 100003)]
    assert len(client.rows("ordercloses")) == 2
