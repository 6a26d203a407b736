"""What the demo tells scripts and people once everything serves."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from saumaton.site.demo.people import CrmUser
from saumaton.site.demo.stage import Stage
from saumaton.site.demo.story import TOKEN_PATH
from saumaton.site.processes import Process


def ready(stage: Stage, processes: Sequence[Process]) -> dict[str, Any]:
    """Return addresses, sign-ins and process ids, as scripts read them."""
    installation, cast = stage.installation, stage.people
    return {
        "crm": {
            "url": installation.crm_url,
            "ca_file": str(installation.certificates.authority),
            "token_url": installation.crm_url + TOKEN_PATH,
            "client_id": cast.integration.client_id,
            "client_secret": cast.integration.client_secret,
            "throttled_client_id": cast.throttled.client_id,
            "throttled_client_secret": cast.throttled.client_secret,
            "users": [_crm_user(user) for user in cast.crm_users],
        },
        "financials": {
            "url": installation.financials_url,
            "company": stage.company,
            "company_id": str(stage.company_id),
            "users": [
                {
                    "name": user.name,
                    "password": user.password,
                    "key": user.key,
                    "permissions": list(user.permissions),
                }
                for user in cast.financials
            ],
        },
        "integration": {"url": f"{installation.financials_url}/api/integration/v1"},
        "pids": [process.pid for process in processes],
    }


def _crm_user(user: CrmUser) -> dict[str, Any]:
    return {"name": user.name, "password": user.password, "roles": list(user.roles)}


def write_ready(file: Path, content: dict[str, Any]) -> None:
    """Write the file whole or not at all, readable by its owner alone: it holds passwords."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(content, stream, indent=2)
    fresh.replace(file)


def addresses(stage: Stage) -> Table:
    """Return the table of where to go and how to sign in."""
    installation, cast = stage.installation, stage.people
    processor, administrator = (
        cast.with_permission("order processor"),
        cast.with_permission("administrator"),
    )
    table = Table(title="Have a look yourself", title_justify="left")
    for column in ("Where", "Address", "Sign in as", "Password"):
        table.add_column(column, no_wrap=True)
    table.add_row(
        "Financials", installation.financials_url, administrator.name, administrator.password
    )
    table.add_row("", "", processor.name, processor.password)
    table.add_row("CRM", installation.crm_url, cast.administrator.name, cast.administrator.password)
    table.add_row("", "", cast.sellers[0].name, cast.sellers[0].password)
    table.caption = (
        f"The CRM's certificate is signed by {installation.certificates.authority}; "
        "browsers ask once unless they trust it."
    )
    return table
