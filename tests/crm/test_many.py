"""Many rows: queries, pages, bulk actions, batches, deltas."""

from uuid import uuid4

from saumaton.odata.batch import ChangeSet, Request, format_requests, parse_responses

from .conftest import Client, on_both_databases

pytestmark = on_both_databases

KIND = {"@odata.type": "Microsoft.Dynamics.CRM.account"}


def create_many(client: Client, *rows: dict) -> list[str]:
    body = {"Targets": [{**KIND, **row} for row in rows]}
    answer = client.ask("POST", "accounts/Microsoft.Dynamics.CRM.CreateMultiple", body)
    assert answer.status == 200, answer.json
    return list(answer.json["Ids"])


def names(client: Client, filter: str, **options: str) -> list[str]:
    return [row["name"] for row in client.rows("accounts", filter=filter, **options)]


def test_filters_find_what_they_say(admin: Client):
    create_many(
        admin,
        {"name": "Ähtäri Oy", "creditlimit": 100.5, "accountnumber": "1"},
        {"name": "contoso", "creditlimit": 7, "numberofemployees": 3, "donotemail": True},
        {"name": "50%_off", "telephone1": "it's"},
    )
    cases = {
        "name eq 'CONTOSO'": ["contoso"],
        "name eq 'ähtäri OY'": ["Ähtäri Oy"],
        "startswith(name, 'ÄHT')": ["Ähtäri Oy"],
        "contains(name,'%_')": ["50%_off"],
        "telephone1 eq 'it''s'": ["50%_off"],
        "creditlimit ge 100.5 and creditlimit lt 100.6": ["Ähtäri Oy"],
        "creditlimit eq null": ["50%_off"],
        "not (numberofemployees eq 3)": ["50%_off", "Ähtäri Oy"],
        "donotemail eq true or accountnumber eq '1'": ["contoso", "Ähtäri Oy"],
        "accountnumber ne '1'": ["50%_off", "contoso"],
        "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['x','Contoso'])": [
            "contoso"
        ],
        "Microsoft.Dynamics.CRM.Between(PropertyName='creditlimit',PropertyValues=['1','50'])": [
            "contoso"
        ],
        "Microsoft.Dynamics.CRM.Today(PropertyName='createdon')": [
            "50%_off",
            "contoso",
            "Ähtäri Oy",
        ],
        "Microsoft.Dynamics.CRM.OlderThanXHours(PropertyName='createdon',PropertyValue=1)": [],
        "createdon lt 2020-01-01T00:00:00.123Z": [],
        f"accountid eq {uuid4()}": [],
    }
    for text, wanted in cases.items():
        assert names(admin, text, orderby="name") == wanted, text
    assert admin.get("accounts?$filter=nosuch eq 1").code == "0x80060888"
    assert admin.get("accounts?$select=nosuch").status == 400
    assert admin.get("accounts?$skip=1").status == 400


def test_collections_are_filtered_by_any_and_all(admin: Client):
    full, empty = create_many(admin, {"name": "full"}, {"name": "empty"})
    for name in ("Ann", "Bob"):
        admin.make("contacts", lastname=name, parentcustomerid_account__bind=f"/accounts({full})")
    path = "contact_customer_accounts"
    assert names(admin, f"{path}/any(c:c/lastname eq 'bob')") == ["full"]
    assert names(admin, f"{path}/all(c:c/lastname eq 'bob')") == ["empty"]
    assert names(admin, f"not {path}/any()") == ["empty"]


def test_pages_hold_every_row_once_under_a_sort_with_ties_and_nulls(admin: Client):
    ids = create_many(
        admin, *({"name": "same", "telephone1": t} for t in "aab b".replace(" ", "") * 3)
    )
    ids += create_many(admin, *({"name": "same"} for _ in range(4)))
    for order in ("telephone1", "telephone1 desc", "name,telephone1 desc"):
        seen, url = [], f"accounts?$select=name&$orderby={order.replace(' ', '%20')}&$count=true"
        while url:
            page = admin.get(url, Prefer="odata.maxpagesize=5")
            assert page.headers["Preference-Applied"] == "odata.maxpagesize=5"
            assert page.json["@odata.count"] == len(ids)
            seen += [row["accountid"] for row in page.json["value"]]
            url = page.json.get("@odata.nextLink")
        assert sorted(seen) == sorted(ids)


