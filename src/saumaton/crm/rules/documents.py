"""Quotes, orders and invoices have the same rules: numbers, customers, lines, totals, locks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..described import CHOICES
from ..ledger import NUMBER
from ..problem import BAD_ARGUMENT, Problem, argument
from ..store import Row, Session
from ..write import Change, touch
from .pricing import price_line, read_prices, totals
from .transitions import is_back_office, locked_row

HEADER_PRICES = ("discountamount", "discountpercentage", "freightamount")
LIST_COLUMNS = ("pricelevelid", "transactioncurrencyid")
TOTALS = (
    "totallineitemamount",
    "totallineitemdiscountamount",
    "totaltax",
    "totaldiscountamount",
    "totalamountlessfreight",
    "totalamount",
)
FIRST_NUMBER = 1000


@dataclass(frozen=True)
class Document:
    """The names of one kind of document, and when it is locked."""

    header: str
    line: str
    number: str
    locked: frozenset[int]
    priced_for_back_office: bool = False

    @property
    def key(self) -> str:
        return f"{self.header}id"

    def prices(self, session: Session) -> bool:
        """Does the CRM compute prices of this document for this caller?"""
        if not session.organisation().get("oobpricecalculationenabled", 1):
            return False
        return self.priced_for_back_office or not is_back_office(session)


QUOTE = Document("quote", "quotedetail", "quotenumber", frozenset({1, 2, 3}), True)
ORDER = Document("salesorder", "salesorderdetail", "ordernumber", frozenset({1, 2, 3, 4}))
INVOICE = Document("invoice", "invoicedetail", "invoicenumber", frozenset({1, 2, 3}))


def begin_headers(session: Session, document: Document, rows: Sequence[Row]) -> None:
    """Complete new documents: number, currency, rate, derived customer, totals of no lines."""
    first = session.table(document.header).starting_state
    for row in rows:
        if row["statecode"] != first.value:
            raise argument(f"A {document.header} can only be created in its first state.")
    _number(session, document, rows)
    _set_currency(session, rows)
    for row in rows:
        row |= customer_parts(row)
    if document.prices(session):
        for row in rows:
            row |= totals(row, (), 2, False)


def customer_parts(row: Row) -> Row:
    is_account = row.get("customeridtype") == "account"
    customer = row.get("customerid")
    return {
        "accountid": customer if is_account else None,
        "contactid": None if is_account else customer,
    }


def _number(session: Session, document: Document, rows: Sequence[Row]) -> None:
    unnumbered = [row for row in rows if not row.get(document.number)]
    if not unnumbered:
        return
    prefix = session.organisation().get(f"{document.number[:-6]}prefix") or "DOC"
    last = next_numbers(session, document.number, len(unnumbered))
    for place, row in enumerate(unnumbered, start=last - len(unnumbered) + 1):
        row[document.number] = f"{prefix}-{place:05d}"


def next_numbers(session: Session, name: str, count: int) -> int:
    """Take numbers from a series; return the last of them."""
    connection, where = session.connection, NUMBER.c.name == name
    if connection.execute(sa.select(NUMBER).where(where)).first() is None:
        connection.execute(sa.insert(NUMBER).values(name=name, value=FIRST_NUMBER))
    connection.execute(sa.update(NUMBER).where(where).values(value=NUMBER.c.value + count))
    return int(connection.scalar(sa.select(NUMBER.c.value).where(where)) or 0)


def _set_currency(session: Session, rows: Sequence[Row]) -> None:
    lists = session.rows("pricelevel", [r["pricelevelid"] for r in rows if r.get("pricelevelid")])
    for row in rows:
        price_list = lists.get(row.get("pricelevelid") or "", {})
        row.setdefault("pricelevelid", None)
        row["transactioncurrencyid"] = (
            row.get("transactioncurrencyid")
            or price_list.get("transactioncurrencyid")
            or session.organisation().get("basecurrencyid")
        )
    wanted = [row["transactioncurrencyid"] for row in rows if row["transactioncurrencyid"]]
    rates = session.rows("transactioncurrency", wanted)
    for row in rows:
        row["exchangerate"] = rates.get(row["transactioncurrencyid"], {}).get("exchangerate")


def change_headers(session: Session, document: Document, changes: Sequence[Change]) -> None:
    """Complete changed documents before they are written; refuse what their state locks."""
    for change in changes:
        if change.moves("customerid"):
            change.values |= customer_parts(change.after)
    repriced = [c for c in changes if c.moves(*HEADER_PRICES)]
    if repriced and document.prices(session):
        lines = lines_of(session, document, [c.before[document.key] for c in repriced])
        prices = read_prices(session, [c.after for c in repriced], ())
        for change in repriced:
            after = change.after
            precision = prices.precision(after["transactioncurrencyid"])
            mine = lines[after[document.key]]
            change.values |= totals(after, mine, precision, prices.per_unit)


def headers_changed(session: Session, document: Document, changes: Sequence[Change]) -> None:
    """After documents were written: mirror their state on lines; price again from another list."""
    mirrored = session.table(document.line).all_columns
    names = [n for n in ("statecode", "ispricelocked") if f"{document.header}{n}" in mirrored]
    moved = [change for change in changes if change.moves(*names)]
    lines = lines_of(session, document, [change.before[document.key] for change in moved])
    touched = [
        (line[f"{document.line}id"], {f"{document.header}{n}": change.after[n] for n in names})
        for change in moved
        for line in lines[change.before[document.key]]
    ]
    touch(session, document.line, touched)
    relisted = [c.before[document.key] for c in changes if c.moves(*LIST_COLUMNS)]
    if relisted and document.prices(session):
        reprice(session, document, relisted)


def lines_of(session: Session, document: Document, ids: Sequence[str]) -> dict[str, list[Row]]:
    """Return the lines of documents, by the document's id."""
    lines: dict[str, list[Row]] = {row_id: [] for row_id in ids}
    for line in session.rows_where(document.line, document.key, ids) if ids else ():
        lines[line[document.key]].append(line)
    return lines


