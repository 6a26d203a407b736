"""The npm package dynamics-web-api, unmodified, against a live CRM over HTTPS."""

import json
import os
import ssl
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from .conftest import INTEGRATION, Server

FOLDER = Path(__file__).parent / "js"
SCENARIOS = (
    "create",
    "retrieve",
    "update",
    "upsert",
    "delete",
    "query",
    "expand",
    "paging",
    "long_address",
    "fetch",
    "batch",
    "change_set_is_undone",
    "associate",
    "create_multiple",
    "call_function",
    "concurrency",
    "changes",
    "metadata",
    "table_names",
)
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not os.environ.get("SAUMATON_NODE_MODULES") and not (FOLDER / "node_modules").exists(),
        reason="the JavaScript client is not installed, scripts/test installs it",
    ),
]


def token(server: Server) -> str:
    form = {"grant_type": "client_credentials"}
    form |= {name: str(INTEGRATION[name]) for name in ("client_id", "client_secret")}
    context = ssl.create_default_context(cafile=str(server.authority))
    url = f"{server.url}/saumaton/oauth2/v2.0/token"
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), context=context) as got:
        return str(json.load(got)["access_token"])


@pytest.fixture(scope="module")
def outcomes(server: Server) -> dict[str, str]:
    """What each scenario of the script said: `ok` or its error."""
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(server.authority)}
    environment |= {"CRM_URL": server.url, "CRM_TOKEN": token(server)}
    ran = subprocess.run(
        ["node", str(FOLDER / "crud.mjs")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return {line["scenario"]: line["outcome"] for line in lines}


def test_every_scenario_is_run(outcomes: dict[str, str]):
    assert tuple(outcomes) == SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_client_is_served(outcomes: dict[str, str], scenario: str):
    assert outcomes[scenario] == "ok"
