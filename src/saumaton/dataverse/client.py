"""One request to a Dataverse: signed in, within its limits, patient, wary of the answer."""

import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import orjson

from saumaton.odata.batch import (
    ChangeSet,
    ChangeSetResponse,
    Malformed,
    Request,
    Response,
    format_requests,
    parse_responses,
)
from saumaton.sync.ports import Busy, Misconfigured

from .governor import Governor
from .tokens import Grant, Tokens

STANDARD_HEADERS = {
    "Accept": "application/json",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
}
PATIENCE_SECONDS = 300.0  # the longest that one request waits for the CRM to recover
ATTEMPTS = 6


class Garbled(Busy):
    """The answer is not what the protocol promises; nothing may be concluded from it."""


@dataclass(frozen=True)
class Answer:
    """A complete answer; `json` raises `Garbled` unless it is a JSON object."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self, loads: Callable[[bytes], Any] = orjson.loads) -> dict[str, Any]:
        kind = self.headers.get("content-type", "")
        if not kind.startswith("application/json"):
            raise Misconfigured(f"{self.url} answers {kind or 'nothing'} where JSON is due.")
        try:
            found = loads(self.body)
        except ValueError:
            raise Garbled(f"{self.url} answers with JSON that is cut off or broken.") from None
        if not isinstance(found, dict):
            raise Garbled(f"{self.url} answers with JSON of another shape.")
        return found


class Rejected(Exception):
    """The CRM said no: status, code and sentence are its own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code.lower()
        self.message = message


def rejection(status: int, body: bytes) -> Rejected:
    """Read an error body; whatever it is, a sentence comes out."""
    try:
        error = orjson.loads(body)["error"]
        return Rejected(status, str(error.get("code", "")), str(error.get("message") or status))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return Rejected(status, "", f"The CRM answered {status} without saying why.")


