"""A real CRM process over HTTPS, with a small catalogue, for the whole session."""

import ssl
from collections.abc import Iterator

import httpx2
import pytest

from saumaton.site.certificates import ensure_certificates
from saumaton.site.processes import Installation, start_crm, wait_until_serving

from .office import Office, organisation

ROOM = "tests.crm_pages"


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("crm")
    certificates = ensure_certificates(home / "certificates")
    installation = Installation(home, certificates, 0, 0).on_free_ports()
    organisation(f"sqlite:///{home / 'crm.sqlite3'}")
    process = start_crm(installation, threads=4)
    try:
        wait_until_serving(process, installation.crm_url, certificates.authority)
        trusted = ssl.create_default_context(cafile=str(certificates.authority))
        made = Office(installation.crm_url, trusted)
        made.stock()
        yield made
    finally:
        process.stop()


@pytest.fixture
def seller(office: Office) -> Iterator[httpx2.Client]:
    with office.signed_in("aino") as client:
        yield client
