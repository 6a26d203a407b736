"""What the demo says over HTTP, to the CRM as a seller and to Financials by key."""

import ssl
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import orjson

Thing = TypeVar("Thing")


class WentWrong(Exception):
    """A server refused what the demo asked; the sentence is the server's."""


def chunks(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _json(value: object) -> object:
    """Return a decimal as the number it is, digit by digit, and anything else as text."""
    return orjson.Fragment(format(value, "f")) if isinstance(value, Decimal) else str(value)


class Web:
    """One server, JSON both ways; a refusal is raised with what the server said."""

    def __init__(self, url: str, **options: Any) -> None:
        self.http = httpx2.Client(base_url=url, timeout=120, **options)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        content = None if body is None else orjson.dumps(body, default=_json)
        sent = {"Content-Type": "application/json", "Accept": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        answer = self.http.request(method, path, content=content, headers=sent)
        if answer.status_code >= 400:
            raise WentWrong(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return orjson.loads(answer.content) if answer.content else None

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        return self.ask("POST", path, {} if body is None else body)

    def all(self, path: str) -> list[dict[str, Any]]:
        """Return every row of a collection, following its next links."""
        rows: list[dict[str, Any]] = []
        while path:
            page = self.get(path)
            rows += page["value"]
            path = page.get("@odata.nextLink", "")
        return rows


def crm_as(url: str, token_url: str, authority: Path, grant: dict[str, str]) -> Web:
    """Return the CRM's Web API, signed in with an OAuth grant."""
    trusted = ssl.create_default_context(cafile=str(authority))
    with httpx2.Client(verify=trusted, timeout=30) as http:
        answer = http.post(token_url, data={"scope": f"{url}/.default", **grant})
    if answer.status_code != 200:
        raise WentWrong(f"The CRM gave no token: {answer.status_code} {answer.text[:600]}")
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return Web(f"{url}/api/data/v9.2/", verify=trusted, headers=headers)


def financials_as(url: str, name: str, key: str) -> Web:
    return Web(url, auth=(name, key))
