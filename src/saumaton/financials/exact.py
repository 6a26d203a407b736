"""Exact sums of decimal columns.

SQLite sums decimals as binary fractions, and a balance a millionth off is not a balance. So every
value is turned into a whole number of its smallest unit first; those sum without loss.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models


class ExactSum(models.Aggregate):
    """The sum of a decimal column; of no rows it is 0. Not for use in `filter`."""

    function = "SUM"
    name = "ExactSum"

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, output_field=models.BigIntegerField(), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"SUM(CAST(ROUND((%(expressions)s) * {10**self._places}) AS INTEGER))"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"CAST(SUM(%(expressions)s) * {10**self._places} AS BIGINT)"
        return super().as_sql(compiler, connection, template=template, **context)

    def get_db_converters(self, connection: Any) -> list[Callable[..., Any]]:
        return [self._to_decimal]

    @property
    def _places(self) -> int:
        return self.get_source_expressions()[0].output_field.decimal_places

    def _to_decimal(self, value: Any, expression: Any, connection: Any) -> Decimal:
        return Decimal(int(value)).scaleb(-self._places) if value else Decimal(0)
