"""Results as JSON values, both ways: for workers, files and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from conformance.exchange import Exchange, Request, Response
from conformance.execution import Result
from conformance.judging import Judgement
from conformance.witness import Finding


def packed(result: Result) -> dict[str, Any]:
    """Return a result as JSON values."""
    return {
        "test": result.test,
        "title": result.title,
        "named": list(result.named),
        "ending": result.ending,
        "reason": result.reason,
        "seconds": round(result.seconds, 6),
        "judgements": [asdict(judgement) for judgement in result.judgements],
        "exchanges": [packed_exchange(exchange) for exchange in result.exchanges],
        "findings": [[number, asdict(finding)] for number, finding in result.findings],
    }


def packed_exchange(exchange: Exchange) -> dict[str, Any]:
    """Return an exchange as JSON values; bodies are text."""
    request, response = exchange.request, exchange.response
    return {
        "number": exchange.number,
        "step": exchange.step,
        "trouble": exchange.trouble,
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": [list(pair) for pair in request.headers],
            "body": request.body.decode("utf-8", "replace"),
            "operation": request.operation,
            "credential": request.credential,
        },
        "response": None
        if response is None
        else {
            "status": response.status,
            "headers": [list(pair) for pair in response.headers],
            "body": response.body.decode("utf-8", "replace"),
            "seconds": round(response.seconds, 6),
        },
    }


def unpacked(row: Mapping[str, Any]) -> Result:
    """Return the result that JSON values describe. Raises KeyError and TypeError."""
    return Result(
        test=row["test"],
        title=row["title"],
        named=tuple(row["named"]),
        ending=row["ending"],
        reason=row["reason"],
        judgements=tuple(Judgement(**each) for each in row["judgements"]),
        exchanges=tuple(unpacked_exchange(each) for each in row["exchanges"]),
        findings=tuple((number, Finding(**each)) for number, each in row["findings"]),
        seconds=row["seconds"],
    )


def unpacked_exchange(row: Mapping[str, Any]) -> Exchange:
    """Return the exchange that JSON values describe. Raises KeyError and TypeError."""
    asked, came = row["request"], row["response"]
    return Exchange(
        row["number"],
        Request(
            asked["method"],
            asked["url"],
            tuple((name, value) for name, value in asked["headers"]),
            asked["body"].encode(),
            asked["operation"],
            asked["credential"],
        ),
        None
        if came is None
        else Response(
            came["status"],
            tuple((name, value) for name, value in came["headers"]),
            came["body"].encode(),
            came["seconds"],
        ),
        row["trouble"],
        row["step"],
    )
