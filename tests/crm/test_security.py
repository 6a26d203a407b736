"""Who may what: sign-in, roles, impersonation, limits."""

import pytest
import sqlalchemy as sa

from saumaton.crm import signin
from saumaton.crm.api.limits import Limits
from saumaton.crm.api.service import Service
from saumaton.crm.ledger import CREDENTIAL, TOKEN

from .conftest import ADMINISTRATOR, SELLERS, THROTTLED, Client, as_program, as_user
from .test_many import create_many


def test_a_request_without_a_good_token_is_told_where_to_sign_in(admin: Client):
    for token in ("", "wrong"):
        answer = Client(admin.service, token).get("accounts")
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


def test_a_refresh_token_works_once(service: Service):
    form = {"grant_type": "password", "username": "admin", "password": ADMINISTRATOR["password"]}
    tokens = signin.grant(service.store, form)
    again = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    assert Client(service, signin.grant(service.store, again).access).get("WhoAmI").status == 200
    with pytest.raises(signin.Refused):
        signin.grant(service.store, again)


def test_guessing_passwords_is_throttled_even_for_the_right_one(service: Service):
    form = {"grant_type": "password", "username": "admin", "password": "guess"}
    for _ in range(signin.FAILURES_ALLOWED):
        with pytest.raises(signin.Refused) as refused:
            signin.grant(service.store, form)
        assert not refused.value.wait
    with pytest.raises(signin.Refused) as refused:
        signin.grant(service.store, {**form, "password": ADMINISTRATOR["password"]})
    assert refused.value.wait > 0


def test_passwords_and_tokens_are_not_in_the_database(service: Service, admin: Client):
    with service.store.begin(write=False) as connection:
        kept = [*connection.execute(sa.select(CREDENTIAL)), *connection.execute(sa.select(TOKEN))]
    dump = str(kept)
    assert ADMINISTRATOR["password"] not in dump
    assert admin.token not in dump


def test_sellers_sell_but_do_not_administer(admin: Client, seller: Client):
    company = seller.make("accounts", name="Mine")
    assert seller.ask("POST", "pricelevels", {"name": "x"}).code == "0x80040220"
    [organisation] = seller.rows("organizations")
    switch = f"organizations({organisation['organizationid']})"
    assert seller.change(switch, issopintegrationenabled=True).status == 403
    assert seller.ask("POST", "systemusers", {"lastname": "x"}).status == 403
    role = admin.rows("roles", filter="name eq 'System Administrator'")[0]["roleid"]
    me = seller.get("WhoAmI").json["UserId"]
    grab = f"systemusers({me})/systemuserroles_association/$ref"
    assert seller.ask("POST", grab, {"@odata.id": f"roles({role})"}).status == 403
    assert seller.change(f"accounts({company})", name="Still mine").status == 204


def test_access_ends_at_the_business_unit(admin: Client, service: Service):
    unit = admin.make("businessunits", name="Abroad")
    seppo = admin.rows("systemusers", filter="firstname eq 'Seppo'")[0]["systemuserid"]
    bind = {"businessunitid__bind": f"/businessunits({unit})"}
    assert admin.change(f"systemusers({seppo})", **bind).status == 204
    sirpa, abroad = as_user(service, SELLERS[0]), as_user(service, SELLERS[1])
    company = sirpa.make("accounts", name="Home")
    assert abroad.rows("accounts") == []
    assert abroad.get(f"accounts({company})").status == 403
    assert abroad.change(f"accounts({company})", name="x").status == 403
    assert abroad.ask("DELETE", f"accounts({company})").status == 403
    assert abroad.get("accounts/$count").response.body == b"0"
    assert (
        admin.change(f"accounts({company})", ownerid__bind=f"/systemusers({seppo})").status == 204
    )
    assert [row["name"] for row in abroad.rows("accounts")] == ["Home"]
    assert sirpa.rows("accounts") == []


def test_a_disabled_user_is_no_member(admin: Client, seller: Client):
    me = seller.get("WhoAmI").json["UserId"]
    assert admin.change(f"systemusers({me})", isdisabled=True).status == 204
    answer = seller.get("accounts")
    assert (answer.status, answer.code) == (403, "0x80072560")


