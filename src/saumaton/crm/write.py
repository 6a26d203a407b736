"""Create, change and delete rows: defaults, stamps, states, lookups, rights, the tables' rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa

from . import rules
from .described import Column, Table
from .model import unique_name, unique_sets
from .problem import BAD_ARGUMENT, BAD_STATE, DUPLICATE_ID, DUPLICATE_KEY, Problem, no_row
from .rights import demand_rows
from .store import Row, Session

SECURITY_TABLES = frozenset({"systemuser", "role", "systemuserroles", "team", "teammembership"})


@dataclass
class Change:
    """A row as it is, and the values that shall change."""

    before: Row
    values: Row

    @property
    def after(self) -> Row:
        return {**self.before, **self.values}

    def moves(self, *names: str) -> bool:
        """Does one of these columns get another value?"""
        return any(n in self.values and self.values[n] != self.before[n] for n in names)


def create(session: Session, name: str, rows: Sequence[Row], *, checked: bool = True) -> list[str]:
    """Insert rows of stored values; return their ids, in order. Raises `Problem`.

    `checked` is switched off for rows that the CRM itself makes, which need no privilege.
    """
    table = session.table(name)
    if checked:
        session.caller.demand("create", name)
    complete = [_completed(session, table, row) for row in rows]
    rules.before_create(session, name, complete)
    required = _required(table)
    for given, row in zip(rows, complete, strict=True):
        _demand_required(table, required, row)
        if "statecode" in given or "statuscode" in given:
            _check_state(table, row)
    _check_lookups(session, table, complete)
    if checked and table.owned:
        _demand_own(session, table, complete)
    _insert(session, table, complete)
    _note_security(session, name)
    rules.after_create(session, name, complete)
    return [row[table.key] for row in complete]


def _completed(session: Session, table: Table, row: Row) -> Row:
    complete = {**defaults(session, table), **row}
    complete[table.key] = row.get(table.key) or str(uuid4())
    if not table.intersect:
        complete["versionnumber"] = session.next_version()
        complete["createdon"] = row.get("overriddencreatedon") or session.now
    if table.owned and not row.get("ownerid"):
        complete["ownerid"], complete["owneridtype"] = session.caller.id, "systemuser"
    if table.states and "statecode" in row and "statuscode" not in row:
        _default_reason(table, complete)
    return complete


def defaults(session: Session, table: Table) -> Row:
    """Return what every new row of a table has before its values are set."""
    kept: dict[str, Row] = session.remembered.setdefault("defaults", {})
    if table.name not in kept:
        found = {c.name: c.default for c in table.all_columns.values() if c.default is not None}
        if not table.intersect:
            caller = session.caller
            found |= {"modifiedon": session.now, "createdby": caller.id, "modifiedby": caller.id}
            found["createdonbehalfby"] = caller.behind
        if table.owned:
            found["owningbusinessunit"] = session.caller.business_unit or None
        kept[table.name] = found
    return kept[table.name]


def _default_reason(table: Table, row: Row) -> None:
    if state := table.state(row["statecode"]):
        row["statuscode"] = state.reasons[0][0]


def _demand_required(table: Table, required: tuple[str, ...], row: Row) -> None:
    for name in required:
        if row.get(name) is None:
            raise Problem(
                400,
                BAD_ARGUMENT,
                f"Required attribute '{name}' of the '{table.name}' entity is missing.",
            )


def _required(table: Table) -> tuple[str, ...]:
    return tuple(c.name for c in table.all_columns.values() if c.required and c.name != table.key)


def _check_state(table: Table, row: Row) -> None:
    if not table.states:
        return
    state = table.state(row["statecode"])
    if state is None or row["statuscode"] not in (reason for reason, _ in state.reasons):
        label = state.label if state else row["statecode"]
        raise Problem(
            400,
            BAD_STATE,
            f"{row['statuscode']} is not a valid status code for state code "
            f"{table.schema_name}State.{label} on {table.name} with Id {row[table.key]}.",
        )


def _check_lookups(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Raise 404 for a reference to a row that is not there."""
    for column in table.lookups.values():
        if not (column.create or column.update):
            continue
        for target, ids in _referenced(column, rows).items():
            if target in session.model.tables and (missing := session.missing(target, ids)):
                raise no_row(target, sorted(missing)[0])


