"""Which record answers to which: one file a mapping, collected here by name."""

from importlib import import_module
from pkgutil import iter_modules

from saumaton.sync.model import Mapping

MAPPINGS: dict[str, Mapping] = {
    mapping.name: mapping
    for module in iter_modules(__path__)
    if (mapping := getattr(import_module(f"{__name__}.{module.name}"), "MAPPING", None))
}
