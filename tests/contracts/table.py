"""The suite that every `Table` must pass, on whatever side and of whatever make.

A test class inherits `TableContract` and gives a fixture `room` with a table, values that may be
written, and hands that do what a person does there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from saumaton.sync.model import Operation, Row, Side, Values, Verb
from saumaton.sync.ports import Ending, Outcome, Table


@dataclass
class Room:
    """A table and what the suite may do to it; `bad` values are refused by the table's owner."""

    table: Table
    side: Side
    some: Values
    other: Values  # the same names, other values
    bad: Values | None
    edit: Callable[[UUID, Values], None]  # a person saves
    remove: Callable[[UUID], None]  # a person deletes


class TableContract:
    """Inherit it, and give the fixture `room`."""

    @pytest.fixture
    def room(self) -> Room:
        raise NotImplementedError

    def test_what_is_written_reads_back_the_same(self, room: Room) -> None:
        id = created(room, room.some)
        assert same(read(room, id), room.some)

    def test_what_is_emptied_reads_back_empty(self, room: Room) -> None:
        id = created(room, room.some)
        name = next(iter(room.some))
        [outcome] = write(room, Verb.UPDATE, id, {name: None})
        assert outcome.ending is Ending.DONE
        assert read(room, id).values[name] is None

    def test_a_second_create_with_the_same_id_is_recognised(self, room: Room) -> None:
        id = created(room, room.some)
        [outcome] = write(room, Verb.CREATE, id, room.other)
        assert outcome.ending is Ending.AGAIN
        assert same(read(room, id), room.some)

    def test_an_update_with_the_version_read_is_done(self, room: Room) -> None:
        id = created(room, room.some)
        [outcome] = write(room, Verb.UPDATE, id, room.other, read(room, id).version)
        assert outcome.ending is Ending.DONE
        assert same(read(room, id), room.other)

    def test_f16_a_stale_version_is_not_written(self, room: Room) -> None:
        id = created(room, room.some)
        version = read(room, id).version
        room.edit(id, room.other)
        [outcome] = write(room, Verb.UPDATE, id, room.some, version)
        assert outcome.ending is Ending.AGAIN
        assert same(read(room, id), room.other)

    def test_a_stale_version_is_not_deleted(self, room: Room) -> None:
        id = created(room, room.some)
        version = read(room, id).version
        room.edit(id, room.other)
        [outcome] = write(room, Verb.DELETE, id, {}, version)
        assert outcome.ending is Ending.AGAIN
        assert same(read(room, id), room.other)

    def test_deleting_what_is_gone_is_done(self, room: Room) -> None:
        [outcome] = write(room, Verb.DELETE, uuid4(), {})
        assert outcome.ending is Ending.DONE

    def test_updating_what_is_gone_is_planned_anew(self, room: Room) -> None:
        [outcome] = write(room, Verb.UPDATE, uuid4(), room.some, "1")
        assert outcome.ending is Ending.AGAIN

    def test_f12_a_bad_row_fails_alone(self, room: Room) -> None:
        if room.bad is None:
            pytest.skip("the table takes everything")
        ids = [uuid4() for _ in range(9)]
        values = [room.bad if n == 4 else room.some for n in range(9)]
        outcomes = room.table.write(
            [operation(room, Verb.CREATE, *entry) for entry in zip(ids, values, strict=True)]
        )
        endings = [o.ending for o in outcomes]
        assert endings[4] is Ending.REFUSED
        assert outcomes[4].reason
        assert endings[:4] + endings[5:] == [Ending.DONE] * 8
        assert {row.id for row in room.table.fetch(ids)} == set(ids) - {ids[4]}

    def test_everything_is_given_first_and_then_only_what_changed(self, room: Room) -> None:
        first, second = created(room, room.some), created(room, room.some)
        news = room.table.changes(None)
        assert news.everything
        assert {first, second} <= news.ids
        room.edit(second, room.other)
        later = room.table.changes(news.token)
        assert not later.everything
        assert second in later.ids
        assert same(read(room, second), room.other)

    def test_deletions_are_in_the_feed(self, room: Room) -> None:
        id = created(room, room.some)
        news = room.table.changes(None)
        room.remove(id)
        assert id in room.table.changes(news.token).ids
        assert list(room.table.fetch([id])) == []

    def test_our_own_writes_are_in_the_feed_until_seen(self, room: Room) -> None:
        news = room.table.changes(None)
        id = created(room, room.some)
        later = room.table.changes(news.token)
        assert id in later.ids

    def test_find_gives_what_holds_the_values(self, room: Room) -> None:
        id = created(room, room.some)
        created(room, room.other)
        name = next(iter(room.some))
        found = {row.id for row in room.table.find([{name: room.some[name]}])}
        assert id in found


def created(room: Room, values: Values) -> UUID:
    id = uuid4()
    [outcome] = write(room, Verb.CREATE, id, values)
    assert outcome.ending is Ending.DONE, outcome
    return id


def write(room: Room, verb: Verb, id: UUID, values: Values, version: str = "") -> list[Outcome]:
    return room.table.write([operation(room, verb, id, values, version)])


def operation(room: Room, verb: Verb, id: UUID, values: Values, version: str = "") -> Operation:
    erp, crm = (id, None) if room.side is Side.ERP else (None, id)
    return Operation("contract", verb, erp, crm, room.side, after=values, version=version)


def read(room: Room, id: UUID) -> Row:
    [row] = room.table.fetch([id])
    return row


def same(row: Row, values: Values) -> bool:
    return {name: row.values[name] for name in values} == dict(values)
