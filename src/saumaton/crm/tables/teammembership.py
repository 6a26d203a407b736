"""Which user is a member of which team."""

from ..described import ManyToMany, Table, guid

TABLE = Table(
    name="teammembership",
    set_name="teammemberships",
    primary_name="teammembershipid",
    code=0,
    schema="TeamMembership",
    intersect=True,
    unique=(("teamid", "systemuserid"),),
    columns=(guid("teamid"), guid("systemuserid")),
)
RELATION = ManyToMany("teammembership_association", "teammembership", "team", "systemuser")
