"""What the organisation's tables are: service document, `$metadata`, EntityDefinitions."""

from saumaton.odata.path import Segment

from ..problem import NO_SUCH_SEGMENT, Problem
from .crud import Call
from .http import Response

ROOTS = frozenset({"EntityDefinitions", "RelationshipDefinitions", "GlobalOptionSetDefinitions"})


def service_document(call: Call) -> Response:
    sets = sorted(call.session.model.sets)
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in sets]
    return Response(200, {"@odata.context": f"{call.request.base}$metadata", "value": value})


def csdl_document(call: Call) -> Response:
    raise Problem(501, NO_SUCH_SEGMENT, "$metadata is not there yet.")


def respond(call: Call, segments: list[Segment]) -> Response:
    raise Problem(501, NO_SUCH_SEGMENT, "EntityDefinitions is not there yet.")
