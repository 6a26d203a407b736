"""Home: what needs attention now, and how the company does."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import (
    CustomerLedgerEntry,
    SalesHeader,
    SalesInvoiceHeader,
)
from saumaton.financials.pages.item import shortages
from saumaton.pages import charts
from saumaton.pages.charts import Chart, Point
from saumaton.pages.fields import Text
from saumaton.pages.frame import allowed, signed_in
from saumaton.pages.home import Cue, render_home
from saumaton.pages.show import language, number
from saumaton.pages.source import COUNTED_AT_MOST

MONTHS = 6
SHORTAGES = 6
ZERO = Decimal(0)


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    quick: list[tuple[Text, str]] = []
    if allowed(request, "edit sales"):
        quick = [
            (_("Sales Quote"), "/card/sales_quote/new/"),
            (_("Sales Order"), "/card/sales_order/new/"),
        ]
    if allowed(request, "edit master data"):
        quick += [(_("Customer"), "/card/customer/new/"), (_("Item"), "/card/item/new/")]
    return render_home(
        request, cues(), [invoiced_by_month(), orders_by_state(), stock_below_reorder_point()],
        quick,
    )  # fmt: skip


def cues() -> list[Cue]:
    """Return the figures somebody should look at today, each leading to its records."""
    today = timezone.localdate()
    orders = SalesHeader.objects.filter(document_type="order")
    late = orders.filter(shipment_date__lt=today, completely_shipped=False)
    overdue = CustomerLedgerEntry.objects.filter(open=True, due_date__lt=today)
    return [
        Cue(
            _("Orders to release"),
            capped(orders.filter(status="open")),
            "/list/sales_order/?f-status=open",
        ),
        Cue(
            _("Released orders to ship"),
            capped(orders.filter(status="released", completely_shipped=False)),
            "/list/sales_order/?f-status=released&f-completely_shipped=0",
            "good",
        ),
        Cue(
            _("Orders that are late"),
            capped(late),
            f"/list/sales_order/?f-shipment_date=..{_before(today)}&f-completely_shipped=0",
            "danger",
        ),
        Cue(
            _("Quotes"),
            capped(SalesHeader.objects.filter(document_type="quote")),
            "/list/sales_quote/",
        ),
        Cue(
            _("Overdue entries"),
            capped(overdue),
            f"/list/customer_ledger_entry/?f-open=1&f-due_date=..{_before(today)}",
            "warn",
        ),
        Cue(_("Items below reorder point"), capped(shortages()), "/list/item/?f-short=1", "warn"),
    ]


def capped(rows: QuerySet[Any]) -> int | str:
    """Return how many there are; a very large number is not counted to its end."""
    count = rows.order_by()[: COUNTED_AT_MOST + 1].count()
    return count if count <= COUNTED_AT_MOST else f"{number(COUNTED_AT_MOST)}+"


def _before(day: date) -> str:
    return date.fromordinal(day.toordinal() - 1).isoformat()


def orders_by_state() -> Chart:
    found = SalesHeader.objects.filter(document_type="order").aggregate(
        open=Count("pk", filter=Q(status="open")),
        released=Count("pk", filter=Q(status="released", completely_shipped=False)),
        shipped=Count("pk", filter=Q(status="released", completely_shipped=True)),
    )
    address = "/list/sales_order/?f-status="
    points = [
        Point(_("Open"), found["open"], number(found["open"]), f"{address}open"),
        Point(_("Released"), found["released"], number(found["released"]), f"{address}released"),
        Point(_("To invoice"), found["shipped"], number(found["shipped"]),
              "/list/sales_order/?f-completely_shipped=1"),
    ]  # fmt: skip
    return charts.ring(_("Orders by state"), points, number(sum(found.values())))


def invoiced_by_month() -> Chart:
    """Return the chart of what was invoiced in LCY, this month and those before it."""
    today = timezone.localdate()
    first = today.year * 12 + today.month - MONTHS
    months = [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(MONTHS)]
    sums = dict(
        SalesInvoiceHeader.objects.filter(posting_date__gte=months[0], cancelled=False)
        .annotate(month=TruncMonth("posting_date"))
        .values_list("month")
        .annotate(sum=Sum(F("amount") / F("currency_factor")))
        .order_by()
    )
    points = [
        Point(
            format_date(month, "LLL", locale=language()),
            sums.get(month) or ZERO,
            number(sums.get(month) or ZERO, "money"),
        )
        for month in months
    ]
    return charts.columns(gettext("Invoiced by month"), points)


def stock_below_reorder_point() -> Chart:
    points = [
        Point(
            item.description,
            item.short,
            number(item.short),
            f"/card/item/{item.pk}/",
        )
        for item in shortages()[:SHORTAGES]
    ]
    return charts.bars(_("Stock below reorder point"), points)
