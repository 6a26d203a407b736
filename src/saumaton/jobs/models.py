"""Which workers are alive."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """One slot that runs jobs; its heartbeat tells the others whether it still lives."""

    slot = models.PositiveIntegerField(primary_key=True)
    process = models.UUIDField()  # of the process that holds the slot now
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.slot}"


class Schedule(models.Model):
    """When a recurring piece of work is due next. Whoever moves `due_at` on may start it."""

    name = models.CharField(_("Name"), max_length=100, primary_key=True)
    minutes = models.PositiveIntegerField(_("Interval in minutes"))
    due_at = models.DateTimeField(_("Due"))
    on_hold = models.BooleanField(_("On hold"), default=False)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.name
