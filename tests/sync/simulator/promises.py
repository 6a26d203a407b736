"""What must hold when a history has come to rest: S1 to S8 of the quality plan."""

from collections.abc import Iterator
from uuid import UUID

from saumaton.sync.model import Choice, Field, Lookup, Row, Side, Unwritable, Value, Verb
from tests.sync.simulator.history import CRM, ERP, History


def broken(history: History) -> list[str]:
    """Return every promise that does not hold, with the record that shows it."""
    last = history.run()
    refused = history.memory.refused()
    wanted = [o for o in history.writes(last) if (o.mapping, o.erp) not in refused]
    found = [f"S6/S7 the last run still wants to {o.verb.value} {o}" for o in wanted]
    held = {(o.mapping, id) for o in last for id in (o.erp, o.crm) if id}
    for name in history.mappings:
        found += _agreement(history, name, held)
        found += _once(history, name, held)
        found += _parents(history, name)
    found += _losers(history)
    if history.too_early:
        found.append(f"F07 {history.too_early} requests came before Retry-After had run out")
    return found


def _agreement(history: History, name: str, held: set[tuple[str, UUID]]) -> Iterator[str]:
    """S1: coupled records agree, field by field, in each side's own words."""
    erp, crm = history.rows(name, ERP), history.rows(name, CRM)
    for c in history.memory.known(name):
        if c.erp in erp and c.crm in crm and (name, c.erp) not in held:
            for f in history.mappings[name].fields:
                never = c.born is CRM and f.flow == {CRM} and erp[c.erp].values.get(f.erp) is None
                if not never and not _agree(history, f, erp[c.erp], crm[c.crm]):
                    yield f"S1 {name} {c.erp}/{c.crm} disagree on {f.erp}"


def _agree(history: History, f: Field, erp: Row, crm: Row) -> bool:
    ours, theirs = erp.values.get(f.erp), crm.values.get(f.crm)
    if isinstance(f, Lookup) and ours is not None and _in_crm_words(history, f, ours) is None:
        return True  # its target was uncoupled: there is nothing left to agree on
    if f.flow == frozenset({CRM}):
        return _in_crm_words(history, f, ours) == theirs or _edited_there(history, f, crm)
    return _in_crm_words(history, f, ours) == theirs


def _edited_there(history: History, f: Field, crm: Row) -> bool:
    """A one-way value that a person changed where it does not flow from: it stays."""
    return any(f"{f.erp}'" in t and f"crm {crm.id}" in t for t in history.told)


def _in_crm_words(history: History, f: Field, value: Value) -> Value:
    if isinstance(f, Lookup):
        pairs = {c.erp: c.crm for c in history.memory.known(f.to)}
        return pairs.get(value) if isinstance(value, UUID) else None
    if isinstance(f, Choice):
        return f.codes[value]
    try:
        return f.to_crm(value)
    except Unwritable:
        return None


def _once(history: History, name: str, held: set[tuple[str, UUID]]) -> Iterator[str]:
    """S3: every record has exactly one partner, or a reason why not."""
    known = history.memory.known(name)
    for side in Side:
        coupled = [c.id(side) for c in known]
        if len(coupled) != len(set(coupled)):
            yield f"S3 {name}: a {side.value} record is coupled twice"
        for id in set(history.rows(name, side)) - set(coupled):
            if (name, id) not in held and not history.deleted:
                yield f"S3 {name} {side.value} {id} has neither partner nor reason"
    if not history.deleted and not any(mapping == name for mapping, _ in held):
        for side in Side:
            there = len(history.rows(name, side))
            if there != history.added[name]:
                yield f"S3 {name}: {there} records in the {side.value}, {history.added[name]} made"


def _parents(history: History, name: str) -> Iterator[str]:
    """S4: no record of a copy points at what is not there."""
    for side in Side:
        for f in history.mappings[name].fields:
            if isinstance(f, Lookup):
                there = history.rows(f.to, side)
                for row in history.rows(name, side).values():
                    target = row.values.get(f.name(side))
                    if target is not None and target not in there and not history.deleted:
                        yield f"S4 {name} {side.value} {row.id}: {f.erp} points at nothing"


def _losers(history: History) -> Iterator[str]:
    """S2, S8: whatever the engine overwrote stands in the plan as the value before."""
    planned: dict[tuple[Side, UUID], list[dict[str, Value]]] = {}
    for o in history.planned:
        if o.side and o.verb in (Verb.UPDATE, Verb.DELETE):
            planned.setdefault((o.side, o.target), []).append(dict(o.before))
    for side, id, old in history.store.overwritten:
        if not any(all(b.get(n) == v for n, v in old.items()) for b in planned.get((side, id), [])):
            yield f"S2 {side.value} {id} lost {old}, and no plan says so"
