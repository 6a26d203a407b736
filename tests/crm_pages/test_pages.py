"""Sellers and administrators at work in the CRM's own windows."""

import re

import httpx2
import pytest

from .office import Office, post, shown

pytestmark = pytest.mark.server


def test_nobody_sees_a_window_before_signing_in(office: Office):
    with office.client(base_url=office.url) as client:
        for address in ("/", "/list/account/", "/card/account/new/"):
            answer = client.get(address)
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/sign-in/")


def test_a_wrong_password_is_refused_without_saying_what_was_wrong(office: Office):
    with office.client(base_url=office.url, headers={"Referer": office.url}) as client:
        answer = post(client, "/sign-in/", name="aino", password="väärä")

        assert answer.status_code == 422
        assert "The user name or password is wrong" in answer.text
        assert client.get("/").status_code == 302


def test_the_cookie_is_for_https_and_not_for_scripts(office: Office):
    with office.signed_in("aino") as client:
        cookie = next(c for c in client.cookies.jar if c.name == "crm_session")
        assert cookie.secure
        assert cookie.has_nonstandard_attr("HttpOnly")


def test_home_greets_the_seller_and_links_to_orders(seller: httpx2.Client):
    home = shown(seller.get("/"))

    assert "Aino Kallio" in home
    assert "Active Orders" in home


@pytest.mark.parametrize(
    "page",
    ["account", "contact", "product", "pricelevel", "salesorder", "invoice", "quote",
     "opportunity", "systemuser", "transactioncurrency", "uom", "uomschedule"],
)  # fmt: skip
def test_every_list_opens_in_both_languages(seller: httpx2.Client, page: str):
    assert seller.get(f"/list/{page}/").status_code == 200
    seller.cookies.set("language", "fi")
    assert 'lang="fi"' in seller.get(f"/list/{page}/").text


def test_a_list_is_searched_filtered_and_sorted(seller: httpx2.Client):
    assert "Hotelli Aallotar" in shown(seller.get("/list/account/?search=aallotar"))
    assert "Hotelli Aallotar" not in shown(seller.get("/list/account/?search=o'hara"))
    assert "Kajo lamp" in shown(seller.get("/list/product/?f-productnumber=10&order=-name"))
    assert "Kajo lamp" not in shown(seller.get("/list/product/?f-productnumber=30"))


def test_a_seller_enters_an_order_with_list_prices_and_submits_it(
    office: Office, seller: httpx2.Client
):
    made = post(seller, "/card/salesorder/new/", customerid="Hotelli Aallotar", name="Lobby")
    assert made.status_code == 302, shown(made)
    address = made.headers["Location"].partition("?")[0]
    key = address.rstrip("/").rpartition("/")[2]

    add_line(seller, address, productid="1010", quantity="2")
    add_line(seller, address, productid="3010", quantity="10", priceperunit="170")

    lines = office.row(
        f"salesorderdetails?$filter=_salesorderid_value eq {key}&$orderby=sequencenumber"
    )["value"]
    assert [(line["priceperunit"], line["ispriceoverridden"]) for line in lines] == [
        (249, False), (170, True)
    ]  # fmt: skip
    assert office.row(f"salesorders({key})")["totalamount"] == 2198

    act(seller, "salesorder", "submit", key)

    assert office.row(f"salesorders({key})")["statecode"] == 1
    assert "Submitted" in shown(seller.get(address))
    refused = seller.get(f"{address}?edit=1")
    assert 'name="name"' not in refused.text


def test_an_order_without_lines_is_not_submitted(office: Office, seller: httpx2.Client):
    made = post(seller, "/card/salesorder/new/", customerid="Hotelli Aallotar", name="Empty")
    key = made.headers["Location"].partition("?")[0].rstrip("/").rpartition("/")[2]

    act(seller, "salesorder", "submit", key)

    assert office.row(f"salesorders({key})")["statecode"] == 0


def test_an_account_is_made_and_changed(office: Office, seller: httpx2.Client):
    made = post(seller, "/card/account/new/", name="Kahvila <b>Koivu</b>", accountnumber="10030")
    address = made.headers["Location"]
    post(seller, f"{address}?edit=1", name="Kahvila <b>Koivu</b>", address1_city="Åbo")

    page = seller.get(address)
    assert "Kahvila &lt;b&gt;Koivu&lt;/b&gt;" in page.text
    assert "Åbo" in page.text


def test_the_servers_own_sentence_is_shown_when_it_refuses(seller: httpx2.Client):
    answer = post(seller, "/card/account/new/", name="Double", accountnumber="10010")

    assert answer.status_code == 200
    assert re.search(r"accountnumber|Account Number", shown(answer))


def test_roles_are_for_administrators(office: Office, seller: httpx2.Client):
    assert seller.get("/list/role/").status_code == 403
    with office.signed_in("admin") as administrator:
        assert "Salesperson" in shown(administrator.get("/list/role/"))


def test_signing_out_ends_it(office: Office):
    with office.signed_in("aino") as client:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get("/").text)
        assert token
        client.post("/sign-out/", data={"csrfmiddlewaretoken": token[1]})
        assert client.get("/").status_code == 302


def test_a_form_from_elsewhere_is_refused(office: Office, seller: httpx2.Client):
    answer = seller.post("/card/account/new/", data={"name": "Planted"})

    assert answer.status_code == 403
    assert office.row("accounts?$filter=name eq 'Planted'")["value"] == []


