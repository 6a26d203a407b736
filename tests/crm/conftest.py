"""An organisation of its own for every test, called in process or over HTTPS."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from saumaton.crm import organisation
from saumaton.crm.api.http import Response
from saumaton.crm.api.service import Service
from saumaton.crm.signin import grant
from saumaton.crm.store import Store

ADMINISTRATOR = {
    "name": "admin",
    "password": "let me in",
    "first_name": "Ada",
    "last_name": "Admin",
    "email": "ada@example.com",
    "roles": ("System Administrator",),
}
SELLERS = tuple(
    {
        "name": f"{first}@example.com".lower(),
        "password": f"{first}'s password",
        "first_name": first,
        "last_name": "Seller",
        "email": f"{first}@example.com".lower(),
        "roles": ("Salesperson",),
    }
    for first in ("Sirpa", "Seppo")
)
INTEGRATION = {
    "client_id": "integration",
    "client_secret": "integration's secret",
    "name": "Integration",
    "roles": ("Integration Administrator", "Integration User"),
}
THROTTLED = {
    "client_id": "throttled",
    "client_secret": "throttled's secret",
    "name": "Throttled",
    "roles": ("System Administrator",),
    "throttled": True,
}
ORIGIN = "https://crm.example"
ROOT = "/api/data/v9.2/"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
BLANK, COPY = f"crm_blank_{WORKER}", f"crm_copy_{WORKER}"


@dataclass
class Answer:
    """An answer as a client sees it."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def json(self) -> Any:
        return json.loads(self.response.body)

    @property
    def headers(self) -> dict[str, str]:
        return self.response.all_headers

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])

    @property
    def made(self) -> str:
        """The id of the row that was made."""
        assert self.status == 204, self.response.body
        return self.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")


@dataclass
class Client:
    """A signed-in client that calls the service in process."""

    service: Service
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        path, _, query = url.removeprefix(ORIGIN + ROOT).partition("?")
        sent = {"authorization": f"Bearer {self.token}", **self.headers}
        sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        return Answer(self.service.handle(method, ROOT + path, query, sent, raw, ORIGIN))

    def get(self, url: str, **headers: str) -> Answer:
        return self.ask("GET", url, **headers)

    def rows(self, set_name: str, **options: str) -> list[dict[str, Any]]:
        query = "&".join(f"${name}={quote(value)}" for name, value in options.items())
        answer = self.get(f"{set_name}?{query}")
        assert answer.status == 200, answer.json
        return list(answer.json["value"])

    def make(self, set_name: str, **values: Any) -> str:
        named = {name.replace("__", "@odata."): value for name, value in values.items()}
        return self.ask("POST", set_name, named).made

    def change(self, address: str, **values: Any) -> Answer:
        named = {name.replace("__", "@odata."): value for name, value in values.items()}
        return self.ask("PATCH", address, named, If_Match="*")


def make_organisation(url: str) -> None:
    organisation.create(
        url,
        currency="EUR",
        currency_name="Euro",
        users=[ADMINISTRATOR, *SELLERS],
        applications=[INTEGRATION, THROTTLED],
    )


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The database of a new organisation, to be copied."""
    file = tmp_path_factory.mktemp("blank") / "crm.sqlite3"
    make_organisation(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture(scope="session")
def blank_postgresql() -> Iterator[str]:
    """The address of a PostgreSQL database with a new organisation, to be copied."""
    if not (server := os.environ.get("SAUMATON_TEST_POSTGRES")):
        pytest.skip("PostgreSQL could not be had on this machine")
    url = make_database(server, BLANK)
    make_organisation(url)
    yield server
    for name in (COPY, BLANK):
        drop_database(server, name)


def _on(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def make_database(server: str, name: str, template: str = "template0") -> str:
    drop_database(server, name)
    _on(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"{server.rpartition('/')[0]}/{name}"


def drop_database(server: str, name: str) -> None:
    _on(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


on_both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def service(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[Service]:
    if database == "sqlite":
        file = tmp_path / "crm.sqlite3"
        file.write_bytes(request.getfixturevalue("blank"))
        made = Service(Store(f"sqlite:///{file}"))
    else:
        server = request.getfixturevalue("blank_postgresql")
        made = Service(Store(make_database(server, COPY, BLANK)))
    yield made
    made.store.engine.dispose()


def sign_in(service: Service, **form: str) -> Client:
    return Client(service, grant(service.store, form).access)


def as_user(service: Service, user: dict[str, Any]) -> Client:
    return sign_in(service, grant_type="password", username=user["name"], password=user["password"])


def as_program(service: Service, program: dict[str, Any]) -> Client:
    return sign_in(
        service,
        grant_type="client_credentials",
        client_id=program["client_id"],
        client_secret=program["client_secret"],
    )


@pytest.fixture
def admin(service: Service) -> Client:
    return as_user(service, ADMINISTRATOR)


@pytest.fixture
def seller(service: Service) -> Client:
    return as_user(service, SELLERS[0])


@pytest.fixture
def integration(service: Service) -> Client:
    return as_program(service, INTEGRATION)


@dataclass(frozen=True)
class Server:
    """A live CRM on a port of its own, over HTTPS."""

    url: str
    authority: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    from saumaton.site.certificates import ensure_certificates

    home = tmp_path_factory.mktemp("home")
    make_organisation(f"sqlite:///{home / 'crm.sqlite3'}")
    certificates = ensure_certificates(home / "certificates")
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "4", "--no-ws"]
    command += ["--ssl-certificate", str(certificates.server)]
    command += ["--ssl-keyfile", str(certificates.server_key), "saumaton.site.wsgi_crm:application"]
    environment = {**os.environ, "SAUMATON_HOME": str(home)}
    environment |= {"SAUMATON_CRM_DATABASE": f"sqlite:///{home / 'crm.sqlite3'}"}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, process, home / "log")
        yield Server(f"https://localhost:{port}", certificates.authority)
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start: {log.read_text()}")
