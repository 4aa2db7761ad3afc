"""Every exchange of a run as HTTP Archive 1.2, written by harfile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import parse_qsl

import harfile


def har(document: Mapping[str, Any], file: IO[str]) -> None:
    """Write the exchanges; those without an answer have the status 0."""
    base_url = document["target"]["base_url"]
    started = datetime.fromisoformat(document["run"]["started"]).astimezone(UTC)
    with harfile.HarFile.open(file) as archive:
        for test in document["tests"]:
            for exchange in test["exchanges"]:
                archive.add_entry(
                    startedDateTime=started,
                    time=(exchange["response"] or {"seconds": 0})["seconds"] * 1000,
                    request=_request(exchange["request"], base_url),
                    response=_response(exchange),
                    timings=harfile.Timings(
                        send=0,
                        wait=(exchange["response"] or {"seconds": 0})["seconds"] * 1000,
                        receive=0,
                    ),
                    comment=f"{test['name']}, {exchange['number']}",
                )


def _request(request: Mapping[str, Any], base_url: str) -> harfile.Request:
    query = request["url"].partition("?")[2]
    media_type = next(
        (value for name, value in request["headers"] if name.lower() == "content-type"), ""
    )
    return harfile.Request(
        method=request["method"],
        url=base_url + request["url"],
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=name, value=value) for name, value in request["headers"]],
        queryString=[
            harfile.Record(name=name, value=value)
            for name, value in parse_qsl(query, keep_blank_values=True)
        ],
        postData=harfile.PostData(mimeType=media_type, text=request["body"])
        if request["body"]
        else None,
        bodySize=len(request["body"].encode()),
    )


def _response(exchange: Mapping[str, Any]) -> harfile.Response:
    response = exchange["response"]
    if response is None:
        return harfile.Response(
            status=0, statusText=exchange["trouble"], httpVersion="HTTP/1.1",
            content=harfile.Content(),
        )  # fmt: skip
    media_type = next(
        (value for name, value in response["headers"] if name.lower() == "content-type"), ""
    )
    size = len(response["body"].encode())
    return harfile.Response(
        status=response["status"],
        statusText="",
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=name, value=value) for name, value in response["headers"]],
        content=harfile.Content(size=size, mimeType=media_type, text=response["body"]),
        bodySize=size,
    )
