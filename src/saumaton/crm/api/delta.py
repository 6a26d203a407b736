"""Change tracking: delta links, and what was created, changed or deleted since."""

import base64
import time
from typing import Any

import orjson
import sqlalchemy as sa

from ..described import Table
from ..ledger import DELETED
from ..problem import Problem, syntax
from ..store import Session
from .crud import Call, applied, context
from .http import Response
from .reading import LARGEST_PAGE, Reader, link

TOKEN_SECONDS = 7 * 86400
EXCLUDED = ("$filter", "$orderby", "$expand", "$top")


def check_tracking(call: Call, table: Table) -> None:
    for name in EXCLUDED:
        if name in call.options:
            raise syntax(
                f'The "{name}" query parameter isn\'t supported when Change Tracking is enabled.'
            )
    if not table.tracked:
        raise Problem(400, "0x80072491", f"Entity {table.name} isn't enabled for change tracking.")


def delta_token(version: int) -> str:
    """Return the token of everything up to a version."""
    return base64.urlsafe_b64encode(orjson.dumps([version, int(time.time())])).decode().rstrip("=")


def _version(token: str) -> int:
    try:
        version, issued = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if int(issued) + TOKEN_SECONDS > time.time() and isinstance(version, int):
            return version
    except (ValueError, TypeError):
        raise syntax("The delta token is malformed.") from None
    raise Problem(
        400,
        "0x80044352",
        "Version stamp associated with the client has expired. Please perform a full sync.",
    )


def changes(call: Call, table: Table) -> Response:
    """GET a delta link: present state of what changed, in order of versions, then deletions.

    The page's last version is its token, so a further page starts where this one ended.
    """
    since = _version(call.options["$deltatoken"])
    size = page_size(call)
    rows, last = _changed(call, table, since, size)
    content: dict[str, Any] = {
        "@odata.context": f"{context(call, table, call.options)}/$delta",
        "value": rows,
    }
    more = len(rows) >= size
    token = delta_token(last if more else call.session.version)
    address = link(call.request, {**call.options, "$deltatoken": token})
    content["@odata.nextLink" if more else "@odata.deltaLink"] = address
    return Response(200, content, applied(call.request))


def page_size(call: Call) -> int:
    wanted = call.request.preferences.get("maxpagesize", "")
    size = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 0
    return min(size or LARGEST_PAGE, LARGEST_PAGE)


def _changed(call: Call, table: Table, since: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """Return a page of rows and deletions merged by version, and the last version on it."""
    session = call.session
    options = {"$select": call.options["$select"]} if call.options.get("$select") else {}
    reader = Reader(session, table, options, call.request)
    version = reader.made.c.versionnumber
    statement = reader.base(*reader.shape.sql_columns(reader.made)).where(version > since)
    rows = session.all(statement.order_by(version).limit(size))
    deleted = _deleted(session, table.name, since, size)
    merged = [(row["versionnumber"], None, row) for row in rows]
    merged += [(gone.version, gone.id, {}) for gone in deleted]
    merged = sorted(merged, key=lambda entry: entry[0])[:size]
    shown = iter(reader.shown([row for _, gone_id, row in merged if gone_id is None]))
    gone_context = f"{call.request.base}$metadata#{table.set_name}/$deletedEntity"
    page = [
        next(shown)
        if gone_id is None
        else {"@odata.context": gone_context, "id": gone_id, "reason": "deleted"}
        for _, gone_id, _ in merged
    ]
    return page, merged[-1][0] if merged else since


def _deleted(session: Session, table: str, since: int, size: int) -> list[Any]:
    made = session.sql(table)
    key = session.table(table).key
    alive = sa.select(made.c[key]).where(made.c[key] == DELETED.c.id)
    wanted = (
        sa.select(DELETED.c.version, DELETED.c.id)
        .where(DELETED.c.table_name == table, DELETED.c.version > since, ~sa.exists(alive))
        .order_by(DELETED.c.version)
        .limit(size)
    )
    return list(session.connection.execute(wanted))


def count_changes(call: Call, table: Table) -> int:
    since = _version(call.options["$deltatoken"])
    made = call.session.sql(table.name)
    changed = sa.select(sa.func.count()).where(made.c.versionnumber > since)
    gone = sa.select(sa.func.count()).where(
        DELETED.c.table_name == table.name, DELETED.c.version > since
    )
    connection = call.session.connection
    return int(connection.scalar(changed) or 0) + int(connection.scalar(gone) or 0)
