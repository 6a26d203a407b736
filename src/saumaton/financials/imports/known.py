"""Which map an import goes by: one beside the files, one named, or one the product knows."""

from pathlib import Path

from django.utils.translation import gettext as _

from .maps import FILE_NAME, ColumnMap, read_map
from .problems import BadInput, Problem

MAPS = Path(__file__).resolve().parent.parent / "import_maps"


def known_maps() -> dict[str, Path]:
    """Return the maps of the product by name."""
    return {path.stem: path for path in sorted(MAPS.glob("*.toml"))}


def find_map(directory: Path, name: str | None = None) -> ColumnMap:
    """Return the map for a folder: by name, else `import.toml` in it, else the known one that fits.

    `name` is a map of the product or the path of a TOML file. Raises `BadInput`.
    """
    if name:
        return read_map(known_maps().get(name, Path(name)))
    if not directory.is_dir():
        raise BadInput([Problem(str(directory), 0, "", _("There is no such folder."))])
    if (own := directory / FILE_NAME).exists():
        return read_map(own)
    if fitting := _most_fitting(directory):
        return fitting
    raise BadInput(
        [
            Problem(
                str(directory),
                0,
                "",
                _("Nothing says what the files of this folder are."),
                _("Put a map named %(file)s beside them, or name one: %(known)s.")
                % {"file": FILE_NAME, "known": ", ".join(known_maps())},
            )
        ]
    )


def _most_fitting(directory: Path) -> ColumnMap | None:
    """Return the map whose files are there. One file may be missing: its name will be reported.

    Columns are not compared: a missing one is to be named, not to make the folder a stranger.
    """
    for path in known_maps().values():
        column_map = read_map(path)
        files = column_map.needs()
        if sum(not (directory / file).exists() for file in files) <= len(files) // 4:
            return column_map
    return None
