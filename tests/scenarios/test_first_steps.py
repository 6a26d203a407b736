"""A company of one's own: `saumaton init`, then `saumaton serve`."""

import os
import re
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

SAUMATON = [sys.executable, "-m", "saumaton.site"]


def environment(home: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    inherited.pop("SAUMATON_DATABASE", None)
    return {**inherited, "SAUMATON_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def init(home: Path) -> str:
    done = subprocess.run(
        [*SAUMATON, "init", "--company", "Oma Oy"],
        env=environment(home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_administrator_is_made_once(tmp_path):
    first, second = init(tmp_path), init(tmp_path)

    assert re.search(r"Financials: sign in as admin with \S{12,}", first)
    assert re.search(r"CRM: sign in as admin with \S{12,}", first)
    assert "sign in as" not in second


def test_both_sites_answer_until_they_are_stopped(tmp_path):
    init(tmp_path)
    serving = subprocess.Popen(
        [*SAUMATON, "serve", "--crm-port", "0", "--financials-port", "0"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        crm = serving.stdout.readline().split()[1]
        financials = serving.stdout.readline().split()[1]
        trusted = ssl.create_default_context(cafile=tmp_path / "certificates" / "authority.pem")
        with urllib.request.urlopen(f"{crm}/sign-in/", context=trusted) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{financials}/sign-in/") as answer:
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    finally:
        serving.terminate()
        serving.wait(30)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{financials}/sign-in/")
