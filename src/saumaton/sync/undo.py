"""The way back: what takes applied operations back, without taking later edits along. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from .model import Base, Cause, Operation, Row, Side, Values, Verb

Rows = dict[tuple[Side, UUID], Row]
ANY = ""  # the version of a row that an earlier step of the same undo has changed


def undo(operations: Iterable[Operation], now: Rows) -> tuple[Operation, ...]:
    """Return what takes these operations back, last first; `now` holds the written rows.

    Only a value that still is what was written goes back. A record that was edited since is held,
    and so is a created one that somebody else has filled in. The couplings touched must rest
    afterwards: an undo that the next run quietly redoes is no undo.
    """
    rows = dict(now)
    return tuple(step for o in reversed(tuple(operations)) for step in _back(o, rows))


def _back(done: Operation, rows: Rows) -> Iterator[Operation]:
    if done.side is None:
        return
    key = row_key(done)
    row = rows.get(key)
    match done.verb:
        case Verb.CREATE if row:
            yield from _uncreated(done, row, rows)
        case Verb.UPDATE if row:
            yield from _restored(done, row, rows)
        case Verb.DELETE if not row:
            rows[key] = Row(done.target, done.before, ANY)
            filled = {name: value for name, value in done.before.items() if value is not None}
            yield _turned(done, Verb.CREATE, {}, filled)
        case Verb.DELETE:
            yield _held(done, "created again since")
        case Verb.UPDATE:
            yield _held(done, "deleted since")


def _uncreated(done: Operation, row: Row, rows: Rows) -> Iterator[Operation]:
    if any(row.values.get(name) != value for name, value in done.after.items()):
        yield _held(done, "edited since it was created")
        return
    del rows[row_key(done)]
    yield replace(_turned(done, Verb.DELETE, done.after, {}), version=row.version)


def _restored(done: Operation, row: Row, rows: Rows) -> Iterator[Operation]:
    ours = [name for name, value in done.after.items() if row.values.get(name) == value]
    if len(ours) < len(done.after):
        edited = ", ".join(name for name in done.after if name not in ours)
        yield _held(done, f"edited since: {edited}")
    if ours:
        before = {name: done.before.get(name) for name in ours}
        rows[row_key(done)] = Row(row.id, {**row.values, **before}, ANY)
        after = {name: done.after[name] for name in ours}
        yield replace(_turned(done, Verb.UPDATE, after, before), version=row.version)


def row_key(done: Operation) -> tuple[Side, UUID]:
    if done.side is None:
        raise ValueError(f"{done.verb.value} of {done.mapping} has written nothing")
    return done.side, done.target


def _turned(done: Operation, verb: Verb, before: Values, after: Values) -> Operation:
    """The reverse step. The written side's past becomes what it holds again, the other's stays."""
    side, _ = row_key(done)
    agreed = Base.seen_from(side, after, {})
    return replace(done, verb=verb, before=before, after=after, version="", agreed=agreed)


def _held(done: Operation, reason: str) -> Operation:
    return Operation(
        done.mapping, Verb.HOLD, done.erp, done.crm, reason=reason, cause=Cause.DISPUTED
    )
