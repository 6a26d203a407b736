"""`saumaton import DIR`: a company's data from CSV files, all of it or nothing."""

import sys
from pathlib import Path

import click


@click.command("import")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_name",
    help="A map the product knows, or a TOML file. Else import.toml, else by the files' names.",
)
def command(directory: Path, map_name: str | None) -> None:
    """Import a folder of CSV files into Financials, or say what is wrong with every bad row."""
    import django

    django.setup()
    from django.core.management import call_command

    from saumaton.financials import imports

    call_command("migrate", verbosity=0)
    try:
        click.echo(imports.load(directory, map_name))
    except imports.BadInput as problems:
        click.echo(str(problems), err=True)
        sys.exit(1)
