"""Set the stage: databases, company data, people and keys of one demo."""

import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from saumaton.site.demo import people
from saumaton.site.demo.people import FinancialsUser, People
from saumaton.site.demo.web import WentWrong
from saumaton.site.processes import Installation


@dataclass(frozen=True)
class Stage:
    """A demo ready to be served: its installation, its company and its people."""

    installation: Installation
    company: str
    company_id: UUID
    country: str
    people: People
    said: str


def set_stage(installation: Installation, data: Path | None) -> Stage:
    """Create both databases, import the company's data and make the people who sign in.

    Raises `WentWrong` with every bad row if the data do not pass; nothing is served then.
    """
    os.environ.update(installation.environment())
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from saumaton.financials import imports, models

    try:
        report = imports.load(data or imports.DEMO_COMPANY)
    except imports.BadInput as rows:
        raise WentWrong(str(rows)) from rows
    company = models.CompanyInformation.objects.get()
    salespeople = models.Salesperson.objects.order_by("code").values_list("name", "email")
    cast = people.gather(list(salespeople), _financials_users())
    _create_organisation(installation, cast)
    return Stage(
        installation=installation,
        company=company.name,
        company_id=company.id,
        country=company.country,
        people=cast,
        said=f"{company.name}: {report}",
    )


def _financials_users() -> tuple[FinancialsUser, ...]:
    """Make the people of Financials, each with a web service access key."""
    from saumaton.users.keys import make_key
    from saumaton.users.models import User
    from saumaton.users.permissions import assign

    made = []
    for name, full_name, permissions in people.FINANCIALS_USERS:
        person = FinancialsUser(name, full_name, permissions)
        user = User.objects.create_user(name, password=person.password, first_name=full_name)
        assign(user, *permissions)
        made.append(replace(person, key=make_key(user)))
    return tuple(made)


def _create_organisation(installation: Installation, cast: People) -> None:
    """Make the CRM's organisation, in the currency of the company, with its users and programs."""
    from django.conf import settings

    from saumaton.crm import organisation
    from saumaton.financials.models import GeneralLedgerSetup

    ledger = GeneralLedgerSetup.objects.get()
    organisation.create(
        settings.CONFIG.crm_database,
        currency=ledger.lcy_code,
        currency_name=ledger.local_currency_description or ledger.lcy_code,
        users=[asdict(user) for user in cast.crm_users],
        applications=[asdict(program) for program in (cast.integration, cast.throttled)],
    )
