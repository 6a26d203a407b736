"""The CSDL document: what there is, for programs that make themselves a client of it."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from saumaton.financials.api.entity import Entity
from saumaton.financials.api.kinds import Enum, Text, encoded

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"


def document(entities: Iterable[Entity], namespace: str) -> bytes:
    """Return the entity sets, their types, enumerations and actions as CSDL XML."""
    entities = list(entities)
    register_namespace("edmx", EDMX)
    register_namespace("", EDM)
    root = Element(f"{{{EDMX}}}Edmx", Version="4.0")
    services = SubElement(root, f"{{{EDMX}}}DataServices")
    schema = SubElement(services, f"{{{EDM}}}Schema", Namespace=namespace)
    types = {entity.name: entity.type_name for entity in entities}
    for entity in entities:
        _entity_type(schema, entity, types, namespace)
        _actions(schema, entity, namespace)
    for kind in _enums(entities).values():
        _enum_type(schema, kind)
    container = SubElement(schema, f"{{{EDM}}}EntityContainer", Name="default")
    for entity in entities:
        _entity_set(container, entity, types, namespace)
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _enums(entities: Iterable[Entity]) -> dict[str, Enum]:
    kinds = (property.kind for entity in entities for property in entity.properties)
    return {kind.type_name: kind for kind in kinds if isinstance(kind, Enum) and kind.type_name}


def _entity_type(schema: Element, entity: Entity, types: dict[str, str], namespace: str) -> None:
    node = SubElement(schema, f"{{{EDM}}}EntityType", Name=entity.type_name)
    key = SubElement(node, f"{{{EDM}}}Key")
    for name in entity.keys:
        SubElement(key, f"{{{EDM}}}PropertyRef", Name=name)
    for property in entity.properties:
        kind = property.kind
        described = {"Name": property.name, "Type": kind.edm}
        if isinstance(kind, Enum) and kind.type_name:
            described["Type"] = f"{namespace}.{kind.type_name}"
        if isinstance(kind, Text) and kind.max_length:
            described["MaxLength"] = str(kind.max_length)
        if property.name in entity.keys:
            described["Nullable"] = "false"
        SubElement(node, f"{{{EDM}}}Property", described)
    for name, navigation in entity.navigations.items():
        if navigation.to not in types:
            continue
        to = f"{namespace}.{types[navigation.to]}"
        described = {"Name": name, "Type": f"Collection({to})" if navigation.many else to}
        if navigation.many:
            described["ContainsTarget"] = "true"
        SubElement(node, f"{{{EDM}}}NavigationProperty", described)


def _actions(schema: Element, entity: Entity, namespace: str) -> None:
    names = {name for part in entity.parts for name in part.actions}
    for name in sorted(names):
        action = SubElement(schema, f"{{{EDM}}}Action", Name=name, IsBound="true")
        SubElement(
            action,
            f"{{{EDM}}}Parameter",
            Name="bindingParameter",
            Type=f"{namespace}.{entity.type_name}",
        )


def _enum_type(schema: Element, kind: Enum) -> None:
    node = SubElement(schema, f"{{{EDM}}}EnumType", Name=kind.type_name)
    for place, name in enumerate(kind.names.values()):
        SubElement(node, f"{{{EDM}}}Member", Name=encoded(name), Value=str(place))


def _entity_set(container: Element, entity: Entity, types: dict[str, str], namespace: str) -> None:
    node = SubElement(
        container,
        f"{{{EDM}}}EntitySet",
        Name=entity.name,
        EntityType=f"{namespace}.{entity.type_name}",
    )
    for name, navigation in entity.navigations.items():
        if navigation.to in types:
            SubElement(node, f"{{{EDM}}}NavigationPropertyBinding", Path=name, Target=navigation.to)
