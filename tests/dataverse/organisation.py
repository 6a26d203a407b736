"""A small Dataverse in memory that answers bytes with bytes, and can be told to misbehave."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import httpx2

from saumaton.dataverse.client import Client
from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.table import DataverseTable
from saumaton.dataverse.tokens import ClientSecret
from saumaton.odata import batch
from saumaton.sync.model import Side

URL = "https://crm.example"
BASE = f"{URL}/api/data/v9.2/"
TABLES = {
    "account": ("accounts", "accountid"),
    "contact": ("contacts", "contactid"),
    "systemuser": ("systemusers", "systemuserid"),
}
KINDS = {
    "accountid": "Uniqueidentifier",
    "contactid": "Uniqueidentifier",
    "name": "String",
    "telephone1": "String",
    "creditlimit": "Money",
    "statecode": "State",
    "opened": "DateTime",
    "primarycontactid": "Lookup",
    "ownerid": "Owner",
    "parentcustomerid": "Customer",
}
RELATIONS = [
    ("primarycontactid", "contact", "primarycontactid"),
    ("ownerid", "owner", "ownerid"),
    ("parentcustomerid", "account", "parentcustomerid_account"),
    ("parentcustomerid", "contact", "parentcustomerid_contact"),
]
ROUTES = [
    ("GET", r"EntityDefinitions\(LogicalName='(\w+)'\)", "describe"),
    ("GET", r"EntityDefinitions", "sets"),
    ("POST", r"\$batch", "batched"),
    ("POST", r"(\w+)/Microsoft\.Dynamics\.CRM\.CreateMultiple", "create_multiple"),
    ("GET", r"(\w+)", "listed"),
    ("POST", r"(\w+)", "create"),
    ("PATCH", r"(\w+)\(([-0-9a-f]{36})\)", "patched"),
    ("DELETE", r"(\w+)\(([-0-9a-f]{36})\)", "deleted"),
]


class No(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message}}


@dataclass
class Organisation:
    """Rows, a change log, and a fault script: a function from request to an answer, or nothing."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {entity_set: {} for entity_set, _ in TABLES.values()}
    )
    versions: dict[str, int] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    clock: Iterator[int] = field(default_factory=lambda: count(1))
    before: Callable[[httpx2.Request], httpx2.Response | None] = lambda request: None
    after: Callable[[httpx2.Request, httpx2.Response], httpx2.Response] = lambda _, answer: answer
    refuses: Callable[[dict[str, Any]], str] = lambda row: ""
    page: int = 5000
    forgets_before: int = 0
    tracked: bool = True
    asked: list[str] = field(default_factory=list)
    tokens: int = 0
    creates: int = 0
    overwritten: list[Any] = field(default_factory=list)  # what programs, not people, wrote over

    def client(self, **options: Any) -> Client:
        options.setdefault("sleep", lambda seconds: None)
        options.setdefault("transport", httpx2.MockTransport(self))
        grant = ClientSecret("app", "secret")
        return Client(URL, f"{URL}/tenant/oauth2/v2.0/token", grant, **options)

    def table(self, name: str = "account", *columns: str, **options: Any) -> DataverseTable:
        client = self.client(**options)
        targets = {"parentcustomerid": "account"}
        return DataverseTable(client, Descriptions(client), name, columns or ("name",), targets)

    # what happens on the wire

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url.path.removeprefix('/api/data/v9.2/')}")
        if request.url.path.endswith("/token"):
            self.tokens += 1
            token = {"access_token": f"token{self.tokens}", "expires_in": 3600}
            return httpx2.Response(200, json=token)
        if (fault := self.before(request)) is not None:
            return fault
        headers = {name.lower(): value for name, value in request.headers.items()}
        return self.after(
            request, self.answer(request.method, str(request.url), headers, request.content)
        )

    def answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> httpx2.Response:
        parts = urlsplit(url)
        path = unquote(parts.path).removeprefix("/api/data/v9.2/")
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            for verb, pattern, name in ROUTES:
                if verb == method and (found := re.fullmatch(pattern, path)):
                    return getattr(self, name)(headers, body, *found.groups())
            raise No(404, "0x8006088a", f"Resource not found for the segment '{path}'.")
        except No as no:
            return httpx2.Response(no.status, json=no.body)

    def batched(self, headers: dict[str, str], body: bytes) -> httpx2.Response:
        answers: list[batch.Response | batch.ChangeSetResponse] = []
        for part in batch.parse_requests(headers["content-type"], body):
            if isinstance(part, batch.Request):
                answers.append(self.answered_part(part))
            else:
                answers.append(self.all_or_nothing(part))
        kind, content = batch.format_responses(answers)
        return httpx2.Response(200, content=content, headers={"content-type": kind})

    def answered_part(self, part: batch.Request) -> batch.Response:
        said = self.answer(part.method, part.url, dict(part.headers), part.body)
        return batch.Response(said.status_code, body=said.content, content_id=part.content_id)

    def all_or_nothing(self, parts: batch.ChangeSet) -> batch.ChangeSetResponse:
        kept = {name: dict(rows) for name, rows in self.rows.items()}
        versions, log, over = dict(self.versions), len(self.log), len(self.overwritten)
        answers = []
        for part in parts.requests:
            answers.append(self.answered_part(part))
            if answers[-1].status >= 400:
                self.rows, self.versions = kept, versions
                del self.log[log:], self.overwritten[over:]
                return batch.ChangeSetResponse((answers[-1],))
        return batch.ChangeSetResponse(tuple(answers))

    def describe(self, headers: object, body: object, name: str) -> httpx2.Response:
        if name not in TABLES:
            raise No(404, "0x80060888", f"no {name}")
        relations = [
            {
                "ReferencingAttribute": column,
                "ReferencedEntity": target,
                "ReferencingEntityNavigationPropertyName": bound,
            }
            for column, target, bound in RELATIONS
        ]
        attributes = [{"LogicalName": n, "AttributeType": k} for n, k in KINDS.items()]
        said = {"EntitySetName": TABLES[name][0], "PrimaryIdAttribute": TABLES[name][1]}
        return httpx2.Response(
            200, json=said | {"Attributes": attributes, "ManyToOneRelationships": relations}
        )

    def sets(self, headers: object, body: object) -> httpx2.Response:
        tables = [{"LogicalName": n, "EntitySetName": s} for n, (s, _) in TABLES.items()]
        return httpx2.Response(200, json={"value": tables})

    def listed(self, headers: dict[str, str], body: bytes, entity_set: str) -> httpx2.Response:
        if "$deltatoken" in self.query:
            return self.delta(entity_set, int(self.query["$deltatoken"]))
        tracking = "track-changes" in headers.get("prefer", "")
        if tracking and not self.tracked:
            raise No(400, "0x80072491", "Entity account isn't enabled for change tracking.")
        start = int(self.query.get("$skiptoken", 0))
        found = [r for r in self.rows[entity_set].values() if self.meets(r)]
        some = found[start : start + self.page]
        said: dict[str, Any] = {"value": [self.shown(entity_set, row) for row in some]}
        select = self.query.get("$select", "")
        if start + self.page < len(found):
            link = f"{BASE}{entity_set}?$select={select}&$skiptoken={start + self.page}"
            said["@odata.nextLink"] = link
        elif tracking:
            link = f"{BASE}{entity_set}?$select={select}&$deltatoken={len(self.log)}"
            said["@odata.deltaLink"] = link
        return answered(200, said)

    def meets(self, row: dict[str, Any]) -> bool:
        text = self.query.get("$filter", "")
        if found := re.fullmatch(r".*In\(PropertyName='(\w+)',PropertyValues=(.*)\)", text):
            return row[found[1]] in json.loads(found[2])
        claims = re.findall(r"(\w+) eq '((?:[^']|'')*)'", text)
        wanted = [(n, v.replace("''", "'").lower()) for n, v in claims]
        return not wanted or any(str(row.get(n)).lower() == v for n, v in wanted)

    def delta(self, entity_set: str, since: int) -> httpx2.Response:
        if since < self.forgets_before:
            raise No(400, "0x80044352", "Version stamp associated with the client has expired.")
        ids = list(dict.fromkeys(id for table, id in self.log[since:] if table == entity_set))
        rows = self.rows[entity_set]
        value = [self.shown(entity_set, rows[i]) for i in ids if i in rows]
        value += [{"id": i, "reason": "deleted"} for i in ids if i not in rows]
        select = self.query.get("$select", "")
        link = f"{BASE}{entity_set}?$select={select}&$deltatoken={len(self.log)}"
        return answered(200, {"value": value, "@odata.deltaLink": link})

    def shown(self, entity_set: str, row: dict[str, Any]) -> dict[str, Any]:
        key = key_of(entity_set)
        names = [n for n in self.query.get("$select", "").split(",") if n]
        shown = {name: row.get(name) for name in names}
        return shown | {key: row[key], "@odata.etag": f'W/"{self.versions[row[key]]}"'}

    def create_multiple(self, headers: object, body: bytes, entity_set: str) -> httpx2.Response:
        key, made = key_of(entity_set), []
        for target in json.loads(body, parse_float=Decimal)["Targets"]:
            if not target.pop("@odata.type", "").startswith("Microsoft.Dynamics.CRM."):
                raise No(400, "0x80048d19", "@odata.type is missing")
            if target[key] in self.rows[entity_set]:
                raise No(412, "0x80040237", "A record with matching key values already exists.")
            if sentence := self.refuses(target):
                raise No(400, "0x80044331", sentence)
            made.append(self.stored(target))
        for row in made:
            self.creates += 1
            self.put(entity_set, row[key], row)
        return httpx2.Response(200, json={"Ids": [row[key] for row in made]})

    def create(self, headers: object, body: bytes, entity_set: str) -> httpx2.Response:
        self.create_multiple(headers, b'{"Targets":[' + body + b"]}", entity_set)
        return httpx2.Response(204)

    def patched(
        self, headers: dict[str, str], body: bytes, entity_set: str, id: str
    ) -> httpx2.Response:
        self.expect(headers, entity_set, id)
        news = self.stored(json.loads(body, parse_float=Decimal))
        if sentence := self.refuses(news):
            raise No(400, "0x80044331", sentence)
        old = self.rows[entity_set][id]
        self.overwritten.append((Side.CRM, UUID(id), ours({n: old.get(n) for n in news})))
        self.put(entity_set, id, old | news)
        return answered(200, self.shown(entity_set, self.rows[entity_set][id]))

    def deleted(
        self, headers: dict[str, str], body: bytes, entity_set: str, id: str
    ) -> httpx2.Response:
        self.expect(headers, entity_set, id)
        old = self.rows[entity_set][id]
        shown = {n: v for n, v in old.items() if n != key_of(entity_set)}
        self.overwritten.append((Side.CRM, UUID(id), ours(shown)))
        self.remove(entity_set, id)
        return httpx2.Response(204)

    def expect(self, headers: dict[str, str], entity_set: str, id: str) -> None:
        if id not in self.rows[entity_set]:
            raise No(404, "0x80040217", f"account With Id = {id} Does Not Exist")
        if headers.get("if-match", "*") not in ("*", f'W/"{self.versions[id]}"'):
            raise No(412, "0x80060882", "The version of the existing record doesn't match.")

    def stored(self, said: dict[str, Any]) -> dict[str, Any]:
        row = {}
        for name, value in said.items():
            if name.endswith("@odata.bind"):
                bound = name.removesuffix("@odata.bind")
                column = next(c for c, _, navigation in RELATIONS if navigation == bound)
                row[f"_{column}_value"] = value and self.bound(value)
            else:
                row[name] = value
        return row

    def bound(self, reference: str) -> str:
        entity_set, id = reference.lstrip("/").rstrip(")").split("(")
        if id not in self.rows[entity_set]:
            raise No(404, "0x80040217", f"{entity_set} With Id = {id} Does Not Exist")
        return id

    # what a person does

    def put(self, entity_set: str, id: str | UUID, row: dict[str, Any]) -> None:
        id = str(id)
        self.rows[entity_set][id] = {key_of(entity_set): id} | row
        self.versions[id] = next(self.clock)
        self.log.append((entity_set, id))

    def edit(self, id: str | UUID, entity_set: str = "accounts", **values: Any) -> None:
        self.put(entity_set, id, self.rows[entity_set].get(str(id), {}) | values)

    def remove(self, entity_set: str, id: str | UUID) -> None:
        """Delete a record; lookups that point at it are cleared."""
        del self.rows[entity_set][str(id)]
        self.log.append((entity_set, str(id)))
        for other, rows in self.rows.items():
            for row in list(rows.values()):
                pointing = {n: None for n, v in row.items() if n[0] == "_" and v == str(id)}
                if pointing:
                    self.edit(row[key_of(other)], other, **pointing)


def key_of(entity_set: str) -> str:
    return next(key for found, key in TABLES.values() if found == entity_set)


def ours(row: dict[str, Any]) -> dict[str, Any]:
    """Columns under their logical names, lookups as ids."""
    return {
        n.removeprefix("_").removesuffix("_value"): UUID(v) if v and n[0] == "_" else v
        for n, v in row.items()
    }


def answered(status: int, said: dict[str, Any]) -> httpx2.Response:
    """JSON whose decimals stand digit by digit, as a server that has no floats writes them."""
    marks = {}

    def mark(value: Decimal) -> str:
        marks[name := f"decimal-{len(marks)}"] = format(value, "f")
        return name

    text = json.dumps(said, default=mark)
    text = re.sub(r'"(decimal-\d+)"', lambda found: marks[found[1]], text)
    headers = {"content-type": "application/json; odata.metadata=minimal"}
    return httpx2.Response(status, content=text.encode(), headers=headers)
