"""Writes in bulk, each with its own fate.

Creates go by `CreateMultiple`, a thousand a request; a request that fails as a whole is halved
until the bad row stands alone. Updates and deletes go by `$batch` with `If-Match`, in change sets:
`UpdateMultiple` carries no row version, and would overwrite an edit made since the row was read.
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import orjson

from saumaton.odata import batch
from saumaton.sync.model import Operation, Verb
from saumaton.sync.ports import Busy, Ending, Misconfigured, Outcome

from .client import Client, Garbled, Rejected, rejection, to_json
from .description import Description
from .values import Columns, Unsayable

EXISTS = "0x80040237"
STALE = "0x80060882"
NO_RECORD = "0x80040217"
DONE = Outcome(Ending.DONE)
SET = 100  # rows of a change set: one transaction of the CRM, so not too many
POISONED = 11  # failures of the server itself, by which one row of a thousand would be found
_AN_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

Numbered = Sequence[tuple[int, Operation, bytes]]  # with the values as JSON
Outcomes = dict[int, Outcome]


class Writing:
    """The writes of one table."""

    def __init__(
        self,
        client: Client,
        about: Description,
        columns: Columns,
        existing: Callable[[Sequence[UUID]], set[UUID]],
        bulk: int | None,
    ) -> None:
        self._client = client
        self._about = about
        self._columns = columns
        self._existing = existing
        self._bulk = bulk

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        outcomes: Outcomes = {}
        numbered = []
        for n, operation in enumerate(operations):
            try:
                numbered.append((n, operation, self._columns.json(operation.after)))
            except Unsayable as problem:
                outcomes[n] = Outcome(Ending.REFUSED, reason=str(problem))
        creates = [entry for entry in numbered if entry[1].verb is Verb.CREATE]
        others = [entry for entry in numbered if entry[1].verb is not Verb.CREATE]
        outcomes |= self._spread(self._create, creates) | self._spread(self._change, others)
        return [outcomes[n] for n in range(len(operations))]

    def _spread(self, write: Callable[[Numbered], Outcomes], some: Numbered) -> Outcomes:
        """Write in requests of the size that the governor learned, as many at once as it allows."""
        governor = self._client.governor
        outcomes: Outcomes = {}
        start = 0
        while start < len(some):
            bulk = min(governor.bulk, self._bulk or governor.bulk)
            parts = [some[n : n + bulk] for n in range(start, len(some), bulk)][: governor.width]
            if len(parts) == 1:
                outcomes |= self._timed(write, parts[0])
            else:
                with ThreadPoolExecutor(len(parts)) as pool:
                    for part in pool.map(lambda part: self._timed(write, part), parts):
                        outcomes |= part
            start += sum(len(part) for part in parts)
        return outcomes

    def _timed(self, write: Callable[[Numbered], Outcomes], part: Numbered) -> Outcomes:
        started = self._client.now()
        try:
            return write(part)
        finally:
            self._client.governor.bulk_took(len(part), self._client.now() - started)

    def _create(self, some: Numbered) -> Outcomes:
        """Create all together; where that fails, halve until the bad row stands alone.

        One bad row in n costs at most 2 log2(n) requests more. Where more rows are bad, those that
        are left go one by one in a `$batch`, each with its own fate.
        """
        outcomes: Outcomes = {}
        waiting, tries, failures = [some], 0, 0
        no: Rejected | Busy | None = None
        while waiting:
            part = waiting.pop()
            tries += 1
            if failures > POISONED:
                outcomes |= {n: Outcome(Ending.BUSY, reason=str(no)) for n, *_ in part}
                continue
            if tries > 2 * len(some).bit_length() + 1:
                outcomes |= self._each(part, self._created_alone)
                continue
            no = self._create_together(part)
            if no is None:
                outcomes |= {n: DONE for n, *_ in part}
            elif isinstance(no, Busy):
                outcomes |= {n: Outcome(Ending.BUSY, reason=str(no)) for n, *_ in part}
            elif no.status in (401, 403):
                raise Misconfigured(no.message)
            else:
                failures += no.status >= 500
                found, pieces = self._taken_apart(part, no)
                outcomes |= found
                waiting += pieces
        return outcomes

    def _create_together(self, some: Numbered) -> Rejected | Busy | None:
        path = f"{self._about.entity_set}/Microsoft.Dynamics.CRM.CreateMultiple"
        targets = [self._target(*entry[1:]) for entry in some]
        try:
            # Any proxy can say 200: only the ids prove that rows were made.
            made = self._client.post_json(path, {"Targets": targets}).json().get("Ids")
        except (Busy, Rejected) as problem:
            return problem
        if not isinstance(made, list) or len(made) != len(some):
            return Garbled("The CRM did not say which records it created.")
        return None

    def _taken_apart(self, some: Numbered, no: Rejected) -> tuple[Outcomes, list[Numbered]]:
        """What is known of rows that could not be created together, and what to try instead."""
        if no.code == EXISTS and (there := self._existing([o.target for _, o, _ in some])):
            # an answer was lost, or another run was here: what is there is met anew
            again = Outcome(Ending.AGAIN, reason=no.message)
            rest = [entry for entry in some if entry[1].target not in there]
            return {n: again for n, o, _ in some if o.target in there}, [rest] if rest else []
        if len(some) == 1:
            return {some[0][0]: outcome(no, some[0][1])}, []
        middle = len(some) // 2
        return {}, [some[middle:], some[:middle]]

    def _created_alone(self, operation: Operation, values: bytes) -> batch.Request:
        body = to_json(self._target(operation, values))
        headers = {"Content-Type": "application/json"}
        return batch.Request("POST", self._client.base + self._about.entity_set, headers, body)

    def _target(self, operation: Operation, values: bytes) -> orjson.Fragment:
        kind = f"Microsoft.Dynamics.CRM.{self._about.name}"
        head = f'{{"@odata.type":"{kind}","{self._about.key}":"{operation.target}"'.encode()
        return orjson.Fragment(head + (b"}" if values == b"{}" else b"," + values[1:]))

    def _change(self, some: Numbered) -> Outcomes:
        """Change rows in sets that happen all or not at all; a set that fails goes row by row."""
        sets = [some[n : n + SET] for n in range(0, len(some), SET)]
        parts = [
            batch.ChangeSet(
                tuple(
                    replace(self._changed_alone(o, values), content_id=str(n))
                    for n, o, values in rows
                )
            )
            for rows in sets
        ]
        try:
            answers = self._client.batch(parts)
        except Busy as busy:
            return {n: Outcome(Ending.BUSY, reason=str(busy)) for n, *_ in some}
        outcomes: Outcomes = {}
        alone: list[tuple[int, Operation, bytes]] = []
        for rows, answer in zip(sets, answers, strict=True):
            if isinstance(answer, batch.ChangeSetResponse) and _all_well(answer, len(rows)):
                for (n, operation, _), response in zip(rows, answer.responses, strict=True):
                    outcomes[n] = self._ended(operation, response)
            else:
                alone += rows
        return outcomes | (self._each(alone, self._changed_alone) if alone else {})

    def _each(
        self, some: Numbered, request: Callable[[Operation, bytes], batch.Request]
    ) -> Outcomes:
        """Send each row as a request of its own, all in one `$batch`."""
        try:
            answers = self._client.batch_of_single([request(*entry[1:]) for entry in some])
        except Busy as busy:
            return {n: Outcome(Ending.BUSY, reason=str(busy)) for n, *_ in some}
        return {
            n: self._ended(operation, answer)
            for (n, operation, _), answer in zip(some, answers, strict=True)
        }

    def _changed_alone(self, operation: Operation, values: bytes) -> batch.Request:
        url = f"{self._client.base}{self._about.entity_set}({operation.target})"
        headers = {"If-Match": operation.version or "*"}
        if operation.verb is Verb.DELETE:
            return batch.Request("DELETE", url, headers)
        headers["Content-Type"] = "application/json"
        headers["Prefer"] = "return=representation"
        url += f"?$select={self._columns.select}"
        return batch.Request("PATCH", url, headers, values)

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


def _all_well(answer: batch.ChangeSetResponse, count: int) -> bool:
    return len(answer.responses) == count and all(r.status < 400 for r in answer.responses)


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
