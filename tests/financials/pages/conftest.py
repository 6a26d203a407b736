"""A small company and people who look at its windows."""

import pytest
from django.test import Client

from saumaton.users.models import User
from saumaton.users.permissions import assign
from tests.financials import world

PASSWORD = "open sesame 1"


@pytest.fixture
def company(db) -> None:
    world.company()
    world.customer("C1", name="Aalto & Co <b>", city="Espoo")
    world.customer("C2", name="Bergman", city="Turku")
    world.item("I1", price="100", stock=50)
    world.item("I2", price="12.50", stock=5)


def person(name: str, *permission_sets: str, password: str | None = PASSWORD) -> User:
    user = User.objects.create_user(name, password=password, first_name=name.title())
    assign(user, *permission_sets)
    return user


def signed_in(name: str, *permission_sets: str) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(person(name, *permission_sets, password=None))
    return client


@pytest.fixture
def administrator(company) -> Client:
    return signed_in("aino", "administrator")


@pytest.fixture
def clerk(company) -> Client:
    return signed_in("onni", "order processor")


@pytest.fixture
def reader(company) -> Client:
    return signed_in("liisa", "read")
