"""Home of a seller: what is open, what waits for the ERP, how sales go."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from saumaton.pages.charts import Chart, Point, bars, ring
from saumaton.pages.frame import signed_in
from saumaton.pages.home import Cue, render_home
from saumaton.pages.show import number

from ..tables.salesorder import TABLE as ORDER
from . import captions, webapi

LATEST = 500  # orders that the charts look at


def listed(page: str, **filters: str) -> str:
    query = urlencode({f"f-{name}": value for name, value in filters.items()})
    return f"{reverse('pages:list', args=[page])}{'?' if query else ''}{query}"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    orders = webapi.rows(
        "salesorders",
        select="statecode,totalamount,_customerid_value",
        orderby="createdon desc",
        top=str(LATEST),
    )["value"]
    cues = [
        Cue(
            _("Active Orders"),
            webapi.count("salesorders", "statecode eq 0"),
            listed("salesorder", statecode="0"),
        ),
        Cue(
            _("Submitted Orders"),
            webapi.count("salesorders", "statecode eq 1"),
            listed("salesorder", statecode="1"),
            "warn",
        ),
        Cue(
            _("Open Opportunities"),
            webapi.count("opportunities", "statecode eq 0"),
            listed("opportunity", statecode="0"),
        ),
        Cue(
            _("Open Invoices"),
            webapi.count("invoices", "statecode eq 0"),
            listed("invoice", statecode="0"),
            "good",
        ),
    ]
    quick = [
        (_("New Order"), reverse("pages:new", args=["salesorder"])),
        (_("New Account"), reverse("pages:new", args=["account"])),
        (_("New Opportunity"), reverse("pages:new", args=["opportunity"])),
    ]
    return render_home(request, cues, [_by_state(orders), _by_customer(orders)], quick)


def _by_state(orders: Sequence[dict[str, Any]]) -> Chart:
    counts = Counter(order["statecode"] for order in orders)
    points = [
        Point(
            captions.option(state.label),
            counts[state.value],
            number(counts[state.value]),
            listed("salesorder", statecode=str(state.value)),
        )
        for state in ORDER.states
        if counts[state.value]
    ]
    return ring(_("Orders by status"), points, number(len(orders)))


def _by_customer(orders: Sequence[dict[str, Any]]) -> Chart:
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        name = order.get(f"_customerid_value@{webapi.FORMATTED}") or ""
        totals[name] += Decimal(str(order["totalamount"] or 0))
    points = [
        Point(name, total, number(total, "money"), listed("salesorder", customerid=f"={name}"))
        for name, total in sorted(totals.items(), key=lambda pair: -pair[1])[:6]
        if name
    ]
    return bars(_("Largest customers by orders"), points)
