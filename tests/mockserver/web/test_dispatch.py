"""The dispatch: one path from bytes to bytes, and a fixed order of answers."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Answer, Client
from .miniature import Mini

JSON = {"content-type": "application/json"}
NOBODY: dict[str, str | None] = {"authorization": None}
MALLORY: dict[str, str | None] = {"authorization": "Bearer mallory"}
THINGS = "/mini/x/things"


def add(client: Client, name: str, **headers: str) -> Answer:
    """Add a thing."""
    body = b'{"id":"%s"}' % name.encode()
    return client.send("POST", THINGS, headers={**JSON, **headers}, body=body)


def explained(answer: Answer) -> tuple[int, str | None, str | None]:
    """Return status, requirement and pointer of an answer."""
    return (
        answer.status,
        answer.header("X-Mock-Requirement"),
        answer.header("X-Mock-Pointer"),
    )


class TestOrder:
    """What is wrong first is told first, whatever else is wrong."""

    def test_an_unknown_path_comes_before_everything(self, client: Client) -> None:
        """Nobody is asked who they are at a place that is not there."""
        answer = client.send("BREW", "/mini/x/nothing", headers=NOBODY)
        assert explained(answer) == (404, "MIN-001", None)
        assert answer.json["message"] == "There is no operation at /mini/x/nothing."

    def test_a_wrong_method_comes_before_access(self, client: Client) -> None:
        """With all methods of the path, GET bringing HEAD along."""
        answer = client.send("PATCH", THINGS, headers=NOBODY, body=b"x")
        assert explained(answer) == (405, "MIN-002", None)
        assert answer.header("Allow") == "GET, HEAD, OPTIONS, POST"
        assert client.send("GET", f"{THINGS}/bulk").header("Allow") == "OPTIONS, PUT"

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [(NOBODY, (401, "MIN-020", None)), (MALLORY, (403, "MIN-021", None))],
    )
    def test_access_comes_before_whatever_is_wrong_with_the_message(
        self, client: Client, headers: dict[str, str | None], expected: object
    ) -> None:
        """And no byte of the body is read."""
        parts = [b"x" * 2000, b"y"]
        answer = client.send("POST", THINGS, b"a=%FF", headers=headers, body=parts)
        assert explained(answer) == expected
        assert client.unread == 2

    def test_the_media_type_comes_before_the_content(self, client: Client) -> None:
        """The 415 says what would be taken, and what was sent."""
        answer = client.send("POST", THINGS, headers={"content-type": "text/plain"}, body=b"{")
        assert explained(answer) == (415, "MIN-003", None)
        said = "This operation takes application/json, not 'text/plain'."
        assert answer.json["message"] == said
        answer = client.send("POST", THINGS, body=b"{}")
        assert answer.status == 415
        assert "a body without a Content-Type" in answer.json["message"]

    def test_the_size_comes_before_the_content(self, client: Client) -> None:
        """And before the parameters."""
        answer = client.send("POST", "/mini/x/echo/y", headers=JSON, body=b"[" * 1001)
        assert explained(answer) == (413, "MIN-004", None)

    def test_parameters_come_before_the_body_and_both_are_told(self, client: Client) -> None:
        """One refusal holds all that is wrong; its headers name the first."""
        answer = client.send("POST", "/mini/x/echo/y", headers=JSON, body=b"5")
        assert explained(answer) == (400, "MIN-007", "/path/number")
        assert answer.json["violations"] == [["/path/number", "type"], ["", "type"]]

    def test_the_body_comes_before_the_operation(self, client: Client, mini: Mini) -> None:
        """A call that is off the contract reaches no room."""
        answer = client.send("POST", THINGS, headers=JSON, body=b'{"id":""}')
        assert explained(answer) == (400, "MIN-009", "/id"), "the room knows a more exact rule"
        answer = client.send("POST", THINGS, headers=JSON)
        assert explained(answer) == (400, "MIN-006", None)
        assert mini.shelf().things == {}

    def test_the_operation_comes_last(self, client: Client) -> None:
        """Its own refusals are explained in the same way."""
        assert add(client, "a").status == 201
        assert explained(add(client, "a")) == (409, "MIN-011", "/id")
        assert explained(client.send("GET", f"{THINGS}/b")) == (404, "MIN-010", None)


class TestMethods:
    """HEAD and OPTIONS behave."""

    @pytest.mark.parametrize("path", [THINGS, "/mini/x/page", f"{THINGS}/none", "/mini/x/nowhere"])
    def test_head_is_get_without_the_body(self, client: Client, path: str) -> None:
        """The headers are the same, the length included."""
        add(client, "a")
        get, head = client.send("GET", path), client.send("HEAD", path)
        assert (head.status, head.headers, head.data) == (get.status, get.headers, b"")
        assert get.header("content-length") == str(len(get.data))

    def test_head_is_refused_where_there_is_no_get(self, client: Client) -> None:
        """With no body either."""
        answer = client.send("HEAD", f"{THINGS}/bulk")
        assert (answer.status, answer.data) == (405, b"")

    def test_options_lists_the_methods_to_anybody(self, client: Client) -> None:
        """It needs no access."""
        answer = client.send("OPTIONS", THINGS, headers=NOBODY)
        assert (answer.status, answer.data) == (204, b"")
        assert answer.headers == [("allow", "GET, HEAD, OPTIONS, POST")]

    def test_an_answer_without_body_has_no_content_type(self, client: Client) -> None:
        """Nor a length, for a 204 has none (RFC 9110, section 8.6)."""
        add(client, "a")
        answer = client.send("DELETE", f"{THINGS}/a")
        assert (answer.status, answer.headers, answer.data) == (204, [], b"")

    def test_a_body_that_nobody_asked_for_is_ignored(self, client: Client) -> None:
        """The operation declares none."""
        add(client, "a")
        assert client.send("DELETE", f"{THINGS}/a", body=b"{nonsense").status == 204


class TestDecoding:
    """What the client wrote is what the room gets."""

    def echo(self, client: Client, path: str, query: str | bytes = b"", **headers: str) -> Any:
        """Return what the room saw."""
        answer = client.send("GET", path, query, headers=headers)
        assert answer.status == 200, answer.data
        return answer.json

    def test_everything_arrives_as_declared(self, client: Client) -> None:
        """Types, defaults, objects in order, undeclared pairs and the caller."""
        query = "active=false&ratio=2&_orderBy[b]=asc&_orderBy[a]=desc&x=1&x=2&page=3&page=4"
        seen = self.echo(client, "/mini/x/echo/5", query, **{"X-Total-Count": "true"})
        assert seen == {
            "caller": "anna",
            "path": {"shop": "x", "number": 5},
            "query": {
                "page": 3,
                "active": False,
                "ratio": 2.0,
                "_orderBy": {"b": "asc", "a": "desc"},
            },
            "headers": {"X-Total-Count": True},
            "undeclared": [["x", "1"], ["x", "2"]],
            "body": None,
            "has_body": False,
        }
        assert list(seen["query"]["_orderBy"]) == ["b", "a"]
        assert self.echo(client, "/mini/x/echo/5")["query"] == {"page": 1}

    @pytest.mark.parametrize(
        ("raw", "shop"), [("a%2Fb", "a/b"), ("%00", "\0"), ("%E6%97%A5", "日")]
    )
    def test_a_path_is_decoded_by_segment(self, client: Client, raw: str, shop: str) -> None:
        """An encoded slash is no separator."""
        assert self.echo(client, f"/mini/{raw}/echo/5")["path"]["shop"] == shop

    @pytest.mark.parametrize(
        ("path", "query", "expected"),
        [
            ("/mini/%FF/silent", b"", (400, "MIN-007", "/path")),
            ("/mini/x/silent", b"a=%FF", (400, "MIN-005", "/query")),
            ("/mini/x/silent", b"\xff", (400, "MIN-005", "/query")),
        ],
    )
    def test_bytes_that_are_no_utf_8_are_refused_even_where_no_400_is_listed(
        self, client: Client, path: str, query: bytes, expected: object
    ) -> None:
        """The message is broken, not the mock."""
        assert explained(client.send("GET", path, query)) == expected

    @pytest.mark.parametrize(
        ("query", "headers", "pointer"),
        [
            ("page=0", {}, "/query/page"),
            ("since=yesterday", {}, "/query/since"),
            ("_orderBy[a]=up", {}, "/query/_orderBy/a"),
            ("", {"X-Total-Count": "1"}, "/header/X-Total-Count"),
        ],
    )
    def test_a_bad_parameter_is_pointed_at(
        self, client: Client, query: str, headers: dict[str, str | None], pointer: str
    ) -> None:
        """By where it stands and what it is called."""
        answer = client.send("GET", "/mini/x/echo/5", query, headers=headers)
        assert explained(answer) == (400, "MIN-005", pointer)

    @pytest.mark.parametrize("data", [b"", b"[]", b'{"a": null}'])
    def test_an_optional_body_may_be_missing(self, client: Client, data: bytes) -> None:
        """The room can tell."""
        answer = client.send("POST", "/mini/x/echo/5", headers=JSON, body=data)
        assert answer.json["has_body"] is bool(data)

    def test_bad_entries_of_a_bulk_body_reach_the_room_as_faults(
        self, client: Client, mini: Mini
    ) -> None:
        """The good ones are kept."""
        data = b'[{"id":"a"},{"id":5},{"id":"c"}]'
        answer = client.send("PUT", f"{THINGS}/bulk", headers=JSON, body=data)
        assert answer.json == [{"code": 201}, {"code": 400, "at": "/1/id"}, {"code": 201}]
        assert list(mini.shelf().things) == ["a", "c"]

    def test_forms_reach_operations_that_take_forms(self, client: Client) -> None:
        """Companion operations are served like all others."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = client.send("POST", "/mini/login", headers={**form, **NOBODY}, body=b"name=a+b")
        assert answer.json["body"] == {"name": "a b"}


