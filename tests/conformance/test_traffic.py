"""Recorded traffic: found in the documents, and judged by them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.config import ConfigError
from conformance.traffic import Recorded, judge

GOOD = "[]"


def entry(
    url: str = "https://shop.example.com/users/segments/?page=1",
    *,
    method: str = "get",
    status: int = 200,
    content: Any = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),),
) -> dict[str, Any]:
    """Return an entry as browsers record it."""
    told = [{"name": name, "value": value} for name, value in headers]
    held = {"text": GOOD} if content is None else content
    return {
        "request": {"method": method, "url": url},
        "response": {"status": status, "headers": told, "content": held},
    }


def judged(folder: Path, *entries: Any, vendor: str = "akinon", **options: Any) -> list[Recorded]:
    """Return what is said about entries."""
    path = folder / "x.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), "utf-8")
    return list(judge(path, vendor, **options))


def _names(folder: Path, *urls: str, vendor: str = "akinon") -> list[str]:
    found = judged(folder, *(entry(url, status=0) for url in urls), vendor=vendor)
    return ["" if each.operation is None else each.operation.id for each in found]


def test_what_the_contract_allows_has_no_finding(tmp_path: Path) -> None:
    """What it does not allow has one."""
    good, bad = judged(tmp_path, entry(), entry(content={"text": "3"}))
    assert (good.number, good.method, good.status, good.findings) == (1, "GET", 200, ())
    assert good.operation is not None
    assert good.operation.id == "listSegments"
    assert bad.number == 2
    assert [each for each in bad.findings if not each.is_remark]


def test_an_operation_is_found_below_the_prefix_of_a_gateway(tmp_path: Path) -> None:
    """Wherever the API stands; the host does not matter."""
    assert _names(
        tmp_path,
        "http://h/users/segments/",
        "https://h:1/gateway/v1/users/segments/?a=/b",
        "http://h/",
        "http://h",
        "http://h/users/segments/nonsense/deeper/",
        "http://h/style.css",
    ) == ["listSegments", "listSegments", "", "", "", ""]


def test_no_answer_is_not_judged(tmp_path: Path) -> None:
    """Status 0 is what recorders write for it."""
    (found,) = judged(tmp_path, entry(status=0, content={}))
    assert found.operation is not None
    assert (found.status, found.findings) == (0, ())


def test_a_body_may_be_base64(tmp_path: Path) -> None:
    """As recorders write what they take for binary."""
    encoded = {"encoding": "base64", "text": base64.b64encode(GOOD.encode()).decode()}
    wrong = {"encoding": "base64", "text": base64.b64encode(b"3").decode()}
    good, bad = judged(tmp_path, entry(content=encoded), entry(content=wrong))
    assert good.findings == ()
    assert bad.findings
    with pytest.raises(ConfigError, match=r"entry 1 is no entry .*not base64"):
        judged(tmp_path, entry(content={"encoding": "base64", "text": "*"}))


def test_the_media_type_may_stand_with_the_body(tmp_path: Path) -> None:
    """When there is no such header; a header comes first."""
    held = {"text": GOOD, "mimeType": "application/json"}
    (found,) = judged(tmp_path, entry(headers=(), content=held))
    assert found.findings == ()
    (found,) = judged(tmp_path, entry(headers=(), content={"text": GOOD, "mimeType": "text/html"}))
    assert found.findings
    html = (("content-type", "text/html"),)
    (found,) = judged(tmp_path, entry(headers=html, content=held))
    assert found.findings


def test_a_newer_contract_knows_more(tmp_path: Path) -> None:
    """Only when it is asked for."""
    told = entry("http://h/customer-segment/acme/segments/me", status=0)
    (plain,) = judged(tmp_path, told, vendor="emporix")
    (newer,) = judged(tmp_path, told, vendor="emporix", edition="2026-09")
    assert newer.operation is not None
    assert plain.operation != newer.operation


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "there is no log.entries"),
        ('{"log": []}', "there is no log.entries"),
        ('{"log": {"entries": {}}}', "there is no log.entries"),
        ('{"log": {"entries": [1]}}', "entry 1 is no entry of an archive"),
        ('{"log": {"entries": [{"request": {}}]}}', "entry 1 is no entry of an archive"),
        ('{"log": {"entries": [{"request": [], "response": 1}]}}', "entry 1 is no entry"),
    ],
)
def test_what_is_no_archive_is_told(tmp_path: Path, text: str, words: str) -> None:
    """With the file, and the number of the entry."""
    path = tmp_path / "x.har"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        list(judge(path, "akinon"))
    assert str(caught.value).startswith(str(path))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Not there, or not a text."""
    with pytest.raises(ConfigError, match="No such file"):
        list(judge(tmp_path / "none", "akinon"))
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        list(judge(tmp_path / "binary", "akinon"))
