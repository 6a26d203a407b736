"""What a person is warned of, and when not."""

from datetime import date

import pytest

from saumaton.financials.cautions import cautions
from saumaton.financials.models import SalesHeader, SalesSetup
from saumaton.financials.posting import post

from . import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    world.company()


def test_credit_counts_what_is_owed_and_what_is_ordered():
    buyer, item = world.customer(credit_limit=300), world.item(stock=10)
    post(world.order(buyer, (item, 1)), ship=True, invoice=True)
    order = world.order(buyer, (item, 1))
    assert cautions(order) == []
    order = world.order(buyer, (item, 1))
    (warning,) = cautions(order)
    assert "375" in warning
    assert "300" in warning
    SalesSetup.objects.update(credit_warnings="none")
    assert cautions(order) == []


def test_an_overdue_balance_is_told():
    buyer, item = world.customer(), world.item(stock=10)
    old = world.order(
        buyer, (item, 1), posting_date=date(2020, 1, 1), document_date=date(2020, 1, 1)
    )
    post(old, ship=True, invoice=True)
    (warning,) = cautions(world.order(buyer, (item, 1)))
    assert "overdue balance of 125.00" in warning


def test_a_shortage_is_told_by_the_day_of_shipment():
    buyer, item = world.customer(), world.item(stock=2)
    first = world.order(buyer, (item, 2), shipment_date=date(2030, 1, 1))
    later = world.order(buyer, (item, 1), shipment_date=date(2030, 2, 1))
    assert cautions(first) == []
    (warning,) = cautions(SalesHeader.objects.get(pk=later.pk))
    assert "1 more are promised" in warning
