"""The pages as clients of the Web API: same rules, same privileges, same sentences as over HTTP."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from django.core.exceptions import PermissionDenied

from saumaton.pages.source import Invalid, Missing

from ..tables import TABLES
from . import door, session

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
ANNOTATED = f'odata.include-annotations="{FORMATTED},{LOGICAL_NAME}"'


def ask(method: str, path: str, body: Any = None, prefer: str = "") -> dict[str, Any]:
    """Return the answer to one request as the user who is signed in.

    Raises `Missing`, `PermissionDenied`, or `Invalid` with the server's own sentence.
    """
    user = session.current()
    if user is None:
        raise PermissionDenied
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if prefer:
        headers["Prefer"] = prefer
    content = orjson.dumps(body, default=_number) if body is not None else b""
    status, answer = door.handle(user.id, method, path, headers, content)
    if status < 400:
        return dict(json.loads(answer, parse_float=Decimal)) if answer else {}
    raise _refusal(method, status, answer)


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _refusal(method: str, status: int, answer: bytes) -> Exception:
    try:
        sentence = json.loads(answer)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        sentence = answer.decode(errors="replace")
    if status == 404:
        return Missing(sentence)
    if status in (401, 403) and method == "GET":
        return PermissionDenied(sentence)
    return Invalid({"": [sentence]})


def rows(set_name: str, page_size: int = 0, **options: str) -> dict[str, Any]:
    """Return the rows of a set and, where there are more, `@odata.nextLink`.

    Options are the query's, without their dollar: `select`, `filter`, `orderby`, `top`, `expand`.
    """
    prefer = ANNOTATED + (f",odata.maxpagesize={page_size}" if page_size else "")
    return ask("GET", f"{set_name}?{query_text(options)}", prefer=prefer)


def query_text(options: Mapping[str, str]) -> str:
    given = {f"${name}": value for name, value in options.items() if value}
    return urlencode(given, quote_via=quote)


def count(set_name: str, condition: str = "") -> int:
    """Return how many rows meet the condition, as far as the server counts."""
    answer = ask(
        "GET", f"{set_name}?{query_text({'filter': condition, 'top': '1', 'count': 'true'})}"
    )
    return int(answer.get("@odata.count", len(answer["value"])))


def set_name(table: str) -> str:
    return TABLES[table].set_name


def text(value: str) -> str:
    """Return the value as a text literal of OData."""
    return "'" + value.replace("'", "''") + "'"


def any_of(conditions: Sequence[str]) -> str:
    return "(" + " or ".join(conditions) + ")" if conditions else ""


def all_of(conditions: Sequence[str]) -> str:
    return " and ".join(condition for condition in conditions if condition)
