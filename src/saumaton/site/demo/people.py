"""Who signs in to the demo. Every password and key is made anew for each demo."""

import secrets
from dataclasses import dataclass, field

ADMINISTRATOR_ROLES = ("System Administrator", "System Customizer")
INTEGRATION_ROLES = ("Integration Administrator", "Integration User")
SELLER_ROLES = ("Salesperson",)


def password() -> str:
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class CrmUser:
    name: str
    first_name: str
    last_name: str
    email: str
    roles: tuple[str, ...]
    password: str = field(default_factory=password)


@dataclass(frozen=True)
class Application:
    """A program that signs in to the CRM with a client id and a secret."""

    client_id: str
    name: str
    roles: tuple[str, ...]
    throttled: bool = False
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))


@dataclass(frozen=True)
class FinancialsUser:
    name: str
    full_name: str
    permissions: tuple[str, ...]
    password: str = field(default_factory=password)
    key: str = ""


@dataclass(frozen=True)
class People:
    """Everybody of one demo."""

    administrator: CrmUser
    sellers: tuple[CrmUser, ...]
    integration: Application
    throttled: Application
    financials: tuple[FinancialsUser, ...]

    @property
    def crm_users(self) -> tuple[CrmUser, ...]:
        return (self.administrator, *self.sellers)

    def with_permission(self, permission: str) -> FinancialsUser:
        return next(user for user in self.financials if permission in user.permissions)


def seller(name: str, email: str) -> CrmUser:
    """Return the CRM user of a salesperson: signs in with the e-mail address, or first.last."""
    first, _, last = name.strip().rpartition(" ")
    sign_in = email or f"{first}.{last}@demo.example".lower().replace(" ", ".")
    return CrmUser(sign_in, first, last, email, SELLER_ROLES)


def gather(salespeople: list[tuple[str, str]], financials: tuple[FinancialsUser, ...]) -> People:
    """Return the demo's people; `salespeople` are name and e-mail address of each."""
    return People(
        administrator=CrmUser("admin", "Demo", "Administrator", "", ADMINISTRATOR_ROLES),
        sellers=tuple(seller(name, email) for name, email in salespeople),
        integration=Application("saumaton-integration", "Saumaton Integration", INTEGRATION_ROLES),
        throttled=Application(
            "saumaton-throttled", "Throttled program", ADMINISTRATOR_ROLES, throttled=True
        ),
        financials=financials,
    )


FINANCIALS_USERS = (
    ("admin", "Administrator", ("administrator",)),
    ("orders", "Order Processor", ("order processor",)),
    ("accountant", "Accountant", ("accountant",)),
    ("integration", "Integration", ("integration",)),
)
