"""Plan mappings: read both sides, decide, and store what there is to do before it is done."""

from collections.abc import Iterable, Iterator
from itertools import count
from uuid import UUID

from django.db.models import Count, Max, Q

from saumaton.integration import rows
from saumaton.integration.connections import tables_of
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.memory import DjangoMemory, subject
from saumaton.integration.models import Coupling, JournalEntry, Run, RunMapping
from saumaton.integration.patience import patiently
from saumaton.integration.preview import Ahead
from saumaton.integration.values import to_text
from saumaton.sync.model import Cause, Operation, Side, Verb
from saumaton.sync.plan import counted_alarms, stages
from saumaton.sync.run import Planning, begin, only

CHUNK = 500
PLANNED = (
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
    waiting = memory.unfinished(name)
    for operations in _stored(run, name, planning):
        waiting -= {found[1:] for o in operations if (found := subject(o))}
    if not ahead:
        memory.resolve(name, waiting)
    line = line_of(run, name)
    line.tokens = {side.value: token for side, token in planning.tokens.items()}
    line.provisional = bool(known and known.guessed)
    line.state = Run.State.PLANNED if ahead else Run.State.RUNNING
    line.total = JournalEntry.objects.filter(run=run, mapping=name).count()
    if not line.done:  # what the run itself made may be completed by it, however much it is
        line.alarms = list(_alarms(run, name))
    line.save()
    return line.total


def _stored(run: Run, name: str, planning: Planning) -> Iterator[tuple[Operation, ...]]:
    """Store what is planned, chunk by chunk, under the numbers that follow the last one."""
    last = JournalEntry.objects.filter(run=run, mapping=name).aggregate(last=Max("number"))["last"]
    numbers = count((last or 0) + 1)
    for operations in planning.chunks(size=CHUNK):
        rows.insert(JournalEntry, PLANNED, entries_of(run, operations, numbers))
        yield operations


def plan_records(run_id: str, name: str, side: str, ids: list[str]) -> int:
    """Plan for single records; a mapping that has never been run whole is planned whole.

    From a copy alone its source cannot be told, so the first look must be at everything.
    """
    run = Run.objects.select_related("connection").get(pk=run_id)
    memory = DjangoMemory(run.connection, run)
    if memory.token(name, Side(side)) is None:
        return plan_mapping(run_id, name, True)
    JournalEntry.objects.filter(run=run, mapping=name, ending="").delete()
    tables = tables_of(run.connection, name)
    wanted = [UUID(id) for id in ids]
    planning = only(MAPPINGS[name], tables, memory, Side(side), wanted)
    list(_stored(run, name, planning))
    line = line_of(run, name)
    line.state = Run.State.RUNNING
    line.total = JournalEntry.objects.filter(run=run, mapping=name).count()
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


def line_of(run: Run, name: str) -> RunMapping:
    position = in_order(MAPPINGS).index(name) + 1
    line, _ = RunMapping.objects.get_or_create(run=run, name=name, defaults={"position": position})
    return line


def entries_of(
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
