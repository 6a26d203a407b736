"""The ERP's table and the engine's memory in real SQLite: what was not committed dies with us."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from saumaton.sync.model import Base, Links, Operation, Row, Side, Values, Verb
from saumaton.sync.ports import Changes, Coupling, Ending, Outcome

CONNECTION = UUID(int=7)
SCHEMA = """
create table erp (tab text, id text, value text, version integer, primary key (tab, id));
create table log (n integer primary key autoincrement, tab text, id text);
create table coupling (mapping text, erp text, crm text, base_erp text, base_crm text,
    born text, rests text, primary key (mapping, erp), unique (mapping, crm));
create table token (mapping text, side text, token text, primary key (mapping, side));
create table journal (n integer primary key autoincrement, mapping text, verb text, side text,
    erp text, crm text, before text, after text, ending text, reason text);
create table pending (mapping text, side text, id text, primary key (mapping, side, id));
"""


def to_text(values: Values) -> str:
    return json.dumps(values, default=_tagged, sort_keys=True)


def _tagged(value: object) -> object:
    match value:
        case UUID():
            return {"uuid": str(value)}
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"datetime": value.isoformat()}
    raise TypeError(type(value))


def from_text(text: str) -> Values:
    return json.loads(text, object_hook=_untagged)


def _untagged(found: dict[str, str]) -> object:
    match found:
        case {"uuid": text}:
            return UUID(text)
        case {"decimal": text}:
            return Decimal(text)
        case {"datetime": text}:
            return datetime.fromisoformat(text)
    return found


@dataclass
class Store:
    """One database of the ERP and the memory; `step` is called before and after every commit."""

    step: Callable[[str], None] = lambda what: None
    overwritten: list[tuple[Side, UUID, Values]] = field(default_factory=list)
    db: sqlite3.Connection = field(init=False)
    within: int = 0

    def __post_init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(SCHEMA)

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction; nested ones join the outer."""
        if self.within:
            yield
            return
        self.within = 1
        self.db.execute("begin immediate")
        try:
            yield
            self.step("before a commit")
        except BaseException:
            self.db.execute("rollback")
            raise
        else:
            self.db.execute("commit")
        finally:
            self.within = 0
        self.step("after a commit")

    def die(self) -> None:
        """What was not committed is gone."""
        self.within = 0
        if self.db.in_transaction:
            self.db.execute("rollback")


@dataclass
class ErpTable:
    """A table of the ERP with a change log, as triggers would keep it."""

    store: Store
    name: str
    lookups: tuple[tuple[str, str], ...] = ()  # tables and fields that point here
    forgetful: bool = False

    def changes(self, since: str | None) -> Changes:
        everything, self.forgetful = since is None or self.forgetful, False
        query = "select coalesce(max(n), 0) from log where tab = ?"
        [[last]] = self.store.db.execute(query, [self.name])
        if everything:
            found = self.store.db.execute("select id from erp where tab = ?", [self.name])
        else:
            query = "select id from log where tab = ? and n > ?"
            found = self.store.db.execute(query, [self.name, int(since or 0)])
        return Changes(frozenset(UUID(id) for (id,) in found), str(last), everything)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        query = "select value, version from erp where tab = ? and id = ?"
        for id in list(ids):
            for value, version in self.store.db.execute(query, [self.name, str(id)]):
                yield Row(id, from_text(value), str(version))

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        yield from self.fetch(self.changes(None).ids)

    def all(self) -> dict[UUID, Row]:
        found = self.store.db.execute("select id from erp where tab = ?", [self.name]).fetchall()
        return {row.id: row for row in self.fetch(UUID(id) for (id,) in found)}

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        with self.store.together():
            return [self._write(o) for o in operations]

    def _write(self, o: Operation) -> Outcome:
        there = next(self.fetch([o.target]), None)
        match o.verb:
            case Verb.CREATE if there:
                return Outcome(Ending.AGAIN)
            case Verb.UPDATE if not there:
                return Outcome(Ending.AGAIN)
            case Verb.DELETE if not there:
                return Outcome(Ending.DONE)
        if there and o.version and there.version != o.version:
            return Outcome(Ending.AGAIN)
        if there:
            old = {n: v for n, v in there.values.items() if o.verb is Verb.DELETE or n in o.after}
            self.store.overwritten.append((Side.ERP, o.target, old))
        if o.verb is Verb.DELETE:
            self.remove(o.target)
            return Outcome(Ending.DONE)
        return Outcome(
            Ending.DONE, self.put(o.target, {**(there.values if there else {}), **o.after})
        )

    def put(self, id: UUID, values: Values) -> Row:
        with self.store.together():
            self._log(id)
            query = "insert or replace into erp values (?, ?, ?, (select max(n) from log))"
            self.store.db.execute(query, [self.name, str(id), to_text(values)])
        return next(self.fetch([id]))

    def remove(self, id: UUID) -> None:
        with self.store.together():
            self._log(id)
            gone = [self.name, str(id)]
            self.store.db.execute("delete from erp where tab = ? and id = ?", gone)
            for table, lookup in self.lookups:
                other = ErpTable(self.store, table)
                for row in other.all().values():
                    if row.values.get(lookup) == id:
                        other.put(row.id, {**row.values, lookup: None})

    def _log(self, id: UUID) -> None:
        self.store.db.execute("insert into log (tab, id) values (?, ?)", [self.name, str(id)])


