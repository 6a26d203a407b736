"""The tables every organisation has: one file a table, collected here."""

from importlib import import_module
from pkgutil import iter_modules

from ..described import ManyToMany, Table

_MODULES = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]

TABLES: dict[str, Table] = {
    module.TABLE.name: module.TABLE for module in _MODULES if hasattr(module, "TABLE")
}
RELATIONS: tuple[ManyToMany, ...] = tuple(
    module.RELATION for module in _MODULES if hasattr(module, "RELATION")
)
