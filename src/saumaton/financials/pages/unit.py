"""Units of measure."""

from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import UnitOfMeasure
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource

UNITS = OrmSource(UnitOfMeasure, search=("code", "description"))
COLUMNS = ("code", "description", "international_standard_code", "symbol")

registry.add(
    ListPage(
        name="unit_of_measure",
        caption=_("Units of measure"),
        source=UNITS,
        columns=COLUMNS,
        group="inventory",
        place=40,
    ),
    CardPage(
        name="unit_of_measure",
        caption=_("Unit of measure"),
        source=UNITS,
        title=("code", "description"),
        sections=(Section(_("General"), COLUMNS),),
        edit_right="edit master data",
    ),
)
