"""Replies: encoded once, checked once, and never off the contract unnoticed."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.call import Document, Reply
from mockserver.web import replies
from mockserver.web.replies import OffContract, Replies, encode_freely
from mockserver.web.schemas import Schemas

THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
SCHEMAS = Schemas(
    {
        "openapi": "3.0.0",
        "components": {
            "schemas": {"Thing": THING},
            "responses": {"Gone": {"description": "Gone."}},
        },
    }
)
REF = {"$ref": "#/components/schemas/Thing"}
PAGE = {
    "type": "object",
    "required": ["items"],
    "properties": {"items": {"type": "array", "items": REF}, "total": {"type": "integer"}},
}


def compiled(schema: dict[str, Any] = REF) -> Replies:
    """Return replies with a 200 of a schema and an empty 204."""
    content = {"application/json": {"schema": schema}}
    return Replies(
        {"200": {"content": content}, "204": {"$ref": "#/components/responses/Gone"}}, SCHEMAS
    )


def encoded(body: Any, schema: dict[str, Any] = REF, *, check: bool = True) -> bytes:
    """Return the bytes of a 200."""
    return compiled(schema).encode(Reply(200, body), check=check)


@pytest.mark.parametrize(
    ("schema", "body", "data"),
    [
        (REF, {"id": 1, "x": "é"}, '{"id":1,"x":"é"}'),
        ({"type": "array", "items": REF}, [{"id": 1}], '[{"id":1}]'),
        ({"type": "array", "items": REF}, [], "[]"),
        ({}, "text", '"text"'),
        ({}, 0, "0"),
        (PAGE, {"items": [], "total": 0}, '{"items":[],"total":0}'),
        (REF, Document({"id": 1}), '{"id":1}'),
        (
            {"type": "array", "items": REF},
            [Document({"id": 1}), Document({"id": 2})],
            '[{"id":1},{"id":2}]',
        ),
        (PAGE, {"items": [Document({"id": 1})], "total": 1}, '{"items":[{"id":1}],"total":1}'),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_reply_is_compact_json(
    schema: dict[str, Any], body: object, data: str, check: bool
) -> None:
    """The same bytes with and without the check."""
    assert encoded(body, schema, check=check) == data.encode()


@pytest.mark.parametrize(
    ("schema", "body", "why"),
    [
        (REF, {"id": "x"}, r"/id: .* is not of type"),
        (REF, {}, r"/id: "),
        (REF, [], r"\(body\): "),
        (REF, None, "promised and none was given"),
        (REF, Document({"id": "x"}), "/id"),
        (REF, [Document({"id": 1})], "a list was given where none is promised"),
        ({"type": "array", "items": REF}, [Document({"id": 1}), Document({})], "/id"),
        ({"type": "array", "items": REF}, [{"id": 1}, {}], "/1/id"),
        ({"type": "array", "items": REF, "maxItems": 1}, [Document({})], "none is promised"),
        (PAGE, {"items": [Document({})]}, "/id"),
        (PAGE, {"items": [Document({"id": 1})], "total": "1"}, "/total"),
        (PAGE, {"total": 1}, "/items"),
        (PAGE, {"items": [], "others": [Document({})]}, "none is promised"),
    ],
)
def test_a_reply_that_the_contract_forbids_is_a_fault_of_ours(
    schema: dict[str, Any], body: object, why: str
) -> None:
    """It is told where."""
    with pytest.raises(OffContract, match=why):
        encoded(body, schema)


@pytest.mark.parametrize("body", [{"id": "x"}, Document({}), [Document({})], {"a": [Document({})]}])
def test_without_the_check_anything_goes(body: object) -> None:
    """The switch is for those who change the contract."""
    assert encoded(body, check=False)


def test_a_body_may_be_optional() -> None:
    """Where the vendor documents one in one place and none in another; one is still checked."""
    content = {"application/json": {"schema": REF}}
    found = Replies({"201": {"content": content, "x-optional-body": True}}, SCHEMAS)
    assert found.encode(Reply(201), check=True) == b""
    assert found.encode(Reply(201, {"id": 1}), check=True) == b'{"id":1}'
    with pytest.raises(OffContract, match="/id"):
        found.encode(Reply(201, {}), check=True)


def test_an_empty_reply_has_no_bytes() -> None:
    """And must have none."""
    assert compiled().encode(Reply(204), check=True) == b""
    assert compiled().encode(Reply(200), check=False) == b""
    with pytest.raises(OffContract, match="where none is promised"):
        compiled().encode(Reply(204, {"id": 1}), check=True)


def test_a_status_must_be_listed() -> None:
    """Unless replies are not checked."""
    with pytest.raises(OffContract, match="lists no 418"):
        compiled().encode(Reply(418, {}), check=True)
    assert compiled().encode(Reply(418, {"a": 1}), check=False) == b'{"a":1}'


def test_refusals_before_every_operation_are_encoded_freely() -> None:
    """No contract lists a 415."""
    assert encode_freely(Reply(415, {"a": 1})) == b'{"a":1}'
    assert encode_freely(Reply(415)) == b""


class TestDocuments:
    """A document is encoded and checked once per version of its record."""

    @pytest.fixture
    def checks(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """Every value that is checked, in order."""
        seen: list[Any] = []
        really = replies._require

        def require(validator: Any, value: Any) -> None:
            seen.append(value)
            really(validator, value)

        monkeypatch.setattr(replies, "_require", require)
        return seen

    def test_a_second_read_reuses_the_bytes_and_checks_nothing(self, checks: list[Any]) -> None:
        """The very same object is sent."""
        document, kept = Document({"id": 1}), compiled()
        first = kept.encode(Reply(200, document), check=True)
        assert kept.encode(Reply(200, document), check=True) is first
        assert checks == [{"id": 1}]
        assert document.value is None

    def test_a_list_and_a_single_read_share_the_check(self, checks: list[Any]) -> None:
        """They promise the same schema."""
        document = Document({"id": 1})
        encoded(document)
        encoded([document, document], {"type": "array", "items": REF})
        encoded({"items": [document]}, PAGE)
        assert checks == [{"id": 1}, {"items": []}]

    def test_another_schema_checks_again_from_the_bytes(self, checks: list[Any]) -> None:
        """What was only encoded, or checked for something else, is not taken on trust."""
        document = Document({"id": 1})
        assert encoded(document, check=False) == b'{"id":1}'
        encoded(document)
        with pytest.raises(OffContract, match="/name"):
            encoded(document, {"type": "object", "required": ["name"]})
        assert checks == [{"id": 1}, {"id": 1}]
        assert document.checked is SCHEMAS.compile(REF)

    def test_a_refused_document_stays_unchecked(self) -> None:
        """It is refused again."""
        document = Document({})
        for _ in range(2):
            with pytest.raises(OffContract):
                encoded(document)
        assert document.checked is None
