"""Unit groups. A new group gets its base unit at once."""

from ..described import ACTIVE_OR_NOT, Table, memo, text

TABLE = Table(
    name="uomschedule",
    set_name="uomschedules",
    primary_name="name",
    code=1056,
    schema="UoMSchedule",
    label="Unit Group",
    plural="Unit Groups",
    states=ACTIVE_OR_NOT,
    columns=(
        text("name", 200, required=True),
        text("baseuomname", 100, update=False),
        memo("description"),
    ),
)
