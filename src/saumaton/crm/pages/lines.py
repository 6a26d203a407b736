"""Lines of documents and of price lists, kept through the Web API."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from saumaton.pages.fields import Field, Text
from saumaton.pages.source import Missing, Record

from ..described import parse_id
from . import webapi
from .source import TableSource

PRICES_SHOWN = 200
IN_ORDER = ("sequencenumber", "lineitemnumber", "createdon")


class RowsOf(TableSource):
    """The rows of a table that belong to a parent row."""

    def __init__(self, table: str, parent: str, *order: str, shown: int = 0) -> None:
        super().__init__(table)
        self.shown = shown  # at most so many rows; 0: all
        self.in_order = order
        self.parent = parent  # the table whose id the rows hold
        self.parent_column = self.column(f"{parent}id")

    def lines(self, document: str, fields: Sequence[str]) -> Sequence[Record]:
        answer = webapi.rows(
            self.table.set_name,
            select=self._select(fields),
            filter=f"{self.parent_column.property_name} eq {self._id(document)}",
            orderby=",".join((*self.in_order, self.table.key)),
            top=str(self.shown) if self.shown else "",
        )
        return self._records(answer["value"], fields)

    def next_place(self, document: str) -> int:
        """Return the place of a new line: after all others."""
        last = webapi.rows(
            self.table.set_name,
            select="sequencenumber",
            filter=f"{self.parent_column.property_name} eq {self._id(document)}",
            orderby="sequencenumber desc",
            top="1",
        )["value"]
        return (last[0].get("sequencenumber") or 0) + 1 if last else 1

    def keep(self, document: str, key: str, sent: Mapping[str, Any], *, new: bool) -> None:
        """Send a line's values; a new one is made under its key, in its document."""
        if not new:
            webapi.ask("PATCH", f"{self.table.set_name}({self._id(key)})", dict(sent))
            return
        given = {name: value for name, value in sent.items() if value is not None}
        given[self.table.key] = self._id(key)
        bound = f"/{webapi.set_name(self.parent)}({self._id(document)})"
        given[f"{self.parent_column.navigation_to(self.parent)}@odata.bind"] = bound
        webapi.ask("POST", self.table.set_name, given)

    def known(self, key: str, fields: Sequence[str]) -> Record | None:
        """Return the line, or None if there is none with this key yet."""
        try:
            return self.get(key, fields)
        except Missing:
            return None

    def remove(self, document: str, key: str) -> None:
        webapi.ask("DELETE", f"{self.table.set_name}({self._id(key)})")


class DocumentLines:
    """Lines of orders, quotes and invoices.

    A price that is left empty, or as the list has it, is the price list's; another one is the
    seller's own. The unit is the product's unless one is chosen.
    """

    TOTALS = (
        ("totallineitemamount", _("Detail Amount")),
        ("totaldiscountamount", _("Total Discount")),
        ("freightamount", _("Freight")),
        ("totaltax", _("Total Tax")),
        ("totalamount", _("Total Amount")),
    )

    def __init__(self, document: str) -> None:
        self.document = document
        self.rows = RowsOf(f"{document}detail", document, *IN_ORDER)

    def describe(self, name: str) -> Field:
        return self.rows.describe(name)

    def lines(self, document: str, fields: Sequence[str]) -> Sequence[Record]:
        return self.rows.lines(document, fields)

    def save(self, document: str, key: str, values: Mapping[str, Any]) -> None:
        entered = dict(values)
        price = entered.pop("priceperunit", None)
        before = self.rows.known(key, ("priceperunit",))
        if entered.get("productid") and not entered.get("uomid"):
            entered["uomid"] = self._unit(entered["productid"])
        sent = self.rows.as_sent(entered)
        if before is None and not entered.get("productid"):
            sent["isproductoverridden"] = True
        if before is None:
            sent["sequencenumber"] = self.rows.next_place(document)
        if price is None:
            sent["ispriceoverridden"] = False
        elif before is None or price != before["priceperunit"]:
            sent |= {"priceperunit": price, "ispriceoverridden": True}
        self.rows.keep(document, key, sent, new=before is None)

    def _unit(self, product: str) -> str | None:
        found = webapi.ask("GET", f"products({parse_id(product)})?$select=_defaultuomid_value")
        return found.get("_defaultuomid_value")

    def delete(self, document: str, key: str) -> None:
        self.rows.remove(document, key)

    def totals(self, document: str) -> Sequence[tuple[Text, Any]]:
        names = ",".join(name for name, _caption in self.TOTALS)
        path = f"{webapi.set_name(self.document)}({parse_id(document)})?$select={names}"
        row = webapi.ask("GET", path)
        return [(caption, Decimal(str(row.get(name) or 0))) for name, caption in self.TOTALS]


class PriceLines:
    """What the products of a price list cost: the first of them, the list of prices has all."""

    def __init__(self) -> None:
        self.rows = RowsOf("productpricelevel", "pricelevel", "productnumber", shown=PRICES_SHOWN)

    def describe(self, name: str) -> Field:
        return self.rows.describe(name)

    def lines(self, document: str, fields: Sequence[str]) -> Sequence[Record]:
        return self.rows.lines(document, fields)

    def save(self, document: str, key: str, values: Mapping[str, Any]) -> None:
        new = self.rows.known(key, ("amount",)) is None
        self.rows.keep(document, key, self.rows.as_sent(values), new=new)

    def delete(self, document: str, key: str) -> None:
        self.rows.remove(document, key)

    def totals(self, document: str) -> Sequence[tuple[Text, Any]]:
        return ()
