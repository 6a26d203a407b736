"""Make sales orders of submitted CRM orders, each exactly once, and tell the CRM."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from saumaton.financials import documents
from saumaton.integration import rows
from saumaton.integration.connections import crm_table
from saumaton.integration.models import Connection, Coupling, Document
from saumaton.integration.reasons import Reason, reason
from saumaton.sync.model import Operation, Side, Verb
from saumaton.sync.ports import Ending

from .drafting import SUBMITTED, Impossible, draft_of
from .reading import Order, read_known, read_orders

MAPPING = "SALESORDER-ORDER"
KEY = ("connection", "kind", "crm_id")
_DOCUMENT = (*KEY, "crm_number", "erp_id", "erp_number", "crm_total", "erp_total", "state")


def waiting_orders(connection: Connection) -> list[UUID]:
    """Return the submitted CRM orders that no ERP has taken yet, oldest number first."""
    waiting = {"statecode": SUBMITTED, "lastbackofficesubmit": None}
    found = crm_table(connection, "salesorder").find([waiting])
    return [row.id for row in sorted(found, key=lambda row: str(row.values.get("ordernumber")))]


def convert(connection: Connection, ids: Sequence[UUID]) -> None:
    """Convert these orders; what happened to each is kept as its `Document`."""
    taken = set(
        Document.objects.filter(connection=connection, kind="order", crm_id__in=ids)
        .filter(erp_id__isnull=False)
        .values_list("crm_id", flat=True)
    )
    place = {id: number for number, id in enumerate(ids)}
    orders = read_orders(connection, [id for id in ids if id not in taken])
    orders.sort(key=lambda order: place[order.id])  # so that numbers follow the CRM's
    known = read_known(connection, orders)
    drafts: list[tuple[Order, documents.Draft]] = []
    for order in orders:
        try:
            drafts.append((order, draft_of(order, known, connection.id)))
        except Impossible as impossible:
            _refuse(connection, order, impossible.reasons)
    _create(connection, _acceptable(connection, drafts))
    stamp(connection, ids)


def _acceptable(
    connection: Connection, drafts: Sequence[tuple[Order, documents.Draft]]
) -> list[tuple[Order, documents.Draft]]:
    """Return what Financials would take; the rest is refused with all its reasons."""
    problems = documents.problems([draft for _, draft in drafts]) if drafts else {}
    for order, draft in drafts:
        if sentences := problems.get(draft.id):
            _refuse(connection, order, [reason("ERP-REFUSED", error=s) for s in sentences])
    return [(order, draft) for order, draft in drafts if draft.id not in problems]


def _create(connection: Connection, drafts: Sequence[tuple[Order, documents.Draft]]) -> None:
    """Create the orders together; where that fails, halve until the one at fault stands alone."""
    if not drafts:
        return
    try:
        with transaction.atomic():
            _create_together(connection, drafts)
    except Exception as error:
        if len(drafts) > 1:
            middle = len(drafts) // 2
            _create(connection, drafts[:middle])
            _create(connection, drafts[middle:])
        elif not (isinstance(error, IntegrityError) and _is_taken(connection, drafts[0][0])):
            _refuse(connection, drafts[0][0], [reason("ERP-REFUSED", error=error)])


def _is_taken(connection: Connection, order: Order) -> bool:
    """Has another worker been faster?"""
    couplings = Coupling.objects.filter(connection=connection, mapping=MAPPING)
    return couplings.filter(crm_id=order.id).exists()


def _create_together(
    connection: Connection, drafts: Sequence[tuple[Order, documents.Draft]]
) -> None:
    """Couple, create, note: one transaction. The coupling comes first and can be had only once."""
    now = timezone.now()
    rows.insert(
        Coupling,
        ("connection", "mapping", "erp_id", "crm_id", "born", "state", "rests", "settled_at"),
        [
            (connection.id, MAPPING, d.id, order.id, Side.CRM.value, "coupled", "", now)
            for order, d in drafts
        ],
    )
    headers = documents.create_orders([draft for _, draft in drafts])
    rows.put(
        Document,
        (*_DOCUMENT, "reasons", "stamped", "changed_at"),
        [
            (
                connection.id,
                Document.Kind.ORDER.value,
                order.id,
                order.text("ordernumber"),
                header.id,
                header.number,
                order.amount("totalamount") - order.amount("totaltax"),
                header.amount,
                Document.State.CREATED.value,
                [],
                False,
                now,
            )
            for (order, _), header in zip(drafts, headers, strict=True)
        ],
        key=KEY,
    )


def _refuse(connection: Connection, order: Order, reasons: list[Reason]) -> None:
    Document.objects.update_or_create(
        connection=connection,
        kind=Document.Kind.ORDER,
        crm_id=order.id,
        defaults={
            "crm_number": order.text("ordernumber"),
            "crm_total": order.amount("totalamount") - order.amount("totaltax"),
            "state": Document.State.REFUSED,
            "reasons": reasons,
        },
    )


def stamp(connection: Connection, ids: Sequence[UUID]) -> None:
    """Tell the CRM which orders were taken. Says it again if it is not known to have heard."""
    documents_ = Document.objects.filter(connection=connection, kind="order", crm_id__in=ids)
    unstamped = documents_.filter(erp_id__isnull=False, stamped=False)
    today = timezone.localdate()
    operations = [
        Operation(
            MAPPING,
            Verb.UPDATE,
            document.erp_id,
            document.crm_id,
            side=Side.CRM,
            after={"lastbackofficesubmit": today},
        )
        for document in unstamped
    ]
    if not operations:
        return
    outcomes = crm_table(connection, "salesorder").write(operations)
    told = [
        o.target for o, out in zip(operations, outcomes, strict=True) if out.ending is Ending.DONE
    ]
    documents_.filter(crm_id__in=told).update(stamped=True)