class Client:
    """A signed-in connection to one Dataverse organisation. Threads may share it."""

    def __init__(
        self,
        url: str,
        token_url: str,
        grant: Grant,
        *,
        ca_file: str | None = None,
        transport: httpx2.BaseTransport | None = None,
        width: int = 8,
        timeout_seconds: float = 120.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.url = url.rstrip("/")
        self.base = f"{self.url}/api/data/v9.2/"
        self._http = httpx2.Client(
            verify=ssl.create_default_context(cafile=ca_file) if ca_file else True,
            transport=transport,
            timeout=httpx2.Timeout(timeout_seconds, connect=10.0),
            limits=httpx2.Limits(max_connections=width + 2, max_keepalive_connections=width + 2),
            trust_env=False,
        )
        self._tokens = Tokens(token_url, grant, f"{self.url}/.default", self._http, now)
        self.governor = Governor(width, now, sleep)
        self._now, self._sleep, self._jitter = now, sleep, jitter
        self.requests = 0

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers=headers)

    @property
    def now(self) -> Callable[[], float]:
        return self._now

    def post_json(
        self, path: str, content: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        return self.request("POST", path, to_json(content), headers)

    def batch_of_single(self, parts: Sequence[Request]) -> list[Response]:
        """Send single requests as one `$batch` in which each has its own fate."""
        answers = self.batch(parts)
        singles = [answer for answer in answers if isinstance(answer, Response)]
        if len(singles) != len(parts):
            raise Garbled("The CRM answered a single request with a change set.")
        return singles

    def batch(self, parts: Sequence[Request | ChangeSet]) -> list[Response | ChangeSetResponse]:
        """Send single requests and change sets as one `$batch`; one answer each."""
        kind, body = format_requests(parts)
        headers = {"Content-Type": kind, "Prefer": "odata.continue-on-error"}
        answer = self.request("POST", "$batch", body, headers)
        try:
            found = parse_responses(answer.headers.get("content-type", ""), answer.body)
        except Malformed as problem:
            raise Garbled(f"The CRM answers a batch with something else: {problem}") from None
        if len(found) != len(parts):
            raise Garbled(f"The CRM answered {len(found)} of {len(parts)} parts of a batch.")
        return found

    def request(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = True,
    ) -> Answer:
        """Send one request and return its answer, of status 2xx or 304.

        `path` is an address below the Web API's, or a whole link that the CRM gave. What is
        `repeatable` may be sent again when its answer was lost: reads, and all writes whose
        records carry ids or versions of ours.

        Raises `Rejected` for the CRM's own no, `Busy` when patience or attempts ran out, and
        `Misconfigured` when signing in fails or the address is no Web API.
        """
        url = self._address(path)
        sent = {**STANDARD_HEADERS, **(headers or {})}
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        deadline = self._now() + PATIENCE_SECONDS
        rejected = ""
        for attempt in range(ATTEMPTS):
            if (closed := self.governor.closed_for()) > deadline - self._now():
                raise Busy("The CRM asked for a pause that is not over.", closed)
            token = self._tokens.current(rejected)
            sent["Authorization"] = f"Bearer {token}"
            try:
                answer = self._send(method, url, content, sent)
            except httpx2.TransportError as problem:
                unsent = isinstance(problem, httpx2.ConnectError | httpx2.ConnectTimeout)
                reason = f"The CRM does not answer: {type(problem).__name__}"
                self._wait(attempt, None, deadline, reason, unsent or repeatable)
                continue
            if answer.status < 400:
                self.governor.went_well(answer.headers)
                return answer
            if answer.status == 401 and not rejected:
                rejected = token
            elif answer.status in (429, 502, 503, 504):
                no = rejection(answer.status, answer.body)
                after, throttled = retry_after(answer.headers), answer.status == 429
                if throttled:
                    self.governor.was_throttled(no.code)
                self._wait(attempt, after, deadline, no.message, throttled or repeatable)
            elif answer.status == 401:
                raise Misconfigured("The CRM does not accept the access token it issued.")
            else:
                raise rejection(answer.status, answer.body)
        raise Busy(f"The CRM did not serve the request in {ATTEMPTS} attempts.")

    def _address(self, path: str) -> str:
        if "://" not in path:
            return self.base + path.lstrip("/")
        if not path.startswith(self.url + "/"):
            raise Garbled("The CRM gave a link that leads to another server.")
        return path

    def _send(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        with self.governor:
            self.requests += 1
            answer = self._http.request(method, url, content=content, headers=headers)
        return Answer(answer.status_code, answer.headers, answer.content, url)

    def _wait(
        self, attempt: int, after: float | None, deadline: float, reason: str, again: bool
    ) -> None:
        """Wait before the next attempt, or raise `Busy` when there shall be none."""
        seconds = after if after is not None else min(2.0**attempt, 60.0) * (0.5 + self._jitter())
        if after is not None:
            self.governor.close_for(seconds)  # also for whoever comes after this request gave up
        if not again or attempt + 1 >= ATTEMPTS or self._now() + seconds > deadline:
            raise Busy(reason, after)
        self._sleep(seconds)

    def pages(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        loads: Callable[[bytes], Any] = orjson.loads,
    ) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list, links followed as they are. Raises `Garbled` for a loop."""
        seen: set[str] = set()
        link: str | None = path
        while link:
            if link in seen:
                raise Garbled("The CRM gave a page that leads to itself.")
            seen.add(link)
            page = self.get(link, headers).json(loads)
            if not isinstance(page.get("value"), list):
                raise Garbled("The CRM gave a page without rows.")
            link = page.get("@odata.nextLink")
            if link and not page["value"]:
                raise Garbled("The CRM gave an empty page that leads on.")
            yield page


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how long to wait, told in seconds or as a date; None if it is not told."""
    said = headers.get("retry-after", "").strip()
    try:
        return max(float(said), 0.0)
    except ValueError:
        pass
    try:
        left = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(left, 0.0)


def to_json(content: object) -> bytes:
    return orjson.dumps(content, default=_plain)


def _plain(value: object) -> object:
    """Say to orjson what it does not know: a Decimal stands as its own digits."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{value} is no number that can be sent")
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} cannot be sent")
