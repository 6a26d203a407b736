"""What the queue may run for the integration. Each call of `step` is done once and remembered."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from saumaton.integration import document_steps, planning, runs, synchronise
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Connection, Run
from saumaton.jobs.queue import job, step
from saumaton.jobs.schedules import every

# Records that waited for a counterpart are looked at again once all mappings have had their turn;
# one of them may have been what the next waits for.
ROUNDS = 3
ORDERS_AT_ONCE = 200
INVOICES_AT_ONCE = 100
UNDONE_AT_ONCE = synchronise.CHUNK


@job("integration.synchronise")
def synchronise_mappings(run_id: str, names: list[str], whole: bool) -> None:
    """Synchronise the mappings in the order of their dependencies; `whole` reads everything."""
    with _noted(run_id):
        _rounds(run_id, step(planning.in_order, names), whole)


@job("integration.records")
def synchronise_records(run_id: str, name: str, side: str, ids: list[str]) -> None:
    """Bring single records into step; before the first full run all of their mapping goes."""
    with _noted(run_id):
        if step(planning.plan_records, run_id, name, side, ids):
            while step(synchronise.apply_chunk, run_id, name):
                continue
        step(synchronise.end_mapping, run_id, name)


@job("integration.plan")
def plan_mappings(run_id: str, names: list[str]) -> None:
    """Plan everything for a person to look at; nothing is written on either side."""
    with _noted(run_id, Run.State.READY):
        for name in step(planning.in_order, names):
            step(planning.plan_mapping, run_id, name, True, True)


@job("integration.start")
def start_planned(run_id: str, names: list[str]) -> None:
    """Apply what was planned and shown; only what could not be planned ahead is planned now."""
    with _noted(run_id):
        _rounds(run_id, step(planning.in_order, names), True)


@job("integration.undo")
def undo(run_id: str, undone_id: str, names: list[str]) -> None:
    """Take back what a run has done, its last mapping first."""
    with _noted(run_id):
        for name in reversed(step(planning.in_order, names)):
            for start in range(0, step(synchronise.to_take_back, undone_id, name), UNDONE_AT_ONCE):
                step(synchronise.take_back_chunk, run_id, undone_id, name, start)


@contextmanager
def _noted(run_id: str, well: Run.State = Run.State.FINISHED) -> Iterator[None]:
    """Note that the run runs, and how it ended."""
    step(synchronise.set_state, run_id, Run.State.RUNNING.value)
    try:
        yield
    except Exception as error:
        step(synchronise.set_state, run_id, Run.State.FAILED.value, str(error))
        raise
    step(synchronise.set_state, run_id, well.value)


def _rounds(run_id: str, names: Iterable[str], whole: bool) -> None:
    waiting = _one_round(run_id, names, whole)
    for _ in range(ROUNDS - 1):
        if waiting:
            waiting = _one_round(run_id, waiting, False)


def _one_round(run_id: str, names: Iterable[str], whole: bool) -> list[str]:
    """Plan and apply each mapping; return those with records that wait for another."""
    waiting = []
    for name in names:
        if step(planning.must_plan, run_id, name):
            step(planning.plan_mapping, run_id, name, whole)
        if step(planning.must_stop, run_id, name):
            continue
        while step(synchronise.apply_chunk, run_id, name):
            continue
        if step(synchronise.finish_mapping, run_id, name):
            waiting.append(name)
    return waiting


@job("integration.convert-orders")
def convert_orders(run_id: str, chosen: list[str]) -> None:
    """Make sales orders of the chosen CRM orders, or of all that wait; a chunk is a step."""
    with _noted(run_id):
        ids = chosen or step(document_steps.find_orders, run_id)
        for start in range(0, len(ids), ORDERS_AT_ONCE):
            step(document_steps.convert, run_id, ids[start : start + ORDERS_AT_ONCE])


@job("integration.send-invoices")
def send_invoices(run_id: str) -> None:
    """Carry posted invoices of coupled orders to the CRM; a chunk is a step."""
    with _noted(run_id):
        ids = step(document_steps.find_invoices, run_id)
        for start in range(0, len(ids), INVOICES_AT_ONCE):
            step(document_steps.send_invoices, run_id, ids[start : start + INVOICES_AT_ONCE])


@every("integration.synchronise", minutes=30)
def synchronise_changes() -> None:
    """Carry across what changed since the last time, once there has been a full synchronisation."""
    for connection in Connection.objects.filter(enabled=True):
        known = connection.run_set
        if known.filter(kind=Run.Kind.FULL, state=Run.State.FINISHED).exists() and not (
            known.filter(kind__in=(Run.Kind.FULL, Run.Kind.MAPPING), state__in=runs.LIVE).exists()
        ):
            runs.synchronise(connection, MAPPINGS)
