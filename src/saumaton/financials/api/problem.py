"""Errors as the API answers them: a status, a code that programs branch on, and a sentence."""

from typing import Any

from django.utils.translation import gettext as _

from saumaton.financials.errors import MissingSetup, Refused


class Problem(Exception):
    """A request that is answered with an error; nothing of it was done."""

    def __init__(self, status: int, code: str, message: Any) -> None:
        super().__init__(str(message))
        self.status, self.code, self.message = status, code, str(message)


def bad_request(message: Any, code: str = "BadRequest") -> Problem:
    return Problem(400, code, message)


def refused(message: Any) -> Problem:
    """Business logic says no."""
    return Problem(400, "Application_DialogException", message)


def not_found(segment: str) -> Problem:
    return Problem(
        404,
        "BadRequest_ResourceNotFound",
        _("Resource not found for the segment '%(segment)s'.") % {"segment": segment},
    )


def not_allowed(method: str, segment: str, kind: str) -> Problem:
    return Problem(
        405,
        "BadRequest_MethodNotAllowed",
        _("'%(method)s' requests for '%(segment)s' of EdmType '%(kind)s' are not allowed.")
        % {"method": method, "segment": segment, "kind": kind},
    )


def from_refusal(refusal: Refused) -> Problem:
    """Return how the API says what Financials refused."""
    field_must_be_set = isinstance(refusal, MissingSetup)
    code = "FieldValidation" if field_must_be_set else "Dialog"
    return Problem(400, f"Application_{code}Exception", str(refusal))
