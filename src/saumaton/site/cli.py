"""The command line: `saumaton VERB`. Each verb is one file in `commands/`."""

import importlib
import os
import pkgutil
from keyword import iskeyword

import click


class Verbs(click.Group):
    """Finds a verb in `saumaton.site.commands` by name, and imports nothing else."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from saumaton.site import commands

        return sorted(
            m.name.rstrip("_").replace("_", "-") for m in pkgutil.iter_modules(commands.__path__)
        )

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        verb = name.replace("-", "_")
        if iskeyword(verb):
            verb += "_"
        try:
            module = importlib.import_module(f"saumaton.site.commands.{verb}")
        except ModuleNotFoundError as missing:
            if missing.name and missing.name.startswith("saumaton.site.commands."):
                return None
            raise
        return module.command


@click.group(cls=Verbs)
@click.version_option(package_name="saumaton")
def main() -> None:
    """Couple an ERP with its CRM; see before it happens, lose no edit, take back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saumaton.site.settings.financials")
