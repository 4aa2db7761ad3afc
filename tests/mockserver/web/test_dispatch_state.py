"""Around the answers of the dispatch: namespaces, our own faults, kept documents, the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from .client import Answer, Client
from .miniature import Mini, open_service, serve

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


class TestNamespaces:
    """Isolated states by header."""

    def test_they_never_meet(self, client: Client, mini: Mini) -> None:
        """Without the header, or with an empty one, it is the default."""
        add(client, "a")
        add(client, "b", **{"X-Mock-Namespace": "one"})
        add(client, "c", **{"x-mock-namespace": "two"})
        add(client, "d", **{"X-Mock-Namespace": ""})
        assert list(mini.shelf().things) == ["a", "d"]
        assert list(mini.shelf("one").things) == ["b"]
        assert client.send("GET", THINGS, headers={"X-Mock-Namespace": "two"}).json == [{"id": "c"}]
        assert mini.namespaces.names() == ("default", "one", "two")

    def test_one_too_many_takes_the_place_of_the_oldest(self, client: Client, mini: Mini) -> None:
        """The limit is 3 here; whoever was dropped finds a fresh state."""
        for name in ("one", "two", "three", "four"):
            assert add(client, "a", **{"X-Mock-Namespace": name}).status == 201
        assert mini.namespaces.names() == ("default", "two", "three", "four")
        assert add(client, "a", **{"X-Mock-Namespace": "one"}).status == 201
        assert mini.namespaces.names() == ("default", "three", "four", "one")

    def test_a_request_that_goes_nowhere_makes_none(self, client: Client, mini: Mini) -> None:
        """Unknown paths and methods cost nothing."""
        client.send("GET", "/mini/nowhere", headers={"X-Mock-Namespace": "one"})
        client.send("PATCH", THINGS, headers={"X-Mock-Namespace": "two"})
        assert mini.namespaces.names() == ("default",)


class TestFaults:
    """A fault of ours is a 500 in the vendor's shape, and in the log."""

    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ("crash", "A fault of the mock: the mock failed."),
            ("status", "A fault of the mock: off the contract: the contract lists no 418."),
            ("body", "A fault of the mock: off the contract: /id: "),
            ("nothing", "A fault of the mock: off the contract: a body is promised"),
        ],
    )
    def test_it_is_told_to_the_client_and_to_the_log(
        self, client: Client, caplog: pytest.LogCaptureFixture, how: str, said: str
    ) -> None:
        """It cites no requirement, for none is upheld."""
        with caplog.at_level("ERROR", "segment_mock.faults"):
            answer = client.send("GET", f"/mini/x/oops/{how}")
        assert explained(answer) == (500, None, None)
        assert answer.json["kind"] == "Broken"
        assert answer.json["message"].startswith(said)
        (record,) = caplog.records
        assert record.getMessage().startswith(f"oops /mini/x/oops/{how}: ")
        assert bool(record.exc_info) is (how == "crash")

    def test_a_room_that_is_fine_goes_on_afterwards(self, client: Client) -> None:
        """One fault is one answer."""
        client.send("GET", "/mini/x/oops/crash")
        assert client.send("GET", THINGS).status == 200

    @pytest.mark.parametrize(
        ("how", "status", "data"),
        [("status", 418, b'{"id":"teapot"}'), ("body", 200, b'{"id":5}'), ("nothing", 200, b"")],
    )
    def test_unchecked_replies_go_out_as_they_are(self, how: str, status: int, data: bytes) -> None:
        """That is what `--no-validate-replies` is for."""
        client = Client(serve(validate_replies=False).dispatch, {"authorization": "Bearer a"})
        answer = client.send("GET", f"/mini/x/oops/{how}")
        assert (answer.status, answer.data) == (status, data)

    def test_a_pointer_with_keys_of_the_caller_is_plain_ascii(self, client: Client) -> None:
        """No key breaks a header, or puts a line of its own into one."""
        for key, pointer in (
            ("日", "/%E6%97%A5"),
            ("a\\r\\nX: y", "/a%0D%0AX:%20y"),
            ("a/b", "/a~1b"),
        ):
            data = f'{{"id":"a","{key}":5}}'.encode()
            answer = client.send("POST", THINGS, headers=JSON, body=data)
            assert explained(answer) == (400, "MIN-006", pointer)
        data = b'{"id":"a","%s":5}' % (b"k" * 900)
        cut = client.send("POST", THINGS, headers=JSON, body=data).header("X-Mock-Pointer")
        assert cut is not None
        assert len(cut) == 160


class TestDocuments:
    """A record that is read twice is encoded and checked once."""

    def test_the_second_read_sends_the_same_bytes(self, client: Client, mini: Mini) -> None:
        """The very object, in a single read and inside a list."""
        add(client, "a")
        document = mini.shelf().things["a"]
        first = document.data
        assert first == b'{"id":"a"}'
        assert client.send("GET", f"{THINGS}/a").data == first
        assert client.send("GET", THINGS).data == b'[{"id":"a"}]'
        assert client.send("GET", "/mini/x/page").data == b'{"total":1,"items":[{"id":"a"}]}'
        assert document.data is first
        assert document.value is None

    def test_a_document_that_is_off_the_contract_never_leaves(
        self, client: Client, mini: Mini
    ) -> None:
        """Not alone, and not in a list."""
        mini.shelf().put({"id": "a", "count": "many"})
        for path in (f"{THINGS}/a", THINGS, "/mini/x/page"):
            assert client.send("GET", path).status == 500


class TestLog:
    """One record per request."""

    def test_it_says_what_was_asked_and_answered(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        """With requirement and pointer of a refusal."""
        with caplog.at_level("INFO", "segment_mock.access"):
            add(client, "a")
            add(client, "a")
            client.send("GET", "/mini/nowhere")
        assert [record.getMessage() for record in caplog.records] == [
            f"POST {THINGS} 201",
            f"POST {THINGS} 409",
            "GET /mini/nowhere 404",
        ]
        records = [vars(each) for each in caplog.records]
        told = [(each["operation"], each["requirement"], each["pointer"]) for each in records]
        assert told == [
            ("addThing", None, None),
            ("addThing", "MIN-011", "/id"),
            (None, "MIN-001", None),
        ]
        assert all(each["milliseconds"] >= 0 for each in records)

    def test_it_costs_nothing_when_nobody_listens(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        """No record is made."""
        with caplog.at_level(logging.WARNING, "segment_mock.access"):
            client.send("GET", THINGS)
        assert caplog.records == []


def test_every_namespace_is_built_when_it_is_first_named() -> None:
    """Not before, and once."""
    built = []

    def build() -> Any:
        built.append(1)
        return open_service()

    client = Client(serve(open_one=build).dispatch, {"authorization": "Bearer anna"})
    assert len(built) == 1
    for _ in range(2):
        client.send("GET", THINGS, headers={"X-Mock-Namespace": "one"})
    assert len(built) == 2
