"""The change log is read without gaps while many transactions are open, on both databases."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

PROGRAM = Path(__file__).with_name("race.py")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'race.sqlite3'}"
        return
    server = os.environ.get("SAUMATON_TEST_POSTGRES")
    if not server:
        pytest.skip("SAUMATON_TEST_POSTGRES names no PostgreSQL server")
    name = f"race_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("seed", [1])
def test_a_reader_of_the_log_misses_nothing(database, tmp_path, seed):
    environment = {**os.environ, "SAUMATON_DATABASE": database, "SAUMATON_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, PROGRAM, str(seed)], env=environment, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["committed"] > 10
    assert found["rows"] > 5
    assert found["reads"] > 5
    assert found["wrong"] == 0, found