def add_line(client: httpx2.Client, address: str, **values: str) -> None:
    """Fill the blank line at the end of a document's lines."""
    page = client.get(f"{address}?edit=1").text
    key = re.search(r'name="([0-9a-f-]{36})-(?:quantity|amount)"', page[page.rindex("<tr") :])
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert key, page[-3000:]
    assert token
    answer = client.post(
        f"{address}lines/",
        data={
            "csrfmiddlewaretoken": token[1],
            "line": key[1],
            **{f"{key[1]}-{name}": value for name, value in values.items()},
        },
    )
    assert answer.status_code == 200
    assert 'class="error"' not in answer.text, shown(answer)


def act(client: httpx2.Client, page: str, action: str, key: str) -> None:
    answer = post(client, f"/act/{page}/{action}/?key={key}", key=key)
    assert answer.status_code == 302, answer.text[:2000]


def test_a_quote_becomes_an_order(office: Office, seller: httpx2.Client):
    made = post(seller, "/card/quote/new/", customerid="Hotelli Aallotar", name="Terrace")
    address = made.headers["Location"].partition("?")[0]
    key = address.rstrip("/").rpartition("/")[2]
    add_line(seller, address, productid="3010", quantity="6")

    act(seller, "quote", "activate", key)
    assert office.row(f"quotes({key})")["statecode"] == 1
    act(seller, "quote", "order", key)

    assert office.row(f"quotes({key})")["statecode"] == 2
    orders = office.row(f"salesorders?$filter=_quoteid_value eq {key}")["value"]
    assert [order["totalamount"] for order in orders] == [1099.2]


def test_an_order_is_cancelled(office: Office, seller: httpx2.Client):
    made = post(seller, "/card/salesorder/new/", customerid="Hotelli Aallotar", name="Never mind")
    key = made.headers["Location"].partition("?")[0].rstrip("/").rpartition("/")[2]

    act(seller, "salesorder", "cancel", key)

    assert office.row(f"salesorders({key})")["statecode"] == 2


def test_an_administrator_prices_a_product(office: Office):
    with office.signed_in("admin") as administrator:
        made = post(administrator, "/card/pricelevel/new/", name="Winter",
                    transactioncurrencyid="Euro")  # fmt: skip
        address = made.headers["Location"].partition("?")[0]
        add_line(administrator, address, productid="1010", uomid="PCS", amount="199")

        assert "199.00" in shown(administrator.get(address))


def test_a_users_roles_are_shown(office: Office):
    with office.signed_in("admin") as administrator:
        users = office.row("systemusers?$filter=domainname eq 'aino'")["value"]
        card = shown(administrator.get(f"/card/systemuser/{users[0]['systemuserid']}/"))

    assert "Security Role Salesperson" in card


def test_an_administrator_makes_a_user_who_can_sign_in(office: Office):
    with office.signed_in("admin") as administrator:
        entered = {
            "firstname": "Onni", "lastname": "Laine", "domainname": "onni",
            "internalemailaddress": "onni@office.example", "role": "Salesperson",
        }  # fmt: skip
        address = "/act/systemuser/new_user/"
        refused = post(administrator, address, **entered, password="lyhyt")
        assert "at least 12" in shown(refused)
        post(administrator, address, **entered, password="pitkä-pihlaja")
        taken = post(administrator, address, **entered, password="pitkä-pihlaja")
        assert "is taken" in shown(taken)
        user = office.row("systemusers?$filter=domainname eq 'onni'")["value"][0]["systemuserid"]
        address = f"/act/systemuser/password/?key={user}"
        post(administrator, address, key=user, password="toinen-pihlaja")

    with office.client(base_url=office.url, headers={"Referer": office.url}) as client:
        assert post(client, "/sign-in/", name="onni", password="pitkä-pihlaja").status_code == 422
        post(client, "/sign-in/", name="onni", password="toinen-pihlaja")
        assert "Onni Laine" in shown(client.get("/"))


def test_a_new_user_does_not_take_over_a_programs_sign_in(office: Office):
    with office.signed_in("admin") as administrator:
        entered = {"lastname": "Kuokkija", "domainname": "Some-Program", "role": "Salesperson"}
        answer = post(
            administrator, "/act/systemuser/new_user/", **entered, password="pitkä-pihlaja"
        )

    assert "is taken" in shown(answer)
    assert office.row("systemusers?$filter=lastname eq 'Kuokkija'")["value"] == []


def test_a_disabled_user_is_signed_out_at_once(office: Office):
    with office.signed_in("admin") as administrator:
        entered = {"lastname": "Poistuva", "domainname": "poistuva", "role": "Salesperson"}
        post(administrator, "/act/systemuser/new_user/", **entered, password="pitkä-pihlaja")
    user = office.row("systemusers?$filter=domainname eq 'poistuva'")["value"][0]["systemuserid"]
    with office.client(base_url=office.url, headers={"Referer": office.url}) as client:
        post(client, "/sign-in/", name="poistuva", password="pitkä-pihlaja")
        assert client.get("/").status_code == 200

        office.api.patch(f"systemusers({user})", json={"isdisabled": True})

        assert client.get("/").status_code == 302


def test_a_seller_changes_nobodys_password(office: Office, seller: httpx2.Client):
    user = office.row("systemusers?$filter=domainname eq 'admin'")["value"][0]["systemuserid"]

    assert seller.get(f"/act/systemuser/password/?key={user}").status_code == 403


def test_a_price_list_leads_to_all_its_prices(office: Office, seller: httpx2.Client):
    prices = office.ids["list"]

    assert f"f-pricelevelid={prices}" in seller.get(f"/card/pricelevel/{prices}/").text
    found = shown(seller.get(f"/list/productpricelevel/?f-pricelevelid={prices}&search=Kajo"))
    assert "249.00" in found
    assert "183.20" not in found
