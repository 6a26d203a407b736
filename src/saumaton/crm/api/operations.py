"""Unbound functions and actions by name; other modules add theirs to the two registers."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from ..organisation import ORGANISATION
from .crud import Call
from .http import Response

Operation = Callable[[Call, dict[str, Any]], Response]
FUNCTIONS: dict[str, Operation] = {}
ACTIONS: dict[str, Operation] = {}
NAMESPACE = "Microsoft.Dynamics.CRM."


def function(name: str) -> Callable[[Operation], Operation]:
    """Register a function: called by GET with parameters in brackets."""

    def register(operation: Operation) -> Operation:
        FUNCTIONS[name] = operation
        return operation

    return register


def action(name: str) -> Callable[[Operation], Operation]:
    """Register an action: called by POST with a JSON object."""

    def register(operation: Operation) -> Operation:
        ACTIONS[name] = operation
        return operation

    return register


def answer(call: Call, name: str, content: dict[str, Any]) -> Response:
    """Return the result of an operation in its complex type."""
    address = f"{call.request.base}$metadata#{NAMESPACE}{name}Response"
    return Response(200, {"@odata.context": address, **content})


@function("WhoAmI")
def who_am_i(call: Call, parameters: dict[str, Any]) -> Response:
    caller = call.session.caller
    found = {"BusinessUnitId": caller.business_unit, "UserId": caller.id}
    return answer(call, "WhoAmI", {**found, "OrganizationId": ORGANISATION})


@function("RetrieveVersion")
def retrieve_version(call: Call, parameters: dict[str, Any]) -> Response:
    return answer(call, "RetrieveVersion", {"Version": f"9.2.{version('saumaton')}"})


@function("RetrieveTotalRecordCount")
def total_record_count(call: Call, parameters: dict[str, Any]) -> Response:
    import sqlalchemy as sa

    from ..problem import argument

    names = parameters.get("EntityNames")
    if not isinstance(names, list) or not all(name in call.session.model.tables for name in names):
        raise argument("EntityNames must be a list of tables.")
    counts = []
    for name in names:
        call.session.caller.demand("read", name)
        made = call.session.sql(name)
        counts.append(call.session.connection.scalar(sa.select(sa.func.count()).select_from(made)))
    found = {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": counts}
    return answer(call, "RetrieveTotalRecordCount", {"EntityRecordCountCollection": found})


@function("RetrieveCurrentOrganization")
def current_organization(call: Call, parameters: dict[str, Any]) -> Response:
    row = call.session.organisation()
    host = call.request.base.partition("/api/data/")[0]
    detail = {
        "OrganizationId": ORGANISATION,
        "FriendlyName": row.get("name"),
        "OrganizationVersion": f"9.2.{version('saumaton')}",
        "EnvironmentId": ORGANISATION,
        "UniqueName": "saumaton",
        "UrlName": "saumaton",
        "State": "Enabled",
        "Endpoints": {
            "Count": 2,
            "IsReadOnly": False,
            "Keys": ["WebApplication", "OrganizationDataService"],
            "Values": [f"{host}/", call.request.base],
        },
    }
    return answer(call, "RetrieveCurrentOrganization", {"Detail": detail})
