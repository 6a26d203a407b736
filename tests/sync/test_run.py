"""Whole runs on tables in memory: stories first, then people, crashes and losses at random."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from saumaton.sync.model import (
    Base,
    Cause,
    Field,
    Links,
    Lookup,
    Mapping,
    Match,
    OnDelete,
    Side,
    Verb,
)
from saumaton.sync.ports import Coupling, Ending
from saumaton.sync.run import apply, begin, finish, only, run
from tests.sync.world import CONNECTION, Crash, MemoryMemory, Tables, world

LINKS = Links(CONNECTION)
E, E2, C, C2 = (UUID(int=n) for n in range(1, 5))
ERP, CRM = Side.ERP, Side.CRM
ONE_FIELD = Mapping("m", (Field("e0", "c0"),))


def started(
    mapping: Mapping | None = None, **values: object
) -> tuple[Mapping, Tables, MemoryMemory, UUID]:
    """A world with one coupled record that rests."""
    mapping, tables, memory = world(mapping)
    tables[ERP].edit(E, **(values or {"e0": "a", "e1": "b"}))
    run(mapping, tables, memory)
    run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    return mapping, tables, memory, copy


def test_f14_edits_of_different_fields_merge():
    mapping, tables, memory, copy = started()
    tables[ERP].edit(E, e0="new")
    tables[CRM].edit(copy, c1="newer")
    run(mapping, tables, memory)
    assert tables[ERP].rows[E].values == {"e0": "new", "e1": "newer"}
    assert tables[CRM].rows[copy].values == {"c0": "new", "c1": "newer"}
    assert run(mapping, tables, memory) == (), "both halves are remembered as agreed"


def test_a_server_that_shortens_starts_no_quarrel():
    """Even where the mapping's author forgot the law, a quiet system stays quiet."""
    mapping, tables, memory = world(ONE_FIELD)
    tables[CRM].keeps = lambda values: {name: value[:3] for name, value in values.items()}
    tables[ERP].edit(E, e0="abcdef")
    for _ in range(4):
        run(mapping, tables, memory)
    assert (tables[ERP].writes, tables[CRM].writes) == (0, 1)


def test_f16_an_edit_during_the_run_is_not_lost():
    mapping, tables, memory, copy = started()
    tables[ERP].edit(E, e0="new")

    def meanwhile(operations):
        tables[CRM].edit(copy, c0="other")
        return operations

    run(mapping, tables, memory, review=meanwhile)
    assert memory.last[1].ending is Ending.AGAIN
    assert tables[CRM].rows[copy].values["c0"] == "other"
    run(mapping, tables, memory)
    assert memory.last[0].cause is Cause.DISPUTED


def test_a_stale_write_is_tried_again_though_the_feed_is_silent():
    mapping, tables, memory, copy = started()
    tables[ERP].edit(E, e0="new")

    def meanwhile(operations):
        tables[CRM].edit(copy, unmapped="?")
        return operations

    run(mapping, tables, memory, review=meanwhile)
    for table in tables.values():
        table.log.clear()
    memory.tokens = dict.fromkeys(memory.tokens, "0")
    run(mapping, tables, memory)
    assert tables[CRM].rows[copy].values["c0"] == "new"


def test_a_refused_half_is_not_forgotten_because_the_other_half_went_well():
    mapping, tables, memory, copy = started()
    tables[ERP].refuses = lambda values: "not this" if values.get("e1") == "bad" else ""
    tables[ERP].edit(E, e0="new")
    tables[CRM].edit(copy, c1="bad")
    run(mapping, tables, memory)
    assert tables[CRM].rows[copy].values["c0"] == "new"
    assert memory.unfinished("m") == {(ERP, E), (CRM, copy)}
    tables[ERP].refuses = lambda values: ""
    run(mapping, tables, memory)
    assert tables[ERP].rows[E].values["e1"] == "bad"


