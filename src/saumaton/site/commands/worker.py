"""`saumaton worker`: run background jobs until stopped."""

import click


@click.command("worker")
@click.option("--slot", default=1, show_default=True, help="Which of several workers this is.")
def command(slot: int) -> None:
    """Run background jobs until stopped; a worker that was killed goes on where it was."""
    import django

    django.setup()
    from saumaton.jobs import worker

    worker.run(slot)
