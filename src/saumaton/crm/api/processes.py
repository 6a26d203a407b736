"""Sales processes as actions: quotes won, closed and revised, orders made, closed and invoiced."""

from collections.abc import Mapping
from typing import Any

from ..described import Table, parse_id
from ..problem import BAD_STATE, Problem, argument
from ..rules.documents import INVOICE, ORDER, QUOTE, Document, copied, lines_of, reprice
from ..store import Row, Session
from ..write import create, update
from .crud import Call, represented
from .http import Response
from .keys import readable
from .operations import action
from .payload import incoming, reference

DOCUMENTS = {document.header: document for document in (QUOTE, ORDER, INVOICE)}
DRAFT, ACTIVE_QUOTE, WON, CLOSED = 0, 1, 2, 3
REVISED_REASON = 7
CANCELED, FULFILLED, INVOICED = 2, 3, 4


def _row(session: Session, table: str, value: Any) -> Row:
    row_id = parse_id(value)
    if row_id is None:
        raise argument(f"The id of the {table} is missing.")
    return readable(session, session.table(table), row_id)


def _closing(call: Call, body: Mapping[str, Any], name: str, parent: str) -> tuple[Row, Row]:
    """Return the document that a close activity names, and the activity's values."""
    activity = body.get(name)
    if not isinstance(activity, dict):
        raise argument(f"'{name}' is missing.")
    table = call.session.table(name.lower())
    found = incoming(call.session, table, activity, True, call.contents).values
    row_id = found.get(f"{parent}id") or body.get("entity")
    return _row(call.session, parent, row_id), {**found, f"{parent}id": row_id}


def _reason(table: Table, state: int, body: Mapping[str, Any]) -> int:
    status = body.get("Status", -1)
    found = table.state(state)
    assert found is not None
    if status == -1:
        return found.reasons[0][0]
    if not isinstance(status, int) or status not in dict(found.reasons):
        raise Problem(400, BAD_STATE, f"{status} is not a valid status code for {found.label}.")
    return status


def _close(
    call: Call, body: Mapping[str, Any], activity: str, parent: str, states: tuple[int, ...]
) -> None:
    """Write the close activity and move its document to the state the status belongs to."""
    row, values = _closing(call, body, activity, parent)
    table = call.session.table(parent)
    state = _state_of(table, states, body)
    values.setdefault("actualend", call.session.now)
    number = f"{parent.removeprefix('sales')}number"
    if number in call.session.table(activity.lower()).all_columns:
        values[number] = row.get(DOCUMENTS[parent].number)
    create(call.session, activity.lower(), [values])
    change = {"statecode": state, "statuscode": _reason(table, state, body)}
    update(call.session, parent, [(row[table.key], change)])


def _state_of(table: Table, states: tuple[int, ...], body: Mapping[str, Any]) -> int:
    for state in states:
        found = table.state(state)
        if found and body.get("Status") in dict(found.reasons):
            return state
    return states[0]


@action("WinQuote")
def win_quote(call: Call, body: dict[str, Any]) -> Response:
    _close(call, body, "QuoteClose", "quote", (WON,))
    return Response(204)


@action("CloseQuote")
def close_quote(call: Call, body: dict[str, Any]) -> Response:
    _close(call, body, "QuoteClose", "quote", (CLOSED,))
    return Response(204)


@action("FulfillSalesOrder")
def fulfill_order(call: Call, body: dict[str, Any]) -> Response:
    _close(call, body, "OrderClose", "salesorder", (FULFILLED,))
    return Response(204)


@action("CancelSalesOrder")
def cancel_order(call: Call, body: dict[str, Any]) -> Response:
    _close(call, body, "OrderClose", "salesorder", (CANCELED,))
    return Response(204)


@action("WinOpportunity")
def win_opportunity(call: Call, body: dict[str, Any]) -> Response:
    _close_opportunity(call, body, 1)
    return Response(204)


@action("LoseOpportunity")
def lose_opportunity(call: Call, body: dict[str, Any]) -> Response:
    _close_opportunity(call, body, 2)
    return Response(204)


