"""Log lines, for people and for machines."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.web import logs

REFUSED: dict[str, Any] = {
    "method": "PUT",
    "path": "/s/1",
    "status": 409,
    "operation": "putThing",
    "requirement": "MIN-001",
    "pointer": "/metadata/version",
    "milliseconds": 0.4,
}


def record(level: int = logging.INFO, **extra: Any) -> logging.LogRecord:
    """Return a record as the dispatch makes it."""
    made = logging.LogRecord("segment_mock.access", level, "", 0, "PUT %s 409", ("/s/1",), None)
    vars(made).update(extra)
    return made


@pytest.fixture
def loggers() -> Iterator[None]:
    """Leave the loggers as they were."""
    known = [logging.getLogger(name) for name in ("segment_mock", "uvicorn")]
    before = [(each, each.handlers[:], each.propagate, each.level) for each in known]
    yield
    for each, handlers, propagate, level in before:
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


def test_a_text_line_holds_what_a_person_looks_for() -> None:
    """Time, request, status, the rule and the place, how long it took."""
    clock, _, rest = logs.TextLines().format(record(**REFUSED)).partition(" ")
    assert len(clock) == len("12:00:01")
    assert rest == "PUT /s/1 409  MIN-001 /metadata/version  0.4 ms"
    plain = logs.TextLines().format(record(requirement=None, pointer=None, milliseconds=1.0))
    assert plain.endswith("PUT /s/1 409  1.0 ms")


def test_a_text_line_names_what_is_worse_than_information() -> None:
    """And shows where it came from."""
    assert logs.TextLines().format(record(logging.ERROR)).endswith("PUT /s/1 409 [error]")
    assert "[" not in logs.TextLines().format(record())


def test_a_json_line_is_one_object() -> None:
    """With every field of the request."""
    told = json.loads(logs.JsonLines().format(record(**REFUSED)))
    assert told.pop("time")[10] == "T"
    assert told == {
        "level": "info",
        "logger": "segment_mock.access",
        "message": "PUT /s/1 409",
        **REFUSED,
    }


@pytest.mark.parametrize("form", [logs.TextLines(), logs.JsonLines()])
def test_an_exception_is_shown(form: logging.Formatter) -> None:
    """In JSON it stays on its one line."""
    made = record(logging.ERROR)
    try:
        int("fell down")
    except ValueError:
        made.exc_info = sys.exc_info()
    line = form.format(made)
    assert "ValueError: invalid literal" in line
    assert ("\n" in line) is isinstance(form, logs.TextLines)


@pytest.mark.usefixtures("loggers")
@pytest.mark.parametrize("form", ["text", "json"])
def test_configuring_sends_everything_to_standard_error(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once per record; the chatter of the server is kept out, its errors are not."""
    logs.configure("info", form)
    logs.configure("warning", form)
    logging.getLogger("segment_mock.access").info("hidden")
    logging.getLogger("segment_mock.faults").error("shown")
    logging.getLogger("uvicorn.error").info("chatter")
    logging.getLogger("uvicorn.error").error("trouble")
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert ["shown" in lines[0], "trouble" in lines[1], len(lines)] == [True, True, 2]
    assert lines[0].startswith("{") is (form == "json")
