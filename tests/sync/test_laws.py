"""The laws of synchronisation, as properties over random worlds."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.sync.model import (
    Base,
    Cause,
    Field,
    Links,
    Mapping,
    OnDelete,
    Operation,
    Pair,
    Row,
    Side,
    Values,
    Verb,
    Winner,
)
from saumaton.sync.ports import Coupling
from saumaton.sync.reconcile import reconcile
from saumaton.sync.run import run
from tests.sync.world import CONNECTION, world

LINKS = Links(CONNECTION)
E, C = UUID(int=1), UUID(int=2)
FLOWS = [frozenset(Side), frozenset({Side.CRM}), frozenset({Side.ERP})]
SOMEBODY = [None, Winner.ASK, *Side]
value = st.sampled_from([None, "a", "b", "c"])


@st.composite
def mappings(draw):
    fields = tuple(
        Field(f"e{n}", f"c{n}", draw(st.sampled_from(FLOWS)), not_null=draw(st.booleans()))
        for n in range(draw(st.integers(1, 3)))
    )
    return Mapping(
        "m",
        fields,
        leader=draw(st.sampled_from(Side)),
        on_conflict=draw(st.sampled_from(SOMEBODY)),
        on_delete=draw(st.sampled_from(OnDelete)),
        creates=frozenset(draw(st.sets(st.sampled_from(Side)))),
    )


@st.composite
def worlds(draw):
    mapping = draw(mappings())

    def row(side, id):
        return Row(id, {f.name(side): draw(value) for f in mapping.fields}, "1")

    erp = row(Side.ERP, E) if draw(st.booleans()) else None
    crm = row(Side.CRM, C) if draw(st.booleans()) else None
    base = None
    if draw(st.booleans()):
        past = {side: {f.name(side): draw(value) for f in mapping.fields} for side in Side}
        base = Base(past[Side.ERP], past[Side.CRM])
    coupled = base or draw(st.booleans())
    born = draw(st.sampled_from([None, *Side])) if not base else None
    return mapping, Pair(erp, crm, E if coupled else None, C if coupled else None, base, born)


def flip_values(values: Values) -> Values:
    return {("c" if name[0] == "e" else "e") + name[1:]: v for name, v in values.items()}


def flip_side(policy):
    return policy.other if isinstance(policy, Side) else policy


def flip(mapping: Mapping, pair: Pair) -> tuple[Mapping, Pair]:
    fields = tuple(
        replace(f, erp=f"e{n}", crm=f"c{n}", flow=frozenset(s.other for s in f.flow))
        for n, f in enumerate(mapping.fields)
    )
    mirrored = replace(
        mapping,
        fields=fields,
        leader=mapping.leader.other,
        on_conflict=flip_side(mapping.on_conflict),
        creates=frozenset(s.other for s in mapping.creates),
    )
    erp = pair.crm and replace(pair.crm, values=flip_values(pair.crm.values))
    crm = pair.erp and replace(pair.erp, values=flip_values(pair.erp.values))
    base = pair.base and Base(flip_values(pair.base.crm), flip_values(pair.base.erp))
    return mirrored, Pair(erp, crm, pair.crm_id, pair.erp_id, base, flip_side(pair.born))


def shape(operations: Iterable[Operation], flipped: bool) -> list[object]:
    def one(o: Operation) -> object:
        side = o.side and (o.side.other if flipped else o.side).name
        ids = (o.crm, o.erp) if flipped else (o.erp, o.crm)
        after, before = (
            sorted((flip_values(v) if flipped else v).items(), key=str) for v in (o.after, o.before)
        )
        return o.verb.value, side, ids, after, before, o.cause

    return sorted(map(one, operations), key=str)


@given(worlds())
@settings(max_examples=1500, deadline=None)
def test_mirror_the_two_sides_are_alike(drawn):
    plain, mirrored = reconcile(*drawn, LINKS), reconcile(*flip(*drawn), LINKS)
    assert shape(plain, False) == shape(mirrored, True)


@given(worlds())
@settings(max_examples=1500, deadline=None)
def test_rest_a_settled_pair_needs_nothing_more(drawn):
    """Run, run once more for the echo, and the next plan is empty, save for what waits."""
    mapping, pair = drawn
    mapping, tables, memory = world(mapping)
    if pair.erp:
        tables[Side.ERP].rows[E] = pair.erp
    if pair.crm:
        tables[Side.CRM].rows[C] = pair.crm
    if pair.erp_id:
        memory.known["m", E, C] = Coupling(E, C, pair.base, pair.born)
        memory.open["m"] = {(Side.ERP, E), (Side.CRM, C)}
    run(mapping, tables, memory)
    run(mapping, tables, memory)  # the echo: brings home what the other side assigned
    assert all(o.verb is Verb.HOLD for o in run(mapping, tables, memory))


@given(worlds())
@settings(max_examples=1500, deadline=None)
def test_no_silence_a_write_lands_on_what_its_side_left_alone(drawn):
    mapping, pair = drawn
    for o in reconcile(mapping, pair, LINKS):
        if o.verb is Verb.UPDATE and pair.base and not isinstance(mapping.on_conflict, Side):
            for f in mapping.fields:
                here, there = f.name(o.side), f.name(o.side.other)
                moved_itself = pair.row(o.side).values[here] != pair.base.of(o.side)[here]
                if here in o.after and moved_itself and o.side.other in f.flow:
                    assert f.not_null, there
                    assert pair.row(o.side).values[here] is None


@given(worlds())
@settings(max_examples=1500, deadline=None)
def test_what_is_written_moved_on_its_own_side(drawn):
    mapping, pair = drawn
    for o in reconcile(mapping, pair, LINKS):
        if o.verb is Verb.UPDATE:
            source, past = pair.row(o.side.other), (pair.base or Base()).of(o.side.other)
            for f in mapping.fields:
                ours = pair.base is None and pair.born is o.side.other and f.flow == {o.side}
                if f.name(o.side) in o.after and not ours:  # a lost create: nothing was seen
                    name = f.name(o.side.other)
                    assert o.side in f.flow
                    assert source.values[name] != past.get(name)


@given(worlds())
@settings(max_examples=500, deadline=None)
def test_what_holds_says_why(drawn):
    for o in reconcile(*drawn, LINKS):
        assert (o.cause is not None and o.reason != "") == (o.verb is Verb.HOLD)
        assert o.verb is not Verb.HOLD or o.cause in Cause
