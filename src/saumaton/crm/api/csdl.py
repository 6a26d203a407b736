"""`$metadata`: the model as CSDL."""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from ..described import Column, Kind, Table
from ..model import Model
from .operations import ACTIONS, FUNCTIONS

_TYPES = {
    Kind.ID: "Edm.Guid",
    Kind.LOOKUP: "Edm.Guid",
    Kind.TEXT: "Edm.String",
    Kind.MEMO: "Edm.String",
    Kind.WHOLE: "Edm.Int32",
    Kind.BIG: "Edm.Int64",
    Kind.DECIMAL: "Edm.Decimal",
    Kind.MONEY: "Edm.Decimal",
    Kind.DOUBLE: "Edm.Double",
    Kind.YES_NO: "Edm.Boolean",
    Kind.DATE: "Edm.Date",
    Kind.MOMENT: "Edm.DateTimeOffset",
    Kind.CHOICE: "Edm.Int32",
    Kind.STATE: "Edm.Int32",
    Kind.STATUS: "Edm.Int32",
}


def document(model: Model) -> bytes:
    """Return the CSDL document of a model."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
        "<edmx:DataServices>",
        '<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" '
        'xmlns="http://docs.oasis-open.org/odata/ns/edm">',
        '<EntityType Name="crmbaseentity" Abstract="true"/>',
    ]
    for table in model.tables.values():
        lines += _entity(model, table)
    lines += _operations()
    lines += _container(model)
    lines += ["</Schema>", "</edmx:DataServices>", "</edmx:Edmx>"]
    return "\n".join(lines).encode()


def _entity(model: Model, table: Table) -> Iterator[str]:
    yield f'<EntityType Name={quoteattr(table.name)} BaseType="mscrm.crmbaseentity">'
    yield f"<Key><PropertyRef Name={quoteattr(table.key)}/></Key>"
    for column in table.all_columns.values():
        yield _property(column)
    for name, (column, target) in table.navigations.items():
        if target in model.tables:
            yield from _single(model, table, name, column, target)
    for name, collection in model.collections[table.name].items():
        partner = collection.column.navigation_to(table.name)
        yield _many(name, collection.table, partner)
    for name, relation in model.many[table.name].items():
        other = relation.side(table.name)[2]
        yield _many(name, other, relation.navigation_from(other))
    yield "</EntityType>"


def _property(column: Column) -> str:
    kind = _TYPES[column.kind]
    scale = ' Scale="Variable"' if kind == "Edm.Decimal" else ""
    return f'<Property Name={quoteattr(column.property_name)} Type="{kind}"{scale}/>'


def _single(model: Model, table: Table, name: str, column: Column, target: str) -> Iterator[str]:
    partner = column.back_from(target, table.name)
    yield (
        f'<NavigationProperty Name={quoteattr(name)} Type="mscrm.{target}" '
        f"Partner={quoteattr(partner)}>"
    )
    yield (
        f"<ReferentialConstraint Property={quoteattr(column.property_name)} "
        f"ReferencedProperty={quoteattr(model.tables[target].key)}/></NavigationProperty>"
    )


def _many(name: str, table: str, partner: str) -> str:
    return (
        f'<NavigationProperty Name={quoteattr(name)} Type="Collection(mscrm.{table})" '
        f"Partner={quoteattr(partner)}/>"
    )


def _operations() -> Iterator[str]:
    for name in sorted(FUNCTIONS):
        yield f'<ComplexType Name="{name}Response" OpenType="true"/>'
        yield f'<Function Name="{name}"><ReturnType Type="mscrm.{name}Response"/></Function>'
    for name in sorted(ACTIONS):
        yield f'<Action Name="{name}"/>'


def _container(model: Model) -> Iterator[str]:
    yield '<EntityContainer Name="System">'
    for table in model.tables.values():
        yield f'<EntitySet Name={quoteattr(table.set_name)} EntityType="mscrm.{table.name}">'
        for name, (_, target) in table.navigations.items():
            if target in model.tables:
                yield _binding(name, model.tables[target].set_name)
        for name, collection in model.collections[table.name].items():
            yield _binding(name, model.tables[collection.table].set_name)
        yield "</EntitySet>"
    for name in sorted(FUNCTIONS):
        yield f'<FunctionImport Name="{name}" Function="mscrm.{name}"/>'
    for name in sorted(ACTIONS):
        yield f'<ActionImport Name="{name}" Action="mscrm.{name}"/>'
    yield "</EntityContainer>"


def _binding(path: str, target: str) -> str:
    return f"<NavigationPropertyBinding Path={quoteattr(path)} Target={quoteattr(target)}/>"
