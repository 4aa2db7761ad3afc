"""Calls, documents and replies are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from mockserver.kernel.call import Call, Document, Reply


def test_a_call_needs_only_its_operation() -> None:
    """So that a room test is one line."""
    call = Call("getThing")
    assert (call.path, call.query, call.headers, call.sent) == ({}, {}, {}, {})
    assert (call.body, call.has_body, call.faults, call.undeclared) == (None, False, {}, ())


def test_calls_share_no_mappings() -> None:
    """What one is given never shows in another."""
    assert Call("a").path is not Call("b").path


@pytest.mark.parametrize("value", [Call("getThing"), Reply(200)])
def test_calls_and_replies_cannot_be_changed(value: Call | Reply) -> None:
    """They cross a seam."""
    with pytest.raises(FrozenInstanceError):
        value.body = 1  # type: ignore[misc]  # that is the point


def test_a_reply_has_no_body_and_no_headers_unless_given() -> None:
    """The status alone is a reply."""
    assert (Reply(204).body, Reply(204).headers) == (None, ())


def test_a_document_starts_unencoded_and_unchecked() -> None:
    """The web layer fills in the rest."""
    value = {"id": "a"}
    document = Document(value)
    assert document.value is value
    assert (document.data, document.checked) == (None, None)


def test_a_document_is_small() -> None:
    """There may be a hundred thousand of them."""
    assert not hasattr(Document({}), "__dict__")
