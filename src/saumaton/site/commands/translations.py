"""`saumaton translations collect` and `compile`."""

import click

from saumaton.site import translations


@click.group("translations")
def command() -> None:
    """Keep the Finnish catalogues."""


@command.command()
def collect() -> None:
    """Collect every room's texts; says how many still want a translation."""
    for room, count in translations.collect().items():
        click.echo(f"{room}: {count} without Finnish" if count else f"{room}: complete")


@command.command("compile")
def compile_() -> None:
    """Write the binary catalogues."""
    translations.compile_catalogues()
