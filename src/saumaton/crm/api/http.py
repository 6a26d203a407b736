"""What comes in and what goes out, and the preferences and conditions among the headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from ..problem import BAD_PAYLOAD, Problem

JSON_TYPE = "application/json; odata.metadata=minimal"
_LONG_NUMBER = re.compile(rb"[:,\[ ]-?\d[\d.]{15,}")


@dataclass(frozen=True)
class Request:
    """A request as the protocol sees it; `base` is the service root the client used."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base: str

    @cached_property
    def preferences(self) -> dict[str, str]:
        """The preferences of the `Prefer` header; quotes are taken off the values."""
        found: dict[str, str] = {}
        for part in re.findall(r'(?:[^,"]|"[^"]*")+', self.headers.get("prefer", "")):
            name, _, value = part.strip().partition("=")
            name = name.removeprefix("odata.") if name.startswith("odata.") else name
            found[name.strip().lower()] = value.strip().strip('"')
        return found

    @property
    def wants_representation(self) -> bool:
        return self.preferences.get("return") == "representation"

    @cached_property
    def annotations(self) -> tuple[str, ...]:
        return tuple(
            name.strip() for name in self.preferences.get("include-annotations", "").split(",")
        )

    def wants_annotation(self, name: str) -> bool:
        """Was an annotation asked for, by name or by a prefix with a star?"""
        return any(
            wanted == name or (wanted.endswith("*") and name.startswith(wanted[:-1]))
            for wanted in self.annotations
            if wanted
        )

    def json(self) -> Any:
        """Return the body, always an object. Raises `Problem` 400."""
        try:
            found = _loads(self.body) if self.body.strip() else {}
        except ValueError as error:
            raise Problem(400, BAD_PAYLOAD, f"The body is no JSON: {error}") from error
        except RecursionError:
            raise Problem(400, BAD_PAYLOAD, "The body is nested too deeply.") from None
        if not isinstance(found, dict):
            raise Problem(400, BAD_PAYLOAD, "The body must be a JSON object.")
        return found


def _loads(body: bytes) -> Any:
    if _LONG_NUMBER.search(body):  # more digits than a float keeps
        import json
        from decimal import Decimal

        found = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False, default=str).encode()  # half a surrogate pair fails
        return found
    return orjson.loads(body)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")


@dataclass
class Response:
    """An answer; a dictionary or list as content is written as JSON."""

    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    type: str = JSON_TYPE

    @property
    def body(self) -> bytes:
        if self.content is None:
            return b""
        if isinstance(self.content, bytes):
            return self.content
        return orjson.dumps(self.content, option=orjson.OPT_NON_STR_KEYS)

    @property
    def all_headers(self) -> dict[str, str]:
        kind = {"Content-Type": self.type} if self.content is not None else {}
        return {"OData-Version": "4.0", **kind, **self.headers}


def error_response(problem: Problem) -> Response:
    content = {"error": {"code": problem.code, "message": problem.message}}
    return Response(problem.status, content, dict(problem.headers))
