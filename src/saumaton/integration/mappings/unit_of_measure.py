"""Each unit of measure in Financials is a unit group of its own in the CRM."""

from saumaton.sync.model import Mapping, Match

from .fields import TO_CRM, text

MAPPING = Mapping(
    name="UNIT OF MEASURE",
    erp_table="unit_of_measure",
    crm_table="uomschedule",
    match_on=(Match(("group_name",)),),
    creates=TO_CRM,
    fields=(
        text("group_name", "name", erp_length=20, crm_length=200, flow=TO_CRM),
        text("code", "baseuomname", erp_length=10, crm_length=100, flow=TO_CRM),
    ),
)