def test_f19_a_lookup_waits_for_its_record_and_wakes():
    seller = Lookup("seller", "ownerid", to="salesperson")
    mapping, tables, memory = world(Mapping("customer", (Field("name", "name"), seller)))
    tables[ERP].edit(E, name="Contoso", seller=UUID(int=9))
    run(mapping, tables, memory)
    assert memory.last[0].reason == f"salesperson {UUID(int=9)} has no counterpart yet"
    assert not tables[CRM].rows
    coupling = Coupling(UUID(int=9), UUID(int=10))
    memory.known["salesperson", coupling.erp, coupling.crm] = coupling
    run(mapping, tables, memory)
    assert not tables[CRM].rows, "a promise is no record yet"
    memory.known["salesperson", coupling.erp, coupling.crm] = replace(coupling, base=Base())
    run(mapping, tables, memory)
    [row] = tables[CRM].rows.values()
    assert row.values == {"name": "Contoso", "ownerid": UUID(int=10)}


def test_f19_a_circle_is_closed_by_a_late_lookup():
    """A customer names its contact, the contact its customer: both come over."""
    primary = Lookup("contact", "primarycontactid", to="contact", late=True)
    parent = Lookup("customer", "parentcustomerid", to="customer")
    customer, customers, memory = world(Mapping("customer", (Field("name", "name"), primary)))
    contact, contacts, _ = world(Mapping("contact", (Field("name", "fullname"), parent)))
    customers[ERP].edit(E, name="Contoso", contact=E2)
    contacts[ERP].edit(E2, name="Ada", customer=E)
    for _ in range(3):  # the feed is empty again, the contact still missing
        run(customer, customers, memory)
    run(contact, contacts, memory)
    run(customer, customers, memory)
    [account], [person] = customers[CRM].rows.values(), contacts[CRM].rows.values()
    assert account.values == {"name": "Contoso", "primarycontactid": person.id}
    assert person.values == {"fullname": "Ada", "parentcustomerid": account.id}
    run(customer, customers, memory)
    run(contact, contacts, memory)
    assert run(customer, customers, memory) == ()
    assert customers[CRM].writes == 2


def test_a_copy_without_a_coupling_is_met_as_a_stranger():
    """The coupling was lost, the source edited since: what the copy holds was not agreed on."""
    mapping, tables, memory, copy = started()
    memory.known.clear()
    tables[ERP].edit(E, e0="new")
    run(mapping, tables, memory)
    run(mapping, tables, memory)
    assert len(tables[CRM].rows) == 1
    assert tables[CRM].rows[copy].values == {"c0": "new", "c1": "b"}


def test_f04_a_create_whose_answer_was_lost_leaves_a_promise():
    mapping, tables, memory = world()
    run(mapping, tables, memory)
    tables[ERP].edit(E, e0="a", e1="b")
    memory.fuse.left = 3  # promise, promised, before the effect, after it
    with pytest.raises(Crash):
        run(mapping, tables, memory)
    [copy] = tables[CRM].rows
    [coupling] = only(mapping, tables, memory, CRM, [copy]).subjects.couplings
    assert (coupling.erp, coupling.base, coupling.born) == (E, None, ERP)
    run(mapping, tables, memory)
    assert tables[CRM].writes == 1


def test_f01_a_run_may_die_at_any_step():
    """Every single step of a run of thirty records, one after another."""
    step, died = 0, True
    while died:
        mapping, tables, memory = world()
        for n in range(100, 115):
            tables[ERP].edit(UUID(int=n), e0="a", e1=str(n))
            tables[CRM].edit(UUID(int=n + 50), c0="b", c1=str(n))
        memory.fuse.left = step
        try:
            run(mapping, tables, memory)
            died, memory.fuse.left = False, None
        except Crash:
            step += 1
        run(mapping, tables, memory)
        run(mapping, tables, memory)
        assert len(tables[ERP].rows) == len(tables[CRM].rows) == len(memory.known) == 30, step
        assert run(mapping, tables, memory) == (), step
    assert step > 60


@pytest.mark.parametrize("leader", Side)
def test_f18_a_field_added_later_takes_the_value_that_is_there(leader):
    mapping, tables, memory, copy = started(ONE_FIELD, e0="a")
    memory.known = {key: replace(c, born=None) for key, c in memory.known.items()}
    tables[CRM].edit(copy, c1="only here", c2="crm's")
    tables[ERP].edit(E, e2="erp's")
    more = (Field("e1", "c1"), Field("e2", "c2"))
    run(Mapping("m", mapping.fields + more, leader=leader), tables, memory)
    assert tables[ERP].rows[E].values["e1"] == "only here"
    agreed = tables[ERP].rows[E].values["e2"], tables[CRM].rows[copy].values["c2"]
    assert agreed == (f"{leader.value}'s",) * 2


