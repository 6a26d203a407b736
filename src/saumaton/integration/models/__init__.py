"""What the integration remembers."""

from .connection import Connection
from .coupling import Coupling, Token
from .document import Document
from .run import JournalEntry, Pending, Run, RunMapping

__all__ = [
    "Connection",
    "Coupling",
    "Document",
    "JournalEntry",
    "Pending",
    "Run",
    "RunMapping",
    "Token",
]
