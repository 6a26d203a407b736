"""What closing an opportunity leaves behind: a completed activity."""

from ..described import Table, lookup, memo, moment, money, text
from .orderclose import COMPLETED

TABLE = Table(
    name="opportunityclose",
    set_name="opportunitycloses",
    primary_name="subject",
    code=4208,
    schema="OpportunityClose",
    owned=True,
    activity=True,
    id_column="activityid",
    states=COMPLETED,
    columns=(
        text("subject", 200),
        memo("description"),
        lookup(
            "opportunityid", "opportunity", back="Opportunity_OpportunityClose", cascade="cascade"
        ),
        money("actualrevenue"),
        moment("actualend"),
    ),
)
