"""Teams, which may own rows as a user does."""

from ..described import Table, choice, lookup, memo, text, yes_no

TABLE = Table(
    name="team",
    set_name="teams",
    primary_name="name",
    code=9,
    plural="Teams",
    columns=(
        text("name", 160, required=True),
        memo("description"),
        lookup("businessunitid", "businessunit", back="business_unit_teams"),
        choice("teamtype", ((0, "Owner"), (1, "Access")), default=0, update=False),
        yes_no("isdefault", False, create=False, update=False),
        lookup("administratorid", "systemuser", back="lk_teambase_administratorid"),
    ),
)
