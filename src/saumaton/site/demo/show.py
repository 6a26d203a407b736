"""One performance of the demo: processes started, the story told, the table printed."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from saumaton.site.certificates import ensure_certificates
from saumaton.site.demo.ready import addresses, ready, write_ready
from saumaton.site.demo.stage import Stage, set_stage
from saumaton.site.demo.steps import Steps
from saumaton.site.demo.story import Story
from saumaton.site.demo.web import WentWrong
from saumaton.site.processes import DidNotStart, Installation, Serving, mark_in_use, start


class Show:
    """Runs the demo in `home` on the demo company, or on the CSV files of `data`."""

    def __init__(self, console: Console, home: Path, data: Path | None) -> None:
        self.console = console
        self.home = home
        self.data = data
        self.serving: Serving | None = None
        mark_in_use(home)

    def run(self, ready_file: Path | None) -> bool:
        """Tell the story and print its table; return whether a step fell short."""
        steps = Steps(self.console)
        stages: list[Stage] = []
        try:
            steps.take("Company data", lambda: self._set_stage(stages))
            stage = stages[0]
            steps.take("Start", lambda: self._start(stage))
            for name, act in self._acts(Story(stage, self.console)):
                steps.take(name, act)
        except WentWrong:
            pass  # the step is kept as fallen short; the table says which and why
        self.console.print()
        self.console.print(steps.table())
        if self.serving:
            self.console.print(addresses(stages[0]))
            if ready_file:
                write_ready(ready_file, ready(stages[0], self.serving.all))
        return steps.fell_short

    def _set_stage(self, stages: list[Stage]) -> str:
        certificates = ensure_certificates(self.home / "certificates")
        installation = Installation(self.home, certificates, 8443, 8000).on_free_ports()
        stages.append(set_stage(installation, self.data))
        return stages[0].said

    def _start(self, stage: Stage) -> str:
        installation = stage.installation
        try:
            self.serving = start(installation)
        except DidNotStart as sentence:
            raise WentWrong(str(sentence)) from sentence
        return (
            f"CRM on {installation.crm_url}, Financials on {installation.financials_url}, a worker"
        )

    def _acts(self, story: Story) -> list[tuple[str, Callable[[], str]]]:
        data = self.data
        return [
            ("Connection", story.connect),
            ("Full synchronisation", story.synchronise),
            ("Once more", story.synchronise_again),
            (
                ("CRM orders", lambda: story.enter_orders(data))
                if data
                else ("CRM order", story.enter_order)
            ),
            ("ERP orders" if data else "ERP order", story.convert),
            ("Shipment and invoice", story.ship_and_invoice),
            ("Invoice in the CRM", story.bring_invoice_back),
        ]

    def wait(self) -> None:
        """Serve until a process ends by itself, and show its last words."""
        if self.serving:
            for process in self.serving.ended():
                self.console.print(f"{process.name} ended:\n{process.last_lines()}")

    def stop(self) -> None:
        if self.serving:
            self.serving.stop()