@dataclass
class SqliteMemory:
    """What a connection remembers."""

    store: Store

    def links(self) -> Links:
        return Links(CONNECTION)

    def together(self):
        return self.store.together()

    def couplings(self, mapping: str, side: Side, ids: Iterable[UUID]) -> list[Coupling]:
        query = {
            Side.ERP: "select erp, crm, base_erp, base_crm, born, rests from coupling "
            "where mapping = ? and erp in (select value from json_each(?))",
            Side.CRM: "select erp, crm, base_erp, base_crm, born, rests from coupling "
            "where mapping = ? and crm in (select value from json_each(?))",
        }
        wanted = json.dumps([str(id) for id in ids])
        return [_coupling(*row) for row in self.store.db.execute(query[side], [mapping, wanted])]

    def known(self, mapping: str) -> list[Coupling]:
        query = "select erp, crm, base_erp, base_crm, born, rests from coupling where mapping = ?"
        return [_coupling(*row) for row in self.store.db.execute(query, [mapping])]

    def promise(self, mapping: str, couplings: Sequence[Coupling]) -> None:
        with self.together():
            for c in couplings:
                self._insert(mapping, c)

    def _insert(self, mapping: str, c: Coupling) -> None:
        born = c.born.value if c.born else None
        query = "insert or ignore into coupling values (?, ?, ?, null, null, ?, '')"
        self.store.db.execute(query, [mapping, str(c.erp), str(c.crm), born])

    def settle(self, mapping: str, agreed: Sequence[Coupling]) -> None:
        with self.together():
            for c in agreed:
                self._insert(mapping, c)
            there = {o.erp: o for o in self.couplings(mapping, Side.ERP, [c.erp for c in agreed])}
            for c in agreed:
                old = there[c.erp]
                assert old.crm == c.crm, "a record is coupled twice"
                base = (old.base or Base()).updated(c.base or Base())
                query = (
                    "update coupling set base_erp = ?, base_crm = ? where mapping = ? and erp = ?"
                )
                told = [to_text(base.erp), to_text(base.crm), mapping, str(c.erp)]
                self.store.db.execute(query, told)

    def forget(self, mapping: str, couplings: Sequence[tuple[UUID | None, UUID | None]]) -> None:
        with self.together():
            for erp, crm in couplings:
                query = "delete from coupling where mapping = ? and (erp = ? or crm = ?)"
                self.store.db.execute(query, [mapping, str(erp), str(crm)])

    def rest(self, mapping: str, couplings: Sequence[tuple[UUID, UUID]], why: str) -> None:
        with self.together():
            for erp, crm in couplings:
                self._insert(mapping, Coupling(erp, crm))
                query = "update coupling set rests = ? where mapping = ? and erp = ?"
                self.store.db.execute(query, [why, mapping, str(erp)])

    def coupled(self, mapping: str, side: Side) -> set[UUID]:
        return {c.id(side) for c in self.known(mapping)}

    def token(self, mapping: str, side: Side) -> str | None:
        query = "select token from token where mapping = ? and side = ?"
        found = self.store.db.execute(query, [mapping, side.value]).fetchone()
        return found[0] if found else None

    def keep_tokens(self, mapping: str, tokens: dict[Side, str]) -> None:
        with self.together():
            for side, token in tokens.items():
                query = "insert or replace into token values (?, ?, ?)"
                self.store.db.execute(query, [mapping, side.value, token])

    def unfinished(self, mapping: str) -> set[tuple[Side, UUID]]:
        query = "select side, id from pending where mapping = ?"
        return {(Side(s), UUID(id)) for s, id in self.store.db.execute(query, [mapping])}

    def refused(self) -> set[tuple[str, UUID]]:
        """Records that were refused and wait for an edit: trying them again is no echo."""
        query = (
            "select j.mapping, j.erp from journal j join pending p on p.mapping = j.mapping "
            "and p.side = 'erp' and p.id = j.erp where j.ending = 'refused'"
        )
        return {(mapping, UUID(erp)) for mapping, erp in self.store.db.execute(query)}

    def note(self, ended: Sequence[tuple[Operation, Outcome]]) -> None:
        with self.together():
            for o, outcome in ended:
                told = [o.mapping, o.verb.value, o.side and o.side.value, str(o.erp), str(o.crm)]
                told += [to_text(o.before), to_text(o.after), outcome.ending.value]
                query = (
                    "insert into journal (mapping, verb, side, erp, crm, before, after, ending, "
                    "reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                )
                self.store.db.execute(query, [*told, outcome.reason])
            for done in (True, False):  # what is not done has the last word
                for o, outcome in ended:
                    if (outcome.ending is Ending.DONE) is done:
                        self._pend(o, done)

    def _pend(self, o: Operation, done: bool) -> None:
        for side, id in (("erp", o.erp), ("crm", o.crm)):
            if id and done:
                query = "delete from pending where mapping = ? and side = ? and id = ?"
                self.store.db.execute(query, [o.mapping, side, str(id)])
            elif id:
                query = "insert or ignore into pending values (?, ?, ?)"
                self.store.db.execute(query, [o.mapping, side, str(id)])


def _coupling(
    erp: str, crm: str, base_erp: str | None, base_crm: str | None, born: str | None, rests: str
) -> Coupling:
    base = None if base_erp is None else Base(from_text(base_erp), from_text(base_crm or "{}"))
    return Coupling(UUID(erp), UUID(crm), base, Side(born) if born else None, rests)
