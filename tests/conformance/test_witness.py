"""The second reader of the contract: what it finds, what it remarks, and what it lets pass."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exchange import Response
from conformance.witness import Finding, Witness
from tests.conformance.documents import answering, catalogue, document, json_body

JSON = ("Content-Type", "application/json")
ITEM = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
LIST = {"type": "array", "items": ITEM}
COUNT = {"X-Count": {"schema": {"type": "integer", "minimum": 0}}}
NEEDED = {"X-Count": {"required": True, "schema": {"type": "integer"}}}


def seen(
    responses: dict[str, Any], response: Response, method: str = "GET", **document: Any
) -> tuple[Finding, ...]:
    """Return what is found about a response of an operation with some documented ones."""
    return Witness(catalogue(answering(responses, **document))).examine("read", method, response)


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    """Return what was looked at, what was expected and what came."""
    return [(each.what, each.expected, each.actual) for each in findings]


class TestStatus:
    """A status that the document does not list."""

    @pytest.mark.parametrize("status", [201, 204, 226, 299])
    def test_an_undocumented_success_is_a_finding(self, status: int) -> None:
        """Another success than the documented ones is off the contract."""
        [finding] = seen({"200": {"description": ""}}, Response(status))
        assert (finding.what, finding.is_remark) == ("status", False)
        assert finding.message == f"{status} is not among the documented statuses"
        assert (finding.expected, finding.actual) == ("one of 200", str(status))

    @pytest.mark.parametrize("status", [400, 401, 418, 429, 499])
    def test_an_undocumented_refusal_is_a_remark(self, status: int) -> None:
        """Any server may refuse; the document is merely silent."""
        [finding] = seen({"200": {"description": ""}}, Response(status))
        assert finding.is_remark

    @pytest.mark.parametrize("status", [100, 301, 304, 399, 500, 501, 505, 599, 999])
    def test_any_other_undocumented_status_is_a_finding(self, status: int) -> None:
        """Redirects and failures of the server are no answers of the API."""
        [finding] = seen({"200": {"description": ""}}, Response(status))
        assert not finding.is_remark

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_a_gateway_speaks_for_itself(self, status: int) -> None:
        """What a gateway says of a target that it did not reach is nobody's answer."""
        assert seen({"200": {"description": ""}}, Response(status)) == ()
        documented = {str(status): json_body(LIST)}
        assert seen(documented, Response(status, (JSON,), b"<html>")) == ()

    @pytest.mark.parametrize("name", ["404", "4XX", "default"])
    def test_a_status_may_be_documented_in_several_ways(self, name: str) -> None:
        """By itself, with its hundred, or with all others; then its body is looked at."""
        assert seen({name: {"description": ""}}, Response(404)) == ()
        [finding] = seen({name: json_body(LIST)}, Response(404, (JSON,), b"{}"))
        assert finding.what == "body"

    def test_the_nearest_documentation_counts(self) -> None:
        """A status of its own comes before its hundred, and that before all others."""
        nothing: dict[str, Any] = {"description": ""}
        for responses in (
            {"404": nothing, "4XX": json_body(LIST), "default": json_body(LIST)},
            {"4XX": nothing, "default": json_body(LIST)},
        ):
            assert seen(responses, Response(404)) == ()

    def test_a_documented_response_may_be_a_reference(self) -> None:
        """References are followed, one after the other."""
        components = {
            "responses": {
                "A": {"$ref": "#/components/responses/B~1C"},
                "B/C": json_body(LIST),
            }
        }
        responses = {"200": {"$ref": "#/components/responses/A"}}
        assert seen(responses, Response(200, (JSON,), b"[]"), components=components) == ()
        [finding] = seen(responses, Response(200), components=components)
        assert finding.message == "200 is documented with a body"


