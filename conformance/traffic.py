"""Judges recorded traffic: the exchanges of an HTTP Archive, by openapi-core."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.catalogue import Catalogue, Operation
from conformance.config import ConfigError, known_edition
from conformance.exchange import Response
from conformance.witness import Finding, Witness
from mockserver import contract


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of an archive."""

    number: int
    method: str
    url: str
    operation: Operation | None
    """None when no document of the vendor has the path."""
    status: int
    findings: tuple[Finding, ...] = ()


def entries(path: Path) -> list[Mapping[str, Any]]:
    """Return the entries of a HAR file. Raises ConfigError."""
    try:
        archive = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: {reason}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not JSON: {error}") from None
    log = archive.get("log") if isinstance(archive, dict) else None
    found = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(found, list):
        raise ConfigError(f"{path}: not an HTTP Archive: there is no log.entries")
    return found


def judge(
    path: Path, vendor: str, *, edition: str = "", as_published: bool = False
) -> Iterator[Recorded]:
    """Yield every entry with what the contract does not allow about its response.

    Raises ConfigError.
    """
    if edition:
        known_edition(vendor, edition)
    catalogue = Catalogue(contract(vendor, edition), as_published=as_published)
    witness = Witness(catalogue)
    for number, entry in enumerate(entries(path), 1):
        try:
            yield _recorded(number, entry, catalogue, witness)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ConfigError(
                f"{path}: entry {number} is no entry of an archive: {error!r}"
            ) from None


def _recorded(
    number: int, entry: Mapping[str, Any], catalogue: Catalogue, witness: Witness
) -> Recorded:
    request, response = entry["request"], entry["response"]
    method, url = str(request["method"]).upper(), str(request["url"])
    operation = _operation(catalogue, method, urlsplit(url).path)
    status = int(response["status"])
    if operation is None or status == 0:
        return Recorded(number, method, url, operation, status)
    headers = tuple((str(each["name"]), str(each["value"])) for each in response.get("headers", ()))
    body = _body(response.get("content") or {})
    kinds = [name.lower() for name, _ in headers]
    if body and "content-type" not in kinds:
        headers += (("content-type", str((response.get("content") or {}).get("mimeType", ""))),)
    findings = witness.examine(operation.id, method, Response(status, headers, body))
    return Recorded(number, method, url, operation, status, findings)


def _operation(catalogue: Catalogue, method: str, path: str) -> Operation | None:
    """Return the operation at a path, which may stand below a prefix of a gateway."""
    while path:
        found = catalogue.find(method, path)
        if found is not None:
            return found[0]
        _, slash, rest = path[1:].partition("/")
        path = slash + rest
    return None


def _body(content: Mapping[str, Any]) -> bytes:
    text = str(content.get("text") or "")
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError(f"content is not base64: {error}") from None
    return text.encode("utf-8", "replace")
