"""`$batch`: a multipart body to a list of requests or responses, and back.

A batch is a list whose items are single requests or change sets; a change set is a list of writes
that happen all or not at all. Rules: protocol specification, section 22.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4


class Malformed(ValueError):
    """The body is no batch; the sentence says where it stops being one."""


@dataclass(frozen=True)
class Request:
    """One request inside a batch; header names are in lower case, `content_id` is apart."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_id: str = ""


@dataclass(frozen=True)
class Response:
    """One answer inside a batch; header names are in lower case, `content_id` is apart."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_id: str = ""


@dataclass(frozen=True)
class ChangeSet:
    """Writes that happen all or not at all."""

    requests: tuple[Request, ...]


@dataclass(frozen=True)
class ChangeSetResponse:
    """The answers to a change set; one that failed has a single answer, the error."""

    responses: tuple[Response, ...]


Headers = dict[str, str]
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_REASONS = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request"}
_REASONS |= {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
_REASONS |= {412: "Precondition Failed", 429: "Too Many Requests", 500: "Internal Server Error"}


def parse_requests(content_type: str, body: bytes) -> list[Request | ChangeSet]:
    """Return the requests of a `$batch` body, in order. Raises `Malformed`."""
    found: list[Request | ChangeSet] = []
    for headers, content in _parts(content_type, body):
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            inner = [_request(h, c) for h, c in _parts(kind, content)]
            found.append(ChangeSet(tuple(inner)))
        else:
            found.append(_request(headers, content))
    return found


def parse_responses(content_type: str, body: bytes) -> list[Response | ChangeSetResponse]:
    """Return the answers of a batch response, in the order of the requests. Raises `Malformed`."""
    found: list[Response | ChangeSetResponse] = []
    for headers, content in _parts(content_type, body):
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            inner = [_response(h, c) for h, c in _parts(kind, content)]
            found.append(ChangeSetResponse(tuple(inner)))
        else:
            found.append(_response(headers, content))
    return found


def format_requests(parts: Sequence[Request | ChangeSet]) -> tuple[str, bytes]:
    """Return the content type and the body of a `$batch` that asks for these."""
    boundary = f"batch_{uuid4()}"
    pieces: list[bytes] = []
    for part in parts:
        if isinstance(part, Request):
            pieces.append(_http_part(_request_head(part), part.content_id, part.body))
        else:
            name = f"changeset_{uuid4()}"
            inner = [_http_part(_request_head(r), r.content_id, r.body) for r in part.requests]
            pieces.append(_nested(name, inner))
    return f"multipart/mixed; boundary={boundary}", _joined(boundary, pieces)


def format_responses(parts: Sequence[Response | ChangeSetResponse]) -> tuple[str, bytes]:
    """Return the content type and the body of the answer to a `$batch`.

    The body begins with the delimiter, and the boundaries have the names clients look for.
    """
    boundary = f"batchresponse_{uuid4()}"
    pieces: list[bytes] = []
    for part in parts:
        if isinstance(part, Response):
            pieces.append(_http_part(_response_head(part), part.content_id, part.body))
        else:
            name = f"changesetresponse_{uuid4()}"
            inner = [_http_part(_response_head(r), r.content_id, r.body) for r in part.responses]
            pieces.append(_nested(name, inner))
    return f"multipart/mixed; boundary={boundary}", _joined(boundary, pieces)


def _parts(content_type: str, body: bytes) -> Iterator[tuple[Headers, bytes]]:
    found = re.search(r'boundary="?([^";\s]+)"?', content_type, re.IGNORECASE)
    if not found:
        raise Malformed("The content type of the batch names no boundary.")
    delimiter = rb"(?:^|\r?\n)--" + re.escape(found[1].encode()) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    pieces = re.split(delimiter, body)
    if len(pieces) < 3:
        raise Malformed(f"The batch has no part delimited by --{found[1]}.")
    if "--" not in (end.decode() for end in pieces[1::2] if end):
        raise Malformed(f"The batch does not end with --{found[1]}--.")
    # pieces: preamble, end mark or None, part, end mark or None, part, ...
    for end, part in zip(pieces[1::2], pieces[2::2], strict=True):
        if end:
            return
        # the line end that closes the delimiter is no content
        yield _headers_and_rest(re.sub(rb"\A\r?\n", b"", part, count=1))


def _headers_and_rest(text: bytes) -> tuple[Headers, bytes]:
    if re.match(rb"\r?\n", text):  # no headers at all
        return {}, text.lstrip(b"\r\n")
    head, *rest = _END_OF_HEADERS.split(text, maxsplit=1)
    return _headers(head.decode("utf-8", "replace").splitlines()), rest[0] if rest else b""


def _headers(lines: Sequence[str]) -> Headers:
    headers = {}
    for line in lines:
        if line.strip():
            name, colon, value = line.partition(":")
            if not colon:
                raise Malformed(f"“{line[:80]}” is no header.")
            headers[name.strip().lower()] = value.strip()
    return headers


def _message(part: Headers, content: bytes) -> tuple[str, Headers, bytes, str]:
    """Return first line, headers, body and content id of an HTTP message inside a part."""
    if not part.get("content-type", "").lower().startswith("application/http"):
        raise Malformed("A part of the batch is not of type application/http.")
    head, *rest = _END_OF_HEADERS.split(content.lstrip(b"\r\n"), maxsplit=1)
    first, *lines = head.decode("utf-8", "replace").splitlines() or [""]
    headers = _headers(lines)
    content_id = headers.pop("content-id", "") or part.get("content-id", "")
    return first.strip(), headers, rest[0].strip(b"\r\n") if rest else b"", content_id


def _request(part: Headers, content: bytes) -> Request:
    first, headers, body, content_id = _message(part, content)
    method, _, rest = first.partition(" ")
    url, _, version = rest.rpartition(" ")  # the address may hold raw spaces
    if not url or not version.upper().startswith("HTTP/"):
        raise Malformed(f"“{first[:80]}” is no request line.")
    return Request(method.upper(), url.strip(), headers, body, content_id)


def _response(part: Headers, content: bytes) -> Response:
    first, headers, body, content_id = _message(part, content)
    found = re.match(r"HTTP/\d(?:\.\d)? (\d{3}) ?(.*)", first)
    if not found:
        raise Malformed(f"“{first[:80]}” is no status line.")
    return Response(int(found[1]), found[2], headers, body, content_id)


def _request_head(request: Request) -> list[str]:
    return [f"{request.method} {request.url} HTTP/1.1", *_lines(request.headers)]


def _response_head(response: Response) -> list[str]:
    words = response.reason or _REASONS.get(response.status, "Status")
    words = re.sub("[^A-Za-z0-9 ]", " ", words)
    return [f"HTTP/1.1 {response.status} {words}", *_lines(response.headers)]


def _lines(headers: Mapping[str, str]) -> list[str]:
    return [f"{_one_line(name)}: {_one_line(value)}" for name, value in headers.items()]


def _one_line(text: str) -> str:
    if "\r" in text or "\n" in text:
        raise Malformed("A header may not hold a line end.")
    return text


def _http_part(head: Sequence[str], content_id: str, body: bytes) -> bytes:
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if content_id:
        lines.append(f"Content-ID: {_one_line(content_id)}")
    return "\r\n".join([*lines, "", *head, "", ""]).encode() + body


def _nested(boundary: str, pieces: Sequence[bytes]) -> bytes:
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode()
    return head + _joined(boundary, pieces)


def _joined(boundary: str, pieces: Sequence[bytes]) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + piece + b"\r\n" for piece in pieces) + mark + b"--\r\n"
