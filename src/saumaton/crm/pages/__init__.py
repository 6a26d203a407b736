"""The CRM's windows for sellers and administrators: clients of its own Web API."""

from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.frame import Frame

from . import account, home, invoice, product, quote, salesorder, session, setup

registry.use(
    Frame(
        name="crm",
        title=_("CRM"),
        groups=(
            ("sales", _("Sales")),
            ("customers", _("Customers")),
            ("catalogue", _("Products")),
            ("administration", _("Administration")),
        ),
        person=session.person,
        may=session.may,
        home=home.home,
        sign_in=session.SIGN_IN,
    )
)

__all__ = ["account", "invoice", "product", "quote", "salesorder", "setup"]
