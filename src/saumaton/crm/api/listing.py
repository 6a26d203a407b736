"""GET on an entity set or a collection of a row."""

from typing import Any

from ..described import Table
from .aggregates import apply
from .crud import Call, applied, context
from .delta import changes, check_tracking, count_changes, delta_token, page_size
from .fetchxml import fetch
from .http import Response
from .reading import LARGEST_PAGE, Reader, aliases, check_options, link, whole_option


def read_list(call: Call, table: Table, extra: Any = None) -> Response:
    """Return a page of rows, with a link to the next."""
    if "$deltatoken" in call.options:
        check_tracking(call, table)
        return changes(call, table)
    if "fetchXml" in call.options:
        return fetch(call, table)
    check_options(call.options)
    if "$apply" in call.options:
        return apply(call, table)
    tracking = "track-changes" in call.request.preferences
    if tracking:
        check_tracking(call, table)
    reader = Reader(call.session, table, call.options, call.request, aliases(call.options), extra)
    top = whole_option(call.options, "$top")
    sized = "maxpagesize" in call.request.preferences
    size = page_size(call) if sized or top is None else min(top, LARGEST_PAGE)
    page = reader.page(size, call.options.get("$skiptoken", "").partition("_")[2])
    content: dict[str, Any] = {"@odata.context": context(call, table, call.options)}
    content |= _counts(call, reader)
    content["value"] = page.rows
    since = call.options.get("$skiptoken", "").partition("_")[0] or str(call.session.version)
    if page.next_token and (sized or top is None):
        token = f"{since if tracking else ''}_{page.next_token}"
        content["@odata.nextLink"] = link(call.request, call.options, skiptoken=token)
    elif tracking:
        token = delta_token(int(since) if since.isdigit() else 0)
        content["@odata.deltaLink"] = link(call.request, call.options, deltatoken=token)
    return Response(200, content, applied(call.request))


def _counts(call: Call, reader: Reader) -> dict[str, Any]:
    counted = call.options.get("$count", "false").lower() == "true"
    total = reader.count() if counted else -1
    found: dict[str, Any] = {}
    if counted:
        found["@odata.count"] = min(total, LARGEST_PAGE)
    prefix = "Microsoft.Dynamics.CRM.totalrecordcount"
    if call.request.wants_annotation(prefix):
        found[f"@{prefix}"] = min(total, LARGEST_PAGE)
        found[f"@{prefix}limitexceeded"] = total > LARGEST_PAGE
    return found


def count_list(call: Call, table: Table, extra: Any = None) -> Response:
    """Return the number of rows as plain text."""
    if "$deltatoken" in call.options:
        number = count_changes(call, table)
    else:
        check_options(call.options)
        reader = Reader(
            call.session, table, call.options, call.request, aliases(call.options), extra
        )
        number = min(reader.count(), LARGEST_PAGE)
    return Response(200, str(number).encode(), type="text/plain")
