"""Filters as trees: a Pratt parser with a limit on depth.

Grammar: protocol specification, section 14; `and` binds tighter than `or`, `not` tighter than both.
"""

from collections.abc import Mapping

from .lexer import Token, tokens
from .tree import (
    BadQuery,
    Both,
    Call,
    Compare,
    Either,
    Enumerated,
    Lambda,
    ListOf,
    Literal,
    Names,
    Node,
    Not,
)

DEEPEST = 100
MOST_NODES = 5000
_BINDS = {"or": 1, "and": 2, "eq": 4, "ne": 4, "gt": 4, "ge": 4, "lt": 4, "le": 4, "in": 4}
_NOT_BINDS = 3
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def parse_filter(source: str, aliases: Mapping[str, str] | None = None) -> Node:
    """Return the tree of a `$filter`. `aliases` are the texts of `@p1` and the like.

    Raises `BadQuery` with the place of the error.
    """
    parser = _Parser(source, aliases or {})
    node = parser.expression(0)
    parser.expect("end")
    return node


def parse_value(source: str, aliases: Mapping[str, str] | None = None) -> Node:
    """Return the tree of one value: a literal, a list or a member of an enumeration."""
    if source.startswith("{"):  # an object is kept as it is written
        return Literal(source)
    parser = _Parser(source, aliases or {})
    node = parser.primary()
    parser.expect("end")
    return node


class _Parser:
    def __init__(self, source: str, aliases: Mapping[str, str], depth: int = 0) -> None:
        self.source = source
        self.aliases = aliases
        self.tokens = tokens(source)
        self.place = 0
        self.depth = depth
        self.nodes = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.now
        self.place += token.kind != "end"
        return token

    def next_is(self, text: str) -> bool:
        """Take the next token if it is this mark or word."""
        if self.now.kind in ("mark", "name") and self.now.text == text:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if text == "end" and self.now.kind == "end":
            return
        if not self.next_is(text):
            raise self.wrong()

    def wrong(self) -> BadQuery:
        return BadQuery(f"Syntax error at position {self.now.place} in '{self.source[:200]}'.")

    def expression(self, least: int) -> Node:
        self.deeper()
        left = self.operand()
        while (binds := self.binding()) and binds > least:
            operator = self.take().text
            left = self.joined(operator, left, self.right_side(operator, binds))
        self.depth -= 1
        return left

    def deeper(self) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > DEEPEST:
            raise BadQuery(f"The query is nested deeper than {DEEPEST} levels.")
        if self.nodes > MOST_NODES:
            raise BadQuery(f"The query has more than {MOST_NODES} parts.")

    def binding(self) -> int:
        return _BINDS.get(self.now.text, 0) if self.now.kind == "name" else 0

    def right_side(self, operator: str, binds: int) -> Node:
        if operator == "in":
            self.expect("(")
            return ListOf(self.until(")"))
        return self.expression(binds)

    def joined(self, operator: str, left: Node, right: Node) -> Node:
        if operator == "and":
            return Both(left, right)
        if operator == "or":
            return Either(left, right)
        return Compare(operator, left, right)

    def operand(self) -> Node:
        if self.now.kind == "name" and self.now.text == "not":
            self.take()
            return Not(self.expression(_NOT_BINDS))
        if self.next_is("("):
            inner = self.expression(0)
            self.expect(")")
            return inner
        return self.primary()

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "literal":
            return Literal(token.value)
        if token.kind == "mark" and token.text == "[":
            return ListOf(self.until("]"))
        if token.kind == "name":
            return self.named(token)
        self.place -= token.kind != "end"
        raise self.wrong()

    def named(self, token: Token) -> Node:
        if token.text.startswith("@"):
            return self.alias(token.text)
        if token.text in _WORDS and self.now.text != "/":
            return Literal(_WORDS[token.text])
        if self.next_is("("):
            return self.call(token.text)
        if self.now.kind == "literal" and "'" in self.now.text[:1] and "." in token.text:
            return Enumerated(token.text, str(self.take().value))
        return self.path(token.text)

    def alias(self, name: str) -> Node:
        if name not in self.aliases:
            raise BadQuery(f"The parameter alias '{name}' has no value.")
        if self.aliases[name].startswith("{"):
            return Literal(self.aliases[name])
        self.deeper()
        rest = {key: value for key, value in self.aliases.items() if key != name}
        inner = _Parser(self.aliases[name], rest, self.depth)
        node = inner.primary()
        inner.expect("end")
        self.depth -= 1
        return node

    def call(self, name: str) -> Node:
        if self.now.kind == "name" and self.tokens[self.place + 1].text == "=":
            return Call(name, named=self.named_arguments())
        return Call(name, self.until(")"))

    def named_arguments(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not self.next_is(")"):
            key = self.take().text
            self.expect("=")
            found[key] = self.primary()
            if not self.next_is(","):
                self.expect(")")
                break
        return found

    def until(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.next_is(end):
            found.append(self.expression(0))
            if not self.next_is(","):
                self.expect(end)
                break
        return tuple(found)

    def path(self, first: str) -> Node:
        names = [first]
        while self.next_is("/"):
            token = self.take()
            if token.kind != "name":
                self.place -= 1
                raise self.wrong()
            if token.text in ("any", "all") and self.next_is("("):
                return self.quantified(Names(tuple(names)), token.text)
            names.append(token.text)
        return Names(tuple(names))

    def quantified(self, path: Names, quantifier: str) -> Lambda:
        if self.next_is(")"):
            return Lambda(path, quantifier, "", None)
        variable = self.take()
        if variable.kind != "name":
            raise self.wrong()
        self.expect(":")
        inner = self.expression(0)
        self.expect(")")
        return Lambda(path, quantifier, variable.text, inner)
