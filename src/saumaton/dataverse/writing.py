"""Writes in bulk, each with its own fate.

Creates go by `CreateMultiple`, a thousand a request; one that fails as a whole is halved until the
bad row stands alone. Updates and deletes go by `$batch` with `If-Match`: `UpdateMultiple` carries
no row version, and would overwrite an edit that was made since the row was read.
"""

import re
from collections.abc import Callable, Sequence
from uuid import UUID

import orjson

from saumaton.odata import batch
from saumaton.sync.model import Operation, Verb
from saumaton.sync.ports import Busy, Ending, Misconfigured, Outcome

from .client import Client, Garbled, Rejected, rejection, to_json
from .description import Description
from .values import Columns

EXISTS = "0x80040237"
STALE = "0x80060882"
NO_RECORD = "0x80040217"
DONE = Outcome(Ending.DONE)
_AN_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

Numbered = Sequence[tuple[int, Operation]]
Outcomes = dict[int, Outcome]


class Writing:
    """The writes of one table."""

    def __init__(
        self,
        client: Client,
        about: Description,
        columns: Columns,
        existing: Callable[[Sequence[UUID]], set[UUID]],
        bulk: int,
    ) -> None:
        self._client = client
        self._about = about
        self._columns = columns
        self._existing = existing
        self._bulk = bulk

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        numbered = list(enumerate(operations))
        creates = [(n, o) for n, o in numbered if o.verb is Verb.CREATE]
        others = [(n, o) for n, o in numbered if o.verb is not Verb.CREATE]
        outcomes: Outcomes = {}
        for start in range(0, len(creates), self._bulk):
            outcomes |= self._create(creates[start : start + self._bulk])
        for start in range(0, len(others), self._bulk):
            outcomes |= self._change(others[start : start + self._bulk])
        return [outcomes[n] for n in range(len(operations))]

    def _create(self, some: Numbered) -> Outcomes:
        """Create all, or find out which of them cannot be."""
        path = f"{self._about.entity_set}/Microsoft.Dynamics.CRM.CreateMultiple"
        targets = [self._target(o) for _, o in some]
        try:
            # Any proxy can say 200: only the ids prove that rows were made.
            made = self._client.post_json(path, {"Targets": targets}).json().get("Ids")
            if not isinstance(made, list) or len(made) != len(some):
                raise Garbled("The CRM did not say which records it created.")
        except Busy as busy:
            return {n: Outcome(Ending.BUSY, reason=str(busy)) for n, _ in some}
        except Rejected as no:
            return self._not_created(some, no)
        return {n: DONE for n, _ in some}

    def _target(self, operation: Operation) -> dict[str, object]:
        return {
            "@odata.type": f"Microsoft.Dynamics.CRM.{self._about.name}",
            self._about.key: str(operation.target),
            **self._columns.body(operation.after),
        }

    def _not_created(self, some: Numbered, no: Rejected) -> Outcomes:
        if no.code == EXISTS and (there := self._existing([o.target for _, o in some])):
            # an answer was lost, or another run was here: what is there is met anew
            again = {
                n: Outcome(Ending.AGAIN, reason=no.message) for n, o in some if o.target in there
            }
            rest = [(n, o) for n, o in some if o.target not in there]
            return again | (self._create(rest) if rest else {})
        if no.status in (401, 403):
            raise Misconfigured(no.message)
        if len(some) == 1:
            return {some[0][0]: outcome(no, some[0][1])}
        middle = len(some) // 2
        first = self._create(some[:middle])
        if no.status >= 500 and all(o.ending is Ending.BUSY for o in first.values()):
            return first | {n: outcome(no, o) for n, o in some[middle:]}  # not one row
        return first | self._create(some[middle:])

    def _change(self, some: Numbered) -> Outcomes:
        try:
            answers = self._client.batch([self._part(o) for _, o in some])
        except Busy as busy:
            return {n: Outcome(Ending.BUSY, reason=str(busy)) for n, _ in some}
        return {
            n: self._ended(operation, answer)
            for (n, operation), answer in zip(some, answers, strict=True)
        }

    def _part(self, operation: Operation) -> batch.Request:
        url = f"{self._client.base}{self._about.entity_set}({operation.target})"
        headers = {"If-Match": operation.version or "*"}
        if operation.verb is Verb.DELETE:
            return batch.Request("DELETE", url, headers)
        headers["Content-Type"] = "application/json"
        headers["Prefer"] = "return=representation"
        url += f"?$select={self._columns.select}"
        return batch.Request("PATCH", url, headers, to_json(self._columns.body(operation.after)))

    def _ended(self, operation: Operation, answer: batch.Response) -> Outcome:
        if answer.status >= 400:
            return outcome(rejection(answer.status, answer.body), operation)
        if not answer.body:
            return DONE
        try:
            [row] = self._columns.rows([self._columns.loads(answer.body)])
        except (Busy, orjson.JSONDecodeError, ValueError):
            return DONE  # written, only not shown: the feed will show it
        return Outcome(Ending.DONE, row)


def outcome(no: Rejected, operation: Operation) -> Outcome:
    """Say what there is to do about a no to one row."""
    if no.code == NO_RECORD and _is_about(no.message, operation.target):
        if operation.verb is Verb.DELETE:
            return DONE
        if operation.verb is Verb.UPDATE:
            return Outcome(Ending.AGAIN, reason=no.message)
    if no.code in (STALE, EXISTS):
        return Outcome(Ending.AGAIN, reason=no.message)
    if no.status == 429 or no.status >= 500:
        return Outcome(Ending.BUSY, reason=no.message)
    return Outcome(Ending.REFUSED, reason=no.message)


def _is_about(message: str, id: UUID) -> bool:
    """Is it this record that does not exist, and not one that it points at?"""
    named = _AN_ID.findall(message.lower())
    return not named or str(id) in named
