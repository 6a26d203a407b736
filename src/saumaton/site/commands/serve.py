"""`saumaton serve`: CRM, Financials and a worker until stopped."""

import signal
import sys

import click

from saumaton.site.config import read_config


@click.command("serve")
@click.option("--crm-port", default=8443, show_default=True)
@click.option("--financials-port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="How many worker processes to start.")
def command(crm_port: int, financials_port: int, workers: int) -> None:
    """Serve CRM, Financials and workers until stopped. A taken port is replaced by a free one."""
    from saumaton.site.certificates import ensure_certificates
    from saumaton.site.processes import DidNotStart, Installation, serving

    home = read_config().home
    certificates = ensure_certificates(home / "certificates")
    installation = Installation(home, certificates, crm_port, financials_port).on_free_ports()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with serving(installation, workers) as processes:
            click.echo(f"CRM         {installation.crm_url}")
            click.echo(f"Financials  {installation.financials_url}")
            click.echo("Serving until you press Ctrl-C.")
            ended = next(iter(processes.ended()), None)
    except DidNotStart as sentence:
        raise click.ClickException(str(sentence)) from sentence
    except KeyboardInterrupt:
        return
    if ended:
        raise click.ClickException(f"{ended.name} ended:\n{ended.last_lines()}")
