"""The steps of the demo, as they are taken: each is timed, said aloud and remembered."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from saumaton.site.demo.web import Web, WentWrong

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Step:
    name: str
    seconds: float
    said: str
    fell_short: bool = False


@dataclass
class Steps:
    """What has happened so far. A step that raises `WentWrong` or returns short is kept as such."""

    console: Console
    taken: list[Step] = field(default_factory=list)

    def take(self, name: str, act: Callable[[], str]) -> None:
        """Do one step and remember what it said. Raises `WentWrong` after remembering it."""
        started = time.monotonic()
        self.console.print(f"[bold]{name}[/] …")
        try:
            said = act()
        except WentWrong as sentence:
            self.taken.append(Step(name, time.monotonic() - started, str(sentence), True))
            self.console.print(f"  [red]{sentence}[/]", highlight=False)
            raise
        self.taken.append(Step(name, time.monotonic() - started, said))
        self.console.print(f"  {said}", highlight=False)

    @property
    def fell_short(self) -> bool:
        return any(step.fell_short for step in self.taken)

    def table(self) -> Table:
        table = Table(title="Lead to cash", title_justify="left", expand=False)
        table.add_column("Step", no_wrap=True)
        table.add_column("What happened")
        table.add_column("Time", justify="right", no_wrap=True)
        for step in self.taken:
            said = f"[red]{step.said}[/]" if step.fell_short else step.said
            table.add_row(step.name, said, f"{step.seconds:.1f} s")
        return table


@contextmanager
def bars(console: Console) -> Iterator[Progress]:
    """Progress bars, one a mapping; plain lines where the output is no terminal."""
    with Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


def follow(integration: Web, run_id: str, console: Console, within_seconds: float = 600) -> dict:
    """Return a run once it has ended, showing its mappings' progress meanwhile.

    Raises `WentWrong` if it failed, was cancelled or did not end in time.
    """
    deadline = time.monotonic() + within_seconds
    with bars(console) as progress:
        tasks: dict[str, TaskID] = {}
        while time.monotonic() < deadline:
            run = integration.get(f"runs/{run_id}")
            for line in run["mappings"]:
                if line["name"] not in tasks:
                    tasks[line["name"]] = progress.add_task(line["name"], total=None)
                progress.update(
                    tasks[line["name"]], total=line["total"] or 0, completed=line["done"]
                )
            if run["state"] in ("finished", "failed", "cancelled"):
                return _ended(run)
            time.sleep(POLL_SECONDS)
    raise WentWrong(f"The run {run_id} did not end within {within_seconds:.0f} s.")


def _ended(run: dict) -> dict:
    if run["state"] != "finished":
        raise WentWrong(f"The run {run['state']}: {run.get('reason') or 'no reason given'}")
    return run
