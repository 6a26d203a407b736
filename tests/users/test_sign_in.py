"""Signing in: who is let in, who is kept waiting, and where one lands."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from saumaton.users import lockout
from saumaton.users.models import FailedSignIn, User

pytestmark = pytest.mark.django_db
PASSWORD = "open sesame 1"


@pytest.fixture
def aino() -> User:
    return User.objects.create_user("aino", password=PASSWORD, language="fi")


def attempt(name: str, password: str, client: Client | None = None, **more: str):
    sent = {"name": name, "password": password, **more}
    return (client or Client()).post("/sign-in/", sent)


def test_the_right_password_opens_and_brings_the_persons_language(aino):
    response = attempt("aino", PASSWORD, next="/list/customer/")

    assert (response.status_code, response["Location"]) == (302, "/list/customer/")
    assert response.cookies["language"].value == "fi"
    assert response.cookies["financials_session"]["httponly"]
    assert response.cookies["financials_session"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_signing_in_never_leads_to_another_site(aino, elsewhere):
    assert attempt("aino", PASSWORD, next=elsewhere)["Location"] == "/"


def test_the_session_is_another_one_after_signing_in(aino):
    client = Client()
    client.session.save()
    before = client.session.session_key
    attempt("aino", PASSWORD, client)

    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(aino):
    wrong = attempt("aino", "no").content.decode()
    unknown = attempt("nobody", "no").content.decode()

    def said(html: str) -> str:
        return html.split('role="alert">')[1].split("</p>")[0]

    assert said(wrong) == said(unknown)


def test_after_too_many_failures_even_the_right_password_waits(aino):
    for _ in range(lockout.FAILURES_OF_A_NAME):
        attempt("aino", "no")
    assert attempt("aino", PASSWORD).status_code == 422

    FailedSignIn.objects.update(moment=timezone.now() - lockout.WINDOW - timedelta(seconds=1))
    assert attempt("aino", PASSWORD).status_code == 302


def test_an_address_that_tries_many_names_waits(aino):
    for n in range(lockout.FAILURES_OF_AN_ADDRESS):
        attempt(f"name{n}", "no")

    assert attempt("aino", PASSWORD).status_code == 422


def test_who_was_switched_off_is_not_let_in(aino):
    User.objects.update(is_active=False)

    assert attempt("aino", PASSWORD).status_code == 422


def test_signing_out_ends_the_session(aino):
    client = Client()
    attempt("aino", PASSWORD, client)
    client.post("/sign-out/")

    assert client.get("/")["Location"].startswith("/sign-in/")
    assert client.get("/sign-out/").status_code == 405
