"""The client against the embedded CRM in its own process, over HTTPS."""

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from saumaton.dataverse.client import Client
from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.table import DataverseTable
from saumaton.dataverse.tokens import ClientSecret
from saumaton.site.certificates import ensure_certificates
from saumaton.site.processes import Installation, start_crm, wait_until_serving
from saumaton.sync.model import Side, Values, Verb
from saumaton.sync.ports import Ending, Misconfigured
from tests.contracts.table import Room, TableContract, created, operation, read, same

pytestmark = pytest.mark.server

ORGANISATION = """
import sys
from saumaton.crm import organisation
organisation.create(sys.argv[1], currency="EUR", currency_name="Euro", applications=[{
    "client_id": "saumaton", "client_secret": "secret", "name": "Integration",
    "roles": ["System Administrator"],
}])
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    home: Path = tmp_path_factory.mktemp("crm")
    certificates = ensure_certificates(home / "certificates")
    place = Installation(home, certificates, 0, 0).on_free_ports()
    database = f"sqlite:///{home / 'crm.sqlite3'}"
    subprocess.run([sys.executable, "-c", ORGANISATION, database], check=True)
    process = start_crm(place)
    try:
        wait_until_serving(process, place.crm_url, certificates.authority)
        token_url = f"{place.crm_url}/tenant/oauth2/v2.0/token"
        grant = ClientSecret("saumaton", "secret")
        yield Client(place.crm_url, token_url, grant, ca_file=str(certificates.authority))
    finally:
        process.stop()


@pytest.fixture(scope="module")
def descriptions(client: Client) -> Descriptions:
    return Descriptions(client)


def room_of(
    client: Client, descriptions: Descriptions, name: str, some: Values, other: Values, bad: Values
) -> Room:
    targets = {"parentcustomerid": "account"}
    table = DataverseTable(client, descriptions, name, some, targets)
    person = DataverseTable(client, descriptions, name, some, targets)
    room = Room(table, Side.CRM, some, other, bad, edit=lambda *a: None, remove=lambda *a: None)

    def save(id: UUID, values: Values) -> None:
        person.write([operation(room, Verb.UPDATE, id, values)])

    def delete(id: UUID) -> None:
        person.write([operation(room, Verb.DELETE, id, {})])

    return dataclasses.replace(room, edit=save, remove=delete)


class TestAccounts(TableContract):
    @pytest.fixture
    def room(self, client: Client, descriptions: Descriptions) -> Room:
        some = {
            "name": "Contoso O'Hara & Söner 🦔",
            "telephone1": "+358 9 123",
            "creditlimit": Decimal("1234567.89"),
            "customertypecode": 3,
            "primarycontactid": None,
        }
        other = {**some, "name": "Fabrikam", "creditlimit": None, "customertypecode": None}
        return room_of(client, descriptions, "account", some, other, {"name": "x" * 161})

    def test_a_lookup_is_bound_and_cleared(
        self, room: Room, client: Client, descriptions: Descriptions
    ) -> None:
        contacts = DataverseTable(client, descriptions, "contact", ["lastname"])
        person = created(Room(contacts, Side.CRM, {}, {}, None, room.edit, room.remove), {})
        id = created(room, {**room.some, "primarycontactid": person})
        assert read(room, id).values["primarycontactid"] == person
        [cleared] = room.table.write(
            [operation(room, Verb.UPDATE, id, {"primarycontactid": None}, read(room, id).version)]
        )
        assert cleared.ending is Ending.DONE
        assert read(room, id).values["primarycontactid"] is None

    def test_f19_a_lookup_that_points_at_nothing_is_refused(self, room: Room) -> None:
        id = created(room, room.some)
        values = {"primarycontactid": uuid4()}
        made, changed = room.table.write(
            [
                operation(room, Verb.CREATE, uuid4(), values | {"name": "a"}),
                operation(room, Verb.UPDATE, id, values),
            ]
        )
        assert (made.ending, changed.ending) == (Ending.REFUSED, Ending.REFUSED)

    def test_an_update_shows_the_row_as_kept(self, room: Room) -> None:
        id = created(room, room.some)
        [outcome] = room.table.write([operation(room, Verb.UPDATE, id, {"name": "Kept"})])
        assert outcome.row is not None
        assert outcome.row.values["name"] == "Kept"
        assert outcome.row.version == read(room, id).version

    def test_a_thousand_rows_go_and_come_back(self, room: Room) -> None:
        ids = [uuid4() for _ in range(1000)]
        outcomes = room.table.write([operation(room, Verb.CREATE, id, room.some) for id in ids])
        assert {o.ending for o in outcomes} == {Ending.DONE}
        rows = list(room.table.fetch(ids))
        assert len(rows) == 1000
        changes = [operation(room, Verb.UPDATE, r.id, room.other, r.version) for r in rows]
        assert {o.ending for o in room.table.write(changes)} == {Ending.DONE}
        assert all(same(row, room.other) for row in room.table.fetch(ids))
        gone = [operation(room, Verb.DELETE, id, {}) for id in ids]
        assert {o.ending for o in room.table.write(gone)} == {Ending.DONE}
        assert list(room.table.fetch(ids)) == []

    def test_s02_what_is_sought_never_becomes_syntax(self, room: Room) -> None:
        evil = "') or 1 eq 1 or ('"
        id = created(room, {"name": evil})
        created(room, room.some)
        assert [row.id for row in room.table.find([{"name": evil}])] == [id]


class TestContacts(TableContract):
    @pytest.fixture
    def room(self, client: Client, descriptions: Descriptions) -> Room:
        accounts = DataverseTable(client, descriptions, "account", ["name"])
        parent = created(
            Room(accounts, Side.CRM, {}, {}, None, lambda *a: None, lambda *a: None), {"name": "a"}
        )
        some = {"lastname": "Ada", "parentcustomerid": parent, "jobtitle": "Countess"}
        other = {"lastname": "Grace", "parentcustomerid": None, "jobtitle": None}
        return room_of(client, descriptions, "contact", some, other, {"lastname": "x" * 51})


def test_d04_moments_are_utc_and_whole_seconds(client: Client, descriptions: Descriptions) -> None:
    table = DataverseTable(client, descriptions, "account", ["name", "createdon"])
    room = Room(table, Side.CRM, {}, {}, None, lambda *a: None, lambda *a: None)
    made = read(room, created(room, {"name": "a"})).values["createdon"]
    assert isinstance(made, datetime)
    assert made.tzinfo is UTC
    assert made.microsecond == 0


def test_wrong_secrets_and_unknown_tables_are_named(client: Client) -> None:
    wrong = Client(
        client.url,
        f"{client.url}/tenant/oauth2/v2.0/token",
        ClientSecret("saumaton", "wrong"),
        transport=client._http._transport,
    )
    with pytest.raises(Misconfigured, match="does not sign in “saumaton”"):
        wrong.get("accounts")
    with pytest.raises(Misconfigured, match="no table “nothing”"):
        Descriptions(client).of("nothing")
