"""An import from start to end: read, check every row, then write all of it or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from . import company
from .check import Keys, References, business_key, field_of, is_scalar, model_of, noun
from .drafts import Draft, Drafts, draft, missing_columns
from .files import Line, Sheet, read_sheet
from .maps import ColumnMap, Section
from .problems import BadInput, Problem, Wrong

BATCH = 500


@dataclass(frozen=True)
class Report:
    """How many rows of each table an import wrote."""

    counts: tuple[tuple[type[models.Model], int], ...]

    def count(self, table: str) -> int:
        """Return the number of rows written to a table, named as in maps."""
        return sum(count for model, count in self.counts if model is model_of(table))

    def __str__(self) -> str:
        totals: dict[type[models.Model], int] = {}
        for model, count in self.counts:
            totals[model] = totals.get(model, 0) + count
        return ", ".join(
            f"{count} {noun(model, count)}" for model, count in totals.items() if count
        )


class Input:
    """A folder of files read through a map. Collects every problem and changes nothing."""

    def __init__(self, directory: Path, column_map: ColumnMap) -> None:
        self.directory = directory
        self.map = column_map
        self.problems: list[Problem] = []
        self.sheets: dict[str, Sheet] = {}

    def read(self) -> None:
        """Read the files the map names, and note those it does not know."""
        for name in self.map.needs():
            sheet, problems = read_sheet(
                self.directory / name, self.map.encoding, self.map.delimiter
            )
            self.problems += problems
            if sheet:
                self.sheets[name] = sheet
        known = {*self.map.needs(), *self.map.ignore}
        for path in sorted(self.directory.glob("*.csv")):
            if path.name not in known:
                reason = _("The map does not say what this file feeds.")
                remedy = _("Remove it, or name it in the map, under “ignore” if it is not wanted.")
                self.problems.append(Problem(path.name, 0, "", reason, remedy))

    def drafts(self, section: Section, fields: dict[str, models.Field]) -> Drafts | None:
        """Return the section's rows; nothing if its file or one of its columns is missing."""
        sheet = self._sheet(section)
        if sheet is None:
            return None
        if missing := missing_columns(section, sheet):
            self.problems += [problem for problem in missing if problem not in self.problems]
            return None
        return draft(section, sheet, fields, self.problems)

    def raise_problems(self) -> None:
        """Raise `BadInput` with all problems, by place; return if there are none."""
        if self.problems:
            by_place = sorted(set(self.problems), key=lambda p: (p.file, p.line, p.column))
            raise BadInput(by_place)

    def _sheet(self, section: Section) -> Sheet | None:
        if section.file:
            return self.sheets.get(section.file)
        columns = tuple(dict.fromkeys(name for row in section.rows for name in row))
        rows = section.rows or ({},)
        lines = [Line(0, tuple(str(row.get(name, "")) for name in columns)) for row in rows]
        return Sheet(self.map.file, columns, tuple(lines))


