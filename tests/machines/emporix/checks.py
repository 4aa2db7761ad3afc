"""What a reply of the Emporix room is compared with: the form of refusals, bodies and totals.

Comparisons only; what has to come out is the business of the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver import contracts
from mockserver.kernel.call import Call, Document, Reply

from .model import Answer, Refused
from .query import without_gaps

WORDS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}
LEDGER = contracts.contract("emporix").requirements


def value_of(body: Any) -> Any:
    """Return the JSON of a body."""
    if isinstance(body, list | tuple):
        return [value_of(one) for one in body]
    return body.value if isinstance(body, Document) else body


def made_up(reply: Reply) -> Iterator[str]:
    """Return the ids in the reply to a write, those that are 24 digits long."""
    body = value_of(reply.body)
    rows = body if isinstance(body, list) else [body]
    ids = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return iter([one for one in ids if len(one) == 24])


def check_refusal(call: Call, reply: Reply, refused: Refused) -> None:
    """A refusal has one of the expected reasons and the vendor's form for its status."""
    headers = dict(reply.headers)
    cited = headers["X-Mock-Requirement"] if reply.status >= 400 else ""
    reasons = {(status, requirement or cited) for status, requirement in refused.reasons}
    assert (reply.status, cited) in reasons, (sorted(refused.reasons), call, reply)
    operations = LEDGER[cited].operations
    assert not operations or call.operation in operations, (cited, call)
    if reply.status == 401:
        assert "errorcode" in reply.body["fault"]["detail"]
        return
    assert (reply.body["code"], reply.body["status"]) == (reply.status, WORDS[reply.status])
    if reply.status == 404:
        assert any(f" {name} " in reply.body["message"] for name in call.path.values())


def check_answer(call: Call, reply: Reply, expected: Answer) -> None:
    """A reply has the status, the body and the total that the model says."""
    assert reply.status == expected.status, expected
    total = dict(reply.headers).get("X-Total-Count")
    assert total == (None if expected.total is None else str(expected.total)), expected
    body = value_of(reply.body)
    if reply.status == 207:
        check_entries(body, expected.body)
    elif call.operation.endswith("category-trees"):
        assert trees_of(body) == trees_of(expected.body), expected
    elif call.query.get("fields"):
        found, wanted = ([without_gaps(row) for row in rows_of(b)] for b in (body, expected.body))
        assert found == wanted, expected
    else:
        assert body == expected.body, expected


def rows_of(body: Any) -> list[Any]:
    """Return a body as a list."""
    return body if isinstance(body, list) else [body]


def check_entries(body: list[Any], expected: list[Any]) -> None:
    """A bulk reply has an entry for each entry of the request, and each as expected."""
    assert len(body) == len(expected)
    for entry, wanted in zip(body, expected, strict=True):
        if isinstance(wanted, dict):
            assert entry == wanted, (wanted, entry)
            continue
        index, reasons = wanted
        code = entry["code"]
        assert (entry["index"], "id" in entry) == (index, False)
        assert code in {status for status, _ in reasons}, (wanted, entry)
        assert entry["status"] == WORDS[code]
        assert entry["message"]


def trees_of(nodes: list[Any]) -> list[Any]:
    """Return category trees in one form: whether a leaf has an empty list below it is open."""
    return [node | {"subcategories": trees_of(node.get("subcategories", []))} for node in nodes]
