"""One row at a time: create, read, change, upsert, delete, and what the answers look like."""

from uuid import uuid4

from .conftest import Client


def test_a_created_row_is_answered_with_its_address_and_read_back(admin: Client):
    made = admin.ask("POST", "accounts", {"name": "Contoso", "creditlimit": 1234.5})
    assert made.status == 204
    assert made.headers["OData-EntityId"] == made.headers["Location"]
    row = admin.get(made.headers["OData-EntityId"]).json
    assert (row["name"], row["creditlimit"], row["statecode"]) == ("Contoso", 1234.5, 0)
    assert row["@odata.etag"].startswith('W/"')
    assert row["_ownerid_value"] == admin.get("WhoAmI").json["UserId"]


def test_an_id_of_the_client_is_kept_and_a_second_row_with_it_refused(admin: Client):
    wanted = str(uuid4())
    assert admin.make("accounts", accountid=wanted, name="A") == wanted
    again = admin.ask("POST", "accounts", {"accountid": wanted, "name": "B"})
    assert (again.status, again.code) == (412, "0x80040237")


def test_a_patch_without_conditions_is_an_upsert_by_key(admin: Client):
    made = admin.ask("PATCH", "accounts(accountnumber='A/1')", {"name": "New"})
    assert made.headers["OData-EntityId"].endswith("accounts(accountnumber='A/1')")
    body = {"name": "Changed", "accountnumber": "other"}
    changed = admin.ask(
        "PATCH", "accounts(accountnumber='A/1')", body, Prefer="return=representation"
    )
    assert (changed.status, changed.json["accountnumber"]) == (200, "A/1")
    refused = admin.ask("PATCH", "accounts(accountnumber='A/1')", {"name": "x"}, If_None_Match="*")
    assert (refused.status, refused.code) == (412, "0x80040237")
    missing = admin.ask("PATCH", f"accounts({uuid4()})", {"name": "x"}, If_Match="*")
    assert (missing.status, missing.code) == (404, "0x80040217")


def test_a_stale_etag_changes_nothing(admin: Client):
    row_id = admin.make("accounts", name="Contoso")
    etag = admin.get(f"accounts({row_id})").headers["ETag"]
    assert admin.get(f"accounts({row_id})", If_None_Match=etag).status == 304
    assert admin.ask("PATCH", f"accounts({row_id})", {"name": "B"}, If_Match=etag).status == 204
    stale = admin.ask("PATCH", f"accounts({row_id})", {"name": "C"}, If_Match=etag)
    assert (stale.status, stale.code) == (412, "0x80060882")
    assert admin.ask("DELETE", f"accounts({row_id})", If_Match=etag).status == 412
    assert admin.get(f"accounts({row_id})").json["name"] == "B"
    assert admin.ask("DELETE", f"accounts({row_id})").status == 204
    assert admin.get(f"accounts({row_id})").status == 404


def test_lookups_are_bound_read_expanded_and_cleared(admin: Client):
    company = admin.make("accounts", name="Contoso")
    person = admin.make(
        "contacts",
        firstname="Kim",
        lastname="Lee",
        parentcustomerid_account__bind=f"/accounts({company})",
    )
    bound = admin.change(f"accounts({company})", primarycontactid__bind=f"contacts({person})")
    assert bound.status == 204
    row = admin.get(f"accounts({company})?$expand=primarycontactid($select=fullname)").json
    assert row["primarycontactid"]["fullname"] == "Kim Lee"
    people = admin.get(f"accounts({company})?$expand=contact_customer_accounts").json
    assert [p["contactid"] for p in people["contact_customer_accounts"]] == [person]
    assert admin.change(f"accounts({company})", primarycontactid__bind=None).status == 204
    assert admin.get(f"accounts({company})").json["_primarycontactid_value"] is None


def test_what_does_not_fit_a_column_is_refused_with_its_code(admin: Client):
    cases = {
        "0x80048d19": [{"nosuch": 1}, {"name": 5}, {"creditlimit": "12"}, {"donotemail": 1}],
        "0x80044331": [{"name": "x" * 161}],
        "0x8004431a": [{"customertypecode": 99}],
        "0x80044330": [{"creditlimit": -1}],
        "0x80060888": [{"_ownerid_value": str(uuid4())}],
        "0x80048408": [{"statecode": 0, "statuscode": 2}],
    }
    for code, bodies in cases.items():
        for body in bodies:
            answer = admin.ask("POST", "accounts", body)
            assert (answer.status, answer.code) == (400, code), (body, answer.json)
    missing = {"primarycontactid@odata.bind": f"/contacts({uuid4()})"}
    assert admin.ask("POST", "accounts", missing).status == 404
    assert admin.rows("accounts") == []


def test_a_deep_insert_is_one_transaction(admin: Client):
    body = {"name": "Contoso", "contact_customer_accounts": [{"lastname": "A"}, {"lastname": 5}]}
    assert admin.ask("POST", "accounts", body).status == 400
    assert admin.rows("accounts") == []
    body["contact_customer_accounts"][1]["lastname"] = "B"
    assert admin.ask("POST", "accounts", body).status == 204
    assert len(admin.rows("contacts", filter="parentcustomerid_account/name eq 'contoso'")) == 2


def test_references_are_set_and_removed(admin: Client):
    company, person = admin.make("accounts", name="A"), admin.make("contacts", lastname="B")
    address = {"@odata.id": f"https://crm.example/api/data/v9.2/contacts({person})"}
    people = f"accounts({company})/contact_customer_accounts"
    assert admin.ask("POST", f"{people}/$ref", address).status == 204
    assert len(admin.get(people).json["value"]) == 1
    assert admin.ask("DELETE", f"{people}({person})/$ref").status == 204
    assert admin.get(f"{people}/$count").response.body == b"0"
    assert admin.ask("PUT", f"accounts({company})/primarycontactid/$ref", address).status == 204
    assert admin.get(f"accounts({company})/primarycontactid").json["contactid"] == person
    for _ in range(2):
        assert admin.ask("DELETE", f"accounts({company})/primarycontactid/$ref").status == 204


def test_one_column_is_read_written_and_cleared(admin: Client):
    address = f"accounts({admin.make('accounts', name='A')})/telephone1"
    assert admin.get(address).status == 204
    assert admin.ask("PUT", address, {"value": "123"}).status == 204
    assert admin.get(address).json["value"] == "123"
    assert admin.get(f"{address}/$value").response.body == b"123"
    assert admin.ask("DELETE", address).status == 204
    assert admin.get(address).status == 204
