"""An assisted setup: going back loses nothing, leaving is safe, a password is never kept."""

import pytest
from django.test import Client

from saumaton.pages import registry
from saumaton.pages.actions import Done, Stop
from saumaton.pages.fields import Field
from saumaton.pages.wizard import Next, Step, Wizard
from saumaton.users.models import User

pytestmark = pytest.mark.django_db
SEEN: list[dict[str, object]] = []


def test_connection(entered):
    SEEN.append(dict(entered.values))
    if entered.values["password"] != "right":
        return Stop("The password is wrong.")
    return Next({"tested": True})


test_connection.__test__ = False  # type: ignore[attr-defined]
PROBE = Wizard(
    name="probe",
    caption="Probe setup",
    group="",
    steps=(
        Step("who", "Who", fields=(Field("name", "Name", "text", required=True),)),
        Step(
            "sign-in",
            "Sign in",
            fields=(Field("password", "Password", "password", required=True),),
            take=test_connection,
        ),
        Step("last", "Last", take=lambda entered: Done(f"Welcome, {entered.state['name']}.", "/")),
    ),
)
ADDRESS = "/setup/probe/"


@pytest.fixture
def client():
    registry.add(PROBE)
    client = Client()
    client.force_login(User.objects.create_user("aino", permission_sets=["administrator"]))
    yield client
    del registry.WIZARDS["probe"], registry.WINDOWS["probe_wizard"]


def step_shown(client, address: str = ADDRESS) -> str:
    html = client.get(address).content.decode()
    return html.split('name="step" value="')[1].split('"')[0]


def test_a_wizard_is_walked_to_its_end(client):
    assert step_shown(client) == "who"
    client.post(ADDRESS, {"step": "who", "name": "Aino"})
    assert step_shown(client) == "sign-in"
    html = client.post(ADDRESS, {"step": "sign-in", "password": "wrong"}).content.decode()
    assert "The password is wrong." in html
    client.post(ADDRESS, {"step": "sign-in", "password": "right"})
    response = client.post(ADDRESS, {"step": "last"}, follow=True)

    assert "Welcome, Aino." in response.content.decode()
    assert step_shown(client) == "who"


def test_a_step_stays_until_it_is_filled_in(client):
    html = client.post(ADDRESS, {"step": "who", "name": ""}).content.decode()

    assert 'id="id_name_error"' in html
    assert step_shown(client) == "who"


def test_nobody_skips_ahead(client):
    assert step_shown(client, f"{ADDRESS}?step=last") == "who"


def test_going_back_and_leaving_lose_nothing(client):
    client.post(ADDRESS, {"step": "who", "name": "Aino"})
    back = client.get(f"{ADDRESS}?step=who").content.decode()

    assert 'value="Aino"' in back
    assert step_shown(client) == "sign-in"


def test_a_password_is_handed_over_and_kept_nowhere(client):
    client.post(ADDRESS, {"step": "who", "name": "Aino"})
    client.post(ADDRESS, {"step": "sign-in", "password": "right"})

    assert SEEN[-1]["password"] == "right"
    assert "right" not in str(dict(client.session))


def test_only_who_may_opens_it(client):
    other = Client()
    other.force_login(User.objects.create_user("onni", permission_sets=["read"]))

    assert other.get(ADDRESS).status_code == 403