class TestBody:
    """A body, where there is to be one and where not."""

    def test_a_body_as_documented_is_fine(self) -> None:
        """Parameters of a media type, and its case, do not matter."""
        body = b'[{"id": "a"}]'
        for kind in ("application/json", "Application/JSON; charset=utf-8"):
            assert (
                seen({"200": json_body(LIST)}, Response(200, (("content-type", kind),), body)) == ()
            )

    def test_every_fault_of_a_body_is_found(self) -> None:
        """Each has the pointer to where it is."""
        schema = {"type": "object", "properties": {"a/b": LIST, "c~": {"type": "integer"}}}
        body = b'{"a/b": [{}, {"id": 1}], "c~": "x"}'
        findings = seen({"200": json_body(schema)}, Response(200, (JSON,), body))
        assert sorted(each.pointer for each in findings) == ["/a~1b/0", "/a~1b/1/id", "/c~0"]
        assert {(each.operation, each.what, each.is_remark) for each in findings} == {
            ("read", "body", False)
        }
        [wrong] = [each for each in findings if each.pointer == "/a~1b/1/id"]
        assert wrong.message == "1 is not of type 'string'"
        assert (wrong.expected, wrong.actual) == ('type: "string"', "1")

    def test_long_values_are_cut(self) -> None:
        """A finding is read by people."""
        body = b'["' + b"x" * 5000 + b'"]'
        [finding] = seen({"200": json_body(LIST)}, Response(200, (JSON,), body))
        assert len(finding.actual) < 250
        assert finding.actual.endswith(" …")
        assert len(finding.message) <= 300

    def test_a_missing_body_is_found(self) -> None:
        """Where a body is documented there is to be one."""
        assert brief(seen({"200": json_body(LIST)}, Response(200, (JSON,)))) == [
            ("body", "a body of application/json", "no body")
        ]

    def test_a_body_may_be_optional(self) -> None:
        """Where a vendor documents a body here and denies it there, both are fine."""
        responses = {"200": json_body(LIST, **{"x-optional-body": True})}
        assert seen(responses, Response(200)) == ()
        [finding] = seen(responses, Response(200, (JSON,), b"{}"))
        assert finding.what == "body"

    def test_a_body_that_is_not_documented_is_found(self) -> None:
        """A 204 has none."""
        long = Response(204, (JSON,), b"x" * 300)
        assert brief(seen({"204": {"description": ""}}, Response(204, (JSON,), b"[]"))) == [
            ("body", "no body", "[]")
        ]
        [(_, _, actual)] = brief(seen({"204": {"description": ""}}, long))
        assert actual == "x" * 200 + " …"

    def test_a_refusal_may_say_why(self) -> None:
        """Where only its status is documented, a body is no harm."""
        [finding] = seen({"401": {"description": ""}}, Response(401, (JSON,), b"{}"))
        assert (finding.what, finding.is_remark) == ("body", True)
        [finding] = seen({"201": {"description": ""}}, Response(201, (JSON,), b"{}"))
        assert not finding.is_remark

    @pytest.mark.parametrize(
        "response",
        [Response(404), Response(404, (JSON,), b"[]"), Response(404, (), b"<html>")],
        ids=["no body", "another body", "another media type"],
    )
    @pytest.mark.parametrize("published", [{"404": {"description": ""}}, {"200": {}}])
    def test_a_body_that_an_erratum_describes_is_ours(
        self, response: Response, published: dict[str, Any]
    ) -> None:
        """Other bodies are remarked on, unless the vendor's own document describes one."""
        described = answering({"200": json_body(LIST), "404": json_body({"type": "object"})})
        ours = Witness(catalogue(described, published=answering(published)))
        theirs = Witness(catalogue(described))
        assert {each.is_remark for each in ours.examine("read", "GET", response)} == {True}
        assert {each.is_remark for each in theirs.examine("read", "GET", response)} == {False}

    @pytest.mark.parametrize("kind", ["text/html", "application/xml", ""])
    def test_another_media_type_is_found(self, kind: str) -> None:
        """And the body is not looked at any more: it is something else."""
        findings = seen({"200": json_body(LIST)}, Response(200, (("Content-Type", kind),), b"{}"))
        assert brief(findings) == [("media type", "application/json", kind or "(no Content-Type)")]

    def test_any_media_type_may_be_documented(self) -> None:
        """Where the document allows any, any is fine."""
        responses = {"200": {"description": "", "content": {"*/*": {}}}}
        assert seen(responses, Response(200, (("Content-Type", "image/png"),), b"\x89")) == ()

    @pytest.mark.parametrize(
        "body", [b"{", b"\xff\xfe\xfd", b"[" * 100_000, b"[" + b"9" * 10_000 + b"]", b"\x00"]
    )
    def test_a_body_that_cannot_be_read_is_found(self, body: bytes) -> None:
        """Whatever a target sends, it is a finding and never a fault of the witness."""
        [finding] = seen({"200": json_body(LIST)}, Response(200, (JSON,), body))
        assert finding.message.startswith("the body cannot be read")
        assert (finding.what, finding.expected) == ("body", "application/json")
        finding.actual.encode()

    def test_halves_of_characters_are_not_handed_on(self) -> None:
        """What a finding quotes can be written anywhere."""
        body = b'{"\\ud800": "\\udfff"}'
        schema = {"type": "object", "additionalProperties": {"type": "integer"}}
        [finding] = seen({"200": json_body(schema)}, Response(200, (JSON,), body))
        assert (finding.pointer, finding.actual) == ("/?", '"?"')


