"""The CRM's database: connections, transactions, the counter of versions, the model."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from .caller import SYSTEM, Caller
from .described import Table
from .ledger import DELETED, METADATA, STATE
from .model import Model
from .tables import RELATIONS, TABLES

Row = dict[str, Any]
BUSY_SECONDS = 30
CHUNK = 900  # ids in one condition


class Session:
    """One transaction of one caller: every change in it happens, or none does."""

    def __init__(self, store: "Store", connection: sa.Connection, caller: Caller) -> None:
        self.store = store
        self.connection = connection
        self.caller = caller
        self.model = store.model
        self.now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.version = 0
        self.security_changed = False
        self.remembered: dict[Any, Any] = {}

    def table(self, name: str) -> Table:
        return self.model.tables[name]

    def sql(self, name: str) -> sa.Table:
        return self.model.sql[name]

    def next_version(self) -> int:
        self.version += 1
        return self.version

    def all(self, statement: sa.Executable, parameters: Row | None = None) -> list[Row]:
        """Return the rows of a statement as dictionaries of stored values."""
        result = self.connection.execute(statement, parameters or {})
        names = list(result.keys())
        return [dict(zip(names, row, strict=True)) for row in result]

    def rows(self, table: str, ids: Sequence[str]) -> dict[str, Row]:
        """Return the rows that have these ids, by id."""
        return self.rows_where(table, self.table(table).key, ids, by_id=True)

    def rows_where(
        self, table: str, column: str, values: Sequence[Any], by_id: bool = False
    ) -> Any:
        """Return rows whose column holds one of the values: a list, or by id."""
        key = self.table(table).key
        found: list[Row] = []
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), CHUNK):
            statement = self._select(table, column)
            found += self.all(statement, {"wanted": wanted[start : start + CHUNK]})
        return {row[key]: row for row in found} if by_id else found

    def _select(self, table: str, column: str) -> Any:
        kept: dict[tuple[str, str], Any] = self.remembered.setdefault("statements", {})
        if (table, column) not in kept:
            made = self.sql(table)
            wanted = made.c[column].in_(sa.bindparam("wanted", expanding=True))
            kept[table, column] = sa.select(made).where(wanted)
        return kept[table, column]

    def missing(self, table: str, ids: Sequence[str]) -> set[str]:
        """Return those of the ids that no row has; ids seen before are not asked for again."""
        seen = self.remembered.setdefault(("ids", table), set())
        wanted = [id for id in dict.fromkeys(ids) if id not in seen]
        column = self.sql(table).c[self.table(table).key]
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            seen.update(self.connection.scalars(sa.select(column).where(column.in_(some))))
        return set(wanted) - seen

    def organisation(self) -> Row:
        """Return the row of the organisation."""
        if "organisation" not in self.remembered:
            rows = self.all(sa.select(self.sql("organization")).limit(1))
            self.remembered["organisation"] = rows[0] if rows else {}
        return dict(self.remembered["organisation"])

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows of stored values by one prepared statement."""
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            self._many(insert_text(table, names), [[row.get(n) for n in names] for row in rows])

    def update(self, table: str, changes: Sequence[tuple[str, Row]]) -> None:
        """Update rows by id; changes of the same columns share a prepared statement."""
        alike: dict[tuple[str, ...], list[list[Any]]] = {}
        for row_id, values in changes:
            alike.setdefault(tuple(values), []).append([*values.values(), row_id])
        for names, parameters in alike.items():
            self._many(update_text(table, names, self.table(table).key), parameters)

    def _many(self, text: str, parameters: list[list[Any]]) -> None:
        mark = "?" if self.store.sqlite else "%s"
        self.connection.exec_driver_sql(
            text.replace("\0", mark), [tuple(values) for values in parameters]
        )

    def delete(self, table: str, ids: Sequence[str]) -> None:
        """Delete rows by id and remember that they were there."""
        made = self.sql(table)
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            self.connection.execute(sa.delete(made).where(made.c[self.table(table).key].in_(some)))
        if not self.table(table).intersect:
            self.connection.execute(
                sa.insert(DELETED),
                [
                    {
                        "version": self.next_version(),
                        "table_name": table,
                        "id": row_id,
                        "at": self.now,
                    }
                    for row_id in ids
                ],
            )
        self.remembered.pop(("ids", table), None)


def insert_text(table: str, names: Sequence[str]) -> str:
    """Return an INSERT whose parameters are marked by NUL; names come from descriptions."""
    return "".join(
        (
            f'INSERT INTO "{table}" (',
            ", ".join(f'"{name}"' for name in names),
            ") VALUES (",
            ", ".join("\0" for _ in names),
            ")",
        )
    )


def update_text(table: str, names: Sequence[str], key: str) -> str:
    """Return an UPDATE by key whose parameters are marked by NUL."""
    values = ", ".join(f'"{name}" = \0' for name in names)
    return " ".join(("UPDATE", f'"{table}"', "SET", values, "WHERE", f'"{key}" = \0'))


class Store:
    """One organisation's database. Several processes may share it."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self._model = Model(dict(TABLES), RELATIONS)
        self._lock = threading.Lock()
        self._create()

    @property
    def model(self) -> Model:
        return self._model

    def _create(self) -> None:
        with self.begin(write=True) as connection:
            METADATA.create_all(connection)
            if connection.execute(sa.select(STATE)).first() is None:
                first = {"id": 1, "version": 1000, "schema": 1, "security": 1}
                connection.execute(sa.insert(STATE).values(first))
            self._refresh(connection)
            self._model.metadata.create_all(connection)

    @contextmanager
    def begin(self, write: bool) -> Iterator[sa.Connection]:
        options = {"writes": write}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self, caller: Caller = SYSTEM) -> Iterator[Session]:
        """Open a session that reads; `version` is the one before the first row is read."""
        with self.begin(write=False) as connection:
            version = self._refresh(connection)
            session = Session(self, connection, caller)
            session.version = version
            yield session

    @contextmanager
    def writing(self, caller: Caller = SYSTEM) -> Iterator[Session]:
        """Open a session that writes. Writers stand in line, so versions are issued in order."""
        with self.begin(write=True) as connection:
            connection.execute(sa.update(STATE).values(version=STATE.c.version))
            version = self._refresh(connection)
            session = Session(self, connection, caller)
            session.version = version
            yield session
            values: dict[str, Any] = {"version": session.version}
            if session.security_changed:
                values["security"] = STATE.c.security + 1
            connection.execute(sa.update(STATE).values(**values))

    def _refresh(self, connection: sa.Connection) -> int:
        """Return the version of the data; take a changed model in before."""
        version, schema = connection.execute(sa.select(STATE.c.version, STATE.c.schema)).one()
        if schema != self._model.version:
            from .customised import load

            with self._lock:
                if schema != self._model.version:
                    self._model = load(connection, schema)
        return int(version)


def open_engine(url: str) -> sa.Engine:
    """Return an engine for `sqlite:///path` or `postgresql://…`."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    engine = sa.create_engine(url, pool_size=20, max_overflow=40, pool_timeout=BUSY_SECONDS)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-64000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("fold", 1, _fold, deterministic=True)


def _fold(text: str | None) -> str | None:
    return text.casefold() if isinstance(text, str) else text


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
