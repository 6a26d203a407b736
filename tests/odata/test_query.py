"""Filters, paths and options as trees."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saumaton.odata.options import parse_apply, parse_expand, parse_orderby, split
from saumaton.odata.path import parse_path
from saumaton.odata.query import parse_filter
from saumaton.odata.text import literal
from saumaton.odata.tree import (
    Aggregate,
    BadQuery,
    Both,
    Call,
    Compare,
    Either,
    Lambda,
    Literal,
    Names,
    Not,
)


def equal(name: str, value: object) -> Compare:
    return Compare("eq", Names((name,)), Literal(value))  # type: ignore[arg-type]


def test_and_binds_tighter_than_or_and_not_tighter_than_both():
    assert parse_filter("a eq 1 or b eq 2 and c eq 3") == Either(
        equal("a", 1), Both(equal("b", 2), equal("c", 3))
    )
    assert parse_filter("not (a eq 1) and b eq 2") == Both(Not(equal("a", 1)), equal("b", 2))
    searched = Call("contains", (Names(("a",)), Literal("x")))
    assert parse_filter("not contains(a,'x') or b eq 2") == Either(Not(searched), equal("b", 2))


@given(st.text(max_size=30) | st.integers(-(10**15), 10**15) | st.decimals(-999, 999, places=4))
def test_a_literal_is_read_as_it_was_written(value: object):
    tree = parse_filter(f"a eq {literal(value)}")
    assert isinstance(tree, Compare)
    assert isinstance(tree.right, Literal)
    assert Decimal(tree.right.value) == value if isinstance(value, Decimal) else True  # type: ignore[arg-type]
    assert tree.right.value == value


def test_lambdas_hold_their_own_filter():
    tree = parse_filter("people/any(p:p/name eq 'x' and p/age gt 3)")
    assert isinstance(tree, Lambda)
    assert (tree.path, tree.quantifier, tree.variable) == (Names(("people",)), "any", "p")
    assert parse_filter("people/any()") == Lambda(Names(("people",)), "any", "", None)


def test_aliases_stand_for_their_values_but_not_for_themselves():
    assert parse_filter("a eq @p", {"@p": "'x y'"}) == equal("a", "x y")
    for aliases in ({}, {"@p": "@p"}, {"@p": "@q", "@q": "@p"}):
        with pytest.raises(BadQuery):
            parse_filter("a eq @p", aliases)


@pytest.mark.parametrize("text", ["", "a eq", "a eq 1 1", "(a eq 1", "a eq 'x", "a ~ 1", "eq 1"])
def test_what_is_no_filter_is_refused_with_its_place(text: str):
    with pytest.raises(BadQuery):
        parse_filter(text)


def test_nesting_has_a_limit():
    with pytest.raises(BadQuery, match="deeper"):
        parse_filter("(" * 5000 + "a eq 1" + ")" * 5000)
    with pytest.raises(BadQuery, match="deeper"):
        parse_filter("not " * 500 + "(a eq 1)")


def test_paths_are_split_outside_quotes_alone():
    segments = parse_path("accounts(number='A/(1)''s')/people/$ref")
    assert [segment.name for segment in segments] == ["accounts", "people", "$ref"]
    assert segments[0].keys == {"number": Literal("A/(1)'s")}


def test_options_are_parsed_with_those_inside():
    [first, second] = parse_expand("a($select=x,y;$filter=n eq 'a,b;c'),b/$ref")
    assert first.options == {"$select": "x,y", "$filter": "n eq 'a,b;c'"}
    assert (second.name, second.references) == ("b", True)
    assert [order.descending for order in parse_orderby("a desc, b")] == [True, False]
    apply = parse_apply("filter(a eq 1)/groupby((b),aggregate(c with sum as d,$count as e))")
    assert apply.aggregates == (Aggregate("c", "sum", "d"), Aggregate("", "count", "e"))
    with pytest.raises(BadQuery):
        split("a('b", ",")
