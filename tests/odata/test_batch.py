"""`$batch` both ways, and the forms in which real clients write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.odata.batch import (
    ChangeSet,
    ChangeSetResponse,
    Malformed,
    Request,
    Response,
    format_requests,
    format_responses,
    parse_requests,
    parse_responses,
)

word = st.text("abcdefXYZ09-_", min_size=1, max_size=12)
body = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40).map(
    lambda text: ('{"v":"' + text.strip("\r\n") + '"}').encode()
)
headers = st.dictionaries(word.map(str.lower).filter(lambda n: n != "content-id"), word, max_size=3)
requests = st.builds(
    Request,
    st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    word.map(lambda w: f"/api/data/v9.2/{w}?$filter=name eq '{w}'"),
    headers,
    body | st.just(b""),
    word | st.just(""),
)
responses = st.builds(
    Response, st.integers(200, 599), st.just("Words 1"), headers, body | st.just(b""), word
)


@given(
    st.lists(requests | st.builds(ChangeSet, st.lists(requests, min_size=1).map(tuple)), min_size=1)
)
@settings(max_examples=150, deadline=None)
def test_requests_read_back_the_same(parts):
    assert parse_requests(*format_requests(parts)) == parts


@given(
    st.lists(
        responses | st.builds(ChangeSetResponse, st.lists(responses, min_size=1).map(tuple)),
        min_size=1,
    )
)
@settings(max_examples=150, deadline=None)
def test_responses_read_back_the_same(parts):
    assert parse_responses(*format_responses(parts)) == parts


def test_raw_spaces_quotes_preamble_and_bare_line_ends_are_read():
    text = (
        "\n--batch_1\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n"
        "Content-ID: 7\n\nGET https://h/api/data/v9.2/accounts?$filter=name eq 'x' HTTP/1.1\n"
        "Accept: application/json\n--batch_1--"
    )
    [request] = parse_requests('multipart/mixed; boundary="batch_1"', text.encode())
    assert request == Request(
        "GET",
        "https://h/api/data/v9.2/accounts?$filter=name eq 'x'",
        {"accept": "application/json"},
        b"",
        "7",
    )


def test_a_response_begins_with_its_delimiter_and_has_the_names_clients_look_for():
    kind, content = format_responses([ChangeSetResponse((Response(412, "It's {stale}"),))])
    assert content.startswith(b"--batchresponse_")
    assert kind.startswith("multipart/mixed; boundary=batchresponse_")
    assert b"changesetresponse_" in content
    assert b"{" not in content, "a client looks for JSON between the first and the last brace"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b""),
        ("multipart/mixed; boundary=b", b"no delimiter"),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-Type: application/http\r\n\r\nGET /x"),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"),
        (
            "multipart/mixed; boundary=b",
            b"--b\r\nContent-Type: application/http\r\n\r\nGET /x\r\n\r\n--b--",
        ),
        (
            "multipart/mixed; boundary=b",
            b"--b\r\nContent-Type: application/http\r\n\r\nGET /x HTTP/1.1\r\nbad\r\n\r\n--b--",
        ),
    ],
)
def test_what_is_no_batch_is_called_so(kind, content):
    with pytest.raises(Malformed):
        parse_requests(kind, content)


def test_s02_a_header_cannot_smuggle_a_line():
    with pytest.raises(Malformed):
        format_requests([Request("GET", "/x", {"if-match": "*\r\nAuthorization: stolen"})])
