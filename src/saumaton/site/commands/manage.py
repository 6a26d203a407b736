"""Django's own commands, for either site."""

import os
import sys

import click


@click.command("manage", context_settings={"ignore_unknown_options": True})
@click.option("--site", type=click.Choice(["financials", "crm"]), default="financials")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(site: str, arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands."""
    from django.core.management import execute_from_command_line

    os.environ["DJANGO_SETTINGS_MODULE"] = f"saumaton.site.settings.{site}"
    execute_from_command_line([sys.argv[0], *arguments])
