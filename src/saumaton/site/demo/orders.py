"""Orders that sellers enter in the CRM through its Web API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from saumaton.site.demo.web import Web, WentWrong, chunks

SUBMITTED, IN_PROGRESS = 1, 3
CHUNK = 200
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Entered:
    """An order as the CRM holds it."""

    id: UUID
    number: str
    total: Decimal


def enter_one(crm: Web, country: str) -> Entered:
    """Enter an order of three products at list price, one of them with a discount.

    The account is one of the country; its currency's price list and the products are looked up
    as a seller would.
    """
    account = crm.get(
        f"accounts?$filter=statecode eq 0 and address1_country eq '{country}'&$orderby=name&$top=1"
    )["value"][0]
    currency = account["_transactioncurrencyid_value"]
    prices = _priced_in(crm, currency)
    order = crm.ask(
        "POST",
        "salesorders",
        {
            "name": f"Spring delivery, {account['name']}",
            "customerid_account@odata.bind": f"/accounts({account['accountid']})",
            "transactioncurrencyid@odata.bind": f"/transactioncurrencies({currency})",
            "pricelevelid@odata.bind": f"/pricelevels({prices[0]['_pricelevelid_value']})",
            "freightamount": 25,
        },
        Prefer="return=representation",
    )
    for number, price in enumerate(prices, start=1):
        crm.post("salesorderdetails", _line_at_list_price(order["salesorderid"], number, price))
    return submitted(crm, [UUID(order["salesorderid"])])[0]


def _priced_in(crm: Web, currency: str) -> list[dict[str, Any]]:
    levels = f"pricelevels?$filter=_transactioncurrencyid_value eq {currency}&$orderby=name"
    for level in crm.get(levels)["value"]:
        prices = crm.get(
            f"productpricelevels?$filter=_pricelevelid_value eq {level['pricelevelid']}"
            "&$orderby=productnumber&$top=3"
        )["value"]
        if len(prices) == 3:
            return list(prices)
    raise WentWrong("No price list of the CRM holds three products in the account's currency.")


def _line_at_list_price(order: str, number: int, price: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "salesorderid@odata.bind": f"/salesorders({order})",
        "productid@odata.bind": f"/products({price['_productid_value']})",
        "uomid@odata.bind": f"/uoms({price['_uomid_value']})",
        "quantity": number * 2,
        "sequencenumber": number,
        **({"manualdiscountamount": 5} if number == 1 else {}),
    }


def enter_many(
    crm: Web,
    orders: Sequence[Any],
    accounts: Mapping[str, UUID],
    products: Mapping[str, UUID],
    owners: Mapping[str, UUID],
) -> Iterator[list[UUID]]:
    """Enter orders read from files, a chunk a request; yields the ids of each chunk.

    `accounts`, `products` and `owners` lead from the files' keys to the CRM's ids.
    """
    catalogue = {
        row["productid"]: row for row in crm.all("products?$select=productid,_defaultuomid_value")
    }
    level = _default_price_list(crm)
    for chunk in chunks(orders, CHUNK):
        headers = [_header(order, accounts, owners, level) for order in chunk]
        ids = crm.post("salesorders/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": headers})[
            "Ids"
        ]
        lines = [
            _line(id, number, line, catalogue[str(products[line.item_key])])
            for id, order in zip(ids, chunk, strict=True)
            for number, line in enumerate(order.lines, start=1)
        ]
        crm.post("salesorderdetails/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": lines})
        yield [UUID(id) for id in ids]


def _default_price_list(crm: Web) -> dict[str, Any]:
    levels = crm.get("pricelevels?$filter=statecode eq 0&$orderby=createdon&$top=1")["value"]
    if not levels:
        raise WentWrong("The CRM has no active price list.")
    return dict(levels[0])


def _header(
    order: Any, accounts: Mapping[str, UUID], owners: Mapping[str, UUID], level: Mapping[str, Any]
) -> dict[str, Any]:
    owner = owners.get(order.salesperson_key)
    return {
        "@odata.type": "Microsoft.Dynamics.CRM.salesorder",
        "ordernumber": order.number,
        "name": f"Order {order.number}",
        "customerid_account@odata.bind": f"/accounts({accounts[order.customer_key]})",
        "transactioncurrencyid@odata.bind": (
            f"/transactioncurrencies({level['_transactioncurrencyid_value']})"
        ),
        "pricelevelid@odata.bind": f"/pricelevels({level['pricelevelid']})",
        **({"ownerid@odata.bind": f"/systemusers({owner})"} if owner else {}),
        "freightamount": order.freight,
        "requestdeliveryby": order.required_date.isoformat() if order.required_date else None,
        "shipto_name": order.ship_to_name,
        "shipto_line1": order.ship_to_address,
        "shipto_city": order.ship_to_city,
        "shipto_postalcode": order.ship_to_post_code,
        "shipto_country": order.ship_to_country,
    }


def _line(order: str, number: int, line: Any, product: Mapping[str, Any]) -> dict[str, Any]:
    discount = (line.unit_price * line.quantity * line.discount_rate).quantize(CENT, ROUND_HALF_UP)
    return {
        "@odata.type": "Microsoft.Dynamics.CRM.salesorderdetail",
        "salesorderid@odata.bind": f"/salesorders({order})",
        "productid@odata.bind": f"/products({product['productid']})",
        "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
        "ispriceoverridden": True,
        "priceperunit": line.unit_price,
        "quantity": line.quantity,
        "manualdiscountamount": discount,
        "sequencenumber": number,
    }


def submitted(crm: Web, ids: Sequence[UUID]) -> list[Entered]:
    """Submit orders; return them as the CRM then holds them, in the same order."""
    for chunk in chunks(ids, CHUNK):
        targets = [
            {
                "@odata.type": "Microsoft.Dynamics.CRM.salesorder",
                "salesorderid": str(id),
                "statecode": SUBMITTED,
                "statuscode": IN_PROGRESS,
            }
            for id in chunk
        ]
        crm.post("salesorders/Microsoft.Dynamics.CRM.UpdateMultiple", {"Targets": targets})
    rows = crm.all("salesorders?$select=salesorderid,ordernumber,totalamount,statecode")
    held = {UUID(row["salesorderid"]): row for row in rows}
    refused = [held[id]["ordernumber"] for id in ids if held[id]["statecode"] != SUBMITTED]
    if refused:
        raise WentWrong(f"The CRM did not submit the orders {', '.join(refused[:5])}.")
    return [
        Entered(id, held[id]["ordernumber"], Decimal(str(held[id]["totalamount"]))) for id in ids
    ]
