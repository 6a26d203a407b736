"""Persons among the contacts in Financials answer to contacts in the CRM."""

from saumaton.sync.model import Lookup, Mapping, Match

from .fields import TO_CRM, text

MAPPING = Mapping(
    name="CONTACT",
    erp_table="contact",
    crm_table="contact",
    crm_only={"statecode": 0},
    match_on=(Match(("email",)),),
    fields=(
        Lookup("salesperson", "ownerid", TO_CRM, to="SALESPEOPLE", not_null=True),
        Lookup("customer", "parentcustomerid", to="CUSTOMER"),
        Lookup("currency", "transactioncurrencyid", to="CURRENCY"),
        text("address", "address1_line1", erp_length=100, crm_length=250),
        text("address_2", "address1_line2", erp_length=50, crm_length=250),
        text("post_code", "address1_postalcode", erp_length=20, crm_length=20),
        text("city", "address1_city", erp_length=30, crm_length=80),
        text("country", "address1_country", erp_length=10, crm_length=80),
        text("county", "address1_stateorprovince", erp_length=30, crm_length=50),
        text("email", "emailaddress1", erp_length=80, crm_length=100),
        text("fax", "fax", erp_length=30, crm_length=50),
        text("first_name", "firstname", erp_length=30, crm_length=50),
        text("middle_name", "middlename", erp_length=30, crm_length=50),
        text("surname", "lastname", erp_length=30, crm_length=50),
        text("home_page", "websiteurl", erp_length=80, crm_length=200),
        text("mobile_phone", "mobilephone", erp_length=30, crm_length=50),
        text("pager", "pager", erp_length=30, crm_length=50),
        text("phone", "telephone1", erp_length=30, crm_length=50),
        text("job_title", "jobtitle", erp_length=30, crm_length=100),
    ),
)
