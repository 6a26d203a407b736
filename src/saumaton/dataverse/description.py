"""What a Dataverse says of one of its tables: set, key, kinds of columns, lookups."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from saumaton.odata.text import quoted
from saumaton.sync.ports import Misconfigured

from .client import Client, Garbled, Rejected

LOOKUPS = frozenset({"Lookup", "Customer", "Owner"})
OWNERS = "systemuser"


@dataclass(frozen=True)
class Description:
    """A table as its Web API shows it.

    `kinds` is each column's AttributeType; `navigation` gives, for a lookup and the table it
    points at, the property that binds it and the entity set of that table.
    """

    name: str
    entity_set: str
    key: str
    kinds: Mapping[str, str]
    navigation: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    tracked: bool = True


class Descriptions:
    """The descriptions of one organisation, each read once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, Description] = {}
        self._sets: dict[str, str] = {}

    def of(self, name: str) -> Description:
        """Describe a table by its logical name. Raises `Misconfigured` if there is none."""
        with self._lock:
            if name not in self._known:
                self._known[name] = self._read(name)
            return self._known[name]

    def _read(self, name: str) -> Description:
        path = f"EntityDefinitions(LogicalName={quoted(name)})"
        try:
            said = self._client.get(
                f"{path}?$select=LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
                "&$expand=Attributes($select=LogicalName,AttributeType),ManyToOneRelationships"
                "($select=ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName)"
            ).json()
        except Rejected as no:
            if no.status == 404:
                raise Misconfigured(f"The CRM has no table “{name}”.") from None
            raise
        try:
            kinds = {a["LogicalName"]: a["AttributeType"] for a in said["Attributes"]}
            navigation = self._navigation(said["ManyToOneRelationships"], kinds)
            tracked = bool(said.get("ChangeTrackingEnabled", True))
            return Description(
                name, said["EntitySetName"], said["PrimaryIdAttribute"], kinds, navigation, tracked
            )
        except KeyError as missing:
            raise Garbled(f"The CRM describes “{name}” without {missing}.") from None

    def _navigation(
        self, relations: list[dict[str, Any]], kinds: Mapping[str, str]
    ) -> dict[str, dict[str, tuple[str, str]]]:
        sets = self._entity_sets()
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for relation in relations:
            column, target = relation["ReferencingAttribute"], relation["ReferencedEntity"]
            bound = relation["ReferencingEntityNavigationPropertyName"]
            if target in sets:
                found.setdefault(column, {})[target] = (bound, sets[target])
        for column, kind in kinds.items():
            if kind == "Owner" and OWNERS in sets:  # related to “owner”, bound as a user or a team
                found[column] = {OWNERS: (column, sets[OWNERS])}
        return found

    def _entity_sets(self) -> dict[str, str]:
        if not self._sets:
            page = self._client.get("EntityDefinitions?$select=LogicalName,EntitySetName").json()
            self._sets = {
                t["LogicalName"]: t["EntitySetName"] for t in page["value"] if t["EntitySetName"]
            }
        return self._sets
