"""Which user has which security role."""

from ..described import ManyToMany, Table, guid

TABLE = Table(
    name="systemuserroles",
    set_name="systemuserrolescollection",
    primary_name="systemuserroleid",
    code=0,
    schema="SystemUserRoles",
    intersect=True,
    id_column="systemuserroleid",
    unique=(("systemuserid", "roleid"),),
    columns=(guid("systemuserid"), guid("roleid")),
)
RELATION = ManyToMany("systemuserroles_association", "systemuserroles", "systemuser", "role")
