"""`$batch`: many requests in one, change sets all or nothing."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from saumaton.odata.batch import (
    ChangeSet,
    ChangeSetResponse,
    Malformed,
    format_responses,
    parse_requests,
)
from saumaton.odata.batch import Request as Part
from saumaton.odata.batch import Response as PartResponse

from ..problem import Problem, syntax
from .http import Request, Response

MOST = 1000
LONGEST_URL = 65536
READING = frozenset({"GET", "HEAD"})
Run = Callable[[list[tuple[str, Request]]], list[Response]]


def answer_batch(request: Request, run: Run) -> Response:
    """Answer a batch. `run` answers requests in one transaction, raising none of their errors.

    A list of one request is a single one, a longer one a change set; of a change set that failed
    the only answer is the error.
    """
    try:
        parts = parse_requests(request.headers.get("content-type", ""), request.body)
    except (Malformed, UnicodeDecodeError) as error:
        raise syntax(str(error)) from error
    if sum(len(p.requests) if isinstance(p, ChangeSet) else 1 for p in parts) > MOST:
        raise syntax(f"A batch may hold {MOST} operations.")
    keep_going = "continue-on-error" in request.preferences
    answers: list[PartResponse | ChangeSetResponse] = []
    status = 200
    for part in parts:
        answer = _answer(request, part, run)
        answers.append(answer)
        if _failed(answer) and not keep_going:
            status = 400
            break
    kind, body = format_responses(answers)
    return Response(status, body, type=kind)


def _failed(answer: PartResponse | ChangeSetResponse) -> bool:
    some = answer.responses if isinstance(answer, ChangeSetResponse) else (answer,)
    return any(part.status >= 400 for part in some)


def _answer(outer: Request, part: Part | ChangeSet, run: Run) -> PartResponse | ChangeSetResponse:
    if isinstance(part, Part):
        try:
            [response] = run([(part.content_id, _inner(outer, part))])
        except Problem as problem:
            from .http import error_response

            response = error_response(problem)
        return _part(response, part.content_id)
    return _change_set(outer, part, run)


def _change_set(outer: Request, part: ChangeSet, run: Run) -> PartResponse | ChangeSetResponse:
    from .http import error_response

    try:
        requests = [(inner.content_id, _inner(outer, inner)) for inner in part.requests]
        if any(inner.method in READING for _, inner in requests):
            raise syntax("A change set may hold writes only.")
        responses = run(requests) if requests else []
    except Problem as problem:
        return _part(error_response(problem), "")
    if len(responses) == 1 and responses[0].status >= 400:
        return _part(responses[0], part.requests[0].content_id if len(requests) == 1 else "")
    ids = [content_id for content_id, _ in requests]
    return ChangeSetResponse(tuple(_part(r, i) for r, i in zip(responses, ids, strict=True)))


def _part(response: Response, content_id: str) -> PartResponse:
    headers = {name: value for name, value in response.all_headers.items()}
    return PartResponse(response.status, "", headers, response.body, content_id)


def _inner(outer: Request, part: Part) -> Request:
    """Return the request inside a part; rights and language come from the outer one."""
    url = part.url
    if len(url) > LONGEST_URL:
        raise syntax("An address inside the batch is too long.")
    if found := re.match(r"(?:https?://[^/]+)?/api/data/v\d+\.\d+/", url):
        url = url[found.end() :]
    path, _, query = url.partition("?")
    return Request(part.method, unquote(path), query, part.headers, part.body, outer.base)
