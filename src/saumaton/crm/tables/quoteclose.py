"""What closing a quote leaves behind: a completed activity."""

from ..described import Table, lookup, memo, moment, text, whole
from .orderclose import COMPLETED

TABLE = Table(
    name="quoteclose",
    set_name="quotecloses",
    primary_name="subject",
    code=4211,
    schema="QuoteClose",
    owned=True,
    activity=True,
    id_column="activityid",
    states=COMPLETED,
    columns=(
        text("subject", 200),
        memo("description"),
        lookup("quoteid", "quote", back="Quote_QuoteClose", cascade="cascade"),
        text("quotenumber", 100),
        whole("revision", 0),
        moment("actualend"),
    ),
)
