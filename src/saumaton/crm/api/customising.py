"""Changing metadata: what an organisation adds to its tables."""

from saumaton.odata.path import Segment

from ..problem import NO_SUCH_SEGMENT, Problem
from .crud import Call
from .http import Response


def write(call: Call, segments: list[Segment]) -> Response:
    call.session.caller.must("Customize")
    raise Problem(501, NO_SUCH_SEGMENT, "Tables cannot be changed here yet.")
