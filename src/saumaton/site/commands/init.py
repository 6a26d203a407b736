"""`saumaton init`: databases, certificates and a first administrator."""

import os
import secrets

import click

from saumaton.site.config import read_config


@click.command("init")
@click.option("--company", default="My company", show_default=True)
@click.option("--currency", default="EUR", show_default=True, help="The local currency's code.")
def command(company: str, currency: str) -> None:
    """Create both databases and a first administrator, whose password is shown once.

    May be repeated: what exists is brought up to date and otherwise left alone.
    """
    import django

    config = read_config()
    os.environ["DJANGO_SETTINGS_MODULE"] = "saumaton.site.settings.financials"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from saumaton.crm import organisation
    from saumaton.financials.setup import create_company
    from saumaton.users.models import User
    from saumaton.users.permissions import assign

    create_company(company, currency)
    password = secrets.token_urlsafe(12)
    if not User.objects.filter(username="admin").exists():
        assign(User.objects.create_user("admin", password=password), "administrator")
        click.echo(f"Financials: sign in as admin with {password}")
    administrator = {
        "name": "admin",
        "password": password,
        "first_name": "System",
        "last_name": "Administrator",
        "email": "",
        "roles": ("System Administrator", "System Customizer"),
    }
    made = organisation.create(
        config.crm_database, currency=currency, currency_name=currency, users=[administrator]
    )
    if made:
        click.echo(f"CRM: sign in as admin with {password}")
    click.echo("Start both with: saumaton serve")
