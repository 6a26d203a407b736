"""One performance of the demo: processes started, the story told, the table printed."""

import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from saumaton.site.certificates import ensure_certificates
from saumaton.site.demo.ready import addresses, ready, write_ready
from saumaton.site.demo.stage import Stage, set_stage
from saumaton.site.demo.steps import Steps
from saumaton.site.demo.story import Story
from saumaton.site.demo.web import WentWrong
from saumaton.site.processes import (
    DidNotStart,
    Installation,
    Process,
    mark_in_use,
    start_crm,
    start_financials,
    start_worker,
    wait_until_serving,
)


class Show:
    """Runs the demo in `home` on the demo company, or on the CSV files of `data`."""

    def __init__(self, console: Console, home: Path, data: Path | None) -> None:
        self.console = console
        self.home = home
        self.data = data
        self.processes: list[Process] = []
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
        if self.processes:
            self.console.print(addresses(stages[0]))
            if ready_file:
                write_ready(ready_file, ready(stages[0], self.processes))
        return steps.fell_short

    def _set_stage(self, stages: list[Stage]) -> str:
        from saumaton.financials.imports import BadInput

        certificates = ensure_certificates(self.home / "certificates")
        installation = Installation(self.home, certificates, 8443, 8000).on_free_ports()
        try:
            stages.append(set_stage(installation, self.data))
        except BadInput as rows:
            raise WentWrong(str(rows)) from rows
        return stages[0].said

    def _start(self, stage: Stage) -> str:
        installation = stage.installation
        crm, financials = start_crm(installation), start_financials(installation)
        worker = start_worker(installation)
        self.processes = [crm, financials, worker]
        try:
            wait_until_serving(crm, installation.crm_url, installation.certificates.authority)
            wait_until_serving(financials, installation.financials_url)
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
        """Serve until a process ends by itself."""
        while all(process.alive() for process in self.processes):
            time.sleep(0.5)
        for process in self.processes:
            if not process.alive():
                self.console.print(f"{process.name} ended:\n{process.last_lines()}")

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()
