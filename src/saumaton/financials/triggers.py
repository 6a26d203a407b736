"""Database triggers: they write the change log, and keep ledger entries from being edited.

Whoever changes a tracked row (a page, the API, an import, raw SQL), the database itself notes it.
A migration that alters one of these tables must call `install` again: SQLite drops a table's
triggers with the old table. `tests/financials/test_changes.py` notices when it was forgotten.
"""

# ruff: noqa: S608 (no parameter reaches these statements: every name in them stands in this file)
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LOG = "financials_change"


@dataclass(frozen=True)
class Mark:
    """A change of a row of `source` is a change of the row of `table` that its `column` names.

    With `through`, it is a change of the rows of that database table whose `through_column` equals
    the column.
    """

    source: str
    table: str
    column: str = "id"
    through: str = ""
    through_column: str = ""


TRACKED = {
    "salesperson": "financials_salesperson",
    "currency": "financials_currency",
    "exchange_rate": "financials_exchangerate",
    "unit_of_measure": "financials_unitofmeasure",
    "item": "financials_item",
    "item_unit": "financials_itemunit",
    "resource": "financials_resource",
    "resource_unit": "financials_resourceunit",
    "customer": "financials_customer",
    "contact": "financials_contact",
    "customer_price_group": "financials_customerpricegroup",
    "sales_price": "financials_salesprice",
    "payment_terms": "financials_paymentterms",
    "shipment_method": "financials_shipmentmethod",
    "shipping_agent": "financials_shippingagent",
    "sales_header": "financials_salesheader",
    "sales_invoice_header": "financials_salesinvoiceheader",
    "sales_shipment_header": "financials_salesshipmentheader",
    "sales_credit_memo_header": "financials_salescreditmemoheader",
    "company_information": "financials_companyinformation",
}
MARKS = [Mark(source, table) for table, source in TRACKED.items()] + [
    Mark("financials_exchangerate", "currency", "currency_id"),
    Mark("financials_itemunit", "item", "item_id"),
    Mark("financials_resourceunit", "resource", "resource_id"),
    Mark("financials_itemledgerentry", "item", "item_id"),
    Mark("financials_customerledgerentry", "customer", "customer_id"),
    Mark("financials_detailedcustomerledgerentry", "customer", "customer_id"),
    Mark(
        "financials_detailedcustomerledgerentry",
        "sales_invoice_header",
        "entry_id",
        "financials_salesinvoiceheader",
        "customer_ledger_entry_id",
    ),
    Mark("financials_salesline", "sales_header", "header_id"),
]
FIXED = {
    "financials_itemledgerentry": ("item_id", "quantity", "posting_date"),
    "financials_detailedcustomerledgerentry": ("entry_id", "customer_id", "amount", "amount_lcy"),
    "financials_glentry": ("account_id", "amount", "posting_date"),
    "financials_vatentry": ("base", "amount", "posting_date"),
}
VERBS = ("insert", "update", "delete")


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make every trigger anew. Fits `migrations.RunPython`."""
    statements = {"sqlite": sqlite, "postgresql": postgresql}[editor.connection.vendor]
    for statement in statements():
        editor.execute(statement, params=None)


def sqlite() -> Iterator[str]:
    for mark in MARKS:
        for verb in VERBS:
            name = _name(mark, verb)
            rows = {"insert": ["NEW"], "delete": ["OLD"], "update": ["NEW", "OLD"]}[verb]
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield (
                f"CREATE TRIGGER {name} AFTER {verb} ON {mark.source} BEGIN "
                + "".join(_sqlite_insert(mark, verb, row) for row in rows)
                + "END"
            )
    for source, columns in FIXED.items():
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        yield f"DROP TRIGGER IF EXISTS {source}_fixed"
        yield (
            f"CREATE TRIGGER {source}_fixed BEFORE UPDATE ON {source} WHEN {changed} "
            "BEGIN SELECT RAISE(ABORT, 'Ledger entries cannot be edited.'); END"
        )


def _sqlite_insert(mark: Mark, verb: str, row: str) -> str:
    # An update that moves a row from one parent to another changes both.
    moved = f" AND OLD.{mark.column} IS NOT NEW.{mark.column}" if (verb, row) == UPDATED else ""
    select = (
        f"SELECT '{mark.table}', id, '{_logged(mark, verb)}' FROM {mark.through} "
        f"WHERE {mark.through_column} = {row}.{mark.column}"
        if mark.through
        else f"SELECT '{mark.table}', {row}.{mark.column}, '{_logged(mark, verb)}' "
        f"WHERE {row}.{mark.column} IS NOT NULL"
    )
    return f'INSERT INTO {LOG} ("table", "row", verb) {select}{moved}; '


UPDATED = ("update", "OLD")


def postgresql() -> Iterator[str]:
    """Statement triggers with transition tables: a bulk write pays once, not per row."""
    for mark in MARKS:
        for verb in VERBS:
            name = _name(mark, verb)
            yield f"DROP TRIGGER IF EXISTS {name} ON {mark.source}"
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f'INSERT INTO {LOG} ("table", "row", verb, transaction) '
                f"SELECT '{mark.table}', marked.id, '{_logged(mark, verb)}', "
                f"pg_current_xact_id()::text::bigint FROM ({_postgresql_rows(mark, verb)}) "
                "AS marked WHERE marked.id IS NOT NULL; RETURN NULL; END $$"
            )
            seen = {
                "insert": "NEW TABLE AS new_rows",
                "delete": "OLD TABLE AS old_rows",
                "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            }[verb]
            yield (
                f"CREATE TRIGGER {name} AFTER {verb} ON {mark.source} REFERENCING {seen} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    yield (
        "CREATE OR REPLACE FUNCTION financials_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'Ledger entries cannot be edited.'; END $$"
    )
    for source, columns in FIXED.items():
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        yield f"DROP TRIGGER IF EXISTS {source}_fixed ON {source}"
        yield (
            f"CREATE TRIGGER {source}_fixed BEFORE UPDATE ON {source} FOR EACH ROW "
            f"WHEN ({changed}) EXECUTE FUNCTION financials_fixed()"
        )


def _postgresql_rows(mark: Mark, verb: str) -> str:
    tables = {
        "insert": ["new_rows"],
        "delete": ["old_rows"],
        "update": ["new_rows", "old_rows"],
    }[verb]
    if mark.through:
        selects = [
            f"SELECT t.id FROM {mark.through} t JOIN {table} r "
            f"ON t.{mark.through_column} = r.{mark.column}"
            for table in tables
        ]
    else:
        selects = [f"SELECT {mark.column} AS id FROM {table}" for table in tables]
    return f"SELECT DISTINCT id FROM ({' UNION ALL '.join(selects)}) AS touched"


def _logged(mark: Mark, verb: str) -> str:
    return verb if mark.column == "id" else "update"


def _name(mark: Mark, verb: str) -> str:
    own = mark.source.removeprefix("financials_")
    return f"change_{own}_{verb}" if mark.column == "id" else f"mark_{own}_{mark.table}_{verb}"
