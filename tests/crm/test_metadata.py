"""Metadata as clients read it before they read or write anything else."""

import xml.etree.ElementTree as ElementTree

from .conftest import Client


def test_a_table_is_found_by_its_logical_name_with_what_was_asked_for(admin: Client):
    about = admin.get(
        "EntityDefinitions(LogicalName='contact')?$select=LogicalName,EntitySetName"
        "&$expand=Attributes($select=LogicalName,AttributeType),"
        "ManyToOneRelationships($select=ReferencingAttribute,ReferencedEntity,"
        "ReferencingEntityNavigationPropertyName)"
    ).json
    assert about["EntitySetName"] == "contacts"
    assert "PrimaryIdAttribute" not in about
    kinds = {a["LogicalName"]: a["AttributeType"] for a in about["Attributes"]}
    assert (kinds["parentcustomerid"], kinds["ownerid"]) == ("Customer", "Owner")
    leads = {
        (r["ReferencingAttribute"], r["ReferencedEntity"]): r[
            "ReferencingEntityNavigationPropertyName"
        ]
        for r in about["ManyToOneRelationships"]
    }
    assert leads["parentcustomerid", "account"] == "parentcustomerid_account"


def test_an_unknown_table_is_an_empty_list_or_404(admin: Client):
    url = "EntityDefinitions?%24select=LogicalName%2CEntitySetName&%24filter=LogicalName+eq+'{}'"
    assert len(admin.get(url.format("account")).json["value"]) == 1
    assert admin.get(url.format("nosuch")).json["value"] == []
    assert admin.get("EntityDefinitions(LogicalName='nosuch')").status == 404
    assert admin.get("EntityDefinitions?$select=NoSuch").status == 400


def test_option_sets_are_expanded_by_a_cast(admin: Client):
    cast = "Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    url = f"EntityDefinitions(LogicalName='account')/{cast}"
    rows = admin.get(f"{url}?$select=LogicalName&$expand=OptionSet($select=Options)").json["value"]
    options = {row["LogicalName"]: row["OptionSet"]["Options"] for row in rows}
    assert options["customertypecode"][2]["Label"]["UserLocalizedLabel"]["Label"] == "Customer"
    assert "statecode" not in options


def test_attributes_are_filtered_by_plain_and_named_enumerations(admin: Client):
    url = "EntityDefinitions(LogicalName='account')/Attributes?$select=LogicalName&$filter="
    plain = admin.get(f"{url}AttributeType eq 'Money'").json["value"]
    named = "AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Money'"
    assert [row["LogicalName"] for row in plain] == ["creditlimit"]
    assert admin.get(f"{url}{named}").json["value"] == plain
    assert plain[0]["@odata.type"] == "#Microsoft.Dynamics.CRM.MoneyAttributeMetadata"


def test_keys_and_relationships_are_described(admin: Client):
    keys = admin.get("EntityDefinitions(LogicalName='account')/Keys").json["value"]
    assert [key["KeyAttributes"] for key in keys] == [["accountnumber"]]
    name = "contact_customer_accounts"
    found = admin.get(f"RelationshipDefinitions?$filter=SchemaName eq '{name}'").json["value"]
    assert found[0]["ReferencingEntity"] == "contact"
    pairs = admin.get("RelationshipDefinitions(SchemaName='systemuserroles_association')").json
    assert pairs["IntersectEntityName"] == "systemuserroles"


def test_csdl_describes_every_table_that_the_service_document_names(admin: Client):
    sets = {row["name"] for row in admin.get("").json["value"]}
    tree = ElementTree.fromstring(admin.get("$metadata").response.body)
    space = "{http://docs.oasis-open.org/odata/ns/edm}"
    assert {node.attrib["Name"] for node in tree.iter(f"{space}EntitySet")} == sets
