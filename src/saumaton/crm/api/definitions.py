"""Tables as EntityDefinitions: tables, attributes, option sets, keys and relationships as JSON."""

from collections.abc import Iterator
from typing import Any

from ..described import Column, Key, Kind, ManyToMany, Table, metadata_id
from ..model import Model

Json = dict[str, Any]
NAMESPACE = "#Microsoft.Dynamics.CRM."
LANGUAGE = 1033
_TYPES = {
    Kind.ID: ("Uniqueidentifier", "AttributeMetadata", "UniqueidentifierType"),
    Kind.TEXT: ("String", "StringAttributeMetadata", "StringType"),
    Kind.MEMO: ("Memo", "MemoAttributeMetadata", "MemoType"),
    Kind.WHOLE: ("Integer", "IntegerAttributeMetadata", "IntegerType"),
    Kind.BIG: ("BigInt", "BigIntAttributeMetadata", "BigIntType"),
    Kind.DECIMAL: ("Decimal", "DecimalAttributeMetadata", "DecimalType"),
    Kind.DOUBLE: ("Double", "DoubleAttributeMetadata", "DoubleType"),
    Kind.MONEY: ("Money", "MoneyAttributeMetadata", "MoneyType"),
    Kind.YES_NO: ("Boolean", "BooleanAttributeMetadata", "BooleanType"),
    Kind.DATE: ("DateTime", "DateTimeAttributeMetadata", "DateTimeType"),
    Kind.MOMENT: ("DateTime", "DateTimeAttributeMetadata", "DateTimeType"),
    Kind.CHOICE: ("Picklist", "PicklistAttributeMetadata", "PicklistType"),
    Kind.STATE: ("State", "StateAttributeMetadata", "StateType"),
    Kind.STATUS: ("Status", "StatusAttributeMetadata", "StatusType"),
    Kind.LOOKUP: ("Lookup", "LookupAttributeMetadata", "LookupType"),
}


def label(text: str, *ids: str) -> Json:
    if not text:
        return {"LocalizedLabels": [], "UserLocalizedLabel": None}
    localized = {
        "Label": text,
        "LanguageCode": LANGUAGE,
        "IsManaged": False,
        "MetadataId": metadata_id("label", *ids, text),
        "HasChanged": None,
    }
    return {"LocalizedLabels": [localized], "UserLocalizedLabel": localized}


def managed(value: Any, name: str = "") -> Json:
    return {"Value": value, "CanBeChanged": True, "ManagedPropertyLogicalName": name or None}


def table_json(table: Table) -> Json:
    """Return a table's own properties, without attributes, keys and relationships."""
    many = table.plural or f"{table.label or table.schema_name}s"
    return {
        "MetadataId": table.metadata_id,
        "LogicalName": table.name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.set_name,
        "LogicalCollectionName": table.set_name,
        "CollectionSchemaName": many.replace(" ", ""),
        "PrimaryIdAttribute": table.key,
        "PrimaryNameAttribute": table.primary_name,
        "ObjectTypeCode": table.code,
        "IsPrivate": table.private,
        "IsCustomEntity": table.custom,
        "IsIntersect": table.intersect,
        "IsActivity": table.activity,
        "IsManaged": False,
        "IsLogicalEntity": False,
        "OwnershipType": "UserOwned" if table.owned else "OrganizationOwned",
        "TableType": "Standard",
        "ChangeTrackingEnabled": table.tracked and not table.intersect,
        "IsOptimisticConcurrencyEnabled": not table.intersect,
        "HasNotes": False,
        "HasActivities": False,
        "IsStateModelAware": bool(table.states),
        "IsValidForAdvancedFind": True,
        "IsCustomizable": managed(True, "iscustomizable"),
        "CanCreateAttributes": managed(True, "cancreateattributes"),
        "CanCreateForms": managed(False, "cancreateforms"),
        "CanModifyAdditionalSettings": managed(True, "canmodifyadditionalsettings"),
        "DisplayName": label(table.label or table.schema_name, table.name, "one"),
        "DisplayCollectionName": label(many, table.name, "many"),
        "Description": label(table.description, table.name, "description"),
        "HasChanged": None,
    }


