"""CSV files into Financials, through a declarative column map: all of it or nothing."""

from pathlib import Path

from .known import find_map, known_maps
from .problems import BadInput, Problem
from .run import Report, run

DEMO_COMPANY = Path(__file__).resolve().parent.parent / "demo_company"

__all__ = ["DEMO_COMPANY", "BadInput", "Problem", "Report", "find_map", "known_maps", "load"]


def load(directory: Path, map: str | None = None) -> Report:
    """Import a folder of CSV files in one transaction; return what was written.

    Raises `BadInput` with every problem of every file; then nothing has changed.
    """
    return run(directory, find_map(directory, map))