class Import:
    """Rows of all tables, checked together and written together."""

    def __init__(self, source: Input) -> None:
        self.source = source
        self.references = References()
        self.keys = Keys()
        self.tables: list[tuple[type[models.Model], Drafts, tuple[str, ...]]] = []

    def check(self) -> None:
        """Make the rows and check them against each other and against the database."""
        for section in self.source.map.sections:
            if model := self._model(section):
                self._draft(model, section)
        for model, drafts, key in self._keyed(scalar=True):
            self.keys.match(model, drafts, key)
        for model, drafts, _key in self.tables:
            self.references.resolve(model, drafts)
        for model, drafts, key in self._keyed(scalar=False):
            self.keys.match(model, drafts, key)

    def _keyed(
        self, *, scalar: bool
    ) -> Iterator[tuple[type[models.Model], Drafts, tuple[str, ...]]]:
        for model, drafts, key in self.tables:
            if key and is_scalar(model, key) == scalar:
                yield model, drafts, key

    def _model(self, section: Section) -> type[models.Model] | None:
        try:
            return model_of(section.table)
        except LookupError:
            self._blame_map(section.table, _("Financials has no such table."))
            return None

    def _draft(self, model: type[models.Model], section: Section) -> None:
        fields = {field.name: field for field in model._meta.concrete_fields}
        unknown = sorted({*section.fields, *section.key} - set(fields))
        for name in unknown:
            self._blame_map(f"{section.table}.{name}", _("The table has no such field."))
        for name in _unfed(model, section):
            self._blame_map(f"{section.table}.{name}", _("The table needs this field."))
        if not unknown and (drafts := self.source.drafts(section, fields)):
            self.tables.append((model, drafts, section.key or _own_key(model, section)))
            self.references.add(model, drafts)

    def _blame_map(self, place: str, reason: str) -> None:
        remedy = _("Correct the map.")
        self.source.problems.append(Problem(self.source.map.file, 0, place, reason, remedy))

    def find_breach(self) -> None:
        """Note the rows that break a rule of their table between several fields."""
        for model, drafts, _key in self.tables:
            for rule in model._meta.constraints:
                if isinstance(rule, models.CheckConstraint):
                    for row in drafts.rows:
                        try:
                            rule.validate(model, model(**_columns(model, row)))
                        except ValidationError as error:
                            drafts.problem(row, "", Wrong(" ".join(error.messages)))

    def write(self) -> Report:
        """Write the rows. To be called in a transaction, with no problems left."""
        written = [(drafts, model, _write(model, drafts)) for model, drafts, _key in self.tables]
        return Report(
            tuple((model, n) for drafts, model, n in written if not drafts.section.single)
        )


def _own_key(model: type[models.Model], section: Section) -> tuple[str, ...]:
    key = () if section.single else business_key(model)
    # Numbers that the table counts itself can't clash.
    return () if any(section.fields[name].next for name in key if name in section.fields) else key


def _unfed(model: type[models.Model], section: Section) -> Iterator[str]:
    """Yield the fields that a new row needs and the section does not feed."""
    if section.single or section.existing == "update":
        return
    for field in model._meta.concrete_fields:
        automatic = field.primary_key or field.has_default() or field.null or field.blank
        if not automatic and field.name not in section.fields:
            yield field.name


def _write(model: type[models.Model], drafts: Drafts) -> int:
    section = drafts.section
    _go_on_counting(model, drafts)
    if section.single:
        values = _columns(model, drafts.rows[0])
        if not model._default_manager.update(**values):
            model._default_manager.create(**values)
        return 1
    fresh = [row for row in drafts.rows if not row.there_already]
    groups = company.PostingGroups()
    instances = []
    for row in fresh:
        values = _columns(model, row)
        instances.append(model(pk=row.id, **values, **groups.of(model, values)))
    model._default_manager.bulk_create(instances, batch_size=BATCH)
    if section.existing != "update":
        return len(fresh)
    known = [row for row in drafts.rows if row.there_already]
    names = [name for name in section.fields if not section.fields[name].next]
    instances = [model(pk=row.id, **_columns(model, row)) for row in known]
    if instances:
        model._default_manager.bulk_update(instances, names, batch_size=BATCH)
    return len(drafts.rows)


def _columns(model: type[models.Model], row: Draft) -> dict[str, Any]:
    return {field_of(model, name).attname: value for name, value in row.values.items()}


def _go_on_counting(model: type[models.Model], drafts: Drafts) -> None:
    """Let numbers that count rows begin after the highest number that the table has."""
    for name, source in drafts.section.fields.items():
        if source.next:
            highest = model._default_manager.aggregate(n=Coalesce(models.Max(name), 0))["n"]
            for number, row in enumerate(drafts.rows, start=highest + 1):
                row.values[name] = number


def run(directory: Path, column_map: ColumnMap) -> Report:
    """Import a folder through a map. Raises `BadInput`, and then nothing has changed."""
    from .orders import check_orders

    source = Input(directory, column_map)
    source.read()
    rows = Import(source)
    try:
        with transaction.atomic():
            company.create(column_map.company)
            rows.check()
            check_orders(source, rows.references)
            source.raise_problems()
            return rows.write()
    except IntegrityError as error:
        rows.find_breach()
        source.raise_problems()
        reason = _("The database refuses the rows: %(error)s.") % {"error": error}
        raise BadInput([Problem(column_map.file, 0, "", reason)]) from error
