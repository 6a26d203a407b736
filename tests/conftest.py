"""What every circle of tests may use: a Chromium, and a whole installation of real processes."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from saumaton.site import translations

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    translations.compile_catalogues()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever language the one before ended in."""
    with translation.override("en"):
        yield


def chromium() -> str | None:
    return os.environ.get("SAUMATON_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium; tests that ask for it are skipped, and counted as such, without one."""
    from playwright.sync_api import sync_playwright

    if not (executable := chromium()):
        pytest.skip("Chromium could not be had on this machine")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: object) -> Iterator[object]:
    """A page that fails the test on a script error or a request to a foreign address."""
    context = browser.new_context(ignore_https_errors=True, locale="en-GB")  # type: ignore[attr-defined]
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(
                ("http://localhost", "https://localhost", "http://127.", "data:")
            )
            else errors.append(f"foreign request: {request.url}")
        ),
    )
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def northwind() -> Path:
    """The folder of Northwind's CSV files, beside the checkout or named by SAUMATON_NORTHWIND."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "northwind"
    folder = Path(os.environ.get("SAUMATON_NORTHWIND", beside))
    if not (folder / "orders.csv").exists():
        pytest.fail(f"Northwind's data is not in {folder}; name its folder in SAUMATON_NORTHWIND.")
    return folder
