"""Access tokens: fetched by a grant, kept until shortly before they run out, one cache a client."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2
import orjson

from saumaton.sync.ports import Busy, Misconfigured

from .certificate import ClientCertificate

EARLY_SECONDS = 60  # a token is renewed this long before it runs out


@dataclass(frozen=True)
class ClientSecret:
    """The grant of an application with a secret."""

    client_id: str
    client_secret: str = field(repr=False)

    def form(self, token_url: str) -> Mapping[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }


@dataclass(frozen=True)
class Password:
    """The grant of a person, used once at setup for what only an administrator may do."""

    client_id: str
    username: str
    password: str = field(repr=False)

    def form(self, token_url: str) -> Mapping[str, str]:
        return {
            "grant_type": "password",
            "client_id": self.client_id,
            "username": self.username,
            "password": self.password,
        }


Grant = ClientSecret | ClientCertificate | Password


@dataclass
class Tokens:
    """The current token of one grant. Threads share it; only one of them renews."""

    token_url: str
    grant: Grant
    scope: str
    http: httpx2.Client
    now: Callable[[], float]
    _token: str = ""
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self, rejected: str = "") -> str:
        """Return a token that is not about to run out and is not the `rejected` one.

        Raises `Misconfigured` when the grant is refused and `Busy` when nobody answers.
        """
        with self._lock:
            if not self._token or self._token == rejected or self.now() >= self._until:
                self._token, seconds = self._fetch()
                self._until = self.now() + max(seconds - EARLY_SECONDS, seconds / 2)
            return self._token

    def _fetch(self) -> tuple[str, float]:
        form = {**self.grant.form(self.token_url), "scope": self.scope}
        try:
            answer = self.http.post(self.token_url, data=form)
        except httpx2.TransportError as problem:
            raise Busy(f"The sign-in address {self.token_url} does not answer: {problem}") from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Busy(f"The sign-in address {self.token_url} answers {answer.status_code}.")
        try:
            said = orjson.loads(answer.content)
            if answer.status_code == 200:
                return str(said["access_token"]), float(said.get("expires_in", 3600))
            reason = said.get("error_description") or said.get("error") or ""
        except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError, ValueError):
            reason = f"it answers {answer.status_code} with something that is no token"
        raise Misconfigured(f"The CRM does not sign in “{self.grant.client_id}”: {reason}")
