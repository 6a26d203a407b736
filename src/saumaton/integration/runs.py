"""Start runs: the record a person watches and the job that a worker takes up."""

from collections.abc import Iterable
from uuid import UUID

from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Connection, Run
from saumaton.jobs import queue
from saumaton.sync.model import Side

LIVE = (Run.State.PLANNED, Run.State.RUNNING)


def synchronise_everything(connection: Connection, actor: str = "") -> Run:
    """Start a full synchronisation, or return the one that is under way."""
    live = connection.run_set.filter(kind=Run.Kind.FULL, state__in=LIVE).first()
    return live or _start(
        connection, Run.Kind.FULL, actor, "integration.synchronise", list(MAPPINGS), True
    )


def plan_everything(connection: Connection, actor: str = "") -> Run:
    """Start to plan a full synchronisation for a person to look at, or return the one under way."""
    live = connection.run_set.filter(kind=Run.Kind.FULL, state__in=LIVE).first()
    return live or _start(connection, Run.Kind.FULL, actor, "integration.plan", list(MAPPINGS))


def start_planned(run: Run, names: Iterable[str]) -> None:
    """Apply a plan that a person has looked at, for the mappings chosen."""
    changed = Run.objects.filter(pk=run.pk, state__in=(Run.State.READY, Run.State.STOPPED)).update(
        state=Run.State.RUNNING, details={**run.details, "reviewed": True}
    )
    if changed:
        queue.start("integration.start", str(run.id), list(names), id=f"{run.id}/start")


def undo(run: Run, actor: str = "") -> Run:
    """Start to take back what a run has done."""
    names = list(run.mappings.values_list("name", flat=True))
    return _start(run.connection, Run.Kind.UNDO, actor, "integration.undo", str(run.id), names)


def synchronise(connection: Connection, names: Iterable[str], actor: str = "") -> Run:
    """Start to carry across what changed in these mappings."""
    return _start(
        connection, Run.Kind.MAPPING, actor, "integration.synchronise", list(names), False
    )


def synchronise_records(
    connection: Connection, name: str, side: Side, ids: Iterable[UUID], actor: str = ""
) -> Run:
    """Start to bring single records into step, as from a card."""
    chosen = [str(id) for id in ids]
    job = "integration.records"
    return _start(connection, Run.Kind.MAPPING, actor, job, name, side.value, chosen)


def convert_orders(connection: Connection, orders: Iterable[UUID], actor: str = "") -> Run:
    """Start to make sales orders of these submitted CRM orders, or of all that wait."""
    chosen = [str(id) for id in orders]
    return _start(connection, Run.Kind.ORDERS, actor, "integration.convert-orders", chosen)


def send_invoices(connection: Connection, actor: str = "") -> Run:
    """Start to carry posted invoices of coupled orders to the CRM."""
    return _start(connection, Run.Kind.INVOICES, actor, "integration.send-invoices")


def _start(connection: Connection, kind: str, actor: str, job: str, *arguments: object) -> Run:
    run = Run.objects.create(
        connection=connection, kind=kind, actor=actor, details={"job": job, "arguments": arguments}
    )
    queue.start(job, str(run.id), *arguments, id=str(run.id))
    return run


def cancel(run: Run) -> None:
    """Stop a run before its next step. What it did stays, and is in the journal."""
    Run.objects.filter(pk=run.pk, state__in=LIVE).update(state=Run.State.CANCELLED)
    for id in (str(run.id), f"{run.id}/start"):
        if queue.state(id) in ("waiting", "running"):
            queue.cancel(id)
