"""From a connection to what can be asked of it: a client, and tables on both sides."""

from functools import lru_cache

from django.utils.translation import gettext as _

from saumaton.dataverse.client import Client
from saumaton.dataverse.tokens import ClientSecret
from saumaton.integration.backends import dataverse, financials
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Connection
from saumaton.sync.model import Side
from saumaton.sync.ports import Table


class NotConnected(Exception):
    """There is no CRM connection, or it is switched off."""


def enabled_connection() -> Connection:
    """Return the connection in use. Raises `NotConnected`."""
    connection = Connection.objects.filter(enabled=True).first()
    if connection is None:
        raise NotConnected(_("There is no enabled CRM connection. Set one up first."))
    return connection


def client_of(connection: Connection) -> Client:
    """Return the client of a connection; its sockets and token are shared by this process."""
    return _client(
        connection.url,
        connection.token_url,
        ClientSecret(connection.client_id, connection.client_secret),
        connection.ca_file,
    )


@lru_cache(maxsize=4)
def _client(url: str, token_url: str, grant: ClientSecret, ca_file: str) -> Client:
    return Client(url, token_url, grant, ca_file=ca_file or None)


def forget_clients() -> None:
    """Begin anew with signing in, as after a change of the connection."""
    _client.cache_clear()


def tables_of(connection: Connection, mapping: str) -> dict[Side, Table]:
    """Return the mapping's table on each side."""
    known = MAPPINGS[mapping]
    return {
        Side.ERP: financials.tables()[known.erp_table],
        Side.CRM: dataverse.table_of(client_of(connection), known),
    }


def crm_table(connection: Connection, name: str) -> Table:
    """Return a table of the CRM with the columns that documents need."""
    return dataverse.document_table(client_of(connection), name)
