"""Lines of quotes."""

from ..described import Table
from .shared_columns import delivery, line

TABLE = Table(
    name="quotedetail",
    set_name="quotedetails",
    primary_name="quotedetailname",
    code=1085,
    schema="QuoteDetail",
    label="Quote Line",
    plural="Quote Lines",
    columns=(*line("quotedetail", "quote", "quote_details"), delivery()),
)
