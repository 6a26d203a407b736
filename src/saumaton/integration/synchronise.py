"""Run mappings durably: plan, store the plan, apply it chunk by chunk, remember.

Every function here is one step of a job: it may be cut off anywhere and is then called again. What
the journal says has ended is not done twice, and what was done without being noted is found done.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import TypeVar

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from saumaton.integration import rows
from saumaton.integration.connections import tables_of
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.memory import DjangoMemory, subject
from saumaton.integration.models import Coupling, JournalEntry, Pending, Run, RunMapping
from saumaton.integration.preview import Ahead
from saumaton.integration.values import from_text, to_text
from saumaton.sync.model import Base, Cause, Operation, Side, Verb
from saumaton.sync.plan import counted_alarms, stages
from saumaton.sync.ports import Busy, Outcome
from saumaton.sync.run import apply, begin, finish, take_back

CHUNK = 500
PATIENCE = 8
LONGEST_WAIT_SECONDS = 60

Result = TypeVar("Result")
_PLANNED = (
    "run",
    "mapping",
    "number",
    "verb",
    "side",
    "erp_id",
    "crm_id",
    "before",
    "after",
    "agreed_erp",
    "agreed_crm",
    "version",
    "reason",
    "cause",
    "ending",
)


class FromTheStart(DjangoMemory):
    """A memory without tokens: everything on both sides is read again."""

    def token(self, mapping: str, side: Side) -> str | None:
        return None


def in_order(names: Iterable[str]) -> list[str]:
    """Return the mappings so that each comes after all that it points at."""
    wanted = set(names)
    return [name for stage in stages(MAPPINGS.values()) for name in stage if name in wanted]


def plan_mapping(run_id: str, name: str, whole: bool, ahead: bool = False) -> int:
    """Read both sides and store what they need; return how many operations the plan now holds.

    `ahead`: what the run has planned before counts as done, for a plan that a person looks at.
    """
    run = Run.objects.select_related("connection").get(pk=run_id)
    JournalEntry.objects.filter(run=run, mapping=name, ending="").delete()
    memory = (FromTheStart if whole else DjangoMemory)(run.connection, run)
    known = Ahead(memory, run) if ahead else None
    tables = tables_of(run.connection, name)
    planning = patiently(lambda: begin(MAPPINGS[name], tables, memory, known))
    last = JournalEntry.objects.filter(run=run, mapping=name).aggregate(last=Max("number"))["last"]
    numbers = count((last or 0) + 1)
    waiting = memory.unfinished(name)
    for operations in planning.chunks(size=CHUNK):
        rows.insert(JournalEntry, _PLANNED, _entries(run, operations, numbers))
        waiting -= {found[1:] for o in operations if (found := subject(o))}
    if not ahead:
        memory.resolve(name, waiting)
    line = _line(run, name)
    line.tokens = {side.value: token for side, token in planning.tokens.items()}
    line.provisional = bool(known and known.guessed)
    line.state = Run.State.PLANNED if ahead else Run.State.RUNNING
    line.total = JournalEntry.objects.filter(run=run, mapping=name).count()
    line.alarms = list(_alarms(run, name))
    line.save()
    return line.total


def _alarms(run: Run, name: str) -> Iterator[str]:
    """Yield why a person should look at the plan of a mapping before it is applied."""
    planned = JournalEntry.objects.filter(run=run, mapping=name, ending="")
    counts = {
        (Verb(verb), Side(side) if side else None): number
        for verb, side, number in planned.order_by()
        .values_list("verb", "side")
        .annotate(Count("id"))
    }
    gone = planned.filter(Q(cause=Cause.DELETED.value) | Q(verb=Verb.FORGET.value)).count()
    couplings = Coupling.objects.filter(connection=run.connection, mapping=name)
    yield from counted_alarms(counts, gone, couplings.filter(base_erp__isnull=False).count())


def must_stop(run_id: str, name: str) -> bool:
    """Does the plan of a mapping ask for a person, who has not looked at it yet?"""
    line = RunMapping.objects.get(run_id=run_id, name=name)
    if not line.alarms or line.run.details.get("reviewed"):
        return False
    line.state = Run.State.STOPPED
    line.save(update_fields=["state"])
    return True


def must_plan(run_id: str, name: str) -> bool:
    """Has the mapping no plan that can be applied as it was shown?"""
    line = RunMapping.objects.filter(run_id=run_id, name=name).first()
    return line is None or line.provisional or line.state != Run.State.PLANNED


def _line(run: Run, name: str) -> RunMapping:
    position = in_order(MAPPINGS).index(name) + 1
    line, _ = RunMapping.objects.get_or_create(run=run, name=name, defaults={"position": position})
    return line


def _entries(
    run: Run, operations: Iterable[Operation], numbers: Iterator[int]
) -> Iterator[tuple[object, ...]]:
    for o in operations:
        yield (
            run.id,
            o.mapping,
            next(numbers),
            o.verb.value,
            o.side.value if o.side else "",
            o.erp,
            o.crm,
            to_text(o.before) if o.before else "",
            to_text(o.after) if o.after else "",
            to_text(o.agreed.erp) if o.agreed.erp else "",
            to_text(o.agreed.crm) if o.agreed.crm else "",
            o.version,
            o.reason,
            o.cause.value if o.cause else "",
            "",
        )


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
    line = _line(run, name)
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
    line = _line(run, name)
    numbers = count(line.total + 1)
    entries = [
        (*planned[:-1], outcome.ending.value)
        for planned, (_, outcome) in zip(
            _entries(run, [o for o, _ in ended], numbers), ended, strict=True
        )
    ]
    rows.insert(JournalEntry, _PLANNED, entries)
    line.total += len(entries)
    line.save(update_fields=["total"])


def _to_try_again(run: Run, name: str) -> QuerySet[Pending]:
    """Records for which another look may help at once: a counterpart may be there by now."""
    soon = Q(ending="again") | Q(ending="busy") | Q(cause__in=("waiting", "later"))
    return Pending.objects.filter(soon, connection=run.connection, mapping=name)


def count_up(run: Run, name: str) -> None:
    """Bring the counters of a mapping in line with the journal."""
    entries = JournalEntry.objects.filter(run=run, mapping=name).exclude(ending="")
    counts: dict[tuple[str, str, str], int] = {
        (verb, side, ending): number
        for verb, side, ending, number in entries.values_list("verb", "side", "ending")
        .order_by()
        .annotate(Count("id"))
    }

    def total(verb: str = "", side: str = "", ending: str = "done") -> int:
        return sum(
            number
            for (v, s, e), number in counts.items()
            if verb in ("", v) and side in ("", s) and e == ending
        )

    RunMapping.objects.filter(run=run, name=name).update(
        done=sum(counts.values()),
        held=total(ending="held"),
        refused=total(ending="refused"),
        created_erp=total("create", "erp"),
        created_crm=total("create", "crm"),
        updated_erp=total("update", "erp"),
        updated_crm=total("update", "crm"),
        deleted_erp=total("delete", "erp"),
        deleted_crm=total("delete", "crm"),
        settled=total("settle"),
    )


def set_state(run_id: str, state: str, reason: str = "") -> None:
    """Note where a run stands; one that a person cancelled stays cancelled."""
    now = timezone.now()
    changes: dict[str, object] = {"state": state, "reason": reason}
    if state == Run.State.RUNNING:
        changes["started_at"] = now
    else:
        changes["finished_at"] = now
    Run.objects.filter(pk=run_id).exclude(state=Run.State.CANCELLED).update(**changes)


def patiently(action: Callable[[], Result]) -> Result:
    """Do it, waiting as long as a busy side asks for, a few times over."""
    for attempt in range(PATIENCE):
        try:
            return action()
        except Busy as busy:
            wait = busy.retry_after_seconds or 2**attempt / 2
            time.sleep(min(wait, LONGEST_WAIT_SECONDS))
    return action()