def test_impersonation_needs_a_privilege_and_leaves_both_names(admin: Client, seller: Client):
    me = seller.get("WhoAmI").json["UserId"]
    other = admin.get("WhoAmI").json["UserId"]
    made = admin.ask("POST", "accounts", {"name": "A"}, MSCRMCallerID=me).made
    row = admin.get(f"accounts({made})").json
    assert (row["_createdby_value"], row["_createdonbehalfby_value"]) == (me, other)
    assert admin.ask("POST", "pricelevels", {"name": "x"}, MSCRMCallerID=me).status == 403
    assert seller.get("WhoAmI", MSCRMCallerID=other).status == 403


def test_a_throttled_program_is_told_when_to_come_back(service: Service, admin: Client):
    service.limits = Limits(most_requests=3)
    client = as_program(service, THROTTLED)
    left = "x-ms-ratelimit-burst-remaining-xrm-requests"
    assert [client.get("WhoAmI").headers[left] for _ in range(3)] == ["2", "1", "0"]
    refused = client.get("WhoAmI")
    assert (refused.status, refused.code) == (429, "0x80072322")
    assert int(refused.headers["Retry-After"]) > 0
    assert left not in admin.get("WhoAmI").headers


def test_a_foreign_value_never_becomes_sql(admin: Client):
    create_many(admin, {"name": "A"}, {"name": "B"})
    evil = "x' OR 1=1 --"
    quoted = evil.replace("'", "''")
    assert admin.rows("accounts", filter=f"name eq '{quoted}'") == []
    assert admin.rows("accounts", filter=f"contains(name,'{quoted}')") == []
    made = admin.make("accounts", name=evil)
    assert admin.rows("accounts", filter=f"name eq '{quoted}'")[0]["accountid"] == made


def test_the_integration_gives_nobody_a_role(admin: Client, integration: Client):
    role = admin.rows("roles", filter="name eq 'System Administrator'")[0]["roleid"]
    me = integration.get("WhoAmI").json["UserId"]
    grab = f"systemusers({me})/systemuserroles_association/$ref"
    assert integration.ask("POST", grab, {"@odata.id": f"roles({role})"}).status == 403
    pair = {"systemuserid": me, "roleid": role}
    assert integration.ask("POST", "systemuserrolescollection", pair).status >= 400
    assert integration.change(f"systemusers({me})", isintegrationuser=True).status == 204


def test_the_integration_takes_nobodys_role(admin: Client, integration: Client):
    role = admin.rows("roles", filter="name eq 'System Administrator'")[0]["roleid"]
    boss = admin.get("WhoAmI").json["UserId"]
    strip = f"systemusers({boss})/systemuserroles_association({role})/$ref"
    assert integration.ask("DELETE", strip).status == 403
    assert admin.get("systemusers").status == 200


def test_a_new_password_ends_what_the_old_one_gave(service: Service, admin: Client):
    me = admin.get("WhoAmI").json["UserId"]
    with service.store.writing(signin.caller_of(service.store, me)) as session:
        signin.set_credential(session, "admin", me, "another one", signin.USER)

    assert admin.get("WhoAmI").status == 401
    form = {"grant_type": "password", "username": "admin", "password": "another one"}
    assert signin.grant(service.store, form).access


def test_hostile_queries_are_refused_not_failed(admin: Client):
    many = " or ".join(f"name eq 'a{n}'" for n in range(1500))
    assert admin.rows("accounts", top="1") == []
    assert admin.get(f"accounts?$filter={many}").status == 400
    for body in (b'{"name":"\\ud800","creditlimit":12345678901234567890}', b'{"creditlimit":NaN}'):
        answer = service_post(admin, body)
        assert answer == 400


def service_post(client: Client, body: bytes) -> int:
    headers = {"authorization": f"Bearer {client.token}", "content-type": "application/json"}
    path = "/api/data/v9.2/accounts"
    return client.service.handle("POST", path, "", headers, body, "https://crm.example").status
