"""Payment journals, their lines, and posting them."""

from typing import Any

from django.db.models import Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import ledger, models
from saumaton.financials import payments as posting
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entity import Entity, Navigation, Written
from saumaton.financials.api.kinds import Integer, Text
from saumaton.financials.api.problem import refused
from saumaton.financials.api.writing import create_record, delete_record, update_record
from saumaton.users.models import User
from saumaton.users.permissions import Right

LINE_STEP = 10_000
ACCOUNT_NUMBER = Text(20, code=True)


def _complete(line: models.PaymentJournalLine) -> None:
    """Fill in what follows from the applied invoice, and check the rest. Raises `Problem`."""
    invoice = line.applies_to_invoice
    if invoice is not None:
        debtor_id = invoice.bill_to_customer_id or invoice.customer_id
        line.customer_id = line.customer_id or debtor_id
        if line.customer_id != debtor_id:
            raise refused(
                _("Invoice %(invoice)s is not one of the customer's.") % {"invoice": invoice}
            )
        entry_id = invoice.customer_ledger_entry_id
        if not line.amount and entry_id:
            line.amount = -ledger.remaining([entry_id])[entry_id].amount
    if line.customer is not None:
        line.description = line.description or line.customer.name
    line.posting_date = line.posting_date or timezone.localdate()


def _create_line(entity: Entity, wanted: Written) -> Model:
    journal_id = wanted.values.get("journal_id")
    if journal_id is None:
        raise refused(_("journalId must be filled in."))
    if not wanted.values.get("line_number"):
        lines = models.PaymentJournalLine.objects.filter(journal_id=journal_id)
        last = lines.aggregate(last=Max("line_number"))["last"] or 0
        wanted.values["line_number"] = last + LINE_STEP
    line = models.PaymentJournalLine(**wanted.values)
    _complete(line)
    line.save(force_insert=True)
    return line


def _update_line(entity: Entity, record: Any, wanted: Written) -> Model:
    if wanted.values.pop("journal_id", record.journal_id) != record.journal_id:
        raise refused(_("journalId of a payment cannot be changed."))
    for name, value in wanted.values.items():
        setattr(record, name, value)
    _complete(record)
    record.save()
    return record


def post_journal(journal: Any, user: User) -> None:
    """Post every payment of a journal, which is empty afterwards. Raises `Problem`."""
    lines = list(journal.lines.select_related("customer", "applies_to_invoice"))
    if not lines:
        raise refused(_("Journal %(journal)s has nothing to post.") % {"journal": journal})
    for line in lines:
        _post_line(journal, line)
    journal.lines.all().delete()


def _post_line(journal: models.PaymentJournal, line: models.PaymentJournalLine) -> None:
    if line.customer is None or line.amount >= 0:
        raise refused(
            _("Line %(line)s needs a customer, and a negative amount for money received.")
            % {"line": line.line_number}
        )
    invoice = line.applies_to_invoice
    entry = invoice.customer_ledger_entry if invoice else None
    payment = posting.Payment(
        line.customer,
        -line.amount,
        posting_date=line.posting_date,
        currency=entry.currency if entry else line.customer.currency,
        document_number=line.document_number,
        external_document_number=line.external_document_number,
        description=line.description,
        account=journal.balancing_account,
    )
    posting.post_payment(payment, [entry] if entry else [])


def _journal(name: str, type_name: str, **options: Any) -> Entity:
    return Entity(
        name,
        type_name,
        models.PaymentJournal,
        (
            fields.ID,
            fields.code("code", "code", 10, required=True),
            fields.text("displayName", "description", 100),
            fields.reference("balancingAccountId", "balancing_account", models.GLAccount),
            fields.shown(
                "balancingAccountNumber", "balancing_account__number", Text(20, code=True)
            ),
        ),
        order="code",
        create=create_record,
        update=update_record,
        delete=delete_record,
        right=Right.POST_PAYMENTS,
        act_right=Right.POST_PAYMENTS,
        actions={"post": post_journal},
        **options,
    )


JOURNALS = _journal("journals", "journal")
PAYMENT_JOURNALS = _journal(
    "customerPaymentJournals",
    "customerPaymentJournal",
    navigations={"customerPayments": Navigation("customerPayments", of="journal_id")},
)
CUSTOMER_PAYMENTS = Entity(
    "customerPayments",
    "customerPayment",
    models.PaymentJournalLine,
    (
        fields.ID,
        fields.reference("journalId", "journal", models.PaymentJournal),
        fields.shown("journalDisplayName", "journal__code", Text(10, code=True)),
        fields.plain("lineNumber", Integer(), "line_number"),
        fields.reference("customerId", "customer", models.Customer),
        fields.coded("customerNumber", "customer", models.Customer, "number"),
        fields.day("postingDate", "posting_date"),
        fields.code("documentNumber", "document_number", 20),
        fields.text("externalDocumentNumber", "external_document_number", 35),
        fields.quantity("amount", "amount"),
        fields.reference("appliesToInvoiceId", "applies_to_invoice", models.SalesInvoiceHeader),
        fields.coded(
            "appliesToInvoiceNumber", "applies_to_invoice", models.SalesInvoiceHeader, "number"
        ),
        fields.text("description", "description", 100),
        fields.text("comment", "comment", 250),
    ),
    {
        "customerPaymentJournal": Navigation("customerPaymentJournals", "journal_id"),
        "customer": Navigation("customers", "customer_id"),
    },
    order="line_number",
    create=_create_line,
    update=_update_line,
    delete=delete_record,
    right=Right.POST_PAYMENTS,
    needs_filter="journalId",
)
PAYMENTS = (JOURNALS, PAYMENT_JOURNALS, CUSTOMER_PAYMENTS)
