"""What an organisation has added to the tables it began with, kept as descriptions."""

import sqlalchemy as sa

from .model import Model
from .tables import RELATIONS, TABLES


def load(connection: sa.Connection, version: int) -> Model:
    """Return the model of the organisation: the tables it began with and its own."""
    return Model(dict(TABLES), RELATIONS, version)
