"""What is wrong with input, said so that the person who made the file can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Problem:
    """One thing wrong: in which file, on which physical line, in which column, and the remedy.

    `line` is 0 where no line is to blame, as with a file that is missing.
    """

    file: str
    line: int
    column: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        place = [self.file]
        if self.line:
            place.append(_("line %(line)d") % {"line": self.line})
        if self.column:
            place.append(_("column %(column)s") % {"column": self.column})
        return f"{', '.join(place)}: {' '.join(filter(None, (self.reason, self.remedy)))}"


class BadInput(Exception):
    """Input that was not taken, with everything that is wrong with it. Nothing has been changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        count = len(self.problems)
        heading = ngettext(
            "Nothing was imported: %(count)d problem.",
            "Nothing was imported: %(count)d problems.",
            count,
        ) % {"count": count}
        return "\n".join([heading, *map(str, self.problems)])


class Wrong(Exception):
    """A value that its field can't hold; the place is known to whoever reads the row."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
