"""Contacts: companies, and the people who work there."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import Contact
from saumaton.financials.pages.numbering import numbered
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource

number_it = numbered("contact_numbers")


def prepare(row: Contact, new: bool) -> None:
    """Give a number, a person's full name, and the customer of the person's company."""
    number_it(row, new)
    if row.type == "person":
        parts: list[Any] = [row.first_name, row.middle_name, row.surname]
        row.name = " ".join(part for part in parts if part) or row.name
        if row.company_id and not row.customer_id:
            row.customer_id = row.company.customer_id


CONTACTS = OrmSource(
    Contact,
    search=("number", "name", "phone", "email"),
    fields=(
        Field("email", kind="email"),
        Field("number", help=_("Left empty, the next number of the series is taken.")),
    ),
    prepare=prepare,
    optional=("number",),
)

registry.add(
    ListPage(
        name="contact",
        caption=_("Contacts"),
        source=CONTACTS,
        columns=("number", "name", "type", "company", "customer", "job_title", "phone", "email"),
        more=("city", "post_code", "country", "mobile_phone", "salesperson", "currency"),
        filters=("type", "customer", "company", "salesperson", "city"),
        views=(
            View("company", _("Companies"), {"type": "company"}),
            View("person", _("People"), {"type": "person"}),
        ),
        group="sales",
        place=20,
        found=True,
    ),
    CardPage(
        name="contact",
        caption=_("Contact"),
        source=CONTACTS,
        sections=(
            Section(
                _("General"),
                (
                    "number", "type", "name", "first_name", "middle_name", "surname", "job_title",
                    "company", "customer", "salesperson", "currency",
                ),
            ),
            Section(
                _("Address and contact"),
                (
                    "address", "address_2", "post_code", "city", "county", "country", "phone",
                    "mobile_phone", "email", "fax", "pager", "home_page",
                ),
            ),
        ),
        badge="type",
        edit_right="edit master data",
    ),
)  # fmt: skip
