"""Salespeople in Financials answer to users of the CRM. Nobody is created; they are recognised."""

from saumaton.sync.model import Mapping, Match

from .fields import TO_ERP, text

MAPPING = Mapping(
    name="SALESPEOPLE",
    erp_table="salesperson",
    crm_table="systemuser",
    erp_only={"blocked": False},
    crm_only={"isdisabled": False, "islicensed": True, "isintegrationuser": False},
    match_on=(Match(("email",)), Match(("name",))),
    creates=frozenset(),
    fields=(
        text("email", "internalemailaddress", erp_length=80, crm_length=100, flow=TO_ERP),
        text("name", "fullname", erp_length=50, crm_length=200, flow=TO_ERP),
        text("phone", "mobilephone", erp_length=30, crm_length=64, flow=TO_ERP),
    ),
)