def test_a_parted_pair_is_left_alone():
    mapping, tables, memory, copy = started()
    key = ("m", E, copy)
    memory.known[key] = replace(memory.known[key], rests="parted")
    tables[ERP].edit(E, e0="new")
    tables[CRM].edit(copy, c1="newer")
    assert run(mapping, tables, memory) == ()
    assert len(tables[CRM].rows) == 1


MATCHING = Mapping(
    "m", (Field("e0", "c0"), Field("e1", "c1")), match_on=(Match(("e0",)), Match(("e1",)))
)


def test_d02_what_both_sides_know_alike_is_one():
    mapping, tables, memory = world(MATCHING)
    tables[ERP].edit(E, e0="Ångström Oy", e1=None)
    tables[CRM].edit(C, c0=" A\u030angstro\u0308m OY", c1="tel")  # composed otherwise
    run(mapping, tables, memory)
    assert set(memory.known) == {("m", E, C)}
    assert tables[ERP].rows[E].values == {"e0": "Ångström Oy", "e1": "tel"}


def test_a_match_that_is_not_certain_is_held_and_nothing_is_made():
    mapping, tables, memory = world(MATCHING)
    tables[ERP].edit(E, e0="Contoso")
    tables[CRM].edit(C, c0="Contoso")
    tables[CRM].edit(C2, c0="contoso")
    operations = run(mapping, tables, memory)
    assert {o.cause for o in operations} == {Cause.AMBIGUOUS}
    assert operations[0].reason == "1 records in the ERP and 2 in the CRM agree on e0"
    assert len(tables[ERP].rows) == 1
    tables[CRM].edit(C2, c0="Fabrikam")
    run(mapping, tables, memory)
    assert ("m", E, C) in memory.known


def test_the_second_criterion_is_asked_when_the_first_finds_nothing():
    mapping, tables, memory = world(MATCHING)
    tables[ERP].edit(E, e0="Contoso", e1="1")
    tables[CRM].edit(C, c0="Contoso Ltd", c1="1")
    run(mapping, tables, memory)
    assert set(memory.known) == {("m", E, C)}


def test_a_new_record_meets_an_old_one_that_the_feed_does_not_tell_of():
    mapping, tables, memory = world(replace(MATCHING, creates=frozenset({CRM})))
    tables[CRM].edit(C, c0="Contoso")
    run(mapping, tables, memory)
    tables[ERP].edit(E, e0="contoso")
    run(mapping, tables, memory)
    assert set(memory.known) == {("m", E, C)}
    tables[ERP].edit(E2, e0="CONTOSO")
    run(mapping, tables, memory)
    assert len(tables[CRM].rows) == 2, "the old one is taken, so the new one is another"


def test_a_whole_plan_is_made_before_anything_is_written():
    """Customers are planned on salespeople that are only planned themselves."""
    people, sellers, memory = world(Mapping("salesperson", (Field("e0", "c0"),)))
    owner = Lookup("seller", "owner", to="salesperson")
    customer, customers, _ = world(Mapping("customer", (Field("name", "name"), owner)))
    sellers[ERP].edit(E, e0="Jim")
    customers[ERP].edit(E2, name="Contoso", seller=E)
    first = begin(people, sellers, memory)
    [[create]] = first.chunks()

    def planned(mapping, side, ids):
        return [Coupling(create.erp, create.crm, Base())]

    second = begin(customer, customers, memory, counterparts=planned)
    [operations] = second.chunks()
    assert sellers[CRM].writes == customers[CRM].writes == 0
    apply([create], sellers, memory)
    apply(operations, customers, memory)
    finish(people, first.tokens, memory)
    finish(customer, second.tokens, memory)
    [account] = customers[CRM].rows.values()
    assert account.values["owner"] in sellers[CRM].rows