def _close_opportunity(call: Call, body: Mapping[str, Any], state: int) -> None:
    row, values = _closing(call, body, "OpportunityClose", "opportunity")
    table = call.session.table("opportunity")
    values.setdefault("actualend", call.session.now)
    create(call.session, "opportunityclose", [values])
    change = {
        "statecode": state,
        "statuscode": _reason(table, state, body),
        "actualclosedate": call.session.now[:10],
        "actualvalue": values.get("actualrevenue") or row["estimatedvalue"],
    }
    update(call.session, "opportunity", [(row["opportunityid"], change)])


def _copy(session: Session, source: Document, target: Document, row: Row, extra: Row) -> str:
    """Make a document with the values and lines of another; return its id."""
    header = {**copied(session, source.header, target.header, row), **extra}
    [made] = create(session, target.header, [header])
    lines = lines_of(session, source, [row[source.key]])[row[source.key]]
    copies = [
        {**copied(session, source.line, target.line, line), target.key: made}
        for line in sorted(lines, key=lambda line: line["versionnumber"])
    ]
    if copies:
        create(session, target.line, copies)
    return made


@action("ReviseQuote")
def revise_quote(call: Call, body: dict[str, Any]) -> Response:
    session = call.session
    row = _row(session, "quote", body.get("QuoteId") or body.get("entity"))
    if row["statecode"] not in (ACTIVE_QUOTE, CLOSED):
        raise Problem(400, BAD_STATE, "Only an active or closed quote can be revised.")
    if row["statecode"] == ACTIVE_QUOTE:
        closed = {"statecode": CLOSED, "statuscode": REVISED_REASON}
        update(session, "quote", [(row["quoteid"], closed)])
    extra = {"quotenumber": row["quotenumber"], "revisionnumber": row["revisionnumber"] + 1}
    made = _copy(session, QUOTE, QUOTE, row, extra)
    return _answer(call, "quote", made)


def _answer(call: Call, table: str, row_id: str) -> Response:
    return represented(call, call.session.table(table), row_id, 200)


@action("ConvertQuoteToSalesOrder")
def order_from_quote(call: Call, body: dict[str, Any]) -> Response:
    session = call.session
    row = _row(session, "quote", body.get("QuoteId") or body.get("entity"))
    if row["statecode"] not in (ACTIVE_QUOTE, WON):
        raise Problem(400, BAD_STATE, "Only an active or won quote becomes an order.")
    if row["statecode"] == ACTIVE_QUOTE:
        activity = {
            "subject": body.get("QuoteCloseSubject") or f"Quote Won (Won) - {row['quotenumber']}",
            "description": body.get("QuoteCloseDescription"),
            "quoteid": row["quoteid"],
            "quotenumber": row["quotenumber"],
            "actualend": session.now,
        }
        create(session, "quoteclose", [activity])
        won = {"statecode": WON, "statuscode": 4, "closedon": session.now[:10]}
        update(session, "quote", [(row["quoteid"], won)])
    made = _copy(session, QUOTE, ORDER, row, {"quoteid": row["quoteid"]})
    return _answer(call, "salesorder", made)


@action("ConvertSalesOrderToInvoice")
def invoice_from_order(call: Call, body: dict[str, Any]) -> Response:
    session = call.session
    row = _row(session, "salesorder", body.get("SalesOrderId") or body.get("entity"))
    made = _copy(session, ORDER, INVOICE, row, {"salesorderid": row["salesorderid"]})
    invoiced = {"statecode": INVOICED, "statuscode": 100003}
    update(session, "salesorder", [(row["salesorderid"], invoiced)])
    return _answer(call, "invoice", made)


def _from_opportunity(call: Call, body: Mapping[str, Any], document: Document) -> Response:
    session = call.session
    row = _row(session, "opportunity", body.get("OpportunityId") or body.get("entity"))
    header = copied(session, "opportunity", document.header, row)
    header["opportunityid"] = row["opportunityid"]
    [made] = create(session, document.header, [header])
    return _answer(call, document.header, made)


