"""The exchanges as HTTP Archive, judged again from there."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from conformance.report.har import har
from conformance.traffic import judge

from .documents import LIST, TEST, URL, exchange, failing, told


def _archive(*exchanges: Any) -> dict[str, Any]:
    file = io.StringIO()
    har(told(failing(exchanges=exchanges)), file)
    found: dict[str, Any] = json.loads(file.getvalue())
    return found


def test_an_archive_has_what_the_format_asks_for() -> None:
    """HAR 1.2: every field that must be there, of the right type."""
    headers = (("Accept", "*/*"), ("Content-Type", "application/json"))
    sent = exchange(
        method="POST", url="/a?b=%20c&d=", headers=headers, body='{"x": "ü"}', answer='"ö"'
    )
    log = _archive(sent)["log"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "segment-conformance"
    (entry,) = log["entries"]
    assert entry["startedDateTime"] == "2026-11-21T12:00:00+00:00"
    assert entry["time"] == entry["timings"]["wait"] == 10
    assert entry["comment"] == f"{TEST}, 1"
    assert {"cache", "timings"} <= entry.keys()
    request, response = entry["request"], entry["response"]
    assert (request["method"], request["url"]) == ("POST", f"{URL}/a?b=%20c&d=")
    assert request["queryString"] == [{"name": "b", "value": " c"}, {"name": "d", "value": ""}]
    assert request["postData"]["mimeType"] == "application/json"
    assert request["postData"]["text"] == '{"x": "ü"}'
    assert request["bodySize"] == 11
    assert response["content"]["text"] == '"ö"'
    assert response["content"]["size"] == response["bodySize"] == 4
    for part in (request, response):
        assert {"httpVersion", "cookies", "headers", "headersSize"} <= part.keys()
    assert {"status", "statusText", "redirectURL"} <= response.keys()


def test_no_answer_has_the_status_0() -> None:
    """And says why; a request without body posts nothing."""
    (entry,) = _archive(exchange(status=None))["log"]["entries"]
    response = entry["response"]
    assert (response["status"], response["statusText"]) == (0, "the connection failed")
    assert response["content"] == {"size": 0, "mimeType": ""}
    assert entry["time"] == 0
    assert "postData" not in entry["request"]


def test_a_run_without_exchanges_is_an_archive_without_entries() -> None:
    """Which is one all the same."""
    assert _archive()["log"]["entries"] == []


def test_what_was_written_can_be_judged(tmp_path: Path) -> None:
    """With the findings that the run had."""
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(_archive(exchange(1, answer="[]"), exchange(2, answer="3"))))
    first, second = judge(path, "akinon")
    assert first.operation is not None
    assert second.operation is not None
    assert first.operation.id == second.operation.id == LIST
    assert first.findings == ()
    assert [finding for finding in second.findings if not finding.is_remark]
    assert (first.number, second.number) == (1, 2)
