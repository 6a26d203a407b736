"""Runs, what they planned and did, and what is still to be resolved."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .connection import Connection


class Run(models.Model):
    """One piece of work that a worker does for a connection; its id is also its job's."""

    class Kind(models.TextChoices):
        FULL = "full", _("Full synchronisation")
        MAPPING = "mapping", _("Synchronisation")
        ORDERS = "orders", _("Sales order conversion")
        INVOICES = "invoices", _("Posted sales invoices")
        UNDO = "undo", _("Undo")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        READY = "ready", _("Ready to start")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped by an alarm")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.PLANNED)
    details = models.JSONField(default=dict)  # what the kind needs: mappings, orders
    counters = models.JSONField(default=dict)  # of documents: total, done, refused
    actor = models.CharField(_("Started by"), max_length=150, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)
    started_at = models.DateTimeField(_("Started"), null=True)
    finished_at = models.DateTimeField(_("Finished"), null=True)

    class Meta:
        verbose_name = _("synchronisation job")
        verbose_name_plural = _("synchronisation jobs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d %H:%M}"


class RunMapping(models.Model):
    """The counters of one mapping in a run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="mappings")
    position = models.PositiveIntegerField()
    name = models.CharField(_("Mapping"), max_length=40)
    state = models.CharField(
        _("State"), max_length=10, choices=Run.State, default=Run.State.PLANNED
    )
    total = models.PositiveIntegerField(_("Planned operations"), default=0)
    done = models.PositiveIntegerField(_("Done"), default=0)
    held = models.PositiveIntegerField(_("Held"), default=0)
    refused = models.PositiveIntegerField(_("Refused"), default=0)
    created_erp = models.PositiveIntegerField(_("Created in Financials"), default=0)
    created_crm = models.PositiveIntegerField(_("Created in the CRM"), default=0)
    updated_erp = models.PositiveIntegerField(_("Updated in Financials"), default=0)
    updated_crm = models.PositiveIntegerField(_("Updated in the CRM"), default=0)
    deleted_erp = models.PositiveIntegerField(_("Deleted in Financials"), default=0)
    deleted_crm = models.PositiveIntegerField(_("Deleted in the CRM"), default=0)
    settled = models.PositiveIntegerField(_("Found equal"), default=0)
    reason = models.TextField(_("Reason"), blank=True)
    provisional = models.BooleanField(default=False)  # shows ids that are not known yet
    alarms = models.JSONField(default=list)  # why a person should look before it is applied
    tokens = models.JSONField(default=dict)  # kept when all that was planned has been applied

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "name"], name="one_line_a_mapping_in_a_run"),
        ]

    def __str__(self) -> str:
        return self.name


class JournalEntry(models.Model):
    """One operation of a run: planned while `ending` is empty, afterwards history.

    Values are text of `integration.values`.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    mapping = models.CharField(_("Mapping"), max_length=40)
    number = models.PositiveIntegerField()
    verb = models.CharField(_("Operation"), max_length=10)
    side = models.CharField(_("Side"), max_length=3, blank=True)
    erp_id = models.UUIDField(null=True)
    crm_id = models.UUIDField(null=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    agreed_erp = models.TextField(blank=True)
    agreed_crm = models.TextField(blank=True)
    version = models.TextField(blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    cause = models.CharField(_("Cause"), max_length=10, blank=True)
    ending = models.CharField(_("Ending"), max_length=10, blank=True)
    ended_at = models.DateTimeField(_("Ended"), null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "mapping", "number"], name="one_entry_a_planned_operation"
            ),
        ]
        indexes = [
            models.Index(fields=["mapping", "erp_id"]),
            models.Index(fields=["mapping", "crm_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.mapping} {self.number}"


class Pending(models.Model):
    """A record that is not in step, why, and what would resolve it."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    mapping = models.CharField(_("Mapping"), max_length=40)
    side = models.CharField(_("Side"), max_length=3)
    record = models.UUIDField()
    ending = models.CharField(_("Ending"), max_length=10)
    cause = models.CharField(_("Cause"), max_length=10, blank=True)
    reason = models.TextField(_("Reason"))
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True)
    since = models.DateTimeField(_("Since"))
    attempts = models.PositiveIntegerField(_("Attempts"), default=1)

    class Meta:
        verbose_name = _("pending record")
        verbose_name_plural = _("pending records")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "mapping", "side", "record"], name="one_pending_a_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mapping} {self.record}: {self.reason}"
