"""An installation prepared in a folder by a process of its own, as `saumaton demo` prepares it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saumaton.site.certificates import ensure_certificates
from saumaton.site.demo.story import TOKEN_PATH
from saumaton.site.demo.web import Web, crm_as, financials_as
from saumaton.site.processes import Installation, Serving, start

PREPARE = """
import json, sys
from pathlib import Path
from saumaton.site.certificates import ensure_certificates
from saumaton.site.demo.ready import ready
from saumaton.site.demo.stage import set_stage
from saumaton.site.processes import Installation

home, data, crm, financials = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
installation = Installation(home, ensure_certificates(home / "certificates"), crm, financials)
print(json.dumps(ready(set_stage(installation, Path(data) if data else None), [])))
"""


@dataclass
class Prepared:
    """A served installation and what its scripts know of it."""

    installation: Installation
    told: dict[str, Any]
    serving: Serving

    def user(self, permission: str) -> dict[str, Any]:
        users = self.told["financials"]["users"]
        return next(user for user in users if permission in user["permissions"])

    def integration(self) -> Web:
        user = self.user("administrator")
        return financials_as(f"{self.told['integration']['url']}/", user["name"], user["key"])

    def crm(self, **grant: str) -> Web:
        """Return the CRM's Web API; as the integration's own program unless a grant says who."""
        crm = self.told["crm"]
        grant = grant or {
            "grant_type": "client_credentials",
            "client_id": crm["client_id"],
            "client_secret": crm["client_secret"],
        }
        return crm_as(crm["url"], crm["token_url"], Path(crm["ca_file"]), grant)

    def connect(self) -> None:
        crm = self.told["crm"]
        self.integration().post(
            "setup",
            {
                "crm_url": crm["url"],
                "token_url": self.installation.crm_url + TOKEN_PATH,
                "client_id": crm["client_id"],
                "client_secret": crm["client_secret"],
                "ca_file": crm["ca_file"],
                "order_user": self.user("order processor")["name"],
            },
        )


@contextmanager
def prepared(home: Path, data: Path | None = None) -> Iterator[Prepared]:
    """Prepare an installation on the demo company or on the CSV files of `data`, and serve it."""
    home.mkdir(parents=True, exist_ok=True)
    certificates = ensure_certificates(home / "certificates")
    installation = Installation(home, certificates, 0, 0).on_free_ports()
    ports = [str(installation.crm_port), str(installation.financials_port)]
    made = subprocess.run(
        [sys.executable, "-c", PREPARE, str(home), str(data or ""), *ports],
        env=installation.environment(),
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    serving = start(installation)
    try:
        yield Prepared(installation, json.loads(made.stdout), serving)
    finally:
        serving.stop()
