"""Two people at one card: nobody's edit is lost."""

import re
from html import unescape

from django.test import Client

from saumaton.financials.models import Customer

INPUT = re.compile(r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*>')
VALUE = re.compile(r' value="([^"]*)"')
CHOSEN = re.compile(r'<select[^>]* name="([^"]+)".*?<option value="([^"]*)" selected', re.DOTALL)


def opened(client: Client, address: str) -> dict[str, str]:
    """Return what a browser would send back if nothing were changed on the opened form."""
    page = client.get(f"{address}?edit=1").content.decode()
    form = page.partition('<form id="card"')[2].partition("</form>")[0]
    sent = {}
    for entry in INPUT.finditer(form):
        value = VALUE.search(entry.group())
        sent[entry[1]] = unescape(value[1]) if value else ""
    sent |= {name: unescape(value) for name, value in CHOSEN.findall(form)}
    for name in re.findall(r'type="checkbox" name="([^"]+)"(?![^>]*checked)', form):
        sent.pop(name, None)
    return sent


def test_edits_of_different_fields_by_two_people_are_both_kept(clerk):
    customer = Customer.objects.get(number="C2")
    address = f"/card/customer/{customer.pk}/"
    first, second = opened(clerk, address), opened(clerk, address)

    assert clerk.post(address, first | {"name": "Bergman Oy"}).status_code == 302
    assert clerk.post(address, second | {"city": "Naantali"}).status_code == 302

    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Bergman Oy", "Naantali")


def test_a_value_changed_meanwhile_is_shown_before_it_is_overwritten(clerk):
    customer = Customer.objects.get(number="C2")
    address = f"/card/customer/{customer.pk}/"
    form = opened(clerk, address)
    Customer.objects.filter(pk=customer.pk).update(city="Naantali")

    told = clerk.post(address, form | {"city": "Raisio", "name": "Bergman Oy"})

    assert told.status_code == 200
    page = told.content.decode()
    assert "Somebody has changed this to “Naantali” meanwhile." in page
    customer.refresh_from_db()
    assert customer.city == "Naantali"
    assert customer.name != "Bergman Oy"

    seen = dict(re.findall(r'name="(shown-[^"]+)" value="([^"]*)"', page))
    again = form | {n: unescape(v) for n, v in seen.items()}
    kept = clerk.post(address, again | {"city": "Raisio", "name": "Bergman Oy"})
    assert kept.status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Bergman Oy", "Raisio")


def test_the_same_edit_by_two_people_is_no_dispute(clerk):
    customer = Customer.objects.get(number="C2")
    address = f"/card/customer/{customer.pk}/"
    form = opened(clerk, address)
    Customer.objects.filter(pk=customer.pk).update(city="Naantali")

    assert clerk.post(address, form | {"city": "Naantali"}).status_code == 302


def test_an_address_alone_deletes_nothing(clerk):
    customer = Customer.objects.get(number="C2")

    assert clerk.get(f"/card/customer/{customer.pk}/delete/").status_code == 405
    assert Customer.objects.filter(pk=customer.pk).exists()
