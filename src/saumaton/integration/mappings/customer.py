"""Customers in Financials answer to accounts in the CRM."""

from saumaton.sync.model import Constant, Lookup, Mapping, Match, Side

from .fields import TO_CRM, amount, text

MAPPING = Mapping(
    name="CUSTOMER",
    erp_table="customer",
    crm_table="account",
    erp_only={"blocked": None},
    crm_only={"statecode": 0, "customertypecode": 3},
    match_on=(Match(("number",)), Match(("name", "post_code"))),
    constants=(Constant(Side.CRM, "customertypecode", 3),),
    fields=(
        Lookup("salesperson", "ownerid", TO_CRM, to="SALESPEOPLE", not_null=True),
        text("name", "name", erp_length=100, crm_length=160),
        text("contact_name", "address1_primarycontactname", erp_length=100, crm_length=100),
        text("address", "address1_line1", erp_length=100, crm_length=250),
        text("address_2", "address1_line2", erp_length=50, crm_length=250),
        text("post_code", "address1_postalcode", erp_length=20, crm_length=20),
        text("city", "address1_city", erp_length=30, crm_length=80),
        text("country", "address1_country", erp_length=10, crm_length=80),
        text("county", "address1_stateorprovince", erp_length=30, crm_length=50),
        Lookup("currency", "transactioncurrencyid", to="CURRENCY"),
        text("email", "emailaddress1", erp_length=80, crm_length=100),
        text("fax", "fax", erp_length=30, crm_length=50),
        text("home_page", "websiteurl", erp_length=80, crm_length=200),
        text("phone", "telephone1", erp_length=30, crm_length=50),
        amount("credit_limit", "creditlimit", decimals=2),
        Lookup("primary_contact", "primarycontactid", to="CONTACT", late=True),
        text("number", "accountnumber", erp_length=20, crm_length=20, flow=TO_CRM),
    ),
)
