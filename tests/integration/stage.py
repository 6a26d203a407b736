"""Prepare an installation for tests that use live servers: databases, company, people, keys.

Run as a program, in a process of its own with SAUMATON_HOME set; prints what the test needs.
"""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saumaton.site.settings.financials")
APPLICATION = {"client_id": "financials-app", "client_secret": "a secret of this test"}


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from saumaton.crm import organisation
    from saumaton.financials import imports
    from saumaton.financials.models import GeneralLedgerSetup, Salesperson
    from saumaton.users.keys import make_key
    from saumaton.users.models import User
    from saumaton.users.permissions import assign

    imports.load(imports.DEMO_COMPANY)
    user = User.objects.create_user("robot")
    assign(user, "integration", "administrator")
    ledger = GeneralLedgerSetup.objects.get()
    organisation.create(
        settings.CONFIG.crm_database,
        currency=ledger.lcy_code,
        currency_name=ledger.lcy_code,
        users=[_seller(*row) for row in Salesperson.objects.values_list("name", "email")],
        applications=[
            {
                **APPLICATION,
                "name": "Financials",
                "roles": ("Integration Administrator", "Integration User"),
                "throttled": False,
                "isintegrationuser": False,
            }
        ],
    )
    print(json.dumps({"name": "robot", "key": make_key(user), **APPLICATION}))


def _seller(name: str, email: str) -> dict[str, object]:
    first, _, last = name.partition(" ")
    return {
        "name": email,
        "first_name": first,
        "last_name": last,
        "email": email,
        "password": "correct horse battery",
        "roles": ("Salesperson",),
    }


if __name__ == "__main__":
    main()