def test_bulk_actions_do_all_or_nothing(admin: Client):
    ids = create_many(admin, *({"name": f"A{n}", "accountnumber": str(n)} for n in range(3)))
    bad = [{**KIND, "accountid": ids[0], "name": "X"}, {**KIND, "accountid": ids[1], "name": 5}]
    action = "accounts/Microsoft.Dynamics.CRM."
    assert admin.ask("POST", f"{action}UpdateMultiple", {"Targets": bad}).status == 400
    assert names(admin, "name eq 'X'") == []
    bad[1]["name"] = "Y"
    assert admin.ask("POST", f"{action}UpdateMultiple", {"Targets": bad}).status == 204
    upserts = [
        {**KIND, "@odata.id": "accounts(accountnumber='2')", "name": "Z"},
        {**KIND, "@odata.id": "accounts(accountnumber='3')", "name": "New"},
    ]
    assert admin.ask("POST", f"{action}UpsertMultiple", {"Targets": upserts}).status == 204
    assert names(admin, "accountnumber ne null", orderby="accountnumber") == ["X", "Y", "Z", "New"]
    taken = {"Targets": [{**KIND, "accountnumber": "9"}, {**KIND, "accountnumber": "3"}]}
    answer = admin.ask("POST", f"{action}CreateMultiple", taken)
    assert (answer.status, answer.code) == (412, "0x80060892")
    assert names(admin, "accountnumber eq '9'") == []
    gone = {"Targets": [{**KIND, "accountid": row_id} for row_id in ids]}
    assert admin.ask("POST", f"{action}DeleteMultiple", gone).status == 204
    assert names(admin, "accountid ne null") == ["New"]
    assert admin.ask("POST", f"{action}CreateMultiple", {"Targets": [{}]}).status == 400


def batch(client: Client, *parts: Request | ChangeSet, **headers: str):
    kind, body = format_requests(parts)
    answer = client.ask("POST", "$batch", body, Content_Type=kind, **headers)
    if answer.headers["Content-Type"].startswith("application/json"):
        return answer.status, answer.json
    return answer.status, parse_responses(answer.headers["Content-Type"], answer.response.body)


JSON = {"content-type": "application/json"}


def test_a_change_set_refers_to_its_own_rows_and_is_all_or_nothing(admin: Client):
    company = Request("POST", "/api/data/v9.2/accounts", JSON, b'{"name":"A"}', "1")
    person = Request(
        "POST",
        "contacts",
        JSON,
        b'{"lastname":"B","parentcustomerid_account@odata.bind":"$1"}',
        "2",
    )
    change = Request("PATCH", "$1", JSON, b'{"telephone1":"5"}', "3")
    status, [answer] = batch(admin, ChangeSet((company, person, change)))
    assert (status, [part.status for part in answer.responses]) == (200, [204, 204, 204])
    [row] = admin.rows("accounts", expand="contact_customer_accounts")
    assert (row["telephone1"], len(row["contact_customer_accounts"])) == ("5", 1)
    wrong = Request("POST", "accounts", JSON, b'{"name":5}', "4")
    status, [answer] = batch(admin, ChangeSet((company, wrong)))
    assert (status, answer.status) == (400, 400)
    assert len(admin.rows("accounts")) == 1


def test_a_batch_stops_at_an_error_unless_told_to_go_on(admin: Client):
    parts = [
        Request("GET", "accounts(00000000-0000-0000-0000-000000000001)"),
        Request("GET", "accounts?$filter=name eq 'a b'"),
    ]
    status, answers = batch(admin, *parts)
    assert (status, [answer.status for answer in answers]) == (400, [404])
    status, answers = batch(admin, *parts, Prefer="odata.continue-on-error")
    assert (status, [answer.status for answer in answers]) == (200, [404, 200])


def test_deltas_tell_what_was_created_changed_and_deleted(admin: Client):
    kept, gone = create_many(admin, {"name": "kept"}, {"name": "gone"})
    first = admin.get("accounts?$select=name", Prefer="odata.track-changes,odata.maxpagesize=1")
    assert "@odata.deltaLink" not in first.json
    late = admin.make("accounts", name="written while pages are read")
    link = first.json
    while "@odata.deltaLink" not in link:
        link = admin.get(
            link["@odata.nextLink"], Prefer="odata.track-changes,odata.maxpagesize=1"
        ).json
    delta = admin.get(link["@odata.deltaLink"]).json
    assert [row["accountid"] for row in delta["value"]] == [late]
    brief = admin.make("accounts", name="brief")
    for row_id in (gone, brief):
        assert admin.ask("DELETE", f"accounts({row_id})").status == 204
    admin.change(f"accounts({kept})", name="changed")
    seen, url = [], delta["@odata.deltaLink"]
    while True:
        page = admin.get(url, Prefer="odata.maxpagesize=1").json
        seen += [row.get("id") or row["accountid"] for row in page["value"]]
        if "@odata.deltaLink" in page:
            break
        url = page["@odata.nextLink"]
    assert sorted(seen) == sorted([kept, gone, brief])
    assert admin.get(page["@odata.deltaLink"]).json["value"] == []
    refused = admin.get("accounts?$filter=name eq 'x'", Prefer="odata.track-changes")
    assert refused.status == 400


def test_annotations_format_values_and_name_lookups(admin: Client):
    [money] = admin.rows("transactioncurrencies")
    admin.make(
        "accounts",
        name="A",
        creditlimit=1234.5,
        transactioncurrencyid__bind=f"/transactioncurrencies({money['transactioncurrencyid']})",
    )
    answer = admin.get("accounts", Prefer='odata.include-annotations="*"')
    [row] = answer.json["value"]
    formatted = "@OData.Community.Display.V1.FormattedValue"
    assert row[f"creditlimit{formatted}"] == "€1,234.50"
    assert row[f"statecode{formatted}"] == "Active"
    assert row[f"_ownerid_value{formatted}"] == "Ada Admin"
    assert row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "systemuser"
