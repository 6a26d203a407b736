"""Every window of Financials opens in both languages, is labelled and runs nothing inline."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from saumaton.financials import documents, posting
from saumaton.financials.models import Customer, Item, SalesHeader
from saumaton.pages import registry
from tests.financials import world

LISTS = sorted(registry.LISTS)
CARDS = sorted(name for name, card in registry.CARDS.items() if card.creatable and card.edit_right)
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)")


class Page(HTMLParser):
    """What a screen reader would ask of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.labels: set[str] = set()
        self.entries: list[dict[str, str]] = []
        self.headings: list[int] = []
        self.language = ""
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden",):
            self.entries.append(given)

    def unlabelled(self) -> list[str]:
        return [
            entry.get("name", "?")
            for entry in self.entries
            if entry.get("id") not in self.labels
            and "aria-label" not in entry
            and entry.get("type") not in ("checkbox", "submit")
        ]


def opened(client: Client, address: str, language: str = "en") -> str:
    client.cookies["language"] = language
    response = client.get(address)
    assert response.status_code == 200, address
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    return response.content.decode()


def check(html: str, language: str) -> None:
    page = Page(html)
    assert page.language == language
    assert page.unlabelled() == []
    assert page.headings.count(1) == 1
    assert not INLINE.search(html), INLINE.search(html)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_list_opens(administrator, language):
    for name in LISTS:
        check(opened(administrator, registry.list_page(name).address, language), language)


def test_every_empty_card_opens(administrator):
    for name in CARDS:
        check(opened(administrator, registry.card_page(name).new_address, "fi"), "fi")


def test_home_opens_in_both_languages(administrator):
    assert "Needs attention" in opened(administrator, "/")
    check(html := opened(administrator, "/", "fi"), "fi")
    assert "Vaatii huomiota" in html


def test_every_record_with_a_card_opens_for_reading_and_editing(administrator):
    order = world.order(Customer.objects.get(number="C1"), (Item.objects.get(number="I1"), 2))
    documents.release(order)
    posting.post(order, ship=True, invoice=False)
    documents.reopen(order)
    opened_cards = 0
    for name, page in registry.CARDS.items():
        if page.single:
            check(opened(administrator, page.address), "en")
            continue
        for record in page.source.slice(registry.list_page(name).query(_request())).records[:1]:
            check(opened(administrator, page.address_of(record.key)), "en")
            if page.edit_right:
                edit = page.address_of(record.key) + "?edit=1"
                check(opened(administrator, edit, "fi"), "fi")
            opened_cards += 1
    assert opened_cards > 10


def _request():
    from django.test import RequestFactory

    return RequestFactory().get("/")


def test_everything_is_reached_in_two_steps_from_home(administrator):
    html = opened(administrator, "/")
    linked = set(re.findall(r'href="([^"?]+)', html))

    missing = {
        name for name, page in registry.LISTS.items() if page.group and page.address not in linked
    }
    assert missing == set()


def test_every_lookup_points_at_a_list():
    fields = [field for card in registry.CARDS.values() for field in card.fields.values()]
    fields += [field for page in registry.LISTS.values() for field in page.all_columns.values()]
    lookups = {field.lookup for field in fields if field.lookup}

    assert lookups - set(registry.LISTS) == set()


def test_windows_carry_the_names_users_know():
    known = {
        "customer": ("Customer List", "Asiakasluettelo"),
        "sales_order": ("Sales Orders", "Myyntitilaukset"),
        "sales_quote": ("Sales Quotes", "Myyntitarjoukset"),
        "contact": ("Contacts", "Kontaktit"),
        "salesperson": ("Salespeople", "Myyjät"),
        "item": ("Items", "Nimikkeet"),
        "resource": ("Resources", "Resurssit"),
        "unit_of_measure": ("Units of measure", "Mittayksiköt"),
        "customer_price_group": ("Customer price groups", "Asiakkaan hintaryhmät"),
        "currency": ("Currencies", "Valuutat"),
    }
    for name, captions in known.items():
        for language, caption in zip(("en", "fi"), captions, strict=True):
            with translation.override(language):
                assert str(registry.list_page(name).caption) == caption


def test_names_from_elsewhere_are_shown_as_text(administrator):
    customer = Customer.objects.get(number="C1")
    html = opened(administrator, "/list/customer/")
    html += opened(administrator, f"/card/customer/{customer.pk}/")
    html += opened(administrator, f"/card/customer/{customer.pk}/?edit=1")

    assert "Aalto &amp; Co &lt;b&gt;" in html
    assert "Co <b>" not in html


def test_tell_me_finds_windows_and_records(administrator):
    assert "/list/customer/" in opened(administrator, "/tell-me/?text=customer+list")
    assert "Bergman" in opened(administrator, "/tell-me/?text=berg")
    assert "Asiakasluettelo" in opened(administrator, "/tell-me/?text=asiakas", "fi")


def test_what_is_not_there_is_not_found(administrator):
    for address in ("/list/nothing/", "/card/customer/nobody/", "/card/nothing/new/", "/no/"):
        assert administrator.get(address).status_code == 404
    assert SalesHeader.objects.count() == 0
