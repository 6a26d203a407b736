"""The change log. Database triggers write it; see `changes.py`, which reads it."""

from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """One insert, update or delete of a tracked row. Its number only grows.

    On PostgreSQL the row also holds the id of the transaction that wrote it (`transaction`).
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=40)
    row = models.UUIDField()
    verb = models.CharField(max_length=6)
    at = models.DateTimeField(db_default=Now())
    transaction = models.BigIntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["table", "row", "id"], name="change_row"),
            models.Index(fields=["table", "transaction"], name="change_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.table} {self.row} {self.verb}"
