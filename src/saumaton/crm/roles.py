"""The security roles every organisation begins with: what each may do, and how far."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .caller import Depth
from .described import metadata_id
from .signin import ADMINISTRATOR

CATALOGUE = ("product", "pricelevel", "productpricelevel", "uom", "uomschedule")
DOCUMENTS = ("quote", "quotedetail", "salesorder", "salesorderdetail", "invoice", "invoicedetail")
CUSTOMERS = ("account", "contact", "opportunity", "annotation")
CLOSED = ("orderclose", "quoteclose", "opportunityclose")
SETTINGS = (
    "organization",
    "businessunit",
    "transactioncurrency",
    "team",
    "role",
    "systemuserroles",
)
EVERY_ACTION = ("create", "read", "write", "delete", "append", "appendto", "assign")
CHANGES = ("create", "read", "write", "append", "appendto", "assign")


@dataclass(frozen=True)
class Role:
    """A role: its fixed id and its privileges as (action, table, depth)."""

    name: str
    id: str
    privileges: tuple[tuple[str, str, int], ...]


def _reach(actions: Iterable[str], tables: Iterable[str], depth: Depth) -> Iterator:
    names = tuple(tables)
    return ((action, table, int(depth)) for action in actions for table in names)


def _role(name: str, *privileges: Iterator, role_id: str = "") -> Role:
    merged = tuple(privilege for some in privileges for privilege in some)
    return Role(name, role_id or metadata_id("role", name), tuple(dict.fromkeys(merged)))


def _may(*names: str) -> Iterator:
    return (("do", name, int(Depth.GLOBAL)) for name in names)


ROLES = (
    _role(
        ADMINISTRATOR,
        _reach(EVERY_ACTION, ("*",), Depth.GLOBAL),
        _may("Customize", "ImportSolution", "ActOnBehalfOfAnotherUser"),
    ),
    _role(
        "System Customizer",
        _reach(EVERY_ACTION, (*CUSTOMERS, *DOCUMENTS, *CLOSED), Depth.BASIC),
        _reach(("read",), (*CATALOGUE, *SETTINGS, "systemuser"), Depth.GLOBAL),
        _may("Customize", "ImportSolution"),
    ),
    _role(
        "Salesperson",
        _reach(EVERY_ACTION, (*CUSTOMERS, *DOCUMENTS, *CLOSED), Depth.LOCAL),
        _reach(("read", "appendto"), (*CATALOGUE, *SETTINGS, "systemuser"), Depth.GLOBAL),
    ),
    _role(
        "Integration Administrator",
        _reach(EVERY_ACTION, (*CUSTOMERS, *DOCUMENTS, *CLOSED, *CATALOGUE), Depth.GLOBAL),
        _reach(CHANGES, ("transactioncurrency",), Depth.GLOBAL),
        # Marks its own user as the integration's and switches order integration on. It gives no
        # roles: who could, would be System Administrator in one request.
        _reach(("read", "write"), ("systemuser", "organization"), Depth.GLOBAL),
        _reach(("read", "appendto"), (*SETTINGS, "systemuser"), Depth.GLOBAL),
        _may("Customize", "ImportSolution"),
        role_id="8c8d4f51-a72b-e511-80d9-3863bb349780",
    ),
    _role(
        "Integration User",
        _reach(EVERY_ACTION, (*CUSTOMERS, *DOCUMENTS, *CLOSED, *CATALOGUE), Depth.GLOBAL),
        _reach(CHANGES, ("transactioncurrency", "organization"), Depth.GLOBAL),
        _reach(("read", "appendto"), (*SETTINGS, "systemuser"), Depth.GLOBAL),
        role_id="6f960e32-a72b-e511-80d9-3863bb349780",
    ),
    _role("Product Availability User"),
    _role("Delegate", _may("ActOnBehalfOfAnotherUser")),
)
