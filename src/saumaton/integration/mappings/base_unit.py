"""The one unit that the CRM itself puts into each unit group, recognised by its group."""

from saumaton.sync.model import Lookup, Mapping, Match

from .fields import TO_CRM, text

MAPPING = Mapping(
    name="BASE UNIT",
    erp_table="base_unit",
    crm_table="uom",
    crm_only={"isschedulebaseuom": True},
    match_on=(Match(("code",)),),
    creates=frozenset(),
    fields=(
        Lookup("group", "uomscheduleid", TO_CRM, to="UNIT OF MEASURE"),
        text("code", "name", erp_length=10, crm_length=100, flow=TO_CRM),
    ),
)