def _referenced(column: Column, rows: Sequence[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if value := row.get(column.name):
            target = row.get(column.type_name) if column.type_name else column.targets[0]
            found.setdefault(target or column.targets[0], []).append(value)
    return found


def _demand_own(session: Session, table: Table, rows: Sequence[Row]) -> None:
    others = [row for row in rows if row["ownerid"] != session.caller.id]
    if others:
        session.caller.demand("assign", table.name)
        _set_units(session, others)


def _set_units(session: Session, rows: Iterable[Row]) -> None:
    """Give rows the business unit of their owner."""
    for kind in ("systemuser", "team"):
        mine = [row for row in rows if row.get("owneridtype") == kind]
        owners = session.rows(kind, [row["ownerid"] for row in mine]) if mine else {}
        for row in mine:
            row["owningbusinessunit"] = owners[row["ownerid"]]["businessunitid"]


def _insert(session: Session, table: Table, rows: Sequence[Row]) -> None:
    try:
        session.insert(table.name, rows)
    except sa.exc.IntegrityError as error:
        raise _duplicate(table, str(error.orig)) from error


def _duplicate(table: Table, reason: str) -> Problem:
    for columns in unique_sets(table):
        named = unique_name(table, columns) in reason
        listed = all(f"{table.name}.{column}" in reason for column in columns)
        if named or listed:
            name = next((k.name for k in table.keys if k.columns == columns), columns[-1])
            return Problem(
                412,
                DUPLICATE_KEY,
                f"Entity Key {name} violated. A record with the same value for "
                f"{', '.join(columns)} already exists. A duplicate record cannot be created.",
            )
    return Problem(412, DUPLICATE_ID, "A record with matching key values already exists.")


def update(
    session: Session,
    name: str,
    changes: Sequence[tuple[str, Row]],
    *,
    checked: bool = True,
    action: str = "write",
) -> None:
    """Change rows, given as id and new stored values. Raises `Problem` 404 for a missing one."""
    table = session.table(name)
    if checked:
        session.caller.demand(action, name)
    held = session.rows(name, [row_id for row_id, _ in changes])
    prepared = [_change(session, table, held, row_id, values) for row_id, values in changes]
    if checked:
        demand_rows(session, action, table, [change.before for change in prepared])
    rules.before_update(session, name, prepared)
    for change in prepared:
        _check_change(table, change)
    _check_lookups(session, table, [change.values for change in prepared])
    _reassign(session, table, prepared, checked)
    try:
        session.update(name, [(c.before[table.key], c.values) for c in prepared])
    except sa.exc.IntegrityError as error:
        raise _duplicate(table, str(error.orig)) from error
    _note_security(session, name)
    rules.after_update(session, name, prepared)


def _change(
    session: Session, table: Table, held: dict[str, Row], row_id: str, values: Row
) -> Change:
    if row_id not in held:
        raise no_row(table.name, row_id)
    stamped = {name: value for name, value in values.items() if name != table.key}
    if table.states and "statecode" in stamped and stamped.get("statuscode") is None:
        _default_reason(table, stamped)
    stamped["modifiedon"] = session.now
    stamped["modifiedby"] = session.caller.id
    stamped["modifiedonbehalfby"] = session.caller.behind
    stamped["versionnumber"] = session.next_version()
    change = Change(held[row_id], stamped)
    held[row_id] = change.after  # a second change of the same row builds on the first
    return change


def _check_change(table: Table, change: Change) -> None:
    if {"statecode", "statuscode"} & change.values.keys():
        _check_state(table, change.after)
    for name in _required(table):
        if name in change.values and change.values[name] is None:
            raise Problem(400, BAD_ARGUMENT, f"'{name}' of '{table.name}' cannot be empty.")


def _reassign(session: Session, table: Table, changes: Sequence[Change], checked: bool) -> None:
    moved = [change for change in changes if table.owned and change.moves("ownerid")]
    if moved:
        if checked:
            session.caller.demand("assign", table.name)
        for change in moved:
            change.values.setdefault("owneridtype", "systemuser")
        _set_units(session, [change.values for change in moved])


def touch(session: Session, name: str, changes: Sequence[tuple[str, Row]]) -> None:
    """Set computed values, without rules or rights; each row gets a new version."""
    stamped = [
        (row_id, {**values, "versionnumber": session.next_version()}) for row_id, values in changes
    ]
    session.update(name, stamped)


def delete(session: Session, name: str, ids: Sequence[str], *, checked: bool = True) -> None:
    """Delete rows with what hangs on them. Raises `Problem` 404 or, where in use, 405."""
    table = session.table(name)
    if checked:
        session.caller.demand("delete", name)
    ids = list(dict.fromkeys(ids))
    held = session.rows(name, ids)
    for row_id in ids:
        if row_id not in held:
            raise no_row(name, row_id)
    if checked:
        demand_rows(session, "delete", table, list(held.values()))
    rules.before_delete(session, name, list(held.values()))
    _cascade(session, name, ids)
    session.delete(name, ids)
    _note_security(session, name)
    rules.after_delete(session, name, list(held.values()))


def _cascade(session: Session, name: str, ids: Sequence[str]) -> None:
    references = list(session.model.references(name))
    for cascade in ("restrict", "cascade", "clear"):
        for table, column in references:
            if column.cascade == cascade and column.name not in ("createdby", "modifiedby"):
                _follow(session, name, table, column, ids)
    for relation in session.model.many[name].values():
        own, _, _ = relation.side(name)
        rows = session.rows_where(relation.intersect, own, ids)
        key = session.table(relation.intersect).key
        session.delete(relation.intersect, [row[key] for row in rows])


def _follow(session: Session, name: str, table: Table, column: Column, ids: Sequence[str]) -> None:
    rows = session.rows_where(table.name, column.name, ids)
    if column.type_name:
        rows = [row for row in rows if row[column.type_name] == name]
    if not rows:
        return
    if column.cascade == "restrict":
        raise Problem(
            405,
            "0x80040227",
            f"The {name} cannot be deleted: {len(rows)} {table.set_name} refer to it.",
        )
    found = [row[table.key] for row in rows]
    if column.cascade == "cascade":
        _cascade(session, table.name, found)
        session.delete(table.name, found)
    else:
        touch(session, table.name, [(row_id, {column.name: None}) for row_id in found])


def _note_security(session: Session, name: str) -> None:
    session.security_changed |= name in SECURITY_TABLES
