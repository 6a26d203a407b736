"""The house keeps itself: storeys, languages, lock files, and what must never be written down."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from saumaton.site import translations

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / line for line in listing.splitlines() if (ROOT / line).is_file()]


def test_imports_point_down_only():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("room", translations.ROOMS)
def test_every_text_has_its_finnish(room):
    assert translations.missing(room) == []


def test_lock_files_hold_hashes_and_no_addresses():
    for file in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        text = file.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"://|--index|--find-links", text), file.name


def test_nothing_names_a_machine_of_its_makers():
    forbidden = re.compile(
        "/" + "root/|/" + "work/(main|shared)|/tmp/" + "team|pypi" + r"\.org|registry\.npm"
    )
    named = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked_files()
        if path.suffix not in (".png", ".mo")
        and (found := forbidden.search(path.read_text(errors="replace")))
    ]
    assert named == []


def test_python_files_of_the_sync_room_use_the_standard_library_alone():
    modules = {
        line.split()[1].split(".")[0]
        for path in (ROOT / "src" / "saumaton" / "sync").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.match(r"(import|from) [a-z]", line)
    }
    assert modules - {"saumaton"} <= set(sys.stdlib_module_names)