class Office(RuleBasedStateMachine):
    """People edit both sides while runs crash anywhere; a quiet run must end in agreement."""

    def __init__(self) -> None:
        super().__init__()
        name = Field("name", "title", to_crm=lambda v: v and v[:3])
        self.mapping, self.tables, self.memory = world(
            Mapping(
                "customer",
                (name, Field("phone", "tel")),
                on_conflict=ERP,
                on_delete=OnDelete.FOLLOW,
            )
        )
        self.fuse = self.memory.fuse
        self.added = 0
        self.deleted = False

    def person(self, side, id, name=None, phone=None):
        names = {ERP: ("name", "phone"), CRM: ("title", "tel")}[side]
        if name and side is CRM:
            name = name[:3]
        told = zip(names, (name, phone), strict=True)
        self.tables[side].edit(id, **{n: v for n, v in told if v})

    def someone(self, data):
        side = data.draw(st.sampled_from([s for s in Side if self.tables[s].rows]))
        return side, data.draw(st.sampled_from(sorted(self.tables[side].rows)))

    def anyone(self):
        return any(self.tables[side].rows for side in Side)

    @rule(
        side=st.sampled_from(Side),
        name=st.text("xyz", min_size=1, max_size=5),
        phone=st.sampled_from("123"),
    )
    def add(self, side, name, phone):
        self.added += 1
        self.person(side, UUID(int=100 + self.added), name, phone)

    @precondition(anyone)
    @rule(
        data=st.data(),
        name=st.text("xyz", min_size=1, max_size=5) | st.none(),
        phone=st.sampled_from("123"),
    )
    def edit(self, data, name, phone):
        self.person(*self.someone(data), name, phone)

    @precondition(anyone)
    @rule(data=st.data())
    def delete(self, data):
        side, id = self.someone(data)
        self.tables[side].remove(id)
        self.deleted = True

    @rule(steps=st.integers(0, 20))
    def crash(self, steps):
        self.fuse.left = steps
        with suppress(Crash):
            run(self.mapping, self.tables, self.memory)
        self.fuse.left = None

    @rule(side=st.sampled_from(Side))
    def token_expires(self, side):
        self.tables[side].forgetful = True

    @precondition(lambda self: self.memory.tokens)  # not before the first full run
    @rule(side=st.sampled_from(Side), data=st.data())
    def synchronise_one(self, side, data):
        """The button on a card: one record only, seen from one side."""
        if self.tables[side].rows:
            id = data.draw(st.sampled_from(sorted(self.tables[side].rows)))
            for operations in only(self.mapping, self.tables, self.memory, side, [id]).chunks():
                apply(operations, self.tables, self.memory)

    @precondition(lambda self: not self.deleted)
    @rule()
    def memory_is_lost(self):
        self.memory = MemoryMemory(self.fuse)

    @rule()
    def quiet(self):
        for _ in range(3):
            run(self.mapping, self.tables, self.memory)
        held = {
            id
            for o, outcome in self.memory.journal
            if outcome.ending is Ending.HELD
            for id in (o.erp, o.crm)
        }
        erp, crm = self.tables[ERP].rows, self.tables[CRM].rows
        pairs = {(e, c) for (_, e, c) in self.memory.known}
        assert len({e for e, _ in pairs}) == len(pairs) == len({c for _, c in pairs})
        for e, c in pairs:
            if e in erp and c in crm:
                assert erp[e].values["phone"] == crm[c].values["tel"]
                assert erp[e].values["name"][:3] == crm[c].values["title"]
        missed = [(e, c) for e, c in pairs if (e in erp) != (c in crm) and e not in held]
        assert not missed, "a deletion was missed"
        assert {e for e, _ in pairs} >= set(erp) - held
        assert {c for _, c in pairs} >= set(crm) - held
        if not self.deleted:
            assert len(erp) == len(crm) == self.added
        before = sum(table.writes for table in self.tables.values())
        run(self.mapping, self.tables, self.memory)
        assert sum(table.writes for table in self.tables.values()) == before


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


def test_what_is_forgotten_is_forgotten_on_both_sides():
    mapping, tables, memory, copy = started(replace(ONE_FIELD, on_delete=OnDelete.FOLLOW), e0="a")
    tables[ERP].remove(E)
    [operation] = run(mapping, tables, memory)
    assert operation.verb is Verb.DELETE
    assert not memory.known
    assert copy not in tables[CRM].rows