def column_id(table: Table, column: Column) -> str:
    return column.id or metadata_id(table.name, "column", column.name)


def attributes(table: Table) -> list[Json]:
    return [attribute_json(table, column) for column in table.all_columns.values()]


def attribute_json(table: Table, column: Column) -> Json:
    """Return an attribute with the properties of its type."""
    kind, odata_type, type_name = _type_of(column)
    primary = column.name == table.key
    required = "SystemRequired" if column.required or primary else "None"
    return {
        "@odata.type": NAMESPACE + odata_type,
        "MetadataId": column_id(table, column),
        "LogicalName": column.name,
        "SchemaName": column.schema_name,
        "EntityLogicalName": table.name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": type_name},
        "AttributeOf": None,
        "IsPrimaryId": primary,
        "IsPrimaryName": column.name == table.primary_name,
        "IsCustomAttribute": column.custom,
        "IsManaged": False,
        "IsLogical": False,
        "IsValidForCreate": column.create,
        "IsValidForRead": True,
        "IsValidForUpdate": column.update and not primary,
        "IsValidODataAttribute": True,
        "IsSearchable": False,
        "IsFilterable": True,
        "ColumnNumber": list(table.all_columns).index(column.name) + 1,
        "RequiredLevel": managed(required, "canmodifyrequirementlevelsettings"),
        "IsCustomizable": managed(True, "iscustomizable"),
        "IsValidForAdvancedFind": managed(True, "canmodifysearchsettings"),
        "DisplayName": label(column.caption, table.name, column.name),
        "Description": label(column.description, table.name, column.name, "description"),
        "HasChanged": None,
        **_own_properties(table, column),
    }


def _type_of(column: Column) -> tuple[str, str, str]:
    if column.name == "ownerid":
        return "Owner", "LookupAttributeMetadata", "OwnerType"
    if column.targets == ("account", "contact"):
        return "Customer", "LookupAttributeMetadata", "CustomerType"
    return _TYPES[column.kind]


def _own_properties(table: Table, column: Column) -> Json:
    match column.kind:
        case Kind.TEXT:
            return {"MaxLength": column.length, "FormatName": {"Value": "Text"}, "Format": "Text"}
        case Kind.MEMO:
            return {"MaxLength": column.length, "Format": "TextArea"}
        case Kind.WHOLE | Kind.BIG:
            return {"MinValue": column.low, "MaxValue": column.high, "Format": "None"}
        case Kind.DECIMAL | Kind.DOUBLE | Kind.MONEY:
            limits = {"MinValue": column.low, "MaxValue": column.high}
            return {**limits, "Precision": column.decimals}
        case Kind.DATE:
            return {"Format": "DateOnly", "DateTimeBehavior": {"Value": "DateOnly"}}
        case Kind.MOMENT:
            return {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}}
        case Kind.LOOKUP:
            return {"Targets": list(column.targets), "Format": "None"}
        case Kind.CHOICE | Kind.STATE | Kind.STATUS:
            return {"OptionSet": option_set(table, column), "DefaultFormValue": column.default}
        case Kind.YES_NO:
            return {"OptionSet": option_set(table, column), "DefaultValue": bool(column.default)}
    return {}


def option_set(table: Table, column: Column) -> Json:
    name = f"{table.name}_{column.name}"
    found = {
        "MetadataId": metadata_id("options", name),
        "Name": name,
        "IsGlobal": False,
        "IsCustomOptionSet": column.custom,
        "DisplayName": label(column.caption, name),
        "OptionSetType": _TYPES[column.kind][0],
    }
    if column.kind is Kind.YES_NO:
        no, yes = (_option(name, *option) for option in column.options)
        odata_type = "BooleanOptionSetMetadata"
        return {
            "@odata.type": NAMESPACE + odata_type,
            **found,
            "TrueOption": yes,
            "FalseOption": no,
        }
    return {
        "@odata.type": NAMESPACE + "OptionSetMetadata",
        **found,
        "Options": list(_options(table, column, name)),
    }


