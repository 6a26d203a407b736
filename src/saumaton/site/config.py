"""Where things are: one value read from the environment, shared by sites and commands."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Config:
    """Addresses and folders of one installation.

    `home` holds databases, certificates and keys unless the environment says otherwise. A database
    is an address: `sqlite:///path` or `postgresql://user:password@host:port/name`.
    """

    home: Path
    database: str
    crm_database: str
    jobs_database: str
    crm_url: str
    financials_url: str
    debug: bool
    hosts: tuple[str, ...] = ()  # names by which others reach the sites
    behind_proxy: bool = False  # a proxy of ours sets the X-Forwarded headers

    def secret(self, name: str) -> str:
        """Return the secret kept under this name outside any database, made on first use."""
        if value := os.environ.get(f"SAUMATON_{name.upper()}"):
            return value
        path = self.home / "keys" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(value := secrets.token_urlsafe(48))
        return value


def read_config() -> Config:
    """Return the configuration the environment describes (`SAUMATON_HOME` and the rest)."""
    home = Path(os.environ.get("SAUMATON_HOME", "var")).absolute()
    home.mkdir(parents=True, exist_ok=True)

    def database(variable: str, file: str) -> str:
        return os.environ.get(variable) or f"sqlite:///{home / file}"

    return Config(
        home=home,
        database=database("SAUMATON_DATABASE", "financials.sqlite3"),
        crm_database=database("SAUMATON_CRM_DATABASE", "crm.sqlite3"),
        jobs_database=database("SAUMATON_JOBS_DATABASE", "jobs.sqlite3"),
        crm_url=os.environ.get("SAUMATON_CRM_URL", "https://localhost:8443"),
        financials_url=os.environ.get("SAUMATON_FINANCIALS_URL", "http://localhost:8000"),
        debug=os.environ.get("SAUMATON_DEBUG") == "1",
        hosts=tuple(filter(None, os.environ.get("SAUMATON_HOSTS", "").split(","))),
        behind_proxy=os.environ.get("SAUMATON_BEHIND_PROXY") == "1",
    )


def django_database(address: str) -> dict[str, object]:
    """Return Django's settings for a database address.

    Raises `ValueError` for anything but SQLite and PostgreSQL.
    """
    url = urlsplit(address)
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.path)[1:] if url.path.startswith("//") else unquote(url.path),
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-64000;",
            },
        }
    if url.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"A database is sqlite:///path or postgresql://…, not {url.scheme}://…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
