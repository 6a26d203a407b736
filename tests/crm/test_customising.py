"""Tables, columns, keys and relationships made and dropped while the CRM runs."""

from typing import Any

import pytest

from saumaton.crm.api.service import Service
from saumaton.crm.store import Store

from .conftest import ADMINISTRATOR, Client, as_user, on_both_databases

pytestmark = on_both_databases

KIND = "Microsoft.Dynamics.CRM."


def label(text: str) -> dict[str, Any]:
    return {"LocalizedLabels": [{"Label": text, "LanguageCode": 1033}]}


def column(kind: str, schema: str, **more: Any) -> dict[str, Any]:
    named = {"@odata.type": f"{KIND}{kind}AttributeMetadata", "SchemaName": schema}
    return {**named, "DisplayName": label(schema), **more}


TABLE = {
    "@odata.type": f"{KIND}EntityMetadata",
    "SchemaName": "new_Bike",
    "DisplayName": label("Bike"),
    "DisplayCollectionName": label("Bikes"),
    "OwnershipType": "UserOwned",
    "Attributes": [column("String", "new_Name", IsPrimaryName=True, MaxLength=50)],
}


@pytest.fixture
def bikes(admin: Client) -> str:
    """The definition of a table of bikes."""
    return "EntityDefinitions(" + admin.ask("POST", "EntityDefinitions", TABLE).made + ")"


def test_a_new_table_takes_rows_at_once_and_survives_a_restart(
    admin: Client, bikes: str, service: Service
):
    row_id = admin.make("new_bikes", new_name="Red")
    options = {"Options": [{"Value": 1, "Label": label("Gravel")}]}
    for body in (
        column("Picklist", "new_Kind", OptionSet=options),
        column("Decimal", "new_Weight", Precision=3, MinValue=0, MaxValue=100),
        column("DateTime", "new_Bought", Format="DateOnly"),
    ):
        assert admin.ask("POST", f"{bikes}/Attributes", body).status == 204
    values = {"new_kind": 1, "new_weight": 12.345, "new_bought": "2026-11-22"}
    assert admin.change(f"new_bikes({row_id})", **values).status == 204
    assert admin.change(f"new_bikes({row_id})", new_kind=2).code == "0x8004431a"
    again = Service(Store(str(service.store.engine.url)))
    row = as_user(again, ADMINISTRATOR).get(f"new_bikes({row_id})").json
    assert {name: row[name] for name in values} == values
    again.store.engine.dispose()


def test_columns_are_changed_and_dropped(admin: Client, bikes: str):
    made = admin.ask("POST", f"{bikes}/Attributes", column("String", "new_Colour", MaxLength=3))
    attribute = f"{bikes}/Attributes({made.made})"
    assert admin.ask("POST", "new_bikes", {"new_colour": "green"}).code == "0x80044331"
    whole = {**admin.get(attribute).json, "MaxLength": 20}
    assert admin.ask("PUT", attribute, whole, MSCRM_MergeLabels="true").status == 204
    assert admin.ask("POST", "new_bikes", {"new_colour": "green"}).status == 204
    assert admin.ask("DELETE", attribute).status == 204
    assert admin.get("new_bikes?$select=new_colour").status == 400
    again = column("String", "new_Colour")
    assert admin.ask("POST", f"{bikes}/Attributes", again).status == 204


def test_a_key_is_made_used_and_dropped(admin: Client, bikes: str):
    body = {"SchemaName": "new_NameKey", "KeyAttributes": ["new_name"]}
    made = admin.ask("POST", "EntityDefinitions(LogicalName='new_bike')/Keys", body)
    assert made.status == 204
    for name in ("Red", "RED"):
        assert admin.ask("PATCH", f"new_bikes(new_name='{name}')", {}).status == 204
    assert len(admin.rows("new_bikes")) == 1
    assert admin.ask("POST", "new_bikes", {"new_name": "red"}).code == "0x80060892"
    key = made.headers["OData-EntityId"]
    assert admin.ask("DELETE", key).status == 204
    assert admin.ask("POST", "new_bikes", {"new_name": "red"}).status == 204
    assert admin.ask("POST", f"{bikes}/Keys", body).status == 400, "rows violate it now"
    assert admin.get(f"{bikes}/Keys").json["value"] == []


def test_relationships_are_made_followed_and_dropped(admin: Client, bikes: str):
    lookup = {
        "@odata.type": f"{KIND}OneToManyRelationshipMetadata",
        "SchemaName": "new_account_bikes",
        "ReferencedEntity": "account",
        "ReferencingEntity": "new_bike",
        "Lookup": column("Lookup", "new_OwnerId"),
        "CascadeConfiguration": {"Delete": "Cascade"},
    }
    made = admin.ask("POST", "RelationshipDefinitions", lookup)
    company = admin.make("accounts", name="A")
    admin.make("new_bikes", new_name="B", new_OwnerId__bind=f"/accounts({company})")
    row = admin.get(f"accounts({company})?$expand=new_account_bikes($select=new_name)").json
    assert [bike["new_name"] for bike in row["new_account_bikes"]] == ["B"]
    assert admin.ask("DELETE", f"accounts({company})").status == 204
    assert admin.rows("new_bikes") == []
    pairs = {
        "@odata.type": f"{KIND}ManyToManyRelationshipMetadata",
        "SchemaName": "new_bike_contact",
        "Entity1LogicalName": "new_bike",
        "Entity2LogicalName": "contact",
    }
    both = admin.ask("POST", "RelationshipDefinitions", pairs)
    rider, bike = admin.make("contacts", lastname="R"), admin.make("new_bikes", new_name="C")
    address = {"@odata.id": f"contacts({rider})"}
    assert admin.ask("POST", f"new_bikes({bike})/new_bike_contact/$ref", address).status == 204
    assert len(admin.get(f"contacts({rider})/new_bike_contact").json["value"]) == 1
    for relation in (made, both):
        assert admin.ask("DELETE", relation.headers["OData-EntityId"]).status == 204
    assert admin.ask("DELETE", bikes).status == 204
    assert admin.get("new_bikes").status == 404


def test_only_customizers_may_and_names_need_a_prefix(admin: Client, seller: Client):
    assert seller.ask("POST", "EntityDefinitions", TABLE).status == 403
    assert admin.ask("POST", "EntityDefinitions", {**TABLE, "SchemaName": "Bike"}).status == 400
    evil = {**TABLE, "SchemaName": 'new_x"; DROP TABLE account; --'}
    assert admin.ask("POST", "EntityDefinitions", evil).status == 400
    built_in = admin.get("EntityDefinitions(LogicalName='account')").json["MetadataId"]
    assert admin.ask("DELETE", f"EntityDefinitions({built_in})").status == 400
