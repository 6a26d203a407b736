"""The windows in a browser: keyboard, theme, language, phone width, dialogs."""

import re

import pytest

from saumaton.financials.models import Customer, Item, SalesHeader
from tests.financials import world
from tests.financials.pages.conftest import PASSWORD, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(page, live_server):
    """A page of somebody who has signed in to a small company."""
    world.company()
    for n in range(3):
        world.customer(f"C{n}", name=f"Customer with quite a long name {n}", city="Jyväskylä")
    world.item("I1", stock=5)
    world.order(Customer.objects.get(number="C1"), (Item.objects.get(), 2))
    person("aino", "administrator")
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("[name=name]", "aino")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    return page


def test_a_list_is_used_by_keyboard_alone(window, live_server):
    window.goto(f"{live_server.url}/list/customer/")
    window.keyboard.press("/")
    with window.expect_response(re.compile("search=C2")):
        window.keyboard.type("C2")
    window.wait_for_selector("tr[data-row] >> nth=0")
    window.wait_for_function("document.querySelectorAll('tr[data-row]').length === 1")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    window.wait_for_url(re.compile("/card/customer/"))
    window.keyboard.press("e")
    window.wait_for_url(re.compile("edit=1"))
    window.fill("[name=city]", "Oulu")
    window.keyboard.press("Control+Enter")
    window.wait_for_selector(".message.success")
    assert Customer.objects.get(number="C2").city == "Oulu"

    window.keyboard.press("?")
    window.wait_for_selector("#keys[open]")


def test_theme_and_language_are_switched_and_kept(window, live_server):
    window.click(".theme-menu summary")
    window.click("[name=theme][value=dark]")
    assert window.get_attribute("html", "data-theme") == "dark"
    window.click(".language [value=fi]")
    window.wait_for_selector("text=Vaatii huomiota")
    window.goto(f"{live_server.url}/list/customer/")

    assert window.get_attribute("html", "lang") == "fi"
    assert window.get_attribute("html", "data-theme") == "dark"
    assert window.inner_text("h1") == "Asiakasluettelo"
    dark = window.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(17, 24, 27)"


def test_no_window_is_wider_than_a_phone(window, live_server):
    window.set_viewport_size({"width": 390, "height": 800})
    customer = Customer.objects.get(number="C1")
    order = SalesHeader.objects.get()
    for address in (
        "/", "/list/customer/", "/list/sales_order/", f"/card/customer/{customer.pk}/",
        f"/card/customer/{customer.pk}/?edit=1", f"/card/sales_order/{order.pk}/",
        f"/card/sales_order/{order.pk}/?edit=1", "/list/payment/",
    ):  # fmt: skip
        window.goto(live_server.url + address)
        wide = window.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{address} is {wide} wide"


def test_rows_are_chosen_before_their_actions_can_be_used(window, live_server):
    window.goto(f"{live_server.url}/list/sales_order/")
    release = window.get_by_role("button", name="Release", exact=True)
    assert release.is_disabled()
    window.check("tr[data-row] [name=key]")
    release.click()
    window.wait_for_selector(".badge.is-released")

    window.check("tr[data-row] [name=key]")
    window.get_by_role("button", name="Post…").click()
    window.wait_for_selector("#dialog[open] [name=what]")
    window.keyboard.press("Escape")
    assert not window.evaluate("document.getElementById('dialog').open")


def test_a_lookup_offers_records_and_a_wrong_entry_is_said_beside_it(window, live_server):
    window.goto(f"{live_server.url}/card/sales_order/new/")
    with window.expect_response(re.compile("suggestions")):
        window.fill("[name=customer]", "C")
    window.wait_for_selector("#suggestions-customer option", state="attached")
    window.fill("[name=customer]", "X99")
    window.get_by_role("button", name="Save").click()
    window.wait_for_selector("#id_customer_error")

    assert "There is no “X99”." in window.inner_text("#id_customer_error")
    assert window.get_attribute("#id_customer", "aria-invalid") == "true"


def test_an_action_that_opens_a_window_is_a_link(window, live_server):
    customer = Customer.objects.get(number="C1")
    window.goto(f"{live_server.url}/card/customer/{customer.pk}/")
    window.get_by_role("link", name="New Sales Order").click()
    window.wait_for_url(re.compile("/card/sales_order/new/"))

    assert window.input_value("[name=customer]") == "C1"
