"""The integration's windows. Imported by the frame when Django starts."""

from saumaton.integration.pages import (
    connection,
    coupling,
    documents,
    mappings,
    pending,
    review,
    runs,
    tiles,
    wizard,
)

__all__ = [
    "connection",
    "coupling",
    "documents",
    "mappings",
    "pending",
    "review",
    "runs",
    "tiles",
    "wizard",
]
