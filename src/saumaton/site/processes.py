"""The processes of an installation, CRM, Financials and worker, started and stopped together."""

import fcntl
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from saumaton.site.certificates import Certificates

STARTED_WITHIN_SECONDS = 60
STOPPED_WITHIN_SECONDS = 10


class DidNotStart(Exception):
    """A process ended or did not answer; the sentence quotes the end of its log."""


@dataclass(frozen=True)
class Installation:
    """Where one installation lives: its folder, its certificates and the ports it serves on."""

    home: Path
    certificates: Certificates
    crm_port: int
    financials_port: int
    host: str = "localhost"

    @property
    def crm_url(self) -> str:
        return f"https://{self.host}:{self.crm_port}"

    @property
    def financials_url(self) -> str:
        return f"http://{self.host}:{self.financials_port}"

    def environment(self) -> dict[str, str]:
        """Return what every process of this installation finds in its environment."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "saumaton.site.settings.financials",
            "SAUMATON_HOME": str(self.home),
            "SAUMATON_CRM_URL": self.crm_url,
            "SAUMATON_FINANCIALS_URL": self.financials_url,
            "PYTHONUNBUFFERED": "1",
        }

    def on_free_ports(self) -> "Installation":
        """Return the same installation with every taken port replaced by a free one."""
        crm = free_port(self.crm_port)
        return replace(self, crm_port=crm, financials_port=free_port(self.financials_port, {crm}))


def free_port(wanted: int, taken: Iterable[int] = ()) -> int:
    """Return the wanted port if it can be had, else one that the system gives.

    The port is this process's until it ends: two installations that start in the same moment get
    two ports, though neither listens yet and the server would share a port without a word.
    """
    for port in (wanted, *[0] * 20):
        if port in taken:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            if _claim(found):
                return found
    raise DidNotStart("No free port could be had on 127.0.0.1.")


_claims: list[IO[bytes]] = []  # open files, whose locks end with the process


def _claim(port: int) -> bool:
    lock = Path(tempfile.gettempdir(), f"saumaton-{os.getuid()}-port-{port}.lock").open("ab")  # noqa: SIM115 - kept open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    _claims.append(lock)
    return True


class Process:
    """A child process that logs to a file; stops with its parent's word."""

    def __init__(self, name: str, command: list[str], installation: Installation) -> None:
        self.name = name
        self.log = installation.home / "log" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                command,
                env=installation.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.child.pid

    def alive(self) -> bool:
        return self.child.poll() is None

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def stop(self) -> None:
        """Ask the process and its children to end, and end them if they do not."""
        self._signal(signal.SIGTERM)
        try:
            self.child.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.child.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.child.pid, number)
        except ProcessLookupError:
            return


def start_crm(installation: Installation, *, threads: int = 8) -> Process:
    certificates = installation.certificates
    secure = [
        "--ssl-certificate", str(certificates.server),
        "--ssl-keyfile", str(certificates.server_key),
    ]  # fmt: skip
    return Process("crm", _granian("crm", installation.crm_port, threads) + secure, installation)


def start_financials(installation: Installation, *, threads: int = 8) -> Process:
    command = _granian("financials", installation.financials_port, threads)
    return Process("financials", command, installation)


def start_worker(installation: Installation, slot: int = 1) -> Process:
    command = [sys.executable, "-m", "saumaton.site", "worker", "--slot", str(slot)]
    return Process(f"worker-{slot}", command, installation)


def _granian(site: str, port: int, threads: int) -> list[str]:
    return [
        sys.executable, "-m", "granian",
        "--interface", "wsgi",
        "--host", "127.0.0.1",
        "--port", str(port),
        "--workers", "1",
        "--blocking-threads", str(threads),
        "--backpressure", "256",
        "--no-ws",
        f"saumaton.site.wsgi_{site}:application",
    ]  # fmt: skip


def wait_until_serving(process: Process, url: str, authority: Path | None = None) -> None:
    """Return when the address answers at all. Raises `DidNotStart` if it never does."""
    context = ssl.create_default_context(cafile=str(authority)) if authority else None
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if not process.alive():
            raise DidNotStart(f"{process.name} ended at once:\n{process.last_lines()}")
        try:
            with urllib.request.urlopen(url, timeout=5, context=context):
                return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(0.05)
    raise DidNotStart(f"{process.name} did not answer on {url}:\n{process.last_lines()}")


@dataclass
class Serving:
    """The processes of an installation that serves."""

    crm: Process
    financials: Process
    workers: list[Process] = field(default_factory=list)

    @property
    def all(self) -> list[Process]:
        return [self.crm, self.financials, *self.workers]

    def ended(self) -> Iterator[Process]:
        """Wait until a process ends by itself; yield those that have."""
        while all(process.alive() for process in self.all):
            time.sleep(0.5)
        yield from (process for process in self.all if not process.alive())

    def stop(self) -> None:
        for process in reversed(self.all):
            process.stop()


def start(installation: Installation, workers: int = 1) -> Serving:
    """Start an installation and return once it answers. Raises `DidNotStart`, leaving nothing."""
    mark_in_use(installation.home)
    started = Serving(start_crm(installation), start_financials(installation))
    try:
        started.workers = [start_worker(installation, n) for n in range(1, workers + 1)]
        authority = installation.certificates.authority
        wait_until_serving(started.crm, installation.crm_url, authority)
        wait_until_serving(started.financials, installation.financials_url)
    except BaseException:
        started.stop()
        raise
    return started


@contextmanager
def serving(installation: Installation, workers: int = 1) -> Iterator[Serving]:
    """Serve an installation for the length of the block."""
    started = start(installation, workers)
    try:
        yield started
    finally:
        started.stop()


def mark_in_use(home: Path) -> None:
    """Note that this process serves from the folder."""
    (home / "pid").write_text(str(os.getpid()))


def in_use(home: Path) -> bool:
    """Does a living process serve from the folder?"""
    try:
        os.kill(int((home / "pid").read_text()), 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
