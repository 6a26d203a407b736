"""What an organisation has added to the tables it began with, kept as descriptions.

A description is a row of `x_description`: a table, a column, a key or a relationship of pairs. The
model of an organisation is what every organisation has, and these on top of it.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from .described import Column, Key, Kind, ManyToMany, State, Table
from .ledger import DESCRIPTION, STATE
from .model import Model, sql_column
from .problem import argument
from .store import Session
from .tables import RELATIONS, TABLES

_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")


def load(connection: sa.Connection, version: int) -> Model:
    """Return the model of the organisation: the tables it began with and its own."""
    tables, relations = dict(TABLES), list(RELATIONS)
    for row in connection.execute(sa.select(DESCRIPTION).order_by(DESCRIPTION.c.kind.desc())):
        content = orjson.loads(row.content)
        if row.kind == "table":
            tables[row.name] = _table(content)
        elif row.kind == "relation":
            relations.append(ManyToMany(**content))
    for row in connection.execute(sa.select(DESCRIPTION).order_by(DESCRIPTION.c.name)):
        _extend(tables, row.kind, row.name.partition(".")[0], orjson.loads(row.content))
    return Model(tables, tuple(relations), version)


def _extend(tables: dict[str, Table], kind: str, name: str, content: dict[str, Any]) -> None:
    if name not in tables:
        return
    table = tables[name]
    if kind == "column":
        column = _column(content)
        kept = tuple(c for c in table.columns if c.name != column.name)
        tables[name] = replace(table, columns=(*kept, column))
    elif kind == "key":
        tables[name] = replace(table, keys=(*table.keys, _key(content)))
    elif kind == "labels":
        tables[name] = replace(table, **content)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _column(content: dict[str, Any]) -> Column:
    known = {field.name for field in fields(Column)}
    values = {name: _tuples(value) for name, value in content.items() if name in known}
    return Column(**{**values, "kind": Kind(content["kind"])})


def _key(content: dict[str, Any]) -> Key:
    return Key(**{name: _tuples(value) for name, value in content.items()})


def _table(content: dict[str, Any]) -> Table:
    values = {name: _tuples(value) for name, value in content.items()}
    values["columns"] = tuple(_column(column) for column in content["columns"])
    values["keys"] = tuple(_key(key) for key in content["keys"])
    values["states"] = tuple(
        State(s["value"], s["label"], _tuples(s["reasons"])) for s in content["states"]
    )
    return Table(**values)


def _keep(session: Session, kind: str, name: str, content: dict[str, Any]) -> None:
    connection = session.connection
    where = sa.and_(DESCRIPTION.c.kind == kind, DESCRIPTION.c.name == name)
    connection.execute(sa.delete(DESCRIPTION).where(where))
    text = orjson.dumps(content).decode()
    connection.execute(sa.insert(DESCRIPTION).values(kind=kind, name=name, content=text))
    reload(session)


def _forget(session: Session, *names: tuple[str, str]) -> None:
    for kind, name in names:
        where = sa.and_(DESCRIPTION.c.kind == kind, DESCRIPTION.c.name == name)
        session.connection.execute(sa.delete(DESCRIPTION).where(where))
    reload(session)


def reload(session: Session) -> None:
    """Give the session the model as it is now; other sessions take it in when they begin."""
    connection = session.connection
    connection.execute(sa.update(STATE).values(schema=STATE.c.schema + 1))
    version = connection.scalar(sa.select(STATE.c.schema)) or 0
    session.model = load(connection, int(version))
    session.remembered.clear()


def _demand_name(name: str, taken: Iterable[str]) -> None:
    if not _NAME.match(name):
        raise argument(f"'{name[:80]}' is no valid name.")
    if name in taken:
        raise argument(f"'{name}' exists already.")


def add_table(session: Session, table: Table) -> None:
    """Make a table. Raises `Problem` if its name is taken."""
    _demand_name(table.name, session.model.tables)
    _demand_name(table.set_name, session.model.sets)
    content = asdict(table)
    _keep(session, "table", table.name, content)
    made = session.sql(table.name)
    session.connection.execute(CreateTable(made))
    for index in made.indexes:
        session.connection.execute(CreateIndex(index))


def relabel(session: Session, name: str, labels: dict[str, Any]) -> None:
    """Give a table other labels, or switch its change tracking."""
    _keep(session, "labels", name, labels)


def drop_table(session: Session, name: str) -> None:
    """Drop a table of the organisation's own, with its rows. Raises `Problem` if referred to."""
    table = session.table(name)
    if not table.custom:
        raise argument(f"'{name}' belongs to every organisation and cannot be deleted.")
    others = [other.name for other, _ in session.model.references(name) if other.name != name]
    if others:
        raise argument(f"'{name}' cannot be deleted: '{others[0]}' refers to it.")
    made = session.sql(name)
    columns = [("column", f"{name}.{column}") for column in table.all_columns]
    keys = [("key", f"{name}.{key.name}") for key in table.keys]
    pairs = [r for r in session.model.relations if name in (r.first, r.second)]
    for relation in pairs:
        drop_relation(session, relation)
    _forget(session, ("table", name), ("labels", name), *columns, *keys)
    session.connection.execute(sa.schema.DropTable(made))


