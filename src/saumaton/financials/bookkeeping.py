"""From a posted document to the books: customer, VAT and general ledger entries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from saumaton.financials import ledger
from saumaton.financials.amounts import rounded
from saumaton.financials.errors import MissingSetup
from saumaton.financials.models import (
    CustomerLedgerEntry,
    DetailedCustomerLedgerEntry,
    GeneralLedgerSetup,
    GeneralPostingSetup,
    GLAccount,
    GLEntry,
    SalesCreditMemoHeader,
    SalesInvoiceHeader,
    VATEntry,
    VATPostingSetup,
)
from saumaton.financials.models.posted import PostedLine

ZERO = Decimal(0)


@dataclass(frozen=True)
class Share:
    """A part of an amount that belongs on one account; credit is negative."""

    account: GLAccount
    amount: Decimal


def book(
    document: SalesInvoiceHeader | SalesCreditMemoHeader,
    lines: Sequence[PostedLine],
    setup: GeneralLedgerSetup,
) -> CustomerLedgerEntry:
    """Enter a posted invoice or credit memo into the ledgers; a credit memo with opposite signs."""
    kind, sign = ("invoice", 1) if isinstance(document, SalesInvoiceHeader) else ("credit_memo", -1)
    precision = setup.amount_rounding_precision
    day = document.posting_date
    assert day is not None
    total = sign * document.amount_including_vat
    total_lcy = rounded(total / document.currency_factor, precision)
    shares = [Share(_receivables(document), total)]
    shares += [
        Share(share.account, sign * share.amount) for share in _revenue_and_vat(document, lines)
    ]
    entry = CustomerLedgerEntry.objects.create(
        entry_number=ledger.next_entry_number(CustomerLedgerEntry),
        posting_date=day,
        document_type=kind,
        document_number=document.number,
        description=document.bill_to_name,
        customer_id=document.bill_to_customer_id or document.customer_id,
        sell_to_customer_id=document.customer_id,
        due_date=document.due_date,
        your_reference=document.your_reference,
        external_document_number=document.external_document_number,
        currency_id=document.currency_id,
        salesperson_id=document.salesperson_id,
        sales_lcy=rounded(sign * document.amount / document.currency_factor, precision),
        open=bool(total),
    )
    add_detail(entry, "initial", total, total_lcy, day)
    _vat_entries(document, lines, kind, sign, precision)
    in_lcy = _in_lcy(shares, document.currency_factor, precision)
    costs = [
        Share(share.account, sign * share.amount) for share in _costs(document, lines, precision)
    ]
    post_to_general_ledger([*in_lcy, *costs], day, kind, document.number, document.bill_to_name)
    return entry


def add_detail(
    entry: CustomerLedgerEntry,
    entry_type: str,
    amount: Decimal,
    amount_lcy: Decimal,
    day: date,
    applied: CustomerLedgerEntry | None = None,
) -> None:
    """Change what a customer ledger entry is worth by one detailed entry."""
    DetailedCustomerLedgerEntry.objects.create(
        entry_number=ledger.next_entry_number(DetailedCustomerLedgerEntry),
        posting_date=day,
        document_type=entry.document_type,
        document_number=entry.document_number,
        entry=entry,
        customer_id=entry.customer_id,
        entry_type=entry_type,
        applied_entry=applied,
        amount=amount,
        amount_lcy=amount_lcy,
    )


def post_to_general_ledger(
    shares: Iterable[Share], day: date, document_type: str, number: str, description: str
) -> None:
    """Write general ledger entries in LCY, one for each account. They must add up to nothing."""
    accounts: dict[GLAccount, Decimal] = defaultdict(Decimal)
    for share in shares:
        accounts[share.account] += share.amount
    if sum(accounts.values(), ZERO):
        raise AssertionError(f"The entries of {number} do not balance: {accounts}")
    first = ledger.next_entry_number(GLEntry)
    GLEntry.objects.bulk_create(
        GLEntry(
            entry_number=first + index,
            posting_date=day,
            document_type=document_type,
            document_number=number,
            description=description,
            account=account,
            amount=amount,
        )
        for index, (account, amount) in enumerate(
            (account, amount) for account, amount in accounts.items() if amount
        )
    )


def _receivables(document: SalesInvoiceHeader | SalesCreditMemoHeader) -> GLAccount:
    group = document.customer_posting_group
    if group is None or group.receivables_account is None:
        raise MissingSetup(
            _("%(document)s: the Customer Posting Group is empty or has no Receivables Account.")
            % {"document": document},
            "customer_posting_group",
        )
    return group.receivables_account


def _revenue_and_vat(
    document: SalesInvoiceHeader | SalesCreditMemoHeader, lines: Iterable[PostedLine]
) -> list[Share]:
    shares = []
    for line in lines:
        if not line.type or not line.amount_including_vat:
            continue
        account = line.gl_account or _setup(document, line).sales_account
        if account is None:
            raise MissingSetup(
                _("General Posting Setup %(setup)s has no Sales Account.")
                % {"setup": _setup(document, line)},
                "sales_account",
            )
        shares.append(Share(account, -line.amount))
        vat = line.amount_including_vat - line.amount
        if vat:
            shares.append(Share(_vat_account(document, line), -vat))
    return shares


def _costs(
    document: SalesInvoiceHeader | SalesCreditMemoHeader,
    lines: Iterable[PostedLine],
    precision: Decimal,
) -> list[Share]:
    shares = []
    for line in lines:
        item = line.item
        if item is None or item.type != "inventory" or not item.unit_cost:
            continue
        group, setup = item.inventory_posting_group, _setup(document, line)
        if group is None or group.inventory_account is None or setup.cost_account is None:
            continue  # inventory is then valued outside these books
        cost = rounded(line.quantity * line.quantity_per_unit * item.unit_cost, precision)
        shares += [Share(setup.cost_account, cost), Share(group.inventory_account, -cost)]
    return shares


def _setup(
    document: SalesInvoiceHeader | SalesCreditMemoHeader, line: PostedLine
) -> GeneralPostingSetup:
    setup = (
        GeneralPostingSetup.objects.filter(
            business_group=document.general_business_posting_group_id,
            product_group=line.general_product_posting_group_id,
        )
        .select_related("sales_account", "cost_account", "business_group", "product_group")
        .first()
    )
    if setup is None:
        raise MissingSetup(
            _(
                "General Posting Setup has no row for %(business)s and %(product)s, which line "
                "%(line)s of %(document)s needs. Add it there."
            )
            % {
                "business": document.general_business_posting_group,
                "product": line.general_product_posting_group,
                "line": line.line_number,
                "document": document,
            }
        )
    return setup


def _vat_account(
    document: SalesInvoiceHeader | SalesCreditMemoHeader, line: PostedLine
) -> GLAccount:
    setup = VATPostingSetup.objects.filter(
        business_group=document.vat_business_posting_group_id,
        product_group=line.vat_product_posting_group_id,
    ).first()
    if setup is None or setup.sales_vat_account is None:
        raise MissingSetup(
            _("VAT Posting Setup has no Sales VAT Account for line %(line)s of %(document)s.")
            % {"line": line.line_number, "document": document}
        )
    return setup.sales_vat_account


def _vat_entries(
    document: SalesInvoiceHeader | SalesCreditMemoHeader,
    lines: Iterable[PostedLine],
    kind: str,
    sign: int,
    precision: Decimal,
) -> None:
    day = document.posting_date
    assert day is not None
    sums: dict[tuple[UUID | None, Decimal], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in lines:
        if line.type:
            base_and_vat = sums[line.vat_product_posting_group_id, line.vat_percent]
            base_and_vat[0] += line.amount
            base_and_vat[1] += line.amount_including_vat - line.amount
    first = ledger.next_entry_number(VATEntry)
    VATEntry.objects.bulk_create(
        VATEntry(
            entry_number=first + index,
            posting_date=day,
            document_type=kind,
            document_number=document.number,
            customer_id=document.bill_to_customer_id or document.customer_id,
            vat_business_posting_group_id=document.vat_business_posting_group_id,
            vat_product_posting_group_id=group,
            vat_percent=percent,
            base=rounded(-sign * base / document.currency_factor, precision),
            amount=rounded(-sign * vat / document.currency_factor, precision),
        )
        for index, ((group, percent), (base, vat)) in enumerate(sums.items())
    )


def _in_lcy(shares: Iterable[Share], factor: Decimal, precision: Decimal) -> list[Share]:
    """Convert shares that add up to nothing so that they still do: the running total is rounded."""
    converted, running, done = [], ZERO, ZERO
    for share in shares:
        running += share.amount
        lcy = rounded(running / factor, precision)
        converted.append(Share(share.account, lcy - done))
        done = lcy
    return converted
