"""Web service access keys and the permission sets behind them."""

import base64
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from saumaton.users.basic import authenticate_basic
from saumaton.users.keys import make_key, remove_key
from saumaton.users.models import User, WebServiceKey
from saumaton.users.permissions import (
    PERMISSION_SETS,
    Right,
    UnknownPermissionSet,
    assign,
    has_permission_set,
    may,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def aino() -> User:
    return User.objects.create_user("aino", password="does not open web services")


def asks(name: str, key: str) -> User | None:
    encoded = base64.b64encode(f"{name}:{key}".encode()).decode()
    return authenticate_basic(RequestFactory().get("/", HTTP_AUTHORIZATION=f"Basic {encoded}"))


def test_a_key_signs_its_user_in_and_no_other(aino):
    User.objects.create_user("other")
    key = make_key(aino)

    assert asks("aino", key) == aino
    assert asks("other", key) is None
    assert asks("nobody", key) is None
    assert asks("aino", key + "x") is None
    assert asks("aino", "") is None


def test_a_key_is_kept_as_a_hash_only(aino):
    key = make_key(aino)

    assert key not in str(WebServiceKey.objects.values().get())


def test_a_new_key_ends_the_old_one(aino):
    old = make_key(aino)
    new = make_key(aino)

    assert asks("aino", old) is None
    assert asks("aino", new) == aino


def test_a_key_ends_when_it_expires_is_removed_or_its_user_is_switched_off(aino):
    expired = make_key(aino, expires=timezone.now() - timedelta(seconds=1))
    assert asks("aino", expired) is None

    key = make_key(aino, expires=timezone.now() + timedelta(hours=1))
    assert asks("aino", key) == aino
    User.objects.filter(pk=aino.pk).update(is_active=False)
    assert asks("aino", key) is None

    User.objects.filter(pk=aino.pk).update(is_active=True)
    remove_key(aino)
    assert asks("aino", key) is None


def test_a_password_does_not_open_web_services(aino):
    make_key(aino)

    assert asks("aino", "does not open web services") is None


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Bearer abc", "Basic YWlubw==", "Basic //79", "Basic AAA6AA=="],
)
def test_a_malformed_header_signs_nobody_in(aino, header):
    assert authenticate_basic(RequestFactory().get("/", HTTP_AUTHORIZATION=header)) is None


def test_a_permission_set_gives_its_rights_and_no_more(aino):
    assign(aino, "order processor")

    assert may(aino, Right.POST_SALES)
    assert may(aino, "edit sales")
    assert not may(aino, Right.POST_PAYMENTS)
    assert not may(aino, Right.ADMINISTER)
    assert has_permission_set(aino, "order processor", "accountant")
    assert not has_permission_set(aino, "integration")


def test_an_administrator_may_everything(aino):
    assign(aino, "administrator")

    assert all(may(aino, right) for right in Right)
    assert all(has_permission_set(aino, name) for name in PERMISSION_SETS)


def test_who_was_switched_off_may_nothing(aino):
    assign(aino, "administrator")
    aino.is_active = False

    assert not any(may(aino, right) for right in Right)


def test_an_unknown_permission_set_is_refused_by_name(aino):
    with pytest.raises(UnknownPermissionSet, match="emperor"):
        assign(aino, "emperor")
