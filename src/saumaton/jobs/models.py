"""Which workers are alive."""

from django.db import models


class Worker(models.Model):
    """One slot that runs jobs; its heartbeat tells the others whether it still lives."""

    slot = models.PositiveIntegerField(primary_key=True)
    process = models.UUIDField()  # of the process that holds the slot now
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.slot}"
