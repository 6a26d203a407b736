"""The frame of Financials: its name, its people, the groups of its windows."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import CompanyInformation
from saumaton.financials.pages.home import home
from saumaton.pages import registry
from saumaton.pages.frame import Frame, Person
from saumaton.users.permissions import may


def person(request: HttpRequest) -> Person | None:
    user = request.user
    if not user.is_authenticated:
        return None
    link = f"/card/user/{user.pk}/" if may(user, "administer") else ""
    return Person(user.full_name, link)


def company() -> str:
    return CompanyInformation.objects.values_list("name", flat=True).first() or ""


def experience() -> str:
    return CompanyInformation.objects.values_list("experience", flat=True).first() or "suite"


def remember_language(request: HttpRequest, language: str) -> None:
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])


registry.use(
    Frame(
        name="financials",
        title=_("Financials"),
        groups=(
            ("sales", _("Sales")),
            ("inventory", _("Inventory")),
            ("finance", _("Finance")),
            ("integration", _("Integration")),
            ("setup", _("Setup")),
            ("administration", _("Administration")),
        ),
        person=person,
        may=lambda request, right: may(request.user, right),
        company=company,
        experience=experience,
        remember_language=remember_language,
        home=home,
        folds=True,
    )
)
