"""Rows written in bulk: the one place where the integration speaks SQL of its own.

Django's `bulk_update` costs sixty times what `executemany` does. Table and column names come from
models only, values are always parameters, and the connection is Django's, so what is written here
belongs to the transaction around it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

Prepare = Callable[[object], object]
_PLAIN = (models.CharField, models.TextField, models.BooleanField, models.PositiveIntegerField)


def insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows given as values in the order of the field names; the rest get their defaults."""
    _insert(model, names, rows)


def insert_new(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Insert rows, leaving alone those that would break a unique constraint."""
    _insert(model, names, rows, "ON CONFLICT DO NOTHING")


def put(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    key: Sequence[str],
) -> None:
    """Insert rows, or overwrite what the rows of the same key hold."""
    kept = ", ".join(
        f"{column} = excluded.{column}" for column in _columns(model, set(names) - set(key))
    )
    target = ", ".join(_columns(model, key))
    _insert(model, names, rows, f"ON CONFLICT ({target}) DO UPDATE SET {kept}")


def update(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    key: Sequence[str],
) -> None:
    """Overwrite the named fields; each row holds their values and then those of the key."""
    assigned = ", ".join(f"{column} = %s" for column in _columns(model, names))
    found = " AND ".join(f"{column} = %s" for column in _columns(model, key))
    sql = f"UPDATE {_table(model)} SET {assigned} WHERE {found}"  # noqa: S608 names of models
    _write(sql, model, [*names, *key], rows)


def delete(
    model: type[models.Model], rows: Iterable[Sequence[object]], *, key: Sequence[str]
) -> None:
    """Delete the rows of these keys."""
    found = " AND ".join(f"{column} = %s" for column in _columns(model, key))
    sql = f"DELETE FROM {_table(model)} WHERE {found}"  # noqa: S608 names of models
    _write(sql, model, key, rows)


def _insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    conflict: str = "",
) -> None:
    """Insert rows, with the defaults of the fields that are not named."""
    defaults = {
        field.name: default
        for field in model._meta.concrete_fields
        if field.name not in names and (default := default_of(field)) is not None
    }
    named = [*names, *defaults]
    columns = ", ".join(_columns(model, named))
    places = ", ".join(["%s"] * len(named))
    sql = f"INSERT INTO {_table(model)} ({columns}) VALUES ({places}) {conflict}"  # noqa: S608 as above
    _write(sql, model, named, ([*row, *defaults.values()] for row in rows))


def default_of(field: models.Field) -> object:
    """Return what a new row holds in a field that nobody names."""
    if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add):
        return timezone.now()
    return field.get_default() if field.has_default() or not field.null else None


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[models.Model], names: Iterable[str]) -> list[str]:
    quote = connection.ops.quote_name
    return [quote(str(_field(model, name).column)) for name in names]


def _field(model: type[models.Model], name: str) -> models.Field:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise ValueError(f"{name} is no column of {model.__name__}")
    return field


def _write(
    sql: str,
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    prepares = [_preparer(_field(model, name)) for name in names]
    prepared: list[Any] = [
        [prepare(value) for prepare, value in zip(prepares, row, strict=True)] for row in rows
    ]
    if prepared:
        # Outside a transaction SQLite would make each row durable by itself, one disk write a row.
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.executemany(sql, prepared)


def _preparer(field: models.Field) -> Prepare:
    """Return what turns a value of the field into what the database's driver takes."""
    if field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    if isinstance(field, models.UUIDField):
        return _as_it_is if connection.features.has_native_uuid_field else _hex
    if type(field) in _PLAIN:
        return _as_it_is
    return lambda value: field.get_db_prep_save(value, connection)


def _as_it_is(value: object) -> object:
    return value


def _hex(value: object) -> object:
    return value.hex if isinstance(value, UUID) else value
