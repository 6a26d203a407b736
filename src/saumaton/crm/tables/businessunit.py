"""Business units: the branches of the organisation, in a tree."""

from ..described import Table, lookup, text, yes_no

TABLE = Table(
    name="businessunit",
    set_name="businessunits",
    primary_name="name",
    code=10,
    schema="BusinessUnit",
    label="Business Unit",
    plural="Business Units",
    columns=(
        text("name", 160, required=True),
        lookup("parentbusinessunitid", "businessunit", back="business_unit_parent_business_unit"),
        yes_no("isdisabled", False, create=False, update=False),
    ),
)
