"""The steps of jobs that carry documents: plain values in, plain values out."""

from collections.abc import Sequence
from uuid import UUID

from saumaton.integration import invoices
from saumaton.integration.models import Document, Run
from saumaton.integration.orders import conversion
from saumaton.integration.patience import patiently


def find_orders(run_id: str) -> list[str]:
    """Return the ids of the CRM orders that wait, and note how many they are."""
    run = Run.objects.select_related("connection").get(pk=run_id)
    found = patiently(lambda: conversion.waiting_orders(run.connection))
    return _noted(run, found)


def find_invoices(run_id: str) -> list[str]:
    """Return the ids of the posted invoices that the CRM does not have yet."""
    run = Run.objects.select_related("connection").get(pk=run_id)
    return _noted(run, invoices.waiting_invoices(run.connection))


def _noted(run: Run, found: Sequence[UUID]) -> list[str]:
    run.counters = {"total": len(found), "done": 0, "refused": 0}
    run.save(update_fields=["counters"])
    return [str(id) for id in found]


def convert(run_id: str, ids: Sequence[str]) -> None:
    run = Run.objects.select_related("connection").get(pk=run_id)
    wanted = [UUID(id) for id in ids]
    patiently(lambda: conversion.convert(run.connection, wanted))
    _count(run, Document.objects.filter(kind=Document.Kind.ORDER, crm_id__in=wanted))


def send_invoices(run_id: str, ids: Sequence[str]) -> None:
    run = Run.objects.select_related("connection").get(pk=run_id)
    wanted = [UUID(id) for id in ids]
    patiently(lambda: invoices.send(run.connection, wanted))
    _count(run, Document.objects.filter(kind=Document.Kind.INVOICE, erp_id__in=wanted))


def _count(run: Run, documents) -> None:  # type: ignore[no-untyped-def]
    states = list(documents.filter(connection=run.connection).values_list("state", flat=True))
    refused = states.count(Document.State.REFUSED)
    counters = {"total": len(states), "done": 0, "refused": 0, **run.counters}
    counters["done"] += len(states) - refused
    counters["refused"] += refused
    run.counters = counters
    run.save(update_fields=["counters"])
