"""What Financials refuses, in a sentence for the person who must act."""


class Refused(Exception):
    """A rule forbids it. The text names the record, the field, the rule and the remedy."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.messages = [message]


class MissingSetup(Refused):
    """Something in the set-up must be filled in before this can be done."""
