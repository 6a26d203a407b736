"""Units of a unit group, each so many of the group's base unit."""

from ..described import Table, decimal, lookup, text, yes_no

TABLE = Table(
    name="uom",
    set_name="uoms",
    primary_name="name",
    code=1055,
    schema="UoM",
    label="Unit",
    plural="Units",
    unique=(("uomscheduleid", "name"),),
    columns=(
        text("name", 100, required=True),
        lookup(
            "uomscheduleid",
            "uomschedule",
            back="unit_of_measure_schedule_conversions",
            required=True,
            update=False,
            cascade="cascade",
        ),
        lookup("baseuom", "uom", back="unit_of_measurement_base_unit"),
        decimal("quantity", 5, 0, 1e10),
        yes_no("isschedulebaseuom", False, create=False, update=False),
    ),
)
