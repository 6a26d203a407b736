"""`saumaton import`: what a person sees, and the exit code a script sees."""

import pytest
from click.testing import CliRunner

from saumaton.site.cli import main

from .folder import Folder

pytestmark = pytest.mark.django_db


def test_an_import_says_what_it_brought(folder: Folder):
    result = CliRunner().invoke(main, ["import", str(folder.path)])

    assert (result.exit_code, result.stdout[:27]) == (0, "2 salespeople, 3 customers,")


def test_a_refused_import_exits_with_one_and_names_every_place(folder: Folder):
    folder.spoil("customers.csv", ",EV,", ",XX,")

    result = CliRunner().invoke(main, ["import", str(folder.path)])

    assert result.exit_code == 1
    assert "Nothing was imported: 1 problem." in result.stderr
    assert "customers.csv, line 4, column Seller: There is no salesperson “XX”." in result.stderr
