"""Live servers for tests: CRM over HTTPS, Financials over HTTP, and workers that may be killed."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from saumaton.site.certificates import ensure_certificates
from saumaton.site.processes import (
    Installation,
    Process,
    start_crm,
    start_financials,
    start_worker,
    wait_until_serving,
)


class Live:
    """One installation, served on free ports; `stop` ends all its processes."""

    def __init__(self, home: Path) -> None:
        certificates = ensure_certificates(home / "certificates")
        self.place = Installation(home, certificates, 0, 0).on_free_ports()
        self.said = self._stage()
        self.processes: list[Process] = []
        crm, financials = start_crm(self.place), start_financials(self.place)
        self.processes += [crm, financials]
        wait_until_serving(crm, f"{self.place.crm_url}/", certificates.authority)
        wait_until_serving(financials, f"{self.place.financials_url}/sign-in/")
        self.erp = self._financials("api/integration/v1")
        self.api = self._financials("api/v2.0")
        self.crm = self._crm()

    def _stage(self) -> dict[str, str]:
        environment = {**self.place.environment()}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        script = Path(__file__).with_name("stage.py")
        done = subprocess.run(
            [sys.executable, str(script)], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        said: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
        return said

    def _financials(self, path: str) -> httpx2.Client:
        key = base64.b64encode(f"{self.said['name']}:{self.said['key']}".encode()).decode()
        return httpx2.Client(
            base_url=f"{self.place.financials_url}/{path}/",
            headers={"Authorization": f"Basic {key}"},
            timeout=60,
            trust_env=False,
        )

    @property
    def token_url(self) -> str:
        return f"{self.place.crm_url}/organisation/oauth2/v2.0/token"

    def _crm(self) -> httpx2.Client:
        """Sign in to the CRM as the application, for what a test wants to look at."""
        import ssl

        context = ssl.create_default_context(cafile=str(self.place.certificates.authority))
        client = httpx2.Client(verify=context, timeout=60, trust_env=False)
        form = {
            "grant_type": "client_credentials",
            "client_id": self.said["client_id"],
            "client_secret": self.said["client_secret"],
            "scope": f"{self.place.crm_url}/.default",
        }
        token = client.post(self.token_url, data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.base_url = f"{self.place.crm_url}/api/data/v9.2/"
        return client

    def worker(self, slot: int = 1) -> Process:
        process = start_worker(self.place, slot)
        self.processes.append(process)
        return process

    def connect(self) -> dict[str, Any]:
        return self.post(
            "setup",
            {
                "crm_url": self.place.crm_url,
                "token_url": self.token_url,
                "client_id": self.said["client_id"],
                "client_secret": self.said["client_secret"],
                "ca_file": str(self.place.certificates.authority),
            },
        )

    def post(self, path: str, body: object = None) -> dict[str, Any]:
        answer = self.erp.post(path, json={} if body is None else body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def get(self, path: str) -> Any:
        answer = self.erp.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ended(self, id: str, seconds: float = 90) -> dict[str, Any]:
        """Wait until a run has ended and return it."""
        until(lambda: self.get(f"runs/{id}")["state"] not in ("planned", "running"), seconds)
        run: dict[str, Any] = self.get(f"runs/{id}")
        return run

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self.crm.get(path)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["value"])

    def stop(self) -> None:
        for process in self.processes:
            if process.alive():
                process.kill()


def until(true: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)
