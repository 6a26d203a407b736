"""Find which uncoupled records of the two sides are one. Pure; what is not certain is not said."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from .model import Field, Links, Lookup, Mapping, Match, Row, Side, Unwritable, Value, Values

Key = tuple[Value, ...]


@dataclass
class Candidates:
    """The uncoupled records of both sides, by what identifies them to a person."""

    mapping: Mapping
    keys: dict[tuple[int, Key], dict[Side, list[UUID]]] = field(default_factory=dict)

    def add(self, side: Side, rows: Iterable[Row]) -> None:
        for row in rows:
            for number, key in enumerate(match_keys(self.mapping, side, row)):
                if key is not None:
                    found = self.keys.setdefault((number, key), {Side.ERP: [], Side.CRM: []})
                    if row.id not in found[side]:
                        found[side].append(row.id)


@dataclass
class Matched:
    """Which records are one, and which could be several."""

    pairs: dict[UUID, UUID] = field(default_factory=dict)  # ERP id to CRM id
    ambiguous: dict[tuple[Side, UUID], str] = field(default_factory=dict)


def match(candidates: Candidates) -> Matched:
    """Pair what agrees on a criterion with exactly one record on each side, first criterion first.

    Where more than one agrees, all of them are ambiguous and stay so: a later, weaker criterion
    does not choose among them.
    """
    matched = Matched()
    taken: dict[Side, set[UUID]] = {side: set() for side in Side}
    for (number, _), found in sorted(candidates.keys.items(), key=lambda entry: entry[0][0]):
        erp = [id for id in found[Side.ERP] if id not in taken[Side.ERP]]
        crm = [id for id in found[Side.CRM] if id not in taken[Side.CRM]]
        if not (erp and crm):
            continue
        taken[Side.ERP].update(erp)
        taken[Side.CRM].update(crm)
        if len(erp) == len(crm) == 1:
            matched.pairs[erp[0]] = crm[0]
            continue
        names = ", ".join(candidates.mapping.match_on[number].fields)
        reason = f"{len(erp)} records in the ERP and {len(crm)} in the CRM agree on {names}"
        matched.ambiguous |= {(Side.ERP, id): reason for id in erp}
        matched.ambiguous |= {(Side.CRM, id): reason for id in crm}
    return matched


def match_keys(mapping: Mapping, side: Side, row: Row) -> list[Key | None]:
    """Return what the row is known by, one key a criterion, in the CRM's words."""
    return [_key(fields, match.exact, side, row) for match, fields in _criteria(mapping)]


def wanted_values(mapping: Mapping, side: Side, rows: Iterable[Row], towards: Side) -> list[Values]:
    """Return what to look for on a side to find all that agree with these rows of `side`."""
    wanted: dict[Key, Values] = {}
    for row in rows:
        for number, (match, fields) in enumerate(_criteria(mapping)):
            key = _key(fields, match.exact, side, row)
            if key is not None:
                wanted[number, *key] = {
                    f.name(towards): _said(f, side, towards, row) for f in fields
                }
    return list(wanted.values())


def _criteria(mapping: Mapping) -> list[tuple[Match, list[Field]]]:
    by_name = defaultdict(list)
    for known in mapping.fields:
        if not isinstance(known, Lookup):
            by_name[known.erp].append(known)
    return [(match, [by_name[name][0] for name in match.fields]) for match in mapping.match_on]


def _key(fields: Iterable[Field], exact: bool, side: Side, row: Row) -> Key | None:
    try:
        values = [_said(f, side, Side.CRM, row) for f in fields]
    except Unwritable:
        return None
    if any(value is None for value in values):
        return None
    return tuple(value if exact else folded(value) for value in values)


def _said(known: Field, side: Side, towards: Side, row: Row) -> Value:
    if side is towards:
        return known.value(row, side)
    return known.converted(row, towards, Links(UUID(int=0)))


def folded(value: Value) -> Value:
    """Return a text without the differences people overlook: case, composition, outer space."""
    if not isinstance(value, str):
        return value
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold()).strip()