def _options(table: Table, column: Column, name: str) -> Iterator[Json]:
    states = _states_of(table) if column.kind is Kind.STATUS else {}
    for value, text in column.options:
        option = _option(name, value, text)
        if column.kind is Kind.STATUS:
            option["State"] = states.get(value)
        if column.kind is Kind.STATE:
            state = table.state(value)
            option["DefaultStatus"] = state.reasons[0][0] if state else None
            option["InvariantName"] = text
        yield option


def _states_of(table: Table) -> dict[int, int]:
    return {reason: state.value for state in table.states for reason, _ in state.reasons}


def _option(name: str, value: int, text: str) -> Json:
    return {
        "Value": value,
        "Label": label(text, name, str(value)),
        "Description": label(""),
        "Color": None,
        "IsManaged": False,
        "MetadataId": None,
        "ExternalValue": None,
    }


def key_json(table: Table, key: Key) -> Json:
    return {
        "MetadataId": key.id or metadata_id(table.name, "key", key.name),
        "LogicalName": key.name.lower(),
        "SchemaName": key.name,
        "EntityLogicalName": table.name,
        "KeyAttributes": list(key.columns),
        "EntityKeyIndexStatus": "Active",
        "IsManaged": False,
        "DisplayName": label(key.label or key.name, table.name, key.name),
        "HasChanged": None,
    }


def keys(table: Table) -> list[Json]:
    return [key_json(table, key) for key in table.keys]


_CASCADES = {"cascade": "Cascade", "clear": "RemoveLink", "restrict": "Restrict"}


def one_to_many(table: Table, column: Column, target: str) -> Json:
    """Return the relationship that one target of a lookup makes."""
    name = column.back_from(target, table.name)
    return {
        "@odata.type": NAMESPACE + "OneToManyRelationshipMetadata",
        "MetadataId": metadata_id("relation", table.name, column.name, target),
        "SchemaName": name,
        "RelationshipType": "OneToManyRelationship",
        "IsCustomRelationship": column.custom,
        "IsManaged": False,
        "ReferencedEntity": target,
        "ReferencedAttribute": f"{target}id",
        "ReferencingEntity": table.name,
        "ReferencingAttribute": column.name,
        "ReferencedEntityNavigationPropertyName": name,
        "ReferencingEntityNavigationPropertyName": column.navigation_to(target),
        "CascadeConfiguration": {
            "Assign": "NoCascade",
            "Delete": _CASCADES[column.cascade],
            "Merge": "NoCascade",
            "Reparent": "NoCascade",
            "Share": "NoCascade",
            "Unshare": "NoCascade",
        },
        "HasChanged": None,
    }


def many_to_many(relation: ManyToMany) -> Json:
    first, second, _ = relation.side(relation.first)
    return {
        "@odata.type": NAMESPACE + "ManyToManyRelationshipMetadata",
        "MetadataId": relation.id or metadata_id("relation", relation.name),
        "SchemaName": relation.name,
        "RelationshipType": "ManyToManyRelationship",
        "IsCustomRelationship": relation.custom,
        "IsManaged": False,
        "Entity1LogicalName": relation.first,
        "Entity1IntersectAttribute": first,
        "Entity1NavigationPropertyName": relation.navigation_from(relation.first),
        "Entity2LogicalName": relation.second,
        "Entity2IntersectAttribute": second,
        "Entity2NavigationPropertyName": relation.navigation_from(relation.second),
        "IntersectEntityName": relation.intersect,
        "HasChanged": None,
    }


def relationships(model: Model) -> list[Json]:
    """Return every relationship of the organisation."""
    found = [many_to_many(relation) for relation in model.relations]
    for table in model.tables.values():
        found += many_to_one(table)
    return found


def many_to_one(table: Table) -> list[Json]:
    return [
        one_to_many(table, column, target)
        for column in table.lookups.values()
        for target in column.targets
    ]


def one_to_many_of(model: Model, name: str) -> list[Json]:
    return [
        one_to_many(model.tables[c.table], c.column, name) for c in model.collections[name].values()
    ]


def many_of(model: Model, name: str) -> list[Json]:
    return [many_to_many(relation) for relation in model.many[name].values()]