def add_column(session: Session, table: str, column: Column) -> None:
    """Add a column, empty in every row. Raises `Problem` if its name is taken."""
    _demand_name(column.name, session.table(table).all_columns)
    _keep(session, "column", f"{table}.{column.name}", asdict(column))
    extra = [sa.Column(column.type_name, sa.String(100))] if column.type_name else []
    for made in (sql_column(column), *extra):
        _alter(session, table, "ADD COLUMN", _definition(session, made))
    for index in session.sql(table).indexes:
        if column.name in index.columns:
            session.connection.execute(CreateIndex(index))


def _definition(session: Session, column: Any) -> str:
    sa.Table("x", sa.MetaData(), column)
    return str(CreateColumn(column).compile(dialect=session.store.engine.dialect))


def _alter(session: Session, table: str, *words: str) -> None:
    session.connection.exec_driver_sql(" ".join(("ALTER TABLE", f'"{table}"', *words)))


def change_column(session: Session, table: str, column: Column) -> None:
    """Replace a column's description; what is stored stays."""
    _keep(session, "column", f"{table}.{column.name}", asdict(column))


def drop_column(session: Session, table: str, name: str) -> None:
    """Drop a column of the organisation's own, with its values."""
    described = session.table(table)
    column = described.all_columns[name]
    if not column.custom:
        raise argument(f"'{name}' belongs to every organisation and cannot be deleted.")
    if name == described.primary_name or any(name in key.columns for key in described.keys):
        raise argument(f"'{name}' cannot be deleted: it is part of a key or the primary name.")
    for index in session.sql(table).indexes:
        if name in index.columns:
            session.connection.execute(sa.schema.DropIndex(index))
    _drop_from_table(session, described, name)
    _alter(session, table, "DROP COLUMN", f'"{name}"')
    if column.type_name:
        _alter(session, table, "DROP COLUMN", f'"{column.type_name}"')


def _drop_from_table(session: Session, table: Table, name: str) -> None:
    """Take a column out of the description of a table that was made with it."""
    if any(column.name == name for column in table.columns) and table.name not in TABLES:
        own = replace(table, columns=tuple(c for c in table.columns if c.name != name))
        _keep(session, "table", table.name, asdict(own))
    _forget(session, ("column", f"{table.name}.{name}"))


def add_key(session: Session, table: str, key: Key) -> None:
    """Make an alternate key. Raises `Problem` if rows would violate it."""
    described = session.table(table)
    if any(other.name.lower() == key.name.lower() for other in described.keys):
        raise argument(f"The key '{key.name}' exists already.")
    for name in key.columns:
        if name not in described.all_columns:
            raise argument(f"'{table}' has no column '{name}'.")
    before = {index.name for index in session.sql(table).indexes}
    _keep(session, "key", f"{table}.{key.name}", asdict(key))
    try:
        for index in session.sql(table).indexes:
            if index.name not in before:
                session.connection.execute(CreateIndex(index))
    except sa.exc.IntegrityError as error:
        raise argument(
            f"Rows of '{table}' have equal values in {', '.join(key.columns)}."
        ) from error


def drop_key(session: Session, table: str, key: Key) -> None:
    before = {index.name: index for index in session.sql(table).indexes}
    _forget(session, ("key", f"{table}.{key.name}"))
    after = {index.name for index in session.sql(table).indexes}
    if after == before.keys():
        raise argument(f"The key '{key.name}' belongs to every organisation.")
    for name in before.keys() - after:
        session.connection.execute(sa.schema.DropIndex(before[name]))


def add_relation(session: Session, relation: ManyToMany, intersect: Table) -> None:
    """Make a relationship of pairs with its table."""
    add_table(session, intersect)
    _keep(session, "relation", relation.name, asdict(relation))


def drop_relation(session: Session, relation: ManyToMany) -> None:
    if not relation.custom:
        raise argument(f"'{relation.name}' belongs to every organisation and cannot be deleted.")
    made = session.sql(relation.intersect)
    _forget(session, ("relation", relation.name), ("table", relation.intersect))
    session.connection.execute(sa.schema.DropTable(made))
