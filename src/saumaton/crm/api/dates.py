"""Periods that Dataverse names in queries: today, last week, the last x hours."""

import re
from datetime import datetime, timedelta

Bounds = tuple[datetime | None, datetime | None]
_NAMED = re.compile(r"(Last|Next|This)(Week|Month|Year)\Z")
_COUNTED = re.compile(r"(Last|Next|OlderThan)X(Minutes|Hours|Days|Weeks|Months|Years)\Z")
_STEPS = {
    "Minutes": timedelta(minutes=1),
    "Hours": timedelta(hours=1),
    "Days": timedelta(days=1),
    "Weeks": timedelta(weeks=1),
}
LARGEST = 100_000


def period(name: str, count: int, now: datetime) -> Bounds | None:
    """Return beginning and end (left out) of a named period, or None if it is none.

    Raises `ValueError` if the count leads out of the calendar.
    """
    if not 0 <= count <= LARGEST:
        raise ValueError(f"{count} is not between 0 and {LARGEST}")
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if found := _days(name, today):
        return found
    if match := _NAMED.match(name):
        away = {"Last": -1, "This": 0, "Next": 1}[match[1]]
        return _unit(match[2], away, today)
    if match := _COUNTED.match(name):
        return _counted(match[1], match[2], count, now, today)
    return None


def _days(name: str, today: datetime) -> Bounds | None:
    away = {"Yesterday": (-1, 0), "Today": (0, 1), "Tomorrow": (1, 2)}
    away |= {"Last7Days": (-7, 1), "Next7Days": (0, 8)}
    if name not in away:
        return None
    first, last = away[name]
    return today + timedelta(days=first), today + timedelta(days=last)


def _unit(unit: str, away: int, today: datetime) -> Bounds:
    if unit == "Week":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        first = sunday + timedelta(weeks=away)
        return first, first + timedelta(weeks=1)
    months = 1 if unit == "Month" else 12
    start = today.replace(day=1) if unit == "Month" else today.replace(month=1, day=1)
    return _months(start, away * months), _months(start, (away + 1) * months)


def _months(moment: datetime, count: int) -> datetime:
    months = moment.year * 12 + moment.month - 1 + count
    year, month = divmod(months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


def _away(unit: str, count: int, moment: datetime) -> datetime:
    try:
        if unit in _STEPS:
            return moment + _STEPS[unit] * count
        return _months(moment, count * (12 if unit == "Years" else 1))
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _counted(kind: str, unit: str, count: int, now: datetime, today: datetime) -> Bounds:
    exact = unit in ("Minutes", "Hours")
    if kind == "OlderThan":
        return None, _away(unit, -count, now)
    if kind == "Last":
        return _away(unit, -count, now if exact else today), now + timedelta(seconds=1)
    end = _away(unit, count, now if exact else today + timedelta(days=1))
    return now, end
