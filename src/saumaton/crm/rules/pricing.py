"""What lines cost and what documents come to, from price lists (specification 1.22 and 1.26)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from ..described import MONEY_DECIMALS
from ..store import Row, Session
from ..values import scaled, unscaled

ZERO = Decimal(0)
HUNDRED = Decimal(100)
QUANTITY_DECIMALS = 5
PERCENT_DECIMALS = 2
LOCAL_PRECISION = 2


@dataclass(frozen=True)
class PricingError(Exception):
    """Why a line has no price: one of the codes of specification 1.26."""

    code: int


DETAIL, NO_LIST, INACTIVE_LIST, NO_QUANTITY, NO_PRICE = 1, 2, 3, 4, 5
NO_UNIT, NOT_IN_LIST, NO_AMOUNT, NO_PERCENTAGE = 10, 11, 12, 13
NO_LIST_PRICE, NO_CURRENT_COST, NO_STANDARD_COST = 14, 15, 16
WRONG_CURRENCY = 34


def amount(row: Row, name: str) -> Decimal:
    """Return money of a row; an empty column is zero."""
    return unscaled(row.get(name), MONEY_DECIMALS) or ZERO


def stored(value: Decimal, precision: int) -> int:
    """Return money rounded to its currency, as it is stored."""
    return scaled(value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP), MONEY_DECIMALS)


@dataclass
class Prices:
    """Everything that pricing some lines needs, read at once."""

    lists: dict[str, Row]
    items: dict[tuple[str, str, str], Row]
    products: dict[str, Row]
    precisions: dict[str, int]
    per_unit: bool

    def precision(self, currency: str | None) -> int:
        return self.precisions.get(currency or "", LOCAL_PRECISION)

    def unit_price(self, header: Row, line: Row) -> Decimal:
        """Return the price of one unit. Raises `PricingError`."""
        listed = line.get("productid") and not line.get("ispriceoverridden")
        if not listed or header.get("ispricelocked"):
            if line.get("priceperunit") is None:
                raise PricingError(NO_PRICE)
            return amount(line, "priceperunit")
        return self._listed(header, line)

    def _listed(self, header: Row, line: Row) -> Decimal:
        if not (price_list := self.lists.get(header.get("pricelevelid") or "")):
            raise PricingError(NO_LIST)
        if price_list["statecode"] != 0:
            raise PricingError(INACTIVE_LIST)
        if price_list["transactioncurrencyid"] != header.get("transactioncurrencyid"):
            raise PricingError(WRONG_CURRENCY)
        if not line.get("uomid"):
            raise PricingError(NO_UNIT)
        key = (price_list["pricelevelid"], line["productid"], line["uomid"])
        if key not in self.items:
            raise PricingError(NOT_IN_LIST)
        return item_price(self.items[key], self.products[line["productid"]])


def item_price(item: Row, product: Row) -> Decimal:
    """Return what a price list item comes to by its method. Raises `PricingError`."""
    method = item["pricingmethodcode"] or 1
    if method == 1:
        if item["amount"] is None:
            raise PricingError(NO_AMOUNT)
        return amount(item, "amount")
    if item["percentage"] is None:
        raise PricingError(NO_PERCENTAGE)
    share = (unscaled(item["percentage"], PERCENT_DECIMALS) or ZERO) / HUNDRED
    column, missing = _bases(method)
    if product[column] is None:
        raise PricingError(missing)
    return rounded(item, _by_method(method, amount(product, column), share))


def _bases(method: int) -> tuple[str, int]:
    if method == 2:
        return "price", NO_LIST_PRICE
    if method in (3, 4):
        return "currentcost", NO_CURRENT_COST
    return "standardcost", NO_STANDARD_COST


def _by_method(method: int, base: Decimal, share: Decimal) -> Decimal:
    if method == 2:
        return base * share
    if method in (3, 5):
        return base * (1 + share)
    return base if share == 1 else base + base * share / (1 - share)


def rounded(item: Row, price: Decimal) -> Decimal:
    """Return a price by the item's rounding policy: up, down or nearest; ends in, multiple of."""
    policy, step = item["roundingpolicycode"] or 1, amount(item, "roundingoptionamount")
    if policy == 1 or not step:
        return price
    mode = {2: ROUND_CEILING, 3: ROUND_FLOOR}.get(policy, ROUND_HALF_UP)
    if item["roundingoptioncode"] == 1:  # ends in: the amount is what follows the round number
        whole = Decimal(10) ** (step.adjusted() + 1)
        return ((price - step) / whole).quantize(Decimal(1), mode) * whole + step
    return (price / step).quantize(Decimal(1), mode) * step


