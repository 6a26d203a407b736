"""sync's `Table` over the Web API: changes by delta link, reading in batches, writing in bulk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson

from saumaton.odata import batch
from saumaton.odata.text import literal
from saumaton.sync.model import Operation, Row, Values
from saumaton.sync.ports import Changes, Outcome

from .client import Client, Garbled, Rejected, rejection
from .description import Descriptions
from .values import Columns
from .writing import Writing

EXPIRED = "0x80044352"
UNTRACKED = "0x80072491"
GONE = 410
PAGE = "odata.maxpagesize=5000"
IDS_A_REQUEST = 500  # keeps the address of a part well under its 64 KB
READ_AHEAD = 50_000  # rows of a feed that are kept until they are fetched


class DataverseTable:
    """One table of a Dataverse, and the columns of it that a mapping knows."""

    def __init__(
        self,
        client: Client,
        descriptions: Descriptions,
        name: str,
        columns: Iterable[str],
        targets: Mapping[str, str] | None = None,
        *,
        bulk: int | None = None,
    ) -> None:
        self._client = client
        self._about = descriptions.of(name)
        self._columns = Columns(self._about, tuple(dict.fromkeys(columns)), targets or {})
        self._writing = Writing(client, self._about, self._columns, self.existing, bulk)
        self._ahead: dict[UUID, Row] = {}

    def changes(self, since: str | None) -> Changes:
        """Return what changed; a token of other columns or a time too long ago gives everything.

        The rows that come with the feed are kept for the next `fetch` of them.
        """
        if since and (link := self._link(since)):
            try:
                return self._changes(link, {"Prefer": PAGE}, everything=False)
            except Rejected as no:
                if no.code != EXPIRED and no.status != GONE:
                    raise
        path = f"{self._about.entity_set}?$select={self._columns.select}"
        try:
            headers = {"Prefer": f"odata.track-changes,{PAGE}"}
            return self._changes(path, headers, everything=True)
        except Rejected as no:
            if no.code != UNTRACKED:
                raise
        return self._changes(path, {"Prefer": PAGE}, everything=True)

    def _link(self, token: str) -> str:
        said = orjson.loads(token)
        return str(said["link"]) if said["select"] == self._columns.select else ""

    def _changes(self, path: str, headers: Mapping[str, str], *, everything: bool) -> Changes:
        ids: set[UUID] = set()
        self._ahead.clear()
        link = ""
        for page in self._client.pages(path, headers, self._columns.loads):
            key = self._about.key
            gone = [UUID(e["id"]) for e in page["value"] if key not in e and "id" in e]
            rows = list(self._columns.rows(e for e in page["value"] if key in e))
            if len(gone) + len(rows) != len(page["value"]):
                raise Garbled("The CRM gave a change without an id.")
            ids.update(gone, (row.id for row in rows))
            room = max(READ_AHEAD - len(self._ahead), 0)
            self._ahead.update((row.id, row) for row in islice(rows, room))
            link = page.get("@odata.deltaLink", "")
        token = orjson.dumps({"select": self._columns.select, "link": link}).decode()
        return Changes(frozenset(ids), token if link else "", everything)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        wanted = list(dict.fromkeys(ids))
        kept = [row for id in wanted if (row := self._ahead.pop(id, None))]
        yield from kept
        known = {row.id for row in kept}
        rest = [id for id in wanted if id not in known]
        yield from self._columns.rows(self._read(rest, self._columns.select))

    def existing(self, ids: Sequence[UUID]) -> set[UUID]:
        """Return those of the ids that exist, asking for nothing but their keys."""
        return {UUID(row[self._about.key]) for row in self._read(ids, self._about.key)}

    def _read(self, ids: Sequence[UUID], select: str) -> Iterator[dict[str, Any]]:
        filters = []
        for start in range(0, len(ids), IDS_A_REQUEST):
            some = orjson.dumps([str(id) for id in ids[start : start + IDS_A_REQUEST]]).decode()
            filters.append(
                f"Microsoft.Dynamics.CRM.In(PropertyName='{self._about.key}',PropertyValues={some})"
            )
        return self._query(filters, select)

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        claims = [
            " and ".join(f"{self._columns.shown(n)} eq {literal(v)}" for n, v in some.items())
            for some in wanted
        ]
        filters = [
            " or ".join(f"({claim})" for claim in claims[start : start + 25])
            for start in range(0, len(claims), 25)
        ]
        yield from self._columns.rows(self._query(filters, self._columns.select))

    def _query(self, filters: Sequence[str], select: str) -> Iterator[dict[str, Any]]:
        """Yield the rows that satisfy any of the filters; one request, however many they are."""
        if not filters:
            return
        paths = [
            f"{self._about.entity_set}?$select={select}&$filter={quote(text)}" for text in filters
        ]
        parts = [
            batch.Request("GET", self._client.base + path, {"accept": "application/json"})
            for path in paths
        ]
        for response in self._client.batch_of_single(parts):
            if response.status != 200:
                raise rejection(response.status, response.body)
            try:
                page = self._columns.loads(response.body)
            except ValueError:
                raise Garbled("The CRM gave a batch whose parts are cut off.") from None
            yield from page.get("value", [])
            if link := page.get("@odata.nextLink"):
                for more in self._client.pages(link, {}, self._columns.loads):
                    yield from more["value"]

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        for operation in operations:
            self._ahead.pop(operation.target, None)
        return self._writing.write(operations)