def reprice(session: Session, document: Document, ids: Sequence[str]) -> None:
    """Price every line of documents anew, then their totals."""
    headers = session.rows(document.header, ids)
    lines = [line for some in lines_of(session, document, ids).values() for line in some]
    prices = read_prices(session, headers.values(), lines)
    key = f"{document.line}id"
    touch(
        session,
        document.line,
        [(x[key], price_line(prices, headers[x[document.key]], x)) for x in lines],
    )
    add_up(session, document, ids)


def add_up(session: Session, document: Document, ids: Iterable[str]) -> None:
    """Compute the totals of documents from their lines; write those that differ."""
    wanted = list(dict.fromkeys(ids))
    headers, lines = session.rows(document.header, wanted), lines_of(session, document, wanted)
    prices = read_prices(session, (), ())
    found = []
    for row_id, header in headers.items():
        precision = prices.precision(header["transactioncurrencyid"])
        computed = totals(header, lines[row_id], precision, prices.per_unit)
        if any(header[name] != value for name, value in computed.items()):
            found.append((row_id, {**computed, "modifiedon": session.now}))
    touch(session, document.header, found)


def begin_lines(session: Session, document: Document, rows: Sequence[Row]) -> None:
    """Complete and price new lines; refuse lines of locked documents and unusable products."""
    headers = session.rows(
        document.header, [row[document.key] for row in rows if document.key in row]
    )
    for row in rows:
        if row.get(document.key) in headers:
            _inherit(session, document, headers[row[document.key]], row)
    _check_products(session, document, rows)
    if document.prices(session):
        prices = read_prices(session, headers.values(), rows)
        for row in rows:
            if row.get(document.key) in headers:
                row |= price_line(prices, headers[row[document.key]], row)