class TestHead:
    """A HEAD is answered like a GET, but for the body."""

    def test_it_has_no_body(self) -> None:
        """Neither a missing body nor one that came counts, whatever its media type."""
        responses = {"200": json_body(LIST), "204": {"description": ""}}
        for response in (
            Response(200, (JSON,)),
            Response(200),
            Response(200, (("Content-Type", "text/html"),)),
            Response(200, (JSON,), b"{}"),
            Response(204, (), b"x"),
        ):
            assert seen(responses, response, "HEAD") == ()

    def test_its_status_and_headers_count(self) -> None:
        """They are what a HEAD is sent for."""
        responses = {"200": json_body(LIST, headers=COUNT)}
        [status] = seen(responses, Response(201), "HEAD")
        [header] = seen(responses, Response(200, (JSON, ("X-Count", "many"))), "HEAD")
        assert (status.what, header.what) == ("status", "header")


class TestHeaders:
    """Documented headers are what they are documented to be."""

    @pytest.mark.parametrize(("value", "told"), [("many", "many"), ("-1", "-1 is less than")])
    def test_a_wrong_header_is_found(self, value: str, told: str) -> None:
        """With its name and its value."""
        [finding] = seen(
            {"200": json_body(LIST, headers=COUNT)},
            Response(200, (JSON, ("x-count", value)), b"[]"),
        )
        assert (finding.what, finding.actual, finding.pointer) == ("header", value, "")
        assert finding.message.startswith("X-Count: ")
        assert told in finding.message
        assert finding.expected == "the header X-Count as it is documented"

    def test_a_header_as_documented_is_fine(self) -> None:
        """One that need not be there need not be there."""
        for headers in ((JSON,), (JSON, ("X-Count", "3"))):
            assert (
                seen({"200": json_body(LIST, headers=COUNT)}, Response(200, headers, b"[]")) == ()
            )

    def test_a_missing_header_is_found(self) -> None:
        """One that must be there must be there, with or without a body."""
        for documented, response in (
            (json_body(LIST, headers=NEEDED), Response(200, (JSON,), b"[]")),
            (json_body(LIST, headers=NEEDED, **{"x-optional-body": True}), Response(200)),
            ({"description": "", "headers": NEEDED}, Response(200)),
        ):
            [finding] = seen({"200": documented}, response)
            assert (finding.what, finding.actual) == ("header", "(absent)")
            assert "X-Count" in finding.message

    def test_body_and_headers_are_both_looked_at(self) -> None:
        """Several findings are all told."""
        findings = seen(
            {"200": json_body(LIST, headers=COUNT)},
            Response(200, (JSON, ("X-Count", "many")), b"{}"),
        )
        assert sorted(each.what for each in findings) == ["body", "header"]


