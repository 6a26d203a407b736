"""The way back: values are as before, later edits stay, and the next run redoes nothing."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.sync.model import Cause, Field, Mapping, OnDelete, Side, Verb
from saumaton.sync.ports import Ending
from saumaton.sync.run import run, take_back
from tests.sync.world import MemoryMemory, Tables, world

E = UUID(int=1)
ERP, CRM = Side.ERP, Side.CRM
MAPPING = Mapping(
    "m", (Field("e0", "c0"), Field("e1", "c1")), on_conflict=ERP, on_delete=OnDelete.FOLLOW
)


def applied(memory: MemoryMemory, since: int = 0):
    return [o for o, outcome in memory.journal[since:] if outcome.ending is Ending.DONE and o.side]


def held(tables: Tables):
    return {
        (side, id): {n: v for n, v in row.values.items() if v is not None}
        for side, table in tables.items()
        for id, row in table.rows.items()
    }


def test_an_update_is_taken_back_and_stays_so():
    mapping, tables, memory = world(MAPPING)
    tables[ERP].edit(E, e0="a")
    run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    tables[CRM].edit(copy, c0="b")
    run(mapping, tables, memory)
    assert tables[ERP].rows[E].values["e0"] == "b"
    take_back(applied(memory)[-1:], tables, memory, "undone")
    assert tables[ERP].rows[E].values["e0"] == "a"
    assert run(mapping, tables, memory) == ()
    assert tables[ERP].rows[E].values["e0"] == "a", "an undo that is redone is no undo"


def test_a_pair_released_after_an_undo_is_not_quietly_redone():
    mapping, tables, memory = world(MAPPING)
    tables[ERP].edit(E, e0="a")
    run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    tables[CRM].edit(copy, c0="b")
    run(mapping, tables, memory)
    take_back(applied(memory)[-1:], tables, memory, "undone")
    memory.known = {key: replace(c, rests="") for key, c in memory.known.items()}
    run(mapping, tables, memory)
    assert (tables[ERP].rows[E].values["e0"], tables[CRM].rows[copy].values["c0"]) == ("a", "b")


def test_a_create_is_taken_back_and_not_made_again():
    mapping, tables, memory = world(MAPPING)
    tables[ERP].edit(E, e0="a")
    run(mapping, tables, memory)
    take_back(applied(memory), tables, memory, "undone")
    assert not tables[CRM].rows
    tables[ERP].forgetful = tables[CRM].forgetful = True
    run(mapping, tables, memory)
    assert not tables[CRM].rows


def test_a_later_edit_is_not_taken_along():
    mapping, tables, memory = world(MAPPING)
    tables[ERP].edit(E, e0="a", e1="a")
    run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    first = len(memory.journal)
    tables[ERP].edit(E, e0="b", e1="b")
    run(mapping, tables, memory)
    tables[CRM].edit(copy, c0="a person's")
    ended = take_back(applied(memory, first), tables, memory, "undone")
    assert tables[CRM].rows[copy].values == {"c0": "a person's", "c1": "a"}
    [hold] = [o for o, _ in ended if o.verb is Verb.HOLD]
    assert (hold.cause, hold.reason) == (Cause.DISPUTED, "edited since: c0")


def test_a_created_record_that_was_edited_is_not_deleted():
    mapping, tables, memory = world(MAPPING)
    tables[ERP].edit(E, e0="a")
    run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    tables[CRM].edit(copy, c0="a person's")
    [(hold, _)] = take_back(applied(memory), tables, memory, "undone")
    assert hold.reason == "edited since it was created"
    assert copy in tables[CRM].rows


def test_an_edit_while_the_undo_runs_is_respected():
    mapping, tables, memory = world(MAPPING)
    tables[ERP].edit(E, e0="a")
    run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    rest = memory.rest

    def meanwhile(*told):
        tables[CRM].edit(copy, c1="a person's")
        rest(*told)

    memory.rest = meanwhile
    [(_, outcome)] = take_back(applied(memory), tables, memory, "undone")
    assert outcome.ending is Ending.AGAIN
    assert copy in tables[CRM].rows


value = st.sampled_from(["a", "b", "c", None])
edits = st.lists(
    st.tuples(st.sampled_from(Side), st.integers(0, 3), value, value, st.booleans()), max_size=12
)


@given(edits, edits)
@settings(max_examples=300, deadline=None)
def test_way_back_run_and_undo_restore_both_sides(before, after):
    mapping, tables, memory = world(MAPPING)

    def edit(some):
        for side, n, first, second, deleted in some:
            own = [UUID(int=100 * (n + 1) + (side is ERP)), *sorted(tables[side].rows)]
            id = own[n % len(own)]
            if deleted and id in tables[side].rows:
                tables[side].remove(id)
            else:
                names = ("e0", "e1") if side is ERP else ("c0", "c1")
                tables[side].edit(id, **dict(zip(names, (first, second), strict=True)))

    edit(before)
    for _ in range(3):
        run(mapping, tables, memory)
    edit(after)
    there, since = held(tables), len(memory.journal)
    run(mapping, tables, memory)
    ended = take_back(applied(memory, since), tables, memory, "undone")
    assert {outcome.ending for _, outcome in ended} <= {Ending.DONE}
    assert held(tables) == there
    for _ in range(2):
        run(mapping, tables, memory)
    assert held(tables) == there
