"""A Dataverse as the CRM of a connection: which columns of its tables are read and written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from saumaton.dataverse.client import Client, Rejected
from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.table import DataverseTable
from saumaton.dataverse.values import Columns
from saumaton.sync.model import Mapping, Operation, Row, Side, Values, Verb
from saumaton.sync.ports import Changes, Ending, Outcome, Table

# Lookups that may point at several tables: these are what the integration means.
TARGETS = {"parentcustomerid": "account", "customerid": "account", "ownerid": "systemuser"}
# What the CRM takes on update only, and what it takes on create only.
LATER = {"product": frozenset({"pricelevelid"})}
ONCE = {
    "pricelevel": frozenset({"transactioncurrencyid"}),
    "productpricelevel": frozenset({"pricelevelid"}),
    "transactioncurrency": frozenset({"isocurrencycode"}),
    "uomschedule": frozenset({"baseuomname"}),
}
AT_ONCE = 1000  # records in one request
ACTIVE = {"statecode": 0, "statuscode": 1}
DOCUMENTS = {
    "salesorder": """
        name ordernumber statecode statuscode customerid accountid contactid ownerid opportunityid
        pricelevelid transactioncurrencyid description requestdeliveryby submitdate
        lastbackofficesubmit discountamount discountpercentage freightamount totallineitemamount
        totalamountlessfreight totaltax totalamount pricingerrorcode billto_name billto_line1
        billto_line2 billto_city billto_country billto_postalcode billto_stateorprovince
        shipto_line1 shipto_line2 shipto_city shipto_country shipto_postalcode
        shipto_stateorprovince paymenttermscode shippingmethodcode freighttermscode""",
    "salesorderdetail": """
        salesorderid productid productdescription quantity priceperunit volumediscountamount
        manualdiscountamount tax baseamount extendedamount lineitemnumber sequencenumber
        description uomid""",
    "invoice": "name invoicenumber statecode salesorderid customerid totalamount",
    "invoicedetail": "invoiceid productid quantity priceperunit baseamount extendedamount",
    "contact": "parentcustomerid fullname",
}


def table_of(client: Client, mapping: Mapping) -> Table:
    """Return the CRM's table of a mapping, with the columns its fields and filter name."""
    names = [field.crm for field in mapping.fields]
    if not callable(mapping.crm_only):
        names += mapping.crm_only
    table = _table(client, mapping.crm_table, names)
    return _Steps(_Unversioned(table, client, mapping.crm_table), mapping.crm_table)


def document_table(client: Client, name: str) -> Table:
    return _Unversioned(_table(client, name, DOCUMENTS[name].split()), client, name)


def _table(client: Client, name: str, columns: Iterable[str]) -> DataverseTable:
    wanted = list(columns)
    targets = {column: TARGETS[column] for column in wanted if column in TARGETS}
    return DataverseTable(client, _descriptions(client), name, wanted, targets)


@lru_cache(maxsize=4)
def _descriptions(client: Client) -> Descriptions:
    return Descriptions(client)


@dataclass(frozen=True)
class _Steps:
    """A table some of whose columns can be written at creation only, and some only after it.

    A new product is also made active: where products begin as drafts, nobody could sell them.
    """

    table: "_Unversioned"
    name: str

    def changes(self, since: str | None) -> Changes:
        return self.table.changes(since)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        return self.table.fetch(ids)

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        return self.table.find(wanted)

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        outcomes = self.table.write([self._first(o) for o in operations])
        made = [
            (number, operation)
            for number, operation in enumerate(operations)
            if operation.verb is Verb.CREATE and outcomes[number].ending is Ending.DONE
        ]
        if self.name in LATER and made:
            completed = self.table.write([self._second(o) for _, o in made])
            for (number, _), outcome in zip(made, completed, strict=True):
                outcomes[number] = outcome
        return outcomes

    def _first(self, operation: Operation) -> Operation:
        left_out = LATER if operation.verb is Verb.CREATE else ONCE
        names = left_out.get(self.name, frozenset())
        kept = {
            name: value
            for name, value in operation.after.items()
            if name not in names and not (operation.verb is Verb.CREATE and value is None)
        }
        return replace(operation, after=kept)

    def _second(self, operation: Operation) -> Operation:
        late = {n: v for n, v in operation.after.items() if n in LATER[self.name]}
        return Operation(
            operation.mapping,
            Verb.UPDATE,
            operation.erp,
            operation.crm,
            side=Side.CRM,
            after={**late, **ACTIVE},
        )


@dataclass(frozen=True)
class _Unversioned:
    """A table whose updates without a version go by `UpdateMultiple`: one request, one transaction.

    Where that is refused they go one by one, and the one at fault stands alone.
    """

    table: DataverseTable
    client: Client
    name: str

    def changes(self, since: str | None) -> Changes:
        return self.table.changes(since)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        return self.table.fetch(ids)

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        return self.table.find(wanted)

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        if any(o.verb is not Verb.UPDATE or o.version for o in operations):
            return self.table.write(operations)
        outcomes: list[Outcome] = []
        for start in range(0, len(operations), AT_ONCE):
            outcomes += self._update(operations[start : start + AT_ONCE])
        return outcomes

    def _update(self, some: Sequence[Operation]) -> list[Outcome]:
        about = _descriptions(self.client).of(self.name)
        names = tuple({name for operation in some for name in operation.after})
        columns = Columns(about, names, TARGETS)
        targets = [
            {
                "@odata.type": f"Microsoft.Dynamics.CRM.{self.name}",
                about.key: str(operation.target),
                **columns.body(operation.after),
            }
            for operation in some
        ]
        path = f"{about.entity_set}/Microsoft.Dynamics.CRM.UpdateMultiple"
        try:
            self.client.post_json(path, {"Targets": targets})
        except Rejected:
            return self.table.write(some)
        return [Outcome(Ending.DONE)] * len(some)
