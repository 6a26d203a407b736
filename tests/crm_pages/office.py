"""A small sales office: two people, a customer, two products on a price list."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx2

from saumaton.crm import organisation as crm_organisation

PASSWORDS = {"aino": "korkea-kataja", "admin": "tumma-tyrni"}
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def organisation(database: str) -> None:
    crm_organisation.create(
        database,
        currency="EUR",
        currency_name="Euro",
        users=[
            {
                "name": "aino", "password": PASSWORDS["aino"], "roles": ["Salesperson"],
                "first_name": "Aino", "last_name": "Kallio", "email": "aino@office.example",
            },
            {
                "name": "admin", "password": PASSWORDS["admin"],
                "roles": ["System Administrator"], "first_name": "Demo",
                "last_name": "Administrator", "email": "",
            },
        ],
        applications=[
            {
                "client_id": "some-program", "client_secret": "salainen-sammal",
                "name": "Some Program", "roles": ["Salesperson"],
            }
        ],
    )  # fmt: skip


class Office:
    """The served CRM, as a browser and as a program see it."""

    def __init__(self, url: str, trusted: ssl.SSLContext) -> None:
        self.url = url
        self.trusted = trusted
        self.ids: dict[str, str] = {}
        self.api = self.client(base_url=f"{url}/api/data/v9.2/")
        answer = self.client().post(
            f"{url}/saumaton/oauth2/v2.0/token",
            data={"grant_type": "password", "username": "admin", "password": PASSWORDS["admin"]},
        )
        self.api.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def client(self, **options: object) -> httpx2.Client:
        return httpx2.Client(verify=self.trusted, timeout=30, **options)  # type: ignore[arg-type]

    def make(self, known_as: str, set_name: str, key: str, /, **values: object) -> str:
        answer = self.api.post(set_name, json=values, headers={"Prefer": "return=representation"})
        assert answer.status_code == 201, answer.text
        self.ids[known_as] = answer.json()[key]
        return self.ids[known_as]

    def stock(self) -> None:
        """Fill the CRM: Hotelli Aallotar, a lamp and a chair in euro."""
        euro = self.api.get("transactioncurrencies").json()["value"][0]["transactioncurrencyid"]
        bound = f"/transactioncurrencies({euro})"
        group = self.make("group", "uomschedules", "uomscheduleid", name="Pieces",
                          baseuomname="PCS")  # fmt: skip
        units = self.api.get(f"uoms?$filter=_uomscheduleid_value eq {group}").json()["value"]
        unit = units[0]["uomid"]
        prices = self.make("list", "pricelevels", "pricelevelid", name="Projects",
                           **{"transactioncurrencyid@odata.bind": bound})  # fmt: skip
        self.make(
            "account", "accounts", "accountid", name="Hotelli Aallotar", accountnumber="10010",
            **{
                "transactioncurrencyid@odata.bind": bound,
                "defaultpricelevelid@odata.bind": f"/pricelevels({prices})",
            },
        )  # fmt: skip
        for number, name, price in (("1010", "Kajo lamp", 249), ("3010", "Korsi chair", 183.2)):
            product = self.make(
                number, "products", "productid", productnumber=number, name=name,
                quantitydecimal=2, **{
                    "defaultuomscheduleid@odata.bind": f"/uomschedules({group})",
                    "defaultuomid@odata.bind": f"/uoms({unit})",
                },
            )  # fmt: skip
            self.make(
                f"price {number}", "productpricelevels", "productpricelevelid", amount=price,
                **{
                    "pricelevelid@odata.bind": f"/pricelevels({prices})",
                    "productid@odata.bind": f"/products({product})",
                    "uomid@odata.bind": f"/uoms({unit})",
                },
            )  # fmt: skip
            self.api.patch(f"products({product})", json={"statecode": 0, "statuscode": 1})

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx2.Client]:
        """Give a browser in which the person has signed in."""
        with self.client(base_url=self.url, headers={"Referer": self.url}) as client:
            answer = post(client, "/sign-in/", name=name, password=PASSWORDS[name])
            assert answer.status_code == 302, answer.text
            yield client

    def row(self, path: str) -> dict[str, object]:
        answer = self.api.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def post(client: httpx2.Client, address: str, /, **values: str) -> httpx2.Response:
    """Send a form as a browser does: with the token of the page it stands on."""
    page = client.get(address)
    token = HIDDEN.search(page.text)
    assert token, page.text[:2000]
    return client.post(address, data={"csrfmiddlewaretoken": token[1], **values})


def shown(answer: httpx2.Response) -> str:
    """Return a page's text without its tags."""
    assert answer.status_code == 200, answer.text[:2000]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
