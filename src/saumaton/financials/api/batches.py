"""JSON `$batch`: many requests in one, in order."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from django.db import transaction

from saumaton.financials.api.call import Answer, Call, error
from saumaton.financials.api.dispatch import answer
from saumaton.financials.api.kinds import number
from saumaton.financials.api.problem import Problem, bad_request
from saumaton.financials.api.writing import parse

MOST = 100


def answer_batch(call: Call) -> Answer:
    """Answer the parts of a batch one after the other.

    It ends at the first part that fails unless `odata.continue-on-error` is preferred. With
    `Isolation: snapshot` all parts are one transaction, which any failure undoes.
    """
    try:
        parts = _parts(call)
    except Problem as problem:
        return error(problem, call)
    isolation = call.headers.get("isolation") or call.headers.get("odata-isolation", "")
    together = isolation.lower() == "snapshot"
    with transaction.atomic():
        responses, failed = _answers(call, parts)
        if together and failed:
            transaction.set_rollback(True)
    return Answer(200, {"responses": responses})


def _parts(call: Call) -> list[dict[str, Any]]:
    parts = parse(call.body).get("requests")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise bad_request("The body of a batch is an object with a list 'requests'.")
    if len(parts) > MOST:
        raise Problem(500, "Unknown", f"A batch takes at most {MOST} requests.")
    return parts


def _answers(call: Call, parts: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    carry_on = "odata.continue-on-error" in call.headers.get("prefer", "")
    responses: list[dict[str, Any]] = []
    made: dict[str, str] = {}
    failed = False
    for part in parts:
        given = answer(_call(call, part, made))
        ok = given.status < 400
        failed = failed or not ok
        if location := given.headers.get("Location"):
            made[str(part.get("id"))] = location
        responses.append(_response(part, given))
        if not ok and not carry_on:
            break
    return responses, failed


def _call(call: Call, part: Mapping[str, Any], made: Mapping[str, str]) -> Call:
    headers = part.get("headers") or {}
    if not isinstance(headers, dict):
        headers = {}
    url = str(part.get("url", ""))
    if url.startswith("$"):
        name, slash, rest = url[1:].partition("/")
        url = made.get(name, url) + slash + rest
    path, query = below(url, call.root)
    body = part.get("body")
    return replace(
        call,
        method=str(part.get("method", "GET")).upper(),
        path=path,
        query=query,
        headers={str(name).lower(): str(value) for name, value in headers.items()},
        body=b"" if body is None else orjson.dumps(body, default=number),
    )


def below(url: str, root: str) -> tuple[str, str]:
    """Return the decoded path of an address below the root, and its query."""
    parts = urlsplit(url)
    path = parts.path
    base = urlsplit(root).path
    path = path.removeprefix(base) if path.startswith(base) else path
    return unquote(path).strip("/"), parts.query


def _response(part: Mapping[str, Any], given: Answer) -> dict[str, Any]:
    headers = {"content-type": given.content_type, **given.headers}
    response = {"id": part.get("id"), "status": given.status, "headers": headers}
    if isinstance(given.body, bytes):
        response["body"] = given.body.decode()
    elif given.body is not None:
        response["body"] = orjson.loads(orjson.dumps(given.body))
    return response
