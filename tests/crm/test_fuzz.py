"""Whatever stands in a request, the answer is never a failure of the server."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Client

WORDS = st.sampled_from(
    [
        "name",
        "accountid",
        "creditlimit",
        "createdon",
        "statecode",
        "primarycontactid",
        "ownerid",
        "_ownerid_value",
        "contact_customer_accounts",
        "eq",
        "ne",
        "gt",
        "and",
        "or",
        "not",
        "in",
        "(",
        ")",
        ",",
        ";",
        ":",
        "/",
        "[",
        "]",
        "'x'",
        "'ä'''",
        "null",
        "true",
        "1",
        "-2.5",
        "1e400",
        "2026-11-22",
        "2026-13-45",
        "2026-11-22T10:00:00Z",
        "any",
        "all",
        "any(",
        "all(",
        "contains(",
        "startswith(",
        "@p",
        "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['1'])",
        "$select=",
        "$filter=",
        "$top=",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=99999999)",
        "desc",
        "asc",
        "groupby((",
        "aggregate(",
        "with",
        "sum",
        "as",
        "total",
        "filter(",
        "$count",
        "00000000-0000-0000-0000-000000000001",
        "9223372036854775808",
        "\x00",
        '"',
        "{",
        "}",
        "%",
        "\\",
        "'",
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=60))
OPTIONS = st.sampled_from(
    ["filter", "select", "orderby", "expand", "apply", "top", "skiptoken", "deltatoken", "count"]
)
SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def one(admin: Client) -> Client:
    company = admin.make("accounts", name="A", creditlimit=1)
    admin.make("contacts", lastname="B", parentcustomerid_account__bind=f"/accounts({company})")
    return admin


@SLOW
@given(st.dictionaries(OPTIONS, TEXTS, max_size=3))
def test_query_options(one: Client, options: dict[str, str]):
    query = "&".join(f"${name}={quote(value)}" for name, value in options.items())
    answer = one.get(f"accounts?{query}")
    assert answer.status < 500, (options, answer.json)


@SLOW
@given(TEXTS)
def test_addresses(one: Client, text: str):
    for method in ("GET", "PATCH", "POST", "DELETE"):
        for path in (text, f"accounts({text})", f"EntityDefinitions({text})/Attributes"):
            answer = one.ask(method, path.replace("?", ""), {"name": text})
            assert answer.status < 500, (method, path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "name",
        "creditlimit",
        "statecode",
        "statuscode",
        "donotemail",
        "accountid",
        "ownerid",
        "primarycontactid",
        "createdon",
        "ownerid@odata.bind",
        "primarycontactid@odata.bind",
        "contact_customer_accounts",
        "numberofemployees",
        "Targets",
        "overriddencreatedon",
        "QuoteId",
        "Status",
        "QuoteClose",
        "Target",
        "Entities",
        "QuerySet",
    ]
)


@SLOW
@given(st.dictionaries(NAMES, JSON, max_size=5))
def test_bodies(one: Client, body: dict):
    paths = ["accounts", "accounts/Microsoft.Dynamics.CRM.CreateMultiple", "WinQuote", "Merge"]
    paths += ["BulkDelete", "CreateEntities", "ReviseQuote", "EntityDefinitions", "CalculatePrice"]
    for path in paths:
        answer = one.ask("POST", path, body)
        assert answer.status < 500, (path, body, answer.json)


@SLOW
@given(TEXTS, TEXTS)
def test_fetchxml(one: Client, operator: str, value: str):
    from xml.sax.saxutils import quoteattr

    condition = (
        f"<condition attribute='name' operator={quoteattr(operator)} value={quoteattr(value)}/>"
    )
    for xml in (
        value,
        f"<fetch><entity name='account'><filter>{condition}</filter></entity></fetch>",
    ):
        answer = one.get(f"accounts?fetchXml={quote(xml)}")
        assert answer.status < 500, (xml, answer.json)
