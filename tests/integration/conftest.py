import pytest

from saumaton.financials.setup import create_company
from saumaton.integration.models import Connection, Run


@pytest.fixture
def company(db):
    """A company that can sell, in euros."""
    return create_company("Contoso", "EUR", country="FI")


@pytest.fixture
def connection(db):
    connection = Connection(url="https://crm.example", token_url="https://crm.example/token")
    connection.client_id, connection.client_secret = "app", "secret word"
    connection.enabled = True
    connection.save()
    return connection


@pytest.fixture
def run(connection):
    return Run.objects.create(connection=connection, kind=Run.Kind.FULL)
