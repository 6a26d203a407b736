"""The user card: permission sets, passwords, and the web service access key that is shown once."""

import re

import pytest
from django.test import Client

from saumaton.users.keys import user_with_key
from saumaton.users.models import User, WebServiceKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(
        User.objects.create_user("aino", password="x", permission_sets=["administrator"])
    )
    return client


def sent(**values: str) -> dict[str, str]:
    return {"username": "onni", "is_active": "on", **values}


def test_an_administrator_makes_a_user_with_permission_sets(administrator):
    administrator.post(
        "/card/user/new/", sent(holds_order_processor="on", password="long enough 77")
    )

    made = User.objects.get(username="onni")
    assert made.permission_sets == ["order processor"]
    assert made.check_password("long enough 77")


def test_a_user_keeps_the_password_when_none_is_entered(administrator):
    user = User.objects.create_user("onni", password="long enough 77")
    administrator.post(f"/card/user/{user.pk}/", sent(first_name="Onni", holds_read="on"))

    user.refresh_from_db()
    assert (user.first_name, user.permission_sets) == ("Onni", ["read"])
    assert user.check_password("long enough 77")


def test_a_new_key_is_shown_once_and_works(administrator):
    user = User.objects.create_user("onni")
    html = administrator.post("/act/user/change-key/", {"key": user.pk}).content.decode()
    key = re.search(r'id="new-key">([^<]+)<', html).group(1)

    assert user_with_key("onni", key) == user
    assert key not in administrator.get(f"/card/user/{user.pk}/").content.decode()

    administrator.post("/act/user/remove-key/", {"key": user.pk})
    assert not WebServiceKey.objects.exists()


def test_only_an_administrator_opens_users_and_keys():
    client = Client()
    user = User.objects.create_user("onni", permission_sets=["accountant"])
    client.force_login(user)

    assert client.get("/list/user/").status_code == 403
    assert client.get(f"/card/user/{user.pk}/").status_code == 403
    assert client.post("/act/user/change-key/", {"key": user.pk}).status_code == 403
    assert not WebServiceKey.objects.exists()
