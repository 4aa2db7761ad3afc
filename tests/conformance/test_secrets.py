"""Secrets are taken out of everything that is shown or stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.exchange import Exchange, Headers, Request, Response
from conformance.secrets import REDACTED, Secrets


@pytest.fixture
def secrets() -> Secrets:
    """Two secrets, of which one begins like the other, and one that is too short."""
    found = Secrets()
    found.add("geheim-1", "TOKEN")
    found.add("geheim-12345", "LONG_TOKEN")
    found.add("abc", "SHORT")
    return found


def shown(
    secrets: Secrets,
    *,
    url: str = "/",
    headers: Headers = (),
    body: bytes = b"",
    answer: bytes = b"",
    answered: Headers = (),
    trouble: str = "",
) -> Exchange:
    """Return an exchange as it may be shown."""
    request = Request("POST", url, headers, body, "operation", "manage")
    response = Response(200, answered, answer, 0.1)
    return secrets.exchange(Exchange(3, request, response, trouble, "set up"))


def of_body(secrets: Secrets, value: Any) -> Any:
    """Return a JSON body as it may be shown."""
    return json.loads(shown(secrets, body=json.dumps(value).encode()).request.body)


def test_a_known_secret_becomes_its_variable(secrets: Secrets) -> None:
    """Wherever it stands, the longest one first."""
    assert secrets.text("a geheim-1, geheim-12345.") == "a ${TOKEN}, ${LONG_TOKEN}."


def test_a_short_secret_stays(secrets: Secrets) -> None:
    """It would be found by chance."""
    assert secrets.text("abc") == "abc"


def test_nothing_is_secret_at_first() -> None:
    """Texts stay what they are until something is known."""
    assert Secrets().text("geheim-1") == "geheim-1"


def test_the_first_name_of_a_secret_stays(secrets: Secrets) -> None:
    """A value that two credentials share is named after the first."""
    secrets.add("geheim-1", "OTHER")
    assert secrets.text("geheim-1") == "${TOKEN}"


def test_a_secret_is_no_pattern() -> None:
    """Its characters mean themselves."""
    secrets = Secrets()
    secrets.add("a.c+(d]|", "ODD")
    assert secrets.text("abcc(d] a.c+(d]|") == "abcc(d] ${ODD}"


def test_the_rest_of_an_exchange_stays(secrets: Secrets) -> None:
    """Everything but secrets is kept, and no response stays none."""
    exchange = shown(secrets, url="/a?b=c", headers=(("A", "b"),), body=b"{}", trouble="geheim-1")
    assert exchange.request == Request(
        "POST", "/a?b=c", (("A", "b"),), b"{}", "operation", "manage"
    )
    assert exchange.response == Response(200, (), b"", 0.1)
    assert (exchange.number, exchange.trouble, exchange.step) == (3, "${TOKEN}", "set up")
    lost = Exchange(1, Request("GET", "/"), None)
    assert secrets.exchange(lost) == lost


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("/geheim-1/x", "/${TOKEN}/x"),
        ("/x?a=geheim-1", "/x?a=${TOKEN}"),
        ("/x?token=unknown&a=1", f"/x?token={REDACTED}&a=1"),
        ("/x?refresh_token=unknown", f"/x?refresh_token={REDACTED}"),
        ("/x?refreshToken=unknown&", f"/x?refreshToken={REDACTED}&"),
        ("/x?token=geheim-1", "/x?token=${TOKEN}"),
        ("/x?token=&token", "/x?token=&token"),
        ("/x?", "/x?"),
        ("/x?tokens=1&client_id=2", "/x?tokens=1&client_id=2"),
    ],
)
def test_queries(secrets: Secrets, url: str, told: str) -> None:
    """Parameters that are secret by their name are hidden, known values are named."""
    assert shown(secrets, url=url).request.url == told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Authorization", "Bearer unknown", f"Bearer {REDACTED}"),
        ("authorization", "Bearer geheim-1", "Bearer ${TOKEN}"),
        ("Authorization", "unknown", REDACTED),
        ("Cookie", "a=unknown; b=unknown=", f"a={REDACTED}; b={REDACTED}"),
        ("Cookie", "a=geheim-1; b=unknown", f"a=${{TOKEN}}; b={REDACTED}"),
        ("cookie", "unknown", REDACTED),
        ("Cookie", "a=; ", "a=; "),
        ("Cookie", "a=geheim-1; b=geheim-12345", "a=${TOKEN}; b=${LONG_TOKEN}"),
        ("X-AUTH-TOKEN", "unknown", REDACTED),
        ("X-API-Key", "unknown", REDACTED),
        ("X-CSRFToken", "unknown", REDACTED),
        ("Accept", "application/json", "application/json"),
        ("X-Other", "geheim-1!", "${TOKEN}!"),
    ],
)
def test_headers_of_requests(secrets: Secrets, name: str, value: str, told: str) -> None:
    """Headers that carry credentials are hidden unless what they carry is known by name."""
    assert shown(secrets, headers=((name, value),)).request.headers == ((name, told),)


def test_headers_of_responses(secrets: Secrets) -> None:
    """A cookie that is set is hidden, whatever else it says."""
    set_ = (("Set-Cookie", "sessionid=unknown; Path=/"), ("Set-Cookie", "a=geheim-1; HttpOnly"))
    response = shown(secrets, answered=set_).response
    assert response is not None
    assert [value for _, value in response.headers] == [
        f"sessionid={REDACTED}; Path=/",
        "a=${TOKEN}; HttpOnly",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "token", "Token", "key", "password", "passwd", "client_secret", "access_token",
        "accessToken", "refresh_token", "saas_token", "saasToken", "anonymous_token", "csrf_token",
        "id_token", "api_key", "apiKey", "sessionId", "session",
    ],
)  # fmt: skip
def test_fields_of_a_body(secrets: Secrets, name: str) -> None:
    """Texts in fields that are secret by their name are hidden, however deep and alone."""
    assert of_body(secrets, {name: "unknown"}) == {name: REDACTED}
    assert of_body(secrets, [{"a": {name: ["unknown", ""]}}]) == [{"a": {name: [REDACTED, ""]}}]
    assert of_body(secrets, {name: "geheim-1"}) == {name: "${TOKEN}"}
    assert of_body(secrets, {name: 1, "a": None}) == {name: 1, "a": None}


@pytest.mark.parametrize("name", ["name", "tokens", "keys", "monkey", "token_type", "passport"])
def test_other_fields_of_a_body(secrets: Secrets, name: str) -> None:
    """What only sounds alike is shown."""
    assert of_body(secrets, {name: "value"}) == {name: "value"}


def test_labels_are_no_secrets(secrets: Secrets) -> None:
    """A key that has a value beside it names that value."""
    labels = {"labels": [{"key": "city", "value": "Bern"}]}
    assert of_body(secrets, labels) == labels


def test_bodies_without_secrets_stay_bytes_for_bytes(secrets: Secrets) -> None:
    """Spaces, order and numbers as they came."""
    body = b'{"b" : 1.0,\n"a": [ ]}'
    assert shown(secrets, body=body).request.body == body


def test_forms(secrets: Secrets) -> None:
    """Fields of a form are told by their names as those of JSON."""
    form = b"grant_type=client_credentials&client_secret=un%2Bknown&scope=geheim-1"
    assert shown(secrets, body=form).request.body == (
        f"grant_type=client_credentials&client_secret={REDACTED}&scope=${{TOKEN}}".encode()
    )


def test_answers(secrets: Secrets) -> None:
    """What a target answers is treated as what it is sent."""
    response = shown(secrets, answer=b'{"access_token": "unknown", "name": "geheim-1"}').response
    assert response is not None
    assert json.loads(response.body) == {"access_token": REDACTED, "name": "${TOKEN}"}


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe token", b"[" * 100_000 + b"token", b"<html>session</html>", b'{"token":', b"token"],
)
def test_what_cannot_be_read_does_no_harm(secrets: Secrets, body: bytes) -> None:
    """Bodies that are neither JSON nor forms are shown as far as they can be."""
    assert isinstance(shown(secrets, body=body, answer=body).request.body, bytes)


def test_surrogates_do_no_harm(secrets: Secrets) -> None:
    r"""A lone `\\ud800` in JSON can be shown."""
    assert b"token" in shown(secrets, body=b'{"token": "x", "a": "\\ud800"}').request.body


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ('{"access_token": "abc", "n": 1}', '{"access_token": "[redacted]", "n": 1}'),
        ('status 200 with {"token":"abc.def', 'status 200 with {"token":"[redacted]'),
        ("{'password': 'x'} is not", "{'password': '[redacted]'} is not"),
        ('{"refreshToken": "${NAME}"}', '{"refreshToken": "${NAME}"}'),
        ('{"key": "size", "value": "L"}', '{"key": "size", "value": "L"}'),
        ("no token here", "no token here"),
    ],
)
def test_quoted_fields_are_hidden(told: str, shown: str) -> None:
    """Also where nobody knew the secret, and where the quotation was cut."""
    assert Secrets().text(told) == shown
