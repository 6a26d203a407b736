"""Cards and documents: who may change what, and how a wrong entry is answered."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from saumaton.financials import documents
from saumaton.financials.models import Contact, Customer, Item, SalesHeader, SalesPrice
from saumaton.pages import registry
from saumaton.users.models import User
from tests.financials import world
from tests.financials.pages.conftest import PASSWORD


def entered(page: str, key: str, **changes: str) -> dict[str, str]:
    """Return what the form of a card sends when some of its entries are changed."""
    from saumaton.pages.card import initial_values
    from saumaton.pages.fields import form_class

    card = registry.card_page(page)
    record = card.source.get(key, card.names)
    form = form_class(card.fields.values())(initial=initial_values(card.fields, record))
    values = {name: form[name].value() for name in form.fields}
    return {n: str(v) for n, v in values.items() if v not in (None, False)} | changes


def test_a_customer_is_changed_on_its_card(clerk):
    customer = Customer.objects.get(number="C2")
    address = f"/card/customer/{customer.pk}/"
    response = clerk.post(address, entered("customer", str(customer.pk), name="Bergman Oy"))

    assert response.status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Bergman Oy", "Turku")


def test_a_new_customer_gets_a_number_and_posting_groups(clerk):
    clerk.post("/card/customer/new/", {"name": "New Ltd", "credit_limit": "1,000.50"})

    made = Customer.objects.get(name="New Ltd")
    assert made.number
    assert made.customer_posting_group
    assert made.credit_limit == Decimal("1000.50")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "“lots” is not a number."), ("fi", "“lots” ei ole luku.")],
)
def test_a_wrong_number_is_said_beside_its_field_in_the_readers_language(clerk, language, sentence):
    customer = Customer.objects.get(number="C2")
    clerk.cookies["language"] = language
    sent = entered("customer", str(customer.pk), name="Changed", credit_limit="lots")
    html = clerk.post(f"/card/customer/{customer.pk}/", sent).content.decode()

    assert sentence in html
    assert 'value="lots"' in html
    customer.refresh_from_db()
    assert customer.name == "Bergman"


def test_a_text_too_long_a_bad_lookup_and_a_taken_number_are_refused(clerk):
    customer = Customer.objects.get(number="C2")
    address = f"/card/customer/{customer.pk}/"
    for field, value, sentence in (
        ("city", "x" * 31, "at most 30 characters"),
        ("salesperson", "NOBODY", "There is no “NOBODY”."),
        ("number", "C1", "already exists"),
        ("email", "not an address", "valid email"),
    ):
        html = clerk.post(address, entered("customer", str(customer.pk), **{field: value}))
        assert sentence in html.content.decode(), field
    customer.refresh_from_db()
    assert (customer.number, customer.city, customer.email) == ("C2", "Turku", "")


def test_a_person_takes_the_customer_of_the_company(clerk):
    customer = Customer.objects.get(number="C1")
    Contact.objects.create(number="K1", name="Aalto", type="company", customer=customer)
    sent = {"type": "person", "first_name": "Aino", "surname": "Aalto", "company": "K1"}
    clerk.post("/card/contact/new/", sent)

    made = Contact.objects.get(type="person")
    assert (made.name, made.customer) == ("Aino Aalto", customer)


def test_a_price_says_for_whom_it_is(clerk):
    sent = {"item": "I1", "sales_type": "customer", "unit_price": "5", "minimum_quantity": "0"}
    assert (
        "Say for whom this price is." in clerk.post("/card/sales_price/new/", sent).content.decode()
    )
    clerk.post("/card/sales_price/new/", sent | {"customer": "C1"})

    assert SalesPrice.objects.get().unit_price == 5


def test_what_others_use_is_not_deleted(clerk):
    customer = Customer.objects.get(number="C1")
    world.order(customer, (Item.objects.get(number="I1"), 1))
    response = clerk.post(f"/card/customer/{customer.pk}/delete/", follow=True)

    assert "other records use it" in response.content.decode()
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_a_reader_reads_and_changes_nothing(reader):
    customer = Customer.objects.get(number="C1")
    address = f"/card/customer/{customer.pk}/"
    html = reader.get(address).content.decode()

    assert "?edit=1" not in html
    assert reader.get(f"{address}?edit=1").status_code == 403
    assert reader.post(address, {"name": "Changed"}).status_code == 403
    assert reader.post(f"{address}delete/").status_code == 403
    assert reader.get("/card/customer/new/").status_code == 403
    assert reader.get("/list/user/").status_code == 403
    order = world.order(customer, (Item.objects.get(number="I1"), 1))
    assert reader.post("/act/sales_order/release/", {"key": order.pk}).status_code == 403
    assert reader.post(f"/card/sales_order/{order.pk}/lines/", {"line": "x"}).status_code == 403
    order.refresh_from_db()
    assert order.status == "open"


def test_nobody_sees_anything_without_signing_in(company):
    for address in ("/", "/list/customer/", "/card/company_information/", "/list/item/export.csv"):
        response = Client().get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=")


def test_every_change_needs_a_token_of_this_site(company):
    user = User.objects.create_user("aino", password=PASSWORD, permission_sets=["administrator"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    customer = Customer.objects.get(number="C1")
    order = world.order(customer, (Item.objects.get(number="I1"), 1))
    for address in (
        f"/card/customer/{customer.pk}/",
        f"/card/customer/{customer.pk}/delete/",
        "/card/customer/new/",
        f"/card/sales_order/{order.pk}/lines/",
        "/act/sales_order/release/",
        "/list/customer/columns/",
        "/preferences/language/",
        "/preferences/theme/",
        "/sign-in/",
        "/sign-out/",
    ):
        assert client.post(address, {"key": order.pk}).status_code == 403, address


class TestLines:
    """Lines of an order, kept one by one."""

    @pytest.fixture
    def order(self, company) -> SalesHeader:
        return world.order(Customer.objects.get(number="C1"), (Item.objects.get(number="I1"), 2))

    def send(self, client: Client, order: SalesHeader, line: str, **values: str) -> str:
        sent = {"line": line} | {f"{line}-{name}": value for name, value in values.items()}
        response = client.post(f"/card/sales_order/{order.pk}/lines/", sent)
        assert response.status_code == 200
        return response.content.decode()

    def test_a_line_is_added_with_the_price_of_the_item(self, clerk, order):
        html = self.send(clerk, order, str(uuid4()), type="item", sold="I2", quantity="4")

        line = order.lines.last()
        assert (line.quantity, line.unit_price, line.line_amount) == (4, Decimal("12.5"), 50)
        assert "312.50" in html  # 250 with VAT of 25 %

    def test_a_line_is_changed_and_the_totals_follow(self, clerk, order):
        line = order.lines.get()
        values = {"type": "item", "sold": "I1", "quantity": "3", "unit_price": "100"}
        html = self.send(clerk, order, str(line.pk), **values, line_discount_percent="10")

        line.refresh_from_db()
        assert line.line_amount == 270
        assert "337.50" in html

    def test_a_wrong_line_is_answered_beside_the_field_and_kept_as_typed(self, clerk, order):
        line = order.lines.get()
        html = self.send(clerk, order, str(line.pk), type="item", sold="I1", quantity="many")
        assert "“many” is not a number." in html
        assert 'value="many"' in html

        html = self.send(clerk, order, str(uuid4()), type="item", sold="I99", quantity="1")
        assert "There is no “I99”." in html
        assert order.lines.count() == 1

    def test_a_line_is_removed(self, clerk, order):
        line = order.lines.get()
        clerk.post(f"/card/sales_order/{order.pk}/lines/", {"delete": str(line.pk)})

        assert not order.lines.exists()

    def test_a_line_of_another_order_is_not_touched(self, clerk, order):
        other = world.order(Customer.objects.get(number="C2"), (Item.objects.get(number="I1"), 1))
        line = other.lines.get()
        response = clerk.post(f"/card/sales_order/{order.pk}/lines/", {"delete": str(line.pk)})

        assert response.status_code == 404
        assert other.lines.exists()

    def test_a_released_order_keeps_its_lines(self, clerk, order):
        documents.release(order)
        line = order.lines.get()
        response = clerk.post(f"/card/sales_order/{order.pk}/lines/", {"delete": str(line.pk)})

        assert response.status_code == 404
        assert order.lines.exists()


def test_several_orders_are_released_and_posted_from_the_list(clerk):
    customer, item = Customer.objects.get(number="C1"), Item.objects.get(number="I1")
    keys = [str(world.order(customer, (item, 1)).pk) for _ in range(3)]
    clerk.post("/act/sales_order/release/", {"key": keys})
    assert SalesHeader.objects.filter(status="released").count() == 3
    day = "2026-06-01"
    clerk.post("/act/sales_order/post/", {"key": keys, "what": "both", "posting_date": day})

    assert not SalesHeader.objects.exists()


def test_a_rule_of_the_books_is_said_in_the_dialog(clerk):
    customer, item = Customer.objects.get(number="C1"), Item.objects.get(number="I1")
    order = world.order(customer, (item, 1))
    Customer.objects.update(blocked="all")
    sent = {"key": order.pk, "what": "both", "posting_date": "2026-06-01"}
    html = clerk.post("/act/sales_order/post/", sent).content.decode()

    assert "is blocked" in html
    assert SalesHeader.objects.get() == order


def test_the_basic_experience_hides_what_belongs_to_suite(administrator):
    from saumaton.financials.models import CompanyInformation
    from saumaton.pages.registry import WINDOWS, Window

    registry.add(Window("probe", "Probe window", "/probe/", "sales", "read", "suite"))
    try:
        assert "Probe window" in administrator.get("/").content.decode()
        CompanyInformation.objects.update(experience="basic")
        assert "Probe window" not in administrator.get("/").content.decode()
    finally:
        del WINDOWS["probe"]
