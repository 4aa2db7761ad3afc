"""Every exchange of a run as HTTP Archive 1.2, written by harfile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import parse_qsl

import harfile


def har(document: Mapping[str, Any], file: IO[str]) -> None:
    """Write the exchanges; those without an answer have the status 0."""
    base_url = document["target"]["base_url"]
    started = datetime.fromisoformat(document["run"]["started"]).astimezone(UTC)
    creator = harfile.Creator(name="segment-conformance", version=document["kit"])
    with harfile.HarFile.open(file, creator=creator) as archive:
        for test in document["tests"]:
            for exchange in test["exchanges"]:
                response = exchange["response"]
                taken = 0.0 if response is None else round(response["seconds"] * 1000, 3)
                archive.add_entry(
                    startedDateTime=started,
                    time=taken,
                    request=_request(exchange["request"], base_url),
                    response=_response(exchange),
                    timings=harfile.Timings(send=0, wait=taken, receive=0),
                    comment=f"{test['name']}, {exchange['number']}",
                )


def _request(request: Mapping[str, Any], base_url: str) -> harfile.Request:
    query = request["url"].partition("?")[2]
    return harfile.Request(
        method=request["method"],
        url=base_url + request["url"],
        httpVersion="HTTP/1.1",
        headers=_records(request["headers"]),
        queryString=_records(parse_qsl(query, keep_blank_values=True)),
        postData=harfile.PostData(mimeType=_media_type(request["headers"]), text=request["body"])
        if request["body"]
        else None,
        bodySize=len(request["body"].encode()),
    )


def _response(exchange: Mapping[str, Any]) -> harfile.Response:
    response = exchange["response"]
    if response is None:
        return harfile.Response(
            status=0,
            statusText=exchange["trouble"],
            httpVersion="HTTP/1.1",
            content=harfile.Content(size=0, mimeType=""),
        )
    size = len(response["body"].encode())
    return harfile.Response(
        status=response["status"],
        statusText="",
        httpVersion="HTTP/1.1",
        headers=_records(response["headers"]),
        content=harfile.Content(
            size=size, mimeType=_media_type(response["headers"]), text=response["body"]
        ),
        bodySize=size,
    )


def _records(pairs: Sequence[Sequence[str]]) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]


def _media_type(headers: Sequence[Sequence[str]]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")
