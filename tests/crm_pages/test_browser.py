"""A seller at a browser: a whole order by keyboard, and on a phone."""

import pytest

from .office import PASSWORDS, Office

pytestmark = [pytest.mark.browser, pytest.mark.server]


def sign_in(page, office: Office) -> None:
    page.set_default_timeout(10_000)
    page.goto(f"{office.url}/sign-in/")
    page.fill("input[name=name]", "aino")
    page.fill("input[name=password]", PASSWORDS["aino"])
    page.click("form.fields button")
    page.wait_for_url(f"{office.url}/")


def test_an_order_is_entered_changed_and_submitted(office: Office, page):
    sign_in(page, office)
    page.goto(f"{office.url}/list/account/?search=Aallotar")
    page.click("text=Hotelli Aallotar")
    page.click("text=New Order")
    page.fill("input[name=name]", "Bar")
    page.click("button:text-is('Save')")
    page.wait_for_url("**/card/salesorder/*/?edit=1")
    order = page.url.rstrip("/").rpartition("/salesorder/")[2].partition("/")[0]

    line = page.locator("tr.line").last.get_attribute("id").removeprefix("line-")
    with page.expect_response("**/lines/"):
        page.fill(f"[name='{line}-productid']", "3010")
        page.keyboard.press("Tab")
    page.wait_for_selector("tr.line >> text=183.20")
    with page.expect_response("**/lines/"):
        page.fill(f"[name='{line}-quantity']", "4")
        page.keyboard.press("Tab")
    page.wait_for_selector("tr.line >> text=732.80")
    page.fill("input[name=name]", "Bar stools")
    page.click("button:text-is('Save')")
    page.wait_for_selector("h1:has-text('Bar stools')")
    page.click("text=Submit")
    page.click("dialog[open] button.primary")
    page.wait_for_selector("text=The order was submitted.")

    row = office.row(f"salesorders({order})")
    assert (row["name"], row["statecode"], row["totalamount"]) == ("Bar stools", 1, 732.8)


def test_a_phone_shows_windows_without_sideways_scrolling(office: Office, page):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, office)
    order = office.make(
        "phone order", "salesorders", "salesorderid", name="On the way",
        **{
            "customerid_account@odata.bind": f"/accounts({office.ids['account']})",
            "pricelevelid@odata.bind": f"/pricelevels({office.ids['list']})",
        },
    )  # fmt: skip
    entry = f"/card/salesorder/{order}/?edit=1"
    for address in ("/", "/list/salesorder/", "/card/salesorder/new/", entry):
        page.goto(office.url + address)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{address} is {wider} px too wide"
