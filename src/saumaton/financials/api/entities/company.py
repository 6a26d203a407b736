"""The company."""

from saumaton.financials import models
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entity import Entity
from saumaton.financials.api.kinds import Text
from saumaton.financials.api.writing import update_record
from saumaton.users.permissions import Right

COMPANIES = Entity(
    "companies",
    "company",
    models.CompanyInformation,
    (
        fields.ID,
        fields.shown("name", "name", Text(30)),
        fields.computed(
            "displayName", Text(250), lambda records: {record.pk: record.name for record in records}
        ),
    ),
    order="name",
)
COMPANY_INFORMATION = Entity(
    "companyInformation",
    "companyInformation",
    models.CompanyInformation,
    (
        fields.ID,
        fields.text("displayName", "name", 100),
        fields.text("addressLine1", "address", 100),
        fields.text("addressLine2", "address_2", 50),
        fields.text("city", "city", 30),
        fields.text("state", "county", 30),
        fields.code("country", "country", 10),
        fields.code("postalCode", "post_code", 20),
        fields.text("phoneNumber", "phone", 30),
        fields.text("email", "email", 80),
        fields.text("website", "home_page", 80),
        fields.text("taxRegistrationNumber", "vat_registration_number", 20),
        fields.MODIFIED,
    ),
    table="company_information",
    order="name",
    update=update_record,
    right=Right.EDIT_SETUP,
)
