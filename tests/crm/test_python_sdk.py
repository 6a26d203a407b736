"""Microsoft's Python SDK, unmodified, against a live CRM over HTTPS."""

import json
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from .conftest import ADMINISTRATOR, Server

pytestmark = pytest.mark.server
dataverse = pytest.importorskip("PowerPlatform.Dataverse.client")


class Credential:
    """What the SDK needs of a credential: a token for a scope."""

    def __init__(self, server: Server) -> None:
        form = {
            "grant_type": "password",
            "username": ADMINISTRATOR["name"],
            "password": ADMINISTRATOR["password"],
        }
        context = ssl.create_default_context(cafile=str(server.authority))
        request = urllib.request.Request(
            f"{server.url}/saumaton/oauth2/v2.0/token",
            urllib.parse.urlencode(form).encode(),
        )
        with urllib.request.urlopen(request, context=context) as answer:
            self.token = json.load(answer)["access_token"]

    def get_token(self, *scopes: str, **more: Any) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken(self.token, int(time.time()) + 3600)


@pytest.fixture(scope="module")
def sdk(server: Server) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(server.authority))
        yield dataverse.DataverseClient(server.url, Credential(server))


def test_rows_are_created_read_changed_and_deleted(sdk: Any):
    row_id = sdk.records.create("account", {"name": "Contoso", "telephone1": "1"})
    assert sdk.records.retrieve("account", row_id, select=["name"])["name"] == "Contoso"
    sdk.records.update("account", row_id, {"telephone1": "2"})
    assert sdk.records.retrieve("account", row_id)["telephone1"] == "2"
    sdk.records.delete("account", row_id)
    assert sdk.records.retrieve("account", row_id) is None


def test_lists_are_created_changed_upserted_and_deleted_in_bulk(sdk: Any):
    mark = uuid4().hex[:8]
    ids = sdk.records.create("account", [{"name": f"{mark} {n}"} for n in range(20)])
    assert len(ids) == 20
    sdk.records.update("account", ids, {"address1_city": mark})
    found = list(sdk.records.list("account", filter=f"address1_city eq '{mark}'", select=["name"]))
    assert len(found) == 20
    sdk.records.delete("account", ids)
    deadline = time.monotonic() + 60
    while list(sdk.records.list("account", filter=f"address1_city eq '{mark}'")):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_tables_are_made_and_dropped(sdk: Any):
    sdk.tables.create("new_Sdkbike", {"new_Price": "decimal", "new_Bought": "datetime"})
    try:
        row_id = sdk.records.create("new_Sdkbike", {"new_price": 12.5, "new_name": "Red"})
        assert sdk.records.retrieve("new_Sdkbike", row_id)["new_price"] == 12.5
        sdk.tables.add_columns("new_Sdkbike", {"new_Colour": "string"})
        sdk.records.update("new_Sdkbike", row_id, {"new_colour": "red"})
        sdk.tables.remove_columns("new_Sdkbike", ["new_Colour"])
    finally:
        sdk.tables.delete("new_Sdkbike")
    assert sdk.tables.get("new_Sdkbike") is None
