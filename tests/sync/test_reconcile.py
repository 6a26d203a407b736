"""What one pair of records needs, case by case."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from saumaton.sync.model import (
    Base,
    Cause,
    Choice,
    Constant,
    Field,
    Links,
    Lookup,
    Mapping,
    OnDelete,
    Pair,
    Row,
    Side,
    Verb,
    Winner,
)
from saumaton.sync.reconcile import reconcile
from tests.sync.world import CONNECTION

E, C, SELLER, USER = (UUID(int=n) for n in range(1, 5))
LINKS = Links(CONNECTION, {("salesperson", Side.ERP, SELLER): USER})
BOTH_EDITED = Pair(
    Row(E, {"e0": "x"}, "1"), Row(C, {"c0": "y"}, "1"), E, C, Base({"e0": "a"}, {"c0": "a"})
)
TO_CRM = frozenset({Side.CRM})


@pytest.mark.parametrize("winner", Side)
def test_f15_the_winner_prevails(winner):
    [o] = reconcile(Mapping("m", (Field("e0", "c0"),), on_conflict=winner), BOTH_EDITED, LINKS)
    wanted = (Side.CRM, {"c0": "x"}) if winner is Side.ERP else (Side.ERP, {"e0": "y"})
    assert (o.side, o.after) == wanted
    assert o.before == ({"c0": "y"} if winner is Side.ERP else {"e0": "x"}), "the loser is kept"


def test_f15_a_field_may_have_its_own_winner():
    fields = (Field("e0", "c0", on_conflict=Side.CRM),)
    [o] = reconcile(Mapping("m", fields, on_conflict=Side.ERP), BOTH_EDITED, LINKS)
    assert o.side is Side.ERP


def test_f15_a_person_is_asked_where_nobody_prevails():
    [o] = reconcile(Mapping("m", (Field("e0", "c0"),)), BOTH_EDITED, LINKS)
    assert (o.verb, o.cause) == (Verb.HOLD, Cause.DISPUTED)


def test_f15_the_newest_prevails_if_both_say_when():
    mapping = Mapping("m", (Field("e0", "c0"),), on_conflict=Winner.NEWEST)
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)

    def decided(ours, theirs):
        erp, crm = Row(E, {"e0": "x"}, "1", ours), Row(C, {"c0": "y"}, "1", theirs)
        [o] = reconcile(mapping, Pair(erp, crm, E, C, BOTH_EDITED.base), LINKS)
        return o.side or o.verb

    assert decided(early, late) is Side.ERP
    assert decided(late, early) is Side.CRM
    assert decided(late, late) is decided(None, late) is Verb.HOLD


def test_f14_edits_of_different_fields_are_both_kept():
    mapping = Mapping("m", (Field("e0", "c0"), Field("e1", "c1")))
    base = Base({"e0": "a", "e1": "b"}, {"c0": "a", "c1": "b"})
    erp, crm = Row(E, {"e0": "new", "e1": "b"}, "1"), Row(C, {"c0": "a", "c1": "newer"}, "7")
    first, second = reconcile(mapping, Pair(erp, crm, E, C, base), LINKS)
    assert (first.side, first.after, first.version) == (Side.ERP, {"e1": "newer"}, "1")
    assert (second.side, second.after, second.version) == (Side.CRM, {"c0": "new"}, "7")


def test_the_same_edit_twice_is_no_conflict():
    pair = Pair(
        Row(E, {"e0": "x"}, "1"), Row(C, {"c0": "x"}, "1"), E, C, Base({"e0": "a"}, {"c0": "a"})
    )
    [o] = reconcile(Mapping("m", (Field("e0", "c0"),)), pair, LINKS)
    assert (o.verb, o.agreed) == (Verb.SETTLE, Base({"e0": "x"}, {"c0": "x"}))


def test_f17_a_delete_does_not_take_an_edit_with_it():
    mapping = Mapping("m", (Field("e0", "c0"),), on_delete=OnDelete.FOLLOW)
    base = Base({"e0": "a"}, {"c0": "a"})
    [o] = reconcile(mapping, Pair(None, Row(C, {"c0": "a"}, "1"), E, C, base), LINKS)
    assert (o.verb, o.side) == (Verb.DELETE, Side.CRM)
    [o] = reconcile(mapping, Pair(None, Row(C, {"c0": "b"}, "1"), E, C, base), LINKS)
    assert (o.cause, o.reason) == (Cause.DELETED, "deleted in the ERP, edited in the CRM")


def test_f17_restore_reuses_the_old_id():
    mapping = Mapping("m", (Field("e0", "c0"),), on_delete=OnDelete.RESTORE)
    pair = Pair(Row(E, {"e0": "a"}, "1"), None, E, C, Base({"e0": "a"}, {"c0": "a"}))
    [o] = reconcile(mapping, pair, LINKS)
    assert (o.verb, o.target) == (Verb.CREATE, C)


def test_f17_restore_brings_back_what_flows_only_the_other_way():
    fields = Field("e0", "c0"), Field("e1", "c1", flow=TO_CRM)
    mapping = Mapping("m", fields, on_delete=OnDelete.RESTORE)
    base = Base({"e0": "a", "e1": "b"}, {"c0": "a", "c1": "b"})
    pair = Pair(None, Row(C, {"c0": "a", "c1": "b"}, "1"), E, C, base)
    [o] = reconcile(mapping, pair, LINKS)
    assert (o.side, o.after) == (Side.ERP, {"e0": "a", "e1": "b"})
    later = Row(C, {"c0": "a", "c1": "newer"}, "2")  # our own write, which nobody remembered
    [o] = reconcile(mapping, Pair(None, later, E, C, base), LINKS)
    assert o.after == {"e0": "a", "e1": "newer"}, "found by the simulator, seed 10274"


def test_f17_a_copy_whose_source_went_before_they_agreed_is_held():
    """Found by the simulator, seed 341: the deleted customer came back from its own copy."""
    mapping = Mapping("m", (Field("e0", "c0"),), on_delete=OnDelete.FOLLOW)
    copy = Row(C, {"c0": "a"}, "1")
    [o] = reconcile(mapping, Pair(None, copy, E, C, None, Side.ERP), LINKS)
    assert (o.verb, o.cause) == (Verb.HOLD, Cause.DELETED)
    [o] = reconcile(mapping, Pair(None, copy, E, C, None, Side.CRM), LINKS)
    assert o.verb is Verb.CREATE


def test_f17_both_gone_is_forgotten():
    [o] = reconcile(Mapping("m", ()), Pair(None, None, E, C, Base()), LINKS)
    assert o.verb is Verb.FORGET


def test_a_new_record_gets_its_constants_and_only_what_is_filled():
    mapping = Mapping(
        "m",
        (Field("e0", "c0"), Field("e1", "c1")),
        constants=(Constant(Side.CRM, "type", 3), Constant(Side.ERP, "kind", "company")),
    )
    [o] = reconcile(mapping, Pair(erp=Row(E, {"e0": "a", "e1": None}, "1")), LINKS)
    assert o.after == {"c0": "a", "type": 3}
    assert o.agreed == Base({"e0": "a", "e1": None}, {"c0": "a", "c1": None})


def test_two_edits_of_a_field_that_was_empty_at_birth_are_disputed():
    mapping = Mapping("m", (Field("e0", "c0"),))
    [born] = reconcile(mapping, Pair(erp=Row(E, {"e0": None}, "1")), LINKS)
    erp, crm = Row(E, {"e0": "x"}, "2"), Row(C, {"c0": "y"}, "2")
    [o] = reconcile(mapping, Pair(erp, crm, E, C, born.agreed, Side.ERP), LINKS)
    assert o.cause is Cause.DISPUTED


def test_a_choice_is_said_in_each_sides_words():
    mapping = Mapping("m", (Choice("blocked", "state", codes={None: 0, "all": 1}),))
    [o] = reconcile(mapping, Pair(erp=Row(E, {"blocked": None}, "1")), LINKS)
    assert o.after == {"state": 0}
    [o] = reconcile(mapping, Pair(crm=Row(C, {"state": 1}, "1")), LINKS)
    assert o.after == {"blocked": "all"}


def test_f24_a_choice_without_an_equal_is_held_and_says_which():
    mapping = Mapping("m", (Choice("blocked", "state", codes={None: 0, "all": 1}),))
    [o] = reconcile(mapping, Pair(crm=Row(C, {"state": 2}, "1")), LINKS)
    assert (o.cause, o.reason) == (Cause.UNFIT, "state “2” has no equal in the ERP")


def test_what_may_be_cleared_on_failure_does_not_hold_the_record():
    fields = (Field("e0", "c0"), Lookup("seller", "owner", to="salesperson", clear_on_failure=True))
    row = Row(E, {"e0": "a", "seller": UUID(int=9)}, "1")
    [o] = reconcile(Mapping("m", fields), Pair(erp=row), LINKS)
    assert (o.verb, o.after) == (Verb.CREATE, {"c0": "a"})


def test_an_empty_lookup_that_may_not_be_null_leaves_the_owner_alone():
    owner = Lookup("seller", "owner", TO_CRM, to="salesperson", not_null=True)
    base = Base({"seller": SELLER}, {"owner": USER})
    pair = Pair(Row(E, {"seller": None}, "2"), Row(C, {"owner": USER}, "1"), E, C, base)
    assert reconcile(Mapping("m", (owner,)), pair, LINKS) == ()


def test_a_record_waits_for_its_lookup_and_says_for_which():
    mapping = Mapping("m", (Field("e0", "c0"), Lookup("seller", "owner", to="salesperson")))
    row = Row(E, {"e0": "a", "seller": UUID(int=9)}, "1")
    [o] = reconcile(mapping, Pair(erp=row), LINKS)
    assert o.cause is Cause.WAITING
    assert o.reason == f"salesperson {UUID(int=9)} has no counterpart yet"


def test_a_late_lookup_lets_the_rest_go_first():
    mapping = Mapping("m", (Field("e0", "c0"), Lookup("e1", "c1", to="contact", late=True)))
    create, later = reconcile(mapping, Pair(erp=Row(E, {"e0": "a", "e1": UUID(int=9)}, "1")), LINKS)
    assert create.after == {"c0": "a"}
    assert "e1" not in create.agreed.erp
    assert (later.cause, later.reason) == (Cause.LATER, "written later: e1")


def test_a_row_outside_the_filter_is_not_created_and_rests_when_coupled():
    mapping = Mapping("m", (Field("e0", "c0"),), erp_only={"blocked": frozenset({None, "ship"})})
    blocked = Row(E, {"e0": "new", "blocked": "all"}, "1")
    assert reconcile(mapping, Pair(erp=blocked), LINKS) == ()
    pair = Pair(blocked, Row(C, {"c0": "a"}, "1"), E, C, Base({"e0": "a"}, {"c0": "a"}))
    assert reconcile(mapping, pair, LINKS) == ()


def test_a_filter_may_be_a_claim_about_the_row():
    mapping = Mapping("m", (Field("e0", "c0"),), crm_only=lambda row: row.values["type"] == 3)
    assert reconcile(mapping, Pair(crm=Row(C, {"c0": "a", "type": 1}, "1")), LINKS) == ()
    assert reconcile(mapping, Pair(crm=Row(C, {"c0": "a", "type": 3}, "1")), LINKS)


def test_what_a_lost_create_carried_gives_way_to_its_source():
    """Found by the simulator, seed 458: the source was emptied before the two had agreed."""
    mapping = Mapping("m", (Field("e0", "c0", TO_CRM), Field("e1", "c1")))
    erp, crm = Row(E, {"e0": None, "e1": None}, "1"), Row(C, {"c0": "22", "c1": "33"}, "1")
    home, there = reconcile(mapping, Pair(erp, crm, E, C, None, Side.ERP), LINKS)
    assert (there.side, there.after) == (Side.CRM, {"c0": None})
    assert (home.side, home.after) == (Side.ERP, {"e1": "33"}), "a value prevails over none"


def test_strangers_who_hold_nothing_are_remembered_as_one():
    """A matched pair without values must become coupled, or its dependants wait for ever."""
    pair = Pair(Row(E, {}, "1"), Row(C, {}, "1"), E, C)
    [o] = reconcile(Mapping("m", (Field("e0", "c0"),)), pair, LINKS)
    assert o.verb is Verb.SETTLE