def read_prices(session: Session, headers: Iterable[Row], lines: Iterable[Row]) -> Prices:
    """Read lists, items and products for lines in as many queries as there are tables."""
    headers, lines = list(headers), list(lines)
    lists = session.rows("pricelevel", [h["pricelevelid"] for h in headers if h["pricelevelid"]])
    products = session.rows("product", [x["productid"] for x in lines if x.get("productid")])
    found = session.rows_where("productpricelevel", "productid", list(products)) if lists else []
    items = {
        (row["pricelevelid"], row["productid"], row["uomid"]): row
        for row in found
        if row["pricelevelid"] in lists
    }
    return Prices(lists, items, products, precisions(session), _per_unit(session))


def precisions(session: Session) -> dict[str, int]:
    if "precisions" not in session.remembered:
        rows = session.rows_where("transactioncurrency", "statecode", [0, 1])
        session.remembered["precisions"] = {
            row["transactioncurrencyid"]: row["currencyprecision"] for row in rows
        }
    return dict(session.remembered["precisions"])


def _per_unit(session: Session) -> bool:
    return session.organisation().get("discountcalculationmethod") == 1


def price_line(prices: Prices, header: Row, line: Row) -> Row:
    """Return price, amounts and error code of a line."""
    try:
        if line.get("quantity") is None:
            raise PricingError(NO_QUANTITY)
        price = prices.unit_price(header, line)
    except PricingError as error:
        return {"pricingerrorcode": error.code, "baseamount": None, "extendedamount": None}
    precision = prices.precision(header.get("transactioncurrencyid"))
    quantity = unscaled(line["quantity"], QUANTITY_DECIMALS) or ZERO
    base = stored((price - amount(line, "volumediscountamount")) * quantity, precision)
    discount = amount(line, "manualdiscountamount") * (quantity if prices.per_unit else 1)
    extended = (unscaled(base, MONEY_DECIMALS) or ZERO) - discount + amount(line, "tax")
    return {
        "priceperunit": scaled(price, MONEY_DECIMALS),
        "baseamount": base,
        "extendedamount": stored(extended, precision),
        "pricingerrorcode": 0,
    }


def totals(header: Row, lines: Sequence[Row], precision: int, per_unit: bool) -> Row:
    """Return the totals of a document from its lines."""
    discounts = sum((_discount(line, per_unit) for line in lines), ZERO)
    items = sum((amount(line, "baseamount") for line in lines), ZERO) - discounts
    tax = sum((amount(line, "tax") for line in lines), ZERO)
    percentage = (unscaled(header.get("discountpercentage"), PERCENT_DECIMALS) or ZERO) / HUNDRED
    taken = unscaled(stored(items * percentage, precision), MONEY_DECIMALS) or ZERO
    header_discount = amount(header, "discountamount") + taken
    less_freight = items - header_discount
    total = less_freight + amount(header, "freightamount") + tax
    failed = any(line.get("pricingerrorcode") for line in lines)
    return {
        "totallineitemamount": stored(items, precision),
        "totallineitemdiscountamount": stored(discounts, precision),
        "totaltax": stored(tax, precision),
        "totaldiscountamount": stored(header_discount + discounts, precision),
        "totalamountlessfreight": stored(less_freight, precision),
        "totalamount": stored(total, precision),
        "pricingerrorcode": DETAIL if failed else 0,
    }


def _discount(line: Row, per_unit: bool) -> Decimal:
    if line.get("baseamount") is None:
        return ZERO
    quantity = unscaled(line["quantity"], QUANTITY_DECIMALS) or ZERO
    return amount(line, "manualdiscountamount") * (quantity if per_unit else 1)
