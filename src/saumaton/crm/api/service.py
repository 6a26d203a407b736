"""The Web API of one organisation: signs in, limits, opens transactions, answers."""

import logging
import re
from dataclasses import dataclass, field, replace
from uuid import uuid4

import sqlalchemy as sa

from saumaton.odata.options import parse_query
from saumaton.odata.tree import BadQuery

from ..caller import Caller
from ..problem import Problem, syntax
from ..signin import caller_of, caller_of_token
from ..store import Session, Store
from .batches import answer_batch
from .crud import Call
from .http import Request, Response, error_response
from .limits import Limits
from .payload import content_address
from .routing import route

log = logging.getLogger(__name__)
READING = frozenset({"GET", "HEAD"})
_TOO_MUCH = re.compile("too (large|many|long|deep|big|complex)")  # in a database's own words
_VERSIONED = re.compile(r"/?api/data/v(\d+\.\d+)(?:/(.*))?\Z", re.DOTALL)


@dataclass
class Service:
    """Answers requests on one store; several threads may call it at once."""

    store: Store
    limits: Limits = field(default_factory=Limits)

    def handle(
        self,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        body: bytes,
        origin: str,
        user_id: str | None = None,
    ) -> Response:
        """Answer one HTTP request. `path` is decoded, `origin` is scheme, host and port.

        Whoever has signed the user in by other means, as the pages do, names it in `user_id`;
        otherwise the bearer token says who asks. Header names are in lower case.
        """
        request_id = str(uuid4())
        try:
            request = _request(method, path, query, headers, body, origin)
            caller = caller_of(self.store, user_id) if user_id else self._caller(request, origin)
            with self.limits.entered(caller) as remaining:
                response = self._one_or_batch(request, caller)
            response.headers |= remaining
        except Problem as problem:
            response = error_response(problem)
        except (BadQuery, RecursionError) as error:
            response = error_response(_unreadable(error))
        except Exception as error:
            response = error_response(_unexpected(error, f"{request_id} {method} {path}"))
        response.headers |= {"x-ms-service-request-id": request_id, "REQ_ID": request_id}
        if client_id := headers.get("x-ms-client-request-id"):
            response.headers["x-ms-client-request-id"] = client_id[:100]
        return response

    def _caller(self, request: Request, origin: str) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        caller = caller_of_token(self.store, token.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            challenge = (
                f'Bearer authorization_uri="{origin}/saumaton/oauth2/authorize", '
                f'resource_id="{origin}/"'
            )
            raise Problem(
                401,
                "0x80072560",
                "The access token is missing, unknown or has expired.",
                {"WWW-Authenticate": challenge},
            )
        if other := request.headers.get("mscrmcallerid"):
            if not caller.may("ActOnBehalfOfAnotherUser"):
                raise caller.missing("prvActOnBehalfOfAnotherUser")
            return caller.on_behalf_of(caller_of(self.store, other.strip().strip("{}").lower()))
        return caller

    def _one_or_batch(self, request: Request, caller: Caller) -> Response:
        if request.path == "$batch" and request.method == "POST":
            return answer_batch(request, lambda requests: self._together(requests, caller))
        [response] = self._together([("", request)], caller)
        return response

    def _together(self, requests: list[tuple[str, Request]], caller: Caller) -> list[Response]:
        """Answer requests in one transaction; if one fails nothing stays, and it is the answer."""
        writes = any(request.method not in READING for _, request in requests)
        opened = self.store.writing if writes else self.store.reading
        responses: list[Response] = []
        contents: dict[str, str] = {}
        try:
            with opened(caller) as session:
                for content_id, request in requests:
                    response = self._route(session, request, contents)
                    responses.append(response)
                    if content_id and "OData-EntityId" in response.headers:
                        contents[content_id] = response.headers["OData-EntityId"]
        except Problem as problem:
            return [error_response(problem)]
        except (BadQuery, RecursionError) as error:
            return [error_response(_unreadable(error))]
        return responses

    def _route(self, session: Session, request: Request, contents: dict[str, str]) -> Response:
        if request.path.startswith("$") and request.path[1:2].isdigit():
            first, _, rest = request.path.partition("/")
            address = content_address(first, contents).removeprefix(request.base)
            request = replace(request, path=f"{address}/{rest}" if rest else address)
        return route(Call(session, request, parse_query(request.query), contents))


def _request(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes, origin: str
) -> Request:
    match = _VERSIONED.match(path)
    if not match:
        raise Problem(404, "0x8006088a", "Resource not found for the segment 'api'.")
    base = f"{origin}/api/data/v{match[1]}/"
    return Request(method, match[2] or "", query, headers, body, base)


def _unreadable(error: Exception) -> Problem:
    return syntax(str(error) or "The query is nested too deeply.")


def _unexpected(error: Exception, request: str) -> Problem:
    """Return what the client is told; a query no database can take is the client's affair."""
    if isinstance(error, sa.exc.OperationalError) and _TOO_MUCH.search(str(error.orig)):
        return Problem(400, "0x80060888", "The query has too many terms.")
    log.error("request %s failed", request, exc_info=error)
    return Problem(500, "0x80040216", "An unexpected error occurred.")