class TestDocuments:
    """Which document is read, and how."""

    @pytest.mark.parametrize(
        ("version", "schema"),
        [
            ("3.0.0", {"type": "string", "nullable": True}),
            ("3.1.0", {"type": ["string", "null"]}),
        ],
    )
    def test_null_is_allowed_as_the_version_says_it(
        self, version: str, schema: dict[str, Any]
    ) -> None:
        """Both ways of saying that something may be null are understood."""
        responses = {"200": json_body(schema)}
        assert seen(responses, Response(200, (JSON,), b"null"), version=version) == ()
        assert seen(responses, Response(200, (JSON,), b'"x"'), version=version) == ()
        assert len(seen(responses, Response(200, (JSON,), b"1"), version=version)) == 1

    def test_operations_of_no_document_are_not_judged(self) -> None:
        """Nobody said what their answers are to be."""
        witness = Witness(catalogue(answering({})))
        assert witness.examine("", "GET", Response(299)) == ()
        assert witness.examine("nothing", "GET", Response(500)) == ()

    def test_companions_are_only_remarked_on(self) -> None:
        """They are documents of this project; a server that fails is a finding all the same."""
        login = {"operationId": "log-in", "responses": {"200": json_body(LIST)}}
        witness = Witness(catalogue(document(), document(login={"post": login})))
        for response in (Response(201), Response(200, (JSON,), b"{}"), Response(404)):
            [finding] = witness.examine("log-in", "POST", response)
            assert finding.is_remark
        [finding] = witness.examine("log-in", "POST", Response(500))
        assert not finding.is_remark


class TestEqualAnswers:
    """Equal answers are judged once: runs repeat themselves."""

    def test_the_same_answer_is_judged_once(self) -> None:
        """The second time the very same findings are returned; how long it took is no matter."""
        witness = Witness(catalogue(answering({"200": json_body(LIST)})))
        first = witness.examine("read", "GET", Response(200, (JSON,), b"{}", 0.1))
        again = witness.examine("read", "GET", Response(200, (JSON,), b"{}", 0.2))
        assert first
        assert again is first

    def test_another_answer_is_judged_anew(self) -> None:
        """Another body, status, header or method may be another matter."""
        responses = {"200": json_body(LIST, headers=COUNT), "201": {"description": ""}}
        witness = Witness(catalogue(answering(responses)))
        count = len(witness.examine("read", "GET", Response(200, (JSON,), b"[]")))
        assert count == 0
        for method, response in (
            ("GET", Response(200, (JSON,), b"{}")),
            ("GET", Response(201, (JSON,), b"[]")),
            ("GET", Response(200, (JSON, ("X-Count", "x")), b"[]")),
            ("GET", Response(200, (("Content-Type", "a/b"),), b"[]")),
        ):
            assert len(witness.examine("read", method, response)) == 1, response
        assert len(witness.examine("read", "GET", Response(200, (JSON,)))) == 1
        assert witness.examine("read", "HEAD", Response(200, (JSON,))) == ()

    def test_another_operation_is_judged_anew(self) -> None:
        """The same answer may be right here and wrong there."""
        things = {
            "get": {"operationId": "read", "responses": {"200": json_body(LIST)}},
            "post": {"operationId": "make", "responses": {"200": json_body(ITEM)}},
        }
        witness = Witness(catalogue(document(things=things)))
        answer = Response(200, (JSON,), b"[]")
        assert witness.examine("read", "GET", answer) == ()
        assert len(witness.examine("make", "POST", answer)) == 1
