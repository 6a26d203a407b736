"""Apply plans chunk by chunk, remember, and take back; each function is one step of a job.

A step may be cut off anywhere and is then called again. What the journal says has ended is not
done twice, and what was done without being noted is found done.
"""

from itertools import count

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from saumaton.integration import rows
from saumaton.integration.connections import tables_of
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.memory import DjangoMemory
from saumaton.integration.models import JournalEntry, Pending, Run, RunMapping
from saumaton.integration.patience import patiently
from saumaton.integration.planning import CHUNK, PLANNED, entries_of, line_of
from saumaton.integration.values import from_text
from saumaton.sync.model import Base, Cause, Operation, Side, Verb
from saumaton.sync.ports import Outcome
from saumaton.sync.run import apply, finish, take_back


def apply_chunk(run_id: str, name: str) -> int:
    """Carry out the next planned operations of the mapping; return how many are left."""
    run = Run.objects.select_related("connection").get(pk=run_id)
    planned = JournalEntry.objects.filter(run=run, mapping=name, ending="").order_by("number")
    numbered = [(entry.number, _operation(entry)) for entry in planned[:CHUNK]]
    if numbered:
        memory = DjangoMemory(run.connection, run)
        memory.plan(numbered)
        tables = tables_of(run.connection, name)
        patiently(lambda: apply([operation for _, operation in numbered], tables, memory))
    count_up(run, name)
    left = planned.count()
    if left and planned[0].number <= numbered[0][0]:
        raise RuntimeError(f"Operation {numbered[0][0]} of {name} was not noted.")
    return left


def _operation(entry: JournalEntry) -> Operation:
    return Operation(
        entry.mapping,
        Verb(entry.verb),
        entry.erp_id,
        entry.crm_id,
        side=Side(entry.side) if entry.side else None,
        before=from_text(entry.before),
        after=from_text(entry.after),
        version=entry.version,
        agreed=Base(from_text(entry.agreed_erp), from_text(entry.agreed_crm)),
        reason=entry.reason,
        cause=Cause(entry.cause) if entry.cause else None,
    )


def finish_mapping(run_id: str, name: str) -> bool:
    """Keep the tokens of a mapping whose plan has been applied; return whether records wait."""
    run = Run.objects.select_related("connection").get(pk=run_id)
    line = line_of(run, name)
    memory = DjangoMemory(run.connection, run)
    tokens = {Side(side): token for side, token in line.tokens.items()}
    finish(MAPPINGS[name], tokens, memory)
    line.state = Run.State.FINISHED
    line.save(update_fields=["state"])
    return bool(_to_try_again(run, name).exists())


def take_back_chunk(run_id: str, undone_id: str, name: str, start: int) -> None:
    """Undo some operations of a run, last first; later edits stay, and the pairs touched rest."""
    run = Run.objects.select_related("connection").get(pk=run_id)
    entries = _undoable(undone_id, name)[start : start + CHUNK]
    operations = [_operation(entry) for entry in reversed(entries)]
    memory = DjangoMemory(run.connection, run)
    why = f"undone {timezone.localdate():%Y-%m-%d}"
    tables = tables_of(run.connection, name)
    ended = patiently(lambda: take_back(operations, tables, memory, why))
    _journal(run, name, ended)
    count_up(run, name)


def to_take_back(undone_id: str, name: str) -> int:
    """Return how many operations of a mapping a run has done that can be undone."""
    return _undoable(undone_id, name).count()


def _undoable(run_id: str, name: str) -> QuerySet[JournalEntry]:
    done = JournalEntry.objects.filter(run_id=run_id, mapping=name, ending="done")
    return done.filter(verb__in=("create", "update", "delete")).order_by("-number")


def _journal(run: Run, name: str, ended: list[tuple[Operation, Outcome]]) -> None:
    """Note steps of an undo, which were not planned before, with how they ended."""
    line = line_of(run, name)
    numbers = count(line.total + 1)
    entries = [
        (*planned[:-1], outcome.ending.value)
        for planned, (_, outcome) in zip(
            entries_of(run, [o for o, _ in ended], numbers), ended, strict=True
        )
    ]
    rows.insert(JournalEntry, PLANNED, entries)
    line.total += len(entries)
    line.save(update_fields=["total"])


def end_mapping(run_id: str, name: str) -> None:
    """Note that single records have had their turn; tokens stay where they were."""
    RunMapping.objects.filter(run_id=run_id, name=name).update(state=Run.State.FINISHED)


def _to_try_again(run: Run, name: str) -> QuerySet[Pending]:
    """Records for which another look may help at once: a counterpart may be there by now."""
    soon = Q(ending="again") | Q(ending="busy") | Q(cause__in=("waiting", "later"))
    return Pending.objects.filter(soon, connection=run.connection, mapping=name)


def count_up(run: Run, name: str) -> None:
    """Bring the counters of a mapping in line with the journal and with what is pending."""
    entries = JournalEntry.objects.filter(run=run, mapping=name).exclude(ending="")
    counts: dict[tuple[str, str, str], int] = {
        (verb, side, ending): number
        for verb, side, ending, number in entries.values_list("verb", "side", "ending")
        .order_by()
        .annotate(Count("id"))
    }

    def total(verb: str, side: str) -> int:
        return counts.get((verb, side, "done"), 0)

    RunMapping.objects.filter(run=run, name=name).update(
        done=sum(counts.values()),
        held=_pending(run, name, "held"),
        refused=_pending(run, name, "refused"),
        created_erp=total("create", "erp"),
        created_crm=total("create", "crm"),
        updated_erp=total("update", "erp"),
        updated_crm=total("update", "crm"),
        deleted_erp=total("delete", "erp"),
        deleted_crm=total("delete", "crm"),
        settled=total("settle", ""),
    )


def _pending(run: Run, name: str, ending: str) -> int:
    """Return how many records the run leaves behind like this; what waited and went is not one."""
    return Pending.objects.filter(run=run, mapping=name, ending=ending).count()


def set_state(run_id: str, state: str, reason: str = "") -> None:
    """Note where a run stands; one that a person cancelled stays cancelled."""
    if state == Run.State.FINISHED:
        stopped = RunMapping.objects.filter(run_id=run_id, state=Run.State.STOPPED)
        if alarms := [text for line in stopped for text in line.alarms]:
            state, reason = Run.State.STOPPED, "; ".join(alarms)
    now = timezone.now()
    changes: dict[str, object] = {"state": state, "reason": reason}
    if state == Run.State.RUNNING:
        changes["started_at"] = now
    else:
        changes["finished_at"] = now
    Run.objects.filter(pk=run_id).exclude(state=Run.State.CANCELLED).update(**changes)
