"""Price list items: names and unit group of their product."""

from ..store import Row, Session
from ..write import Change


def before_create(session: Session, rows: list[Row]) -> None:
    _derive(session, rows, rows)


def before_update(session: Session, changes: list[Change]) -> None:
    moved = [change for change in changes if change.moves("productid", "uomid")]
    _derive(session, [change.after for change in moved], [change.values for change in moved])


def _derive(session: Session, rows: list[Row], targets: list[Row]) -> None:
    products = session.rows("product", [row["productid"] for row in rows if row.get("productid")])
    units = session.rows("uom", [row["uomid"] for row in rows if row.get("uomid")])
    for row, target in zip(rows, targets, strict=True):
        if product := products.get(row.get("productid") or ""):
            target["productidname"] = product["name"]
            target["productnumber"] = product["productnumber"]
        if unit := units.get(row.get("uomid") or ""):
            target["uomscheduleid"] = unit["uomscheduleid"]
