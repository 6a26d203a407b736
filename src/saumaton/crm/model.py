"""All tables of an organisation at one moment, and how they hang together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import sqlalchemy.ext.compiler

from .described import CHOICES, TEXTS, Column, Kind, ManyToMany, Table

_INTEGERS = CHOICES | {Kind.WHOLE, Kind.BIG, Kind.DECIMAL, Kind.MONEY, Kind.YES_NO}


@dataclass(frozen=True)
class Collection:
    """The many side of a lookup, seen from the row it leads to."""

    table: str
    column: Column
    target: str


@dataclass
class Model:
    """Tables, the collections between them, and their SQL tables."""

    tables: dict[str, Table]
    relations: tuple[ManyToMany, ...]
    version: int = 0
    sets: dict[str, Table] = field(init=False)
    sql: dict[str, sa.Table] = field(init=False)
    metadata: sa.MetaData = field(init=False)
    collections: dict[str, dict[str, Collection]] = field(init=False)
    many: dict[str, dict[str, ManyToMany]] = field(init=False)

    def __post_init__(self) -> None:
        self.sets = {table.set_name: table for table in self.tables.values()}
        self.metadata = sa.MetaData()
        self.sql = {name: sql_table(t, self.metadata) for name, t in self.tables.items()}
        self.collections = {name: {} for name in self.tables}
        for table in self.tables.values():
            self._add_collections(table)
        self.many = {name: {} for name in self.tables}
        for relation in self.relations:
            for side in (relation.first, relation.second):
                self.many[side][relation.navigation_from(side)] = relation

    def _add_collections(self, table: Table) -> None:
        for column in table.lookups.values():
            for target in column.targets:
                if target in self.collections:
                    name = column.back_from(target, table.name)
                    self.collections[target][name] = Collection(table.name, column, target)

    def table(self, name: str) -> Table:
        return self.tables[name]

    def references(self, target: str) -> Iterable[tuple[Table, Column]]:
        """Yield every lookup that may lead to rows of a table."""
        for collection in self.collections[target].values():
            yield self.tables[collection.table], collection.column


def sql_table(table: Table, metadata: sa.MetaData) -> sa.Table:
    """Return the SQL table of a description, with real columns and its indexes."""
    columns: list[sa.Column[object]] = []
    for column in table.all_columns.values():
        columns.append(sql_column(column, primary=column.name == table.key))
        if column.type_name:
            columns.append(sa.Column(column.type_name, sa.String(100)))
    made = sa.Table(table.name, metadata, *columns)
    for index in indexes(table, made):
        made.append_constraint(index)
    return made


def sql_column(column: Column, primary: bool = False) -> "sa.Column[object]":
    return sa.Column(column.name, _type(column), primary_key=primary, nullable=not primary)


def _type(column: Column) -> Any:
    if column.kind in TEXTS:
        folded = sa.Text(collation="NOCASE")
        return sa.Text().with_variant(folded, "sqlite")
    if column.kind is Kind.DOUBLE:
        return sa.Double()
    if column.kind in _INTEGERS:
        return sa.BigInteger()
    return sa.String(36 if column.kind in (Kind.ID, Kind.LOOKUP) else 20)


def indexes(table: Table, made: sa.Table) -> Iterable[sa.Index]:
    """Yield the indexes of a table: versions, names, lookups that are followed, unique keys."""
    if not table.intersect:
        yield sa.Index(f"ix_{table.name}_version", made.c.versionnumber)
    for key in unique_sets(table):
        yield sa.Index(
            unique_name(table, key), *(_folded(table, made, n) for n in key), unique=True
        )
    if table.primary_name in table.all_columns and (table.primary_name,) not in table.unique:
        yield sa.Index(f"ix_{table.name}_name", _folded(table, made, table.primary_name))
    for column in table.lookups.values():
        if column.backs or column.cascade == "cascade":
            yield sa.Index(f"ix_{table.name}_{column.name}", made.c[column.name])


def unique_sets(table: Table) -> list[tuple[str, ...]]:
    return [*(key.columns for key in table.keys), *table.unique]


def unique_name(table: Table, columns: tuple[str, ...]) -> str:
    return "uq_" + "_".join((table.name, *columns))[:55]


class Folded(sa.sql.expression.FunctionElement[str]):
    """Text as it is compared: SQLite's collation folds by itself, PostgreSQL needs `lower`."""

    inherit_cache = True
    type = sa.Text()


@sa.ext.compiler.compiles(Folded, "sqlite")
def _folded_sqlite(element: Folded, compiler: sa.Compiled, **more: object) -> str:
    return compiler.process(element.clauses, **more)


@sa.ext.compiler.compiles(Folded, "postgresql")
def _folded_postgresql(element: Folded, compiler: sa.Compiled, **more: object) -> str:
    return f"lower({compiler.process(element.clauses, **more)})"


def _folded(table: Table, made: sa.Table, name: str) -> Any:
    column = made.c[name]
    return Folded(column) if table.all_columns[name].kind in TEXTS else column
