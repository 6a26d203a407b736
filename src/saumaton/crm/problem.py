"""What a request is refused with: HTTP status, Dataverse's code, a sentence."""

BAD_SYNTAX = "0x80060888"
BAD_PAYLOAD = "0x80048d19"
NO_SUCH_ROW = "0x80040217"
NO_SUCH_SEGMENT = "0x8006088a"
DUPLICATE_ID = "0x80040237"
DUPLICATE_KEY = "0x80060892"
STALE = "0x80060882"
BAD_ARGUMENT = "0x80040203"
BAD_STATE = "0x80048408"


class Problem(Exception):
    """A request that cannot be answered, in the words and codes that clients know."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def syntax(message: str) -> Problem:
    return Problem(400, BAD_SYNTAX, message)


def argument(message: str) -> Problem:
    return Problem(400, BAD_ARGUMENT, message)


def no_property(name: str, table: str) -> Problem:
    return syntax(
        f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
    )


def no_row(table: str, row_id: str) -> Problem:
    return Problem(404, NO_SUCH_ROW, f"{table} With Id = {row_id} Does Not Exist")


def payload(table: str, reason: str) -> Problem:
    return Problem(
        400,
        BAD_PAYLOAD,
        f"Error identified in Payload provided by the user for Entity :'{table}', "
        f"For more information on this error please follow this help link. InnerException : "
        f"Microsoft.OData.ODataException: {reason}",
    )


def unknown_payload_property(name: str, table: str) -> Problem:
    return payload(
        table,
        f"The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{table}'. "
        "Make sure to only use property names that are defined by the type.",
    )