class TestStreaming:
    """Bodies come in parts, or not at all."""

    def test_a_body_is_put_together_from_its_parts(self, client: Client) -> None:
        """However small they are."""
        parts = [bytes([byte]) for byte in b'{"id":"a"}']
        assert client.send("POST", THINGS, headers=JSON, body=parts).status == 201

    def test_reading_stops_where_the_limit_is(self, client: Client) -> None:
        """The limit is 1,000 bytes here; what follows is never read."""
        parts = [b" " * 400] * 10
        answer = client.send("POST", THINGS, headers=JSON, body=parts)
        assert explained(answer) == (413, "MIN-004", None)
        assert client.unread == 7

    def test_the_limit_itself_is_allowed(self, client: Client) -> None:
        """A body of exactly 1,000 bytes is read."""
        data = b'{"id":"a"}'.ljust(1000)
        assert client.send("POST", THINGS, headers=JSON, body=data).status == 201

    def test_the_limit_holds_where_the_body_is_ignored(self, client: Client) -> None:
        """An operation without a body reads no endless stream either."""
        assert client.send("DELETE", f"{THINGS}/a", body=b"x" * 1001).status == 413

    def test_a_client_that_went_away_gets_no_answer_and_changes_nothing(
        self, client: Client, mini: Mini
    ) -> None:
        """A body that ended early may look complete."""
        answer = client.send("POST", THINGS, headers=JSON, body=b'{"id":"a"}', complete=False)
        assert answer == Answer(0, [], b"")
        assert mini.shelf().things == {}


class TestRest:
    """What belongs to no contract."""

    def test_other_paths_are_handed_on(self, client: Client, mini: Mini) -> None:
        """Documentation and control plane are served behind the dispatch."""
        assert client.send("GET", "/docs/").data == b"behind"
        assert client.send("GET", "/").data == b"behind"
        assert mini.fallen == ["/docs/", "/"]

    def test_what_is_no_http_is_handed_on(self, mini: Mini) -> None:
        """The lifespan of the application, for one."""

        async def app(_: Any, receive: Any, send: Any) -> None:
            await mini.dispatch({"type": "lifespan"}, receive, send)

        assert Client(app).send("GET", "/").status == 0
        assert mini.fallen == ["lifespan"]

    def test_connexions_own_apis_are_none_of_its_business(self, mini: Mini) -> None:
        """Connexion tells every middleware about them."""
        dispatch: Any = mini.dispatch
        assert dispatch.add_api({"openapi": "3.0.0"}, base_path="/x") is None
