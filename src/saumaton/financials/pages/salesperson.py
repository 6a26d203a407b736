"""Salespeople."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saumaton.financials.exact import ExactSum
from saumaton.financials.models import Customer, CustomerLedgerEntry, SalesHeader, Salesperson
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource
from saumaton.pages.source import Record


def facts(record: Record) -> list[Fact]:
    code, key = record["code"], record.row.pk
    year = timezone.localdate().year
    sold = CustomerLedgerEntry.objects.filter(salesperson=key, posting_date__year=year)
    orders = SalesHeader.objects.filter(salesperson=key, document_type="order")
    return [
        Fact(_("Sales this year (LCY)"), sold.aggregate(sum=ExactSum("sales_lcy"))["sum"]),
        Fact(
            _("Open orders"),
            orders.count(),
            "integer",
            f"/list/sales_order/?f-salesperson={code}",
        ),
        Fact(
            _("Customers"),
            Customer.objects.filter(salesperson=key).count(),
            "integer",
            f"/list/customer/?f-salesperson={code}",
        ),
    ]


SALESPEOPLE = OrmSource(
    Salesperson, search=("code", "name", "email"), fields=(Field("email", kind="email"),)
)

registry.add(
    ListPage(
        name="salesperson",
        caption=_("Salespeople"),
        source=SALESPEOPLE,
        columns=("code", "name", "job_title", "email", "phone", "blocked"),
        more=("commission_percent",),
        filters=("blocked",),
        group="sales",
        place=30,
    ),
    CardPage(
        name="salesperson",
        caption=_("Salesperson"),
        source=SALESPEOPLE,
        title=("code", "name"),
        sections=(
            Section(
                _("General"),
                ("code", "name", "job_title", "email", "phone", "commission_percent", "blocked"),
            ),
        ),
        facts=facts,
        edit_right="edit master data",
    ),
)
