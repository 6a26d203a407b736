"""Security roles; their privileges are kept beside them."""

from ..described import Table, guid, lookup, text, yes_no

TABLE = Table(
    name="role",
    set_name="roles",
    primary_name="name",
    code=1036,
    schema="Role",
    label="Security Role",
    plural="Security Roles",
    columns=(
        text("name", 100, required=True),
        lookup("businessunitid", "businessunit", back="business_unit_roles"),
        lookup("parentrootroleid", "role", create=False, update=False),
        guid("solutionid"),
        yes_no("ismanaged", False, create=False, update=False),
    ),
)
