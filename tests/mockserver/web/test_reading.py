"""The compiled reading of every contract is right: openapi-core reads the same.

For generated requests and replies, valid and invalid, both accept or both reject. Where
openapi-core is knowingly laxer or stricter is written down in `differences.py`, with the
text that says who is right, and left out of the generated ones.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck, Unsatisfiable
from schemathesis import GenerationMode

from mockserver.web.schemas import Schemas

from .differences import DIFFERENCES, DOCUMENT, Difference, knowingly_different
from .readings import Key, Message, Reading, document_of, operations, reading
from .samples import BAD_BY_FORMAT, BY_FORMAT, Sampler

# Generated from whole contracts, the first draw of a document is slow; the suite runs in
# parallel on few cores, so time says nothing. Derandomized: CI is to be the same each time.
modestly = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
OPERATIONS = list(operations())
every_operation = pytest.mark.parametrize("key", OPERATIONS, ids="-".join)
every_operation_with_a_body = pytest.mark.parametrize(
    "key", [key for key in OPERATIONS if reading(*key).body is not None], ids="-".join
)
QUERY = ("1", "0", "-5", "60", "1.5", "abc", "true", "false", "null", "asc", "x y", "1,2")


@cache
def contract(vendor: str, kind: str) -> Any:
    """Return a document as Schemathesis sees it."""
    return schemathesis.openapi.from_dict(dict(document_of(vendor, kind)))


def message_of(case: Any) -> Message:
    """Return a generated case as it would stand on the wire."""
    told = case.as_transport_kwargs(base_url="http://localhost")
    sent = requests.Request(
        "POST",
        told["url"],
        params=told.get("params"),
        json=told.get("json"),
        data=told.get("data"),
    ).prepare()
    url = urlsplit(str(sent.url))
    body: Any = sent.body or b""
    return Message(
        path=url.path,
        query=url.query,
        headers={name: value for name, value in (case.headers or {}).items() if value},
        body=body.encode() if isinstance(body, str) else body,
        content_type=case.media_type,
    )


@every_operation
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_generated_requests_are_judged_alike(key: Key, mode: GenerationMode) -> None:
    """Whatever Schemathesis makes of the contract, right or wrong."""
    vendor, kind, template, method = key
    both = reading(*key)

    drawn, judged = [], []

    @settings(modestly, max_examples=12)
    @given(case=contract(vendor, kind)[template][method].as_strategy(generation_mode=mode))
    def agree(case: Any) -> None:
        drawn.append(case)
        message = message_of(case)
        assume(both.path_of(message) is not None and not knowingly_different(both, message))
        judged_alike(both, message)
        judged.append(message)

    # Hardly anything can be wrong with a request that may hold any text, or none; then
    # Schemathesis gives up, sooner or later.
    with contextlib.suppress(Unsatisfiable, FailedHealthCheck):
        agree()
    assert judged or not drawn, "all of them are about known differences"
    if not drawn:
        pytest.skip("nothing can be wrong with it")


@every_operation
def test_every_parameter_is_judged_alike(key: Key) -> None:
    """One text after another in the place of each parameter, the others being right."""
    both = reading(*key)
    right = {each["in"] + each["name"]: _right(both, each) for each in _declared(both)}
    for each in _declared(both):
        texts = [*QUERY, *BAD_BY_FORMAT, *BY_FORMAT["uuid"], *BY_FORMAT["date-time"], None]
        for text in texts:
            values = {**right, each["in"] + each["name"]: text}
            message = _with_parameters(both, values)
            if both.path_of(message) is not None and not knowingly_different(both, message):
                judged_alike(both, message)


@every_operation_with_a_body
def test_spoilt_bodies_are_judged_alike(key: Key) -> None:
    """Right bodies, and right bodies with one thing or two changed."""
    both = reading(*key)
    declared = both.schemas.resolve(both.operation["requestBody"])
    content_type, media = next(iter(declared["content"].items()))
    right = _with_parameters(
        both, {each["in"] + each["name"]: _right(both, each) for each in _declared(both)}
    )

    verdicts = Counter[bool]()

    @settings(modestly, max_examples=40)
    @given(seed=st.integers(0, 2**32), spoilt=st.integers(0, 2))
    def agree(seed: int, spoilt: int) -> None:
        sampler = sampled(both, seed)
        value = sampler.value(media["schema"])
        for _ in range(spoilt):
            value = sampler.spoilt(value)
        body = _encoded(content_type, value)
        message = Message(right.path, right.query, right.headers, body, content_type)
        assume(not knowingly_different(both, message))
        verdicts[judged_alike(both, message)] += 1

    agree()
    assert verdicts[True] > 3, "no right bodies were tried"
    assert verdicts[False] > 3, "no wrong bodies were tried"


@every_operation
def test_replies_are_judged_alike(key: Key) -> None:
    """For every status, as plain values and as documents; statuses that are not listed too."""
    both = reading(*key)
    verdicts = Counter[bool]()
    listed = {
        int(status): both.schemas.resolve(response)
        for status, response in both.operation["responses"].items()
    }

    @settings(modestly, max_examples=30)
    @given(
        status=st.sampled_from([*listed, 418]),
        seed=st.integers(0, 2**32),
        spoilt=st.integers(0, 2),
    )
    def agree(status: int, seed: int, spoilt: int) -> None:
        sampler = sampled(both, seed)
        content = listed.get(status, {}).get("content", {})
        # A body where none is promised is a known difference.
        value = None
        if content:
            value = sampler.value(content["application/json"].get("schema", {}))
            for _ in range(spoilt):
                value = sampler.spoilt(value)
        fault = both.fault_of_reply(status, value)
        errors = both.core_errors_of_reply(status, value)
        assert (fault is None) == (not errors), (status, value, fault, errors)
        if value:
            whole = both.fault_of_reply(status, value, documents=True)
            assert (whole is None) == (fault is None), (status, value, fault, whole)
        verdicts[fault is None] += 1

    agree()
    assert verdicts[True], "no right replies were tried"
    assert verdicts[False], "no wrong replies were tried"


def sampled(both: Reading, seed: int) -> Sampler:
    """Return a sampler; the same seed draws the same values."""
    return Sampler(both.schemas, random.Random(seed))  # noqa: S311 - not for secrets


def judged_alike(both: Reading, message: Message) -> bool:
    """Return the verdict of both readings; fails when there are two."""
    found = both.violations(message)
    errors = both.core_errors(message)
    assert (not found) == (not errors), f"{message}\ncompiled: {found}\nopenapi-core: {errors}"
    return not found


def _declared(both: Reading) -> list[Any]:
    ignored = {"accept", "content-type", "authorization"}
    found = [both.schemas.resolve(each) for each in both.operation["parameters"]]
    return [each for each in found if each["name"].lower() not in ignored]


def _right(both: Reading, declared: Any) -> str | None:
    """Return a text that a parameter takes; `None` for an object, which is left out."""
    value = sampled(both, 1).value(declared["schema"])
    if isinstance(value, dict):
        return None
    # A header holds no line break, whatever its schema says.
    return value.replace("\n", " ") if isinstance(value, str) else json.dumps(value)


def _with_parameters(both: Reading, values: dict[str, str | None]) -> Message:
    path = both.template
    query: list[tuple[str, str]] = []
    headers = {}
    for each in _declared(both):
        where, name = each["in"], each["name"]
        text = values[where + name]
        if where == "path":
            path = path.replace(f"{{{name}}}", quote(text or "", safe=""))
        elif text is not None and where == "query":
            deep = each.get("style") == "deepObject"
            query.append((f"{name}[name]" if deep else name, text))
        elif text is not None:
            headers[name] = text
    return Message(path, urlencode(query), headers)


def _encoded(content_type: str, value: Any) -> bytes:
    if content_type == "application/json":
        return json.dumps(value).encode()
    texts = value.items() if isinstance(value, dict) else ()
    return urlencode([(key, each) for key, each in texts if isinstance(each, str)]).encode()


@pytest.mark.parametrize("difference", DIFFERENCES, ids=[each.name for each in DIFFERENCES])
def test_a_known_difference_is_real(difference: Difference) -> None:
    """It is recognised, and the two readings do differ as it says."""
    both = Reading(DOCUMENT, "/d/{code}", "POST", Schemas(DOCUMENT))
    for accepts, messages in ((True, difference.accepted), (False, difference.refused)):
        for message in messages:
            assert difference.applies(both, message), message
            assert (not both.violations(message)) is accepts, message
            assert bool(both.core_errors(message)) is accepts, message


def test_a_plain_request_is_no_known_difference() -> None:
    """The table leaves out nothing ordinary."""
    both = Reading(DOCUMENT, "/d/{code}", "POST", Schemas(DOCUMENT))
    plain = Message(
        "/d/a",
        "n=-1&x=1.5e3&b=true&s=a+b&t=2024-01-01T00:00:00Z&o[name]=asc",
        {"X-Flag": "false"},
        b'{"name": " a ", "count": 1, "short": 1, "email": "a@b.c", "link": "http://a"}',
        "application/json",
    )
    assert not knowingly_different(both, plain)
    assert judged_alike(both, plain)


def test_a_body_where_none_is_promised_is_seen_by_the_compiled_reading_only() -> None:
    """A response without content has no body (OpenAPI 3.0.3, response object)."""
    both = Reading(DOCUMENT, "/d/{code}", "POST", Schemas(DOCUMENT))
    assert both.fault_of_reply(204, {"a": 1}) == "a body was given where none is promised"
    assert both.core_errors_of_reply(204, {"a": 1}) == []