def _inherit(session: Session, document: Document, header: Row, row: Row) -> None:
    _demand_open(session, document, header)
    row["transactioncurrencyid"] = header["transactioncurrencyid"]
    row["exchangerate"] = header["exchangerate"]
    for name in ("statecode", "ispricelocked"):
        if f"{document.header}{name}" in session.table(document.line).all_columns:
            row[f"{document.header}{name}"] = header[name]


def _demand_open(session: Session, document: Document, header: Row) -> None:
    if header["statecode"] in document.locked and not is_back_office_user(session):
        raise locked_row(document.header, header[document.key], header["statecode"])


def is_back_office_user(session: Session) -> bool:
    return session.caller.integration


def _check_products(session: Session, document: Document, rows: Sequence[Row]) -> None:
    products = session.rows("product", [r["productid"] for r in rows if r.get("productid")])
    units = session.rows("uom", [r["uomid"] for r in rows if r.get("uomid")])
    for row in rows:
        if product := products.get(row.get("productid") or ""):
            _check_product(product, units, row)
            row[f"{document.line}name"] = product["name"]
        elif not row.get("productid"):
            _write_in(document, row)


def _check_product(product: Row, units: dict[str, Row], row: Row) -> None:
    if product["statecode"] != 0:
        raise Problem(
            400,
            BAD_ARGUMENT,
            f"The product {product['productnumber']} is not active and cannot be sold.",
        )
    row["isproductoverridden"] = 0
    row["uomid"] = row.get("uomid") or product["defaultuomid"]
    unit, group = units.get(row["uomid"]), product["defaultuomscheduleid"]
    if unit and group and unit["uomscheduleid"] != group:
        raise Problem(
            400,
            BAD_ARGUMENT,
            f"The unit {unit['name']} is not in the unit group of {product['productnumber']}.",
        )


def _write_in(document: Document, row: Row) -> None:
    row["isproductoverridden"] = 1
    if not row.get("productdescription"):
        raise Problem(
            400, BAD_ARGUMENT, "A line needs a product, or a description of a write-in product."
        )
    row[f"{document.line}name"] = row["productdescription"]


def change_lines(session: Session, document: Document, changes: Sequence[Change]) -> None:
    """Check and price changed lines before they are written."""
    headers = session.rows(document.header, [c.before[document.key] for c in changes])
    for change in changes:
        _demand_open(session, document, headers[change.before[document.key]])
    renamed = [change for change in changes if change.moves("productid", "uomid")]
    rows = [change.after for change in renamed]
    _check_products(session, document, rows)
    for change, row in zip(renamed, rows, strict=True):
        change.values |= {
            n: row[n] for n in ("isproductoverridden", "uomid", f"{document.line}name")
        }
    if document.prices(session):
        prices = read_prices(session, headers.values(), [change.after for change in changes])
        for change in changes:
            after = change.after
            change.values |= price_line(prices, headers[after[document.key]], after)


def lines_written(session: Session, document: Document, rows: Iterable[Row]) -> None:
    """After lines came, changed or went: add their documents up."""
    if document.prices(session):
        add_up(session, document, [row[document.key] for row in rows])


def demand_deletable(session: Session, document: Document, rows: Sequence[Row]) -> None:
    headers = session.rows(document.header, [row[document.key] for row in rows])
    for header in headers.values():
        _demand_open(session, document, header)


def copied(session: Session, source: str, target: str, row: Row) -> Row:
    """Return what a row of one table brings to a new row of another: columns of both."""
    ours, theirs = session.table(source).all_columns, session.table(target).all_columns
    skipped = {session.table(source).key, *TOTALS, "statecode", "statuscode"}
    return {
        name: row[name]
        for name, column in ours.items()
        if name in theirs
        and theirs[name].create
        and name not in skipped
        and row.get(name) is not None
        and (column.kind not in CHOICES or column.options == theirs[name].options)
    } | {
        column.type_name: row[column.type_name]
        for name, column in ours.items()
        if column.type_name and name in theirs and row.get(name)
    }
