"""The change log: whoever changes a row, the feed says so."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from saumaton.financials import changes, triggers
from saumaton.financials.models import (
    Change,
    Contact,
    Currency,
    Customer,
    CustomerLedgerEntry,
    DetailedCustomerLedgerEntry,
    ExchangeRate,
    Item,
    ItemLedgerEntry,
    SalesHeader,
    SalesLine,
)

pytestmark = pytest.mark.django_db
# PostgreSQL reads what one open transaction wrote again and again; these must see it end.
committed = pytest.mark.django_db(transaction=True)


def changed(table, token):
    return set(changes.changed_since(table, token).ids)


def token(table="customer"):
    return changes.changed_since(table, None).token


def test_first_question_is_answered_with_everything():
    rows = {Customer.objects.create(number=f"C{n}").pk for n in range(3)}
    answer = changes.changed_since("customer", None)
    assert answer.everything
    assert answer.ids == rows


@committed
def test_inserts_updates_and_deletes_are_seen_whoever_makes_them():
    kept = Customer.objects.create(number="KEPT")
    edited = Customer.objects.create(number="EDITED")
    gone = Customer.objects.create(number="GONE")
    gone_id = gone.pk
    before = token()
    new = Customer.objects.create(number="NEW")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE financials_customer SET name = 'raw' WHERE number = 'EDITED'")
    gone.delete()
    answer = changes.changed_since("customer", before)
    assert not answer.everything
    assert answer.ids == {new.pk, edited.pk, gone_id}
    assert kept.pk not in answer.ids
    assert not changes.changed_since("contact", before).ids


@committed
def test_bulk_writes_are_seen_row_by_row():
    before = token()
    made = Customer.objects.bulk_create(Customer(number=f"B{n}") for n in range(50))
    assert changed("customer", before) == {row.pk for row in made}
    later = token()
    Customer.objects.filter(number__in=["B1", "B2"]).update(city="Oulu")
    assert len(changed("customer", later)) == 2


def test_a_version_moves_on_with_every_change():
    customer = Customer.objects.create(number="C")
    first = changes.versions("customer", [customer.pk])[customer.pk]
    customer.name = "Contoso"
    customer.save()
    assert changes.versions("customer", [customer.pk])[customer.pk] > first


@committed
def test_a_rate_marks_its_currency_and_moving_it_marks_both():
    euro, krona = Currency.objects.create(code="EUR"), Currency.objects.create(code="SEK")
    before = token("currency")
    rate = ExchangeRate.objects.create(
        currency=euro,
        starting_date=date(2026, 1, 1),
        exchange_rate_amount=100,
        relational_exch_rate_amount=745,
    )
    assert changed("currency", before) == {euro.pk}
    later = token("currency")
    rate.currency = krona
    rate.save()
    assert changed("currency", later) == {euro.pk, krona.pk}


def test_ledger_entries_mark_item_and_customer_and_cannot_be_edited():
    item = Item.objects.create(number="I")
    customer = Customer.objects.create(number="C")
    before = token("item")
    entry = ItemLedgerEntry.objects.create(
        entry_number=1, posting_date=date(2026, 1, 1), item=item, quantity=5, entry_type="purchase"
    )
    owed = CustomerLedgerEntry.objects.create(
        entry_number=1, posting_date=date(2026, 1, 1), customer=customer
    )
    DetailedCustomerLedgerEntry.objects.create(
        entry_number=1, posting_date=date(2026, 1, 1), customer=customer, entry=owed, amount=1
    )
    assert changed("item", before) == {item.pk}
    assert changed("customer", before) == {customer.pk}
    entry.quantity = Decimal(50)
    with pytest.raises(DatabaseError, match="cannot be edited"), transaction.atomic():
        entry.save()


def test_lines_mark_their_document_and_relations_their_contact():
    customer = Customer.objects.create(number="C")
    contact = Contact.objects.create(number="K", name="Person")
    order = SalesHeader.objects.create(document_type="order", number="1", customer=customer)
    before = token("sales_header")
    SalesLine.objects.create(header=order, line_number=10000)
    contact.customer = customer
    contact.save()
    assert changed("sales_header", before) == {order.pk}
    assert changed("contact", before) == {contact.pk}


def test_pruning_loses_no_change():
    before = token()
    customer = Customer.objects.create(number="C")
    for name in "abc":
        customer.name = name
        customer.save()
    assert changes.prune(timedelta(0)) == 3
    assert changed("customer", before) == {customer.pk}
    assert Change.objects.filter(row=customer.pk).count() == 1


def test_an_unknown_token_is_answered_with_everything():
    assert changes.changed_since("customer", "elsewhere").everything
    assert changes.changed_since("customer", str(2**60)).everything


def test_every_trigger_is_in_the_database():
    expected = {
        triggers._name(mark, verb) for mark in triggers.MARKS for verb in triggers.VERBS
    } | {f"{table}_fixed" for table in triggers.FIXED}
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert expected <= {name for (name,) in cursor.fetchall()}