@action("GenerateQuoteFromOpportunity")
def quote_from_opportunity(call: Call, body: dict[str, Any]) -> Response:
    return _from_opportunity(call, body, QUOTE)


@action("GenerateSalesOrderFromOpportunity")
def order_from_opportunity(call: Call, body: dict[str, Any]) -> Response:
    return _from_opportunity(call, body, ORDER)


@action("GenerateInvoiceFromOpportunity")
def invoice_from_opportunity(call: Call, body: dict[str, Any]) -> Response:
    return _from_opportunity(call, body, INVOICE)


def _lock_prices(call: Call, body: Mapping[str, Any], name: str, table: str, on: int) -> Response:
    row = _row(call.session, table, body.get(name) or body.get("entity"))
    update(call.session, table, [(row[f"{table}id"], {"ispricelocked": on})])
    return Response(204)


@action("LockSalesOrderPricing")
def lock_order(call: Call, body: dict[str, Any]) -> Response:
    return _lock_prices(call, body, "SalesOrderId", "salesorder", 1)


@action("UnlockSalesOrderPricing")
def unlock_order(call: Call, body: dict[str, Any]) -> Response:
    return _lock_prices(call, body, "SalesOrderId", "salesorder", 0)


@action("LockInvoicePricing")
def lock_invoice(call: Call, body: dict[str, Any]) -> Response:
    return _lock_prices(call, body, "InvoiceId", "invoice", 1)


@action("UnlockInvoicePricing")
def unlock_invoice(call: Call, body: dict[str, Any]) -> Response:
    return _lock_prices(call, body, "InvoiceId", "invoice", 0)


@action("CalculatePrice")
def calculate_price(call: Call, body: dict[str, Any]) -> Response:
    table, row_id = _target(call, body.get("Target"))
    if table not in DOCUMENTS:
        raise argument("'Target' must be a quote, an order or an invoice.")
    call.session.caller.demand("write", table)
    if DOCUMENTS[table].prices(call.session):
        reprice(call.session, DOCUMENTS[table], [row_id])
    return Response(204)


@action("PublishProductHierarchy")
def publish_product(call: Call, body: dict[str, Any]) -> Response:
    row = _row(call.session, "product", body.get("entity"))
    update(call.session, "product", [(row["productid"], {"statecode": 0, "statuscode": 1})])
    return Response(204)


@action("Merge")
def merge(call: Call, body: dict[str, Any]) -> Response:
    """Move what hangs on the subordinate to the target; the subordinate becomes inactive."""
    session = call.session
    table, target = _target(call, body.get("Target"))
    other, subordinate = _target(call, body.get("Subordinate"))
    if table != other or table not in ("account", "contact") or target == subordinate:
        raise argument("Two different accounts, or two different contacts, can be merged.")
    readable(session, session.table(table), target)
    content = body.get("UpdateContent")
    if isinstance(content, dict):
        found = incoming(session, session.table(table), content, False, call.contents)
        update(session, table, [(target, found.values)])
    for child, column in session.model.references(table):
        if column.update:
            rows = session.rows_where(child.name, column.name, [subordinate])
            moved = [(row[child.key], {column.name: target}) for row in rows]
            if moved:
                update(session, child.name, moved, checked=False)
    gone = {"statecode": 1, "statuscode": 2, "merged": 1, "masterid": target}
    update(session, table, [(subordinate, gone)])
    return Response(204)


def _target(call: Call, value: Any) -> tuple[str, str]:
    """Return table and id of an entity parameter, which names its type."""
    if not isinstance(value, dict):
        raise argument("An entity parameter is missing.")
    if isinstance(address := value.get("@odata.id"), str):
        return reference(call.session, address, call.contents)
    name = str(value.get("@odata.type", "")).rpartition(".")[2]
    if name not in call.session.model.tables:
        raise argument("An entity parameter needs its '@odata.type'.")
    row_id = parse_id(value.get(call.session.table(name).key))
    if row_id is None:
        raise argument(f"The id of the {name} is missing.")
    return name, row_id
