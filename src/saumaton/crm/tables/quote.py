"""Quotes; revisions of one quote share its number."""

from ..described import State, Table, choice, day, text, whole
from .shared_columns import FREIGHT_TERMS, delivery, document

TABLE = Table(
    name="quote",
    set_name="quotes",
    primary_name="name",
    code=1084,
    plural="Quotes",
    owned=True,
    states=(
        State(0, "Draft", ((1, "In Progress"),)),
        State(1, "Active", ((2, "In Progress"), (3, "Open"))),
        State(2, "Won", ((4, "Won"),)),
        State(3, "Closed", ((5, "Lost"), (6, "Canceled"), (7, "Revised"))),
    ),
    columns=(
        text("quotenumber", 100, update=False),
        whole("revisionnumber", 0, create=False, update=False, default=0),
        *document("quote", "quote"),
        choice("freighttermscode", FREIGHT_TERMS),
        day("effectivefrom"),
        day("effectiveto"),
        day("expireson"),
        day("closedon"),
        delivery(),
    ),
)
