"""Aggregates and FetchXML."""

from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest

from .conftest import Client
from .test_many import create_many

ALL = 'odata.include-annotations="*"'


@pytest.fixture
def people(admin: Client) -> Client:
    """Two accounts with three contacts, one of them alone."""
    first, second = create_many(
        admin,
        {"name": "A", "creditlimit": 10.25, "address1_city": "Turku"},
        {"name": "B", "creditlimit": 20, "address1_city": "Turku"},
    )
    for name, parent in (("Ann", first), ("Bob", first), ("Cid", second)):
        admin.make("contacts", lastname=name, parentcustomerid_account__bind=f"/accounts({parent})")
    return admin


def apply(client: Client, set_name: str, text: str) -> list[dict]:
    answer = client.get(f"{set_name}?$apply={quote(text)}")
    assert answer.status == 200, answer.json
    return list(answer.json["value"])


def test_apply_groups_and_aggregates(people: Client):
    text = "groupby((address1_city),aggregate(creditlimit with sum as total,$count as many))"
    assert apply(people, "accounts", text) == [
        {"address1_city": "Turku", "total": 30.25, "many": 2}
    ]
    text = "filter(name eq 'a')/aggregate(creditlimit with average as mean)"
    assert apply(people, "accounts", text) == [{"mean": 10.25}]
    text = "groupby((parentcustomerid_account/name),aggregate($count as many))"
    rows = apply(people, "contacts", text)
    assert rows == [{"account_name": "A", "many": 2}, {"account_name": "B", "many": 1}]
    assert people.get("accounts?$apply=aggregate(name with sum as x)").status == 400


def fetch(client: Client, set_name: str, xml: str, **headers: str) -> dict:
    answer = client.get(f"{set_name}?fetchXml={quote(xml)}", **headers)
    assert answer.status == 200, answer.json
    return dict(answer.json)


def query(inner: str, options: str = "") -> str:
    columns = '<attribute name="lastname"/>'
    return f'<fetch{options}><entity name="contact">{columns}{inner}</entity></fetch>'


def test_fetchxml_links_filters_and_leaves_nulls_out(people: Client):
    xml = """<fetch><entity name="contact"><attribute name="lastname"/><attribute name="pager"/>
      <order attribute="lastname" descending="true"/>
      <link-entity name="account" from="accountid" to="parentcustomerid" alias="a">
        <attribute name="name"/>
        <filter><condition attribute="name" operator="eq" value="a"/></filter>
      </link-entity></entity></fetch>"""
    rows = fetch(people, "contacts", xml)["value"]
    assert [(row["lastname"], row["a.name"]) for row in rows] == [("Bob", "A"), ("Ann", "A")]
    assert "pager" not in rows[0]
    assert rows[0]["@odata.etag"]


def test_fetchxml_operators(people: Client):
    cases = {
        '<condition attribute="lastname" operator="like" value="%N%"/>': ["Ann"],
        '<condition attribute="lastname" operator="not-like" value="a%"/>': ["Bob", "Cid"],
        '<condition attribute="lastname" operator="in"><value>bob</value></condition>': ["Bob"],
        '<condition attribute="createdon" operator="today"/>': ["Ann", "Bob", "Cid"],
        '<condition attribute="createdon" operator="last-x-days" value="2"/>': [
            "Ann",
            "Bob",
            "Cid",
        ],
        '<condition attribute="pager" operator="not-null"/>': [],
        '<condition attribute="ownerid" operator="ne-userid"/>': [],
        '<condition attribute="lastname" operator="begins-with" value="c"/>': ["Cid"],
    }
    for condition, wanted in cases.items():
        xml = query(f'<order attribute="lastname"/><filter>{condition}</filter>')
        found = [row["lastname"] for row in fetch(people, "contacts", xml)["value"]]
        assert found == wanted, condition


def test_fetchxml_aggregates(people: Client):
    xml = """<fetch aggregate="true"><entity name="contact">
      <attribute name="contactid" alias="many" aggregate="count"/>
      <attribute name="parentcustomerid" alias="parent" groupby="true"/>
      <order alias="many" descending="true"/></entity></fetch>"""
    rows = fetch(people, "contacts", xml, Prefer=ALL)["value"]
    assert [row["many"] for row in rows] == [2, 1]
    assert rows[0]["parent@OData.Community.Display.V1.FormattedValue"] == "A"


def test_fetchxml_pages_by_cookie_until_there_is_none(people: Client):
    seen, page = [], 1
    while True:
        xml = query("", f' count="2" page="{page}"')
        answer = fetch(people, "contacts", xml, Prefer=ALL)
        seen += [row["lastname"] for row in answer["value"]]
        cookie = answer.get("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie")
        if cookie is None:
            break
        outer = ElementTree.fromstring(cookie)
        inner = ElementTree.fromstring(unquote(unquote(outer.attrib["pagingcookie"])))
        assert inner.attrib["page"] == str(page)
        page = int(outer.attrib["pagenumber"])
    assert sorted(seen) == ["Ann", "Bob", "Cid"]
    assert "@Microsoft.Dynamics.CRM.morerecords" not in answer


def test_bad_fetchxml_is_refused_with_its_code(people: Client):
    cases = {
        "<fetch": "0x80040201",
        '<!DOCTYPE x [<!ENTITY a "b">]><fetch><entity name="contact"/></fetch>': "0x80040201",
        '<fetch><entity name="contact"><attribute name="no"/></entity></fetch>': "0x80041103",
        query('<link-entity name="no" from="a" to="b"/>'): "0x80041102",
    }
    for xml, code in cases.items():
        answer = people.get(f"contacts?fetchXml={quote(xml)}")
        assert (answer.status, answer.code) == (400, code), xml


def test_an_outer_link_keeps_rows_without_a_partner(people: Client):
    admin_only = people.make("contacts", lastname="Dan")
    xml = """<fetch><entity name="contact"><attribute name="lastname"/>
      <order attribute="lastname"/>
      <filter><condition entityname="a" attribute="name" operator="null"/></filter>
      <link-entity name="account" from="accountid" to="parentcustomerid" alias="a"
        link-type="outer"><filter><condition attribute="name" operator="eq" value="A"/></filter>
        <link-entity name="systemuser" from="systemuserid" to="ownerid" alias="u"
          link-type="outer"><attribute name="fullname"/></link-entity>
      </link-entity></entity></fetch>"""
    rows = fetch(people, "contacts", xml)["value"]
    assert [row["lastname"] for row in rows] == ["Cid", "Dan"]
    assert rows[1]["contactid"] == admin_only
