"""`saumaton demo`: lead to cash, from an empty folder to an invoice in the CRM."""

import shutil
import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from saumaton.site.config import read_config


@click.command("demo")
@click.option("--once", is_flag=True, help="Exit after the table; non-zero if a step fell short.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of CSV files in place of the demo company.",
)
@click.option(
    "--ready",
    "ready_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write addresses and sign-ins to this file once everything serves.",
)
def command(once: bool, data: Path | None, ready_file: Path | None) -> None:
    """Import a company, connect it to a CRM, and follow an order from the CRM to its invoice."""
    from saumaton.site.demo.show import Show

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console(width=None if sys.stdout.isatty() else 140)
    show = Show(console, _fresh_home(read_config().home), data.absolute() if data else None)
    try:
        fell_short = show.run(ready_file)
        if not once:
            console.print("Serving until you press Ctrl-C.")
            show.wait()
    except KeyboardInterrupt:
        fell_short = False
    finally:
        show.stop()
    sys.exit(1 if fell_short else 0)


def _fresh_home(home: Path) -> Path:
    """Return an empty folder for this demo: the last one's is emptied, unless it still serves."""
    from saumaton.site.processes import in_use

    folder = next(
        candidate
        for number in range(1, 1000)
        if not in_use(candidate := home / ("demo" if number == 1 else f"demo-{number}"))
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
