"""Results as JSON values, both ways."""

from __future__ import annotations

import json

import execnet
import pytest

from conformance.exchange import Exchange, Request, Response
from conformance.execution import Result
from conformance.judging import Judgement
from conformance.results import packed, packed_exchange, unpacked, unpacked_exchange
from conformance.witness import Finding

ASKED = Request("POST", "/x?a=1", (("A", "1"), ("A", "2")), '{"ü": 1}'.encode(), "make", "manage")
CAME = Response(201, (("Set-Cookie", "a"), ("Set-Cookie", "b")), "ü".encode(), 0.25)
EXCHANGE = Exchange(3, ASKED, CAME, "", "set up")
LOST = Exchange(4, Request("GET", "/"), None, "the line is dead", "clean up")
RESULT = Result(
    "test_it[a]",
    "A title.",
    ("R-1", "R-2"),
    "violated",
    "because",
    (
        Judgement("R-1", "fail", "the body", "1", "2", "/id", 3),
        Judgement("R-2", "inconclusive", "because"),
    ),
    (EXCHANGE, LOST),
    (
        (3, Finding("make", "body", "no", "1", "2", "/id")),
        (3, Finding("make", "status", "", "", "", is_remark=True)),
    ),
    1.5,
)


def test_a_result_comes_back_as_it_went() -> None:
    """Through JSON, and through what carries it from one process to another."""
    row = packed(RESULT)
    assert unpacked(json.loads(json.dumps(row))) == RESULT
    assert unpacked(execnet.loads(execnet.dumps(row))) == RESULT


@pytest.mark.parametrize("exchange", [EXCHANGE, LOST])
def test_an_exchange_comes_back_as_it_went(exchange: Exchange) -> None:
    """With an answer, and without one; headers that came twice are there twice."""
    assert unpacked_exchange(json.loads(json.dumps(packed_exchange(exchange)))) == exchange


def test_bytes_that_are_no_text_are_replaced() -> None:
    """A body that cannot be read is stored as what can be read of it."""
    exchange = Exchange(1, Request("GET", "/", body=b"\xff"), Response(200, (), b"a\xfe"))
    row = packed_exchange(exchange)
    assert (row["request"]["body"], row["response"]["body"]) == ("\ufffd", "a\ufffd")


def test_times_are_rounded() -> None:
    """Nobody reads more than microseconds."""
    row = packed_exchange(Exchange(1, ASKED, Response(200, seconds=0.123456789)))
    assert row["response"]["seconds"] == 0.123457
    assert packed(Result("t", "", (), "completed", seconds=2 / 3))["seconds"] == 0.666667


@pytest.mark.parametrize("missing", ["test", "judgements", "exchanges", "seconds"])
def test_a_row_that_is_no_result_is_refused(missing: str) -> None:
    """What lacks something, or has too much, is no result."""
    row = packed(RESULT)
    del row[missing]
    with pytest.raises(KeyError):
        unpacked(row)
    with pytest.raises(TypeError):
        unpacked({**packed(RESULT), "judgements": [{"more": 1}]})
