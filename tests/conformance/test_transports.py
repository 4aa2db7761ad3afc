"""How requests reach a target over the network."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.connection

from conformance.exchange import Request
from conformance.transports import Network, Unreachable

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Remembers every request and answers as the server says."""

    protocol_version = "HTTP/1.1"
    server: Server

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, list(self.headers.items()), body))
        self.server.answer(self)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - names of the standard library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def reply(self, status: int, body: bytes = b"", *headers: tuple[str, str]) -> None:
        """Send a whole response."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        """Close the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class Server(ThreadingHTTPServer):
    """A target on a free port of this machine."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.seen: list[tuple[str, str, list[tuple[str, str]], bytes]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that went away."""


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve in a thread until the block ends."""
    server = Server(answer)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def network() -> Iterator[Callable[..., Network]]:
    """Makes transports, and closes their connections."""
    made: list[Network] = []

    def make(url: str, **settings: Any) -> Network:
        made.append(Network(url, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


Making = Callable[..., Network]


def ok(handler: Handler) -> None:
    """Answer with 200 and a little JSON."""
    handler.reply(200, b"{}", ("Content-Type", "application/json"))


def test_a_request_is_sent_as_it_is_written(network: Making) -> None:
    """Path, query, headers and body arrive unchanged, and no header that was not asked for."""
    with serving(ok) as server:
        request = Request(
            "POST",
            "/a%2Fb/./c;d?q=id:(a,b)&x=%20&y=%C3%A9",
            (("X-One", "1"), ("Content-Type", "application/json")),
            b'{"a": 1}',
        )
        response = network(server.url + "/").send(request)
        assert (response.status, response.body) == (200, b"{}")
        method, path, headers, body = server.seen[0]
    assert (method, path, body) == ("POST", request.url, request.body)
    sent = {name.lower(): value for name, value in headers}
    assert sent.pop("host")
    assert sent.pop("accept-encoding") == "identity"
    assert sent == {
        "x-one": "1",
        "content-type": "application/json",
        "content-length": "8",
        "user-agent": "segment-conformance",
    }


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_body_has_no_length(network: Making, method: str) -> None:
    """A request without a body says nothing of one where none is expected."""
    with serving(ok) as server:
        network(server.url).send(Request(method, "/"))
        assert "content-length" not in {name.lower() for name, _ in server.seen[0][2]}


def test_a_path_below_the_base_url_is_kept(network: Making) -> None:
    """The base URL may have a path of its own."""
    with serving(ok) as server:
        network(server.url + "/gateway/").send(Request("GET", "/x"))
        assert server.seen[0][1] == "/gateway/x"


def test_a_response_is_returned_as_it_came(network: Making) -> None:
    """Headers that came twice stay apart, and the time it took is told."""
    with serving(
        lambda handler: handler.reply(207, b"\xff\x00", ("X-A", "1"), ("X-A", "2"))
    ) as server:
        response = network(server.url).send(Request("GET", "/"))
    assert response.body == b"\xff\x00"
    assert [value for name, value in response.headers if name == "X-A"] == ["1", "2"]
    assert response.header("x-a") == "1, 2"
    assert response.seconds > 0


@pytest.mark.parametrize(
    "location",
    ["/elsewhere", "http://[::1", "https://login.example.com/\u00ff", "", "http://a:b:c/"],
)
def test_redirects_are_not_followed(network: Making, location: str) -> None:
    """A redirect is an answer like any other, wherever it leads."""
    with serving(lambda handler: handler.reply(302, b"", ("Location", location))) as server:
        response = network(server.url).send(Request("POST", "/", body=b"x"))
        assert (response.status, response.header("location")) == (302, location)
        assert len(server.seen) == 1


def test_cookies_are_not_kept(network: Making) -> None:
    """What a response sets is not sent with the next request."""
    with serving(lambda handler: handler.reply(200, b"", ("Set-Cookie", "a=1; Path=/"))) as server:
        transport = network(server.url)
        transport.send(Request("GET", "/"))
        transport.send(Request("GET", "/"))
        assert all(name.lower() != "cookie" for name, _ in server.seen[1][2])


def test_a_status_of_refusal_is_an_answer(network: Making) -> None:
    """429 and its Retry-After are handed on; patience is somebody else's."""
    with serving(lambda handler: handler.reply(429, b"", ("Retry-After", "7"))) as server:
        response = network(server.url).send(Request("GET", "/"))
        assert (response.status, response.header("retry-after")) == (429, "7")
        assert len(server.seen) == 1


def test_a_closed_connection_is_told(network: Making) -> None:
    """A connection that closes without an answer may have taken the request in."""
    with serving(Handler.hang_up) as server:
        with pytest.raises(Unreachable) as failure:
            network(server.url).send(Request("POST", "/", body=b"x"))
        assert str(failure.value).startswith(f"the connection to {server.url} failed: ")
        assert failure.value.sent
        assert len(server.seen) == 1


def test_half_an_answer_is_none(network: Making) -> None:
    """A body that ends before its time is no response."""

    def half(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.hang_up()

    with serving(half) as server:
        with pytest.raises(Unreachable, match="failed") as failure:
            network(server.url).send(Request("GET", "/"))
        assert failure.value.sent


def test_a_hang_ends_with_the_timeout(network: Making) -> None:
    """A target that does not answer is left, and the sentence says for how long it was asked."""
    with serving(lambda handler: handler.server.released.wait(10) and None) as server:
        with pytest.raises(Unreachable) as failure:
            network(server.url, timeout=0.05).send(Request("PUT", "/a/b?token=secret", body=b"x"))
        assert str(failure.value) == "no answer to PUT /a/b within 0.05 s"
        assert failure.value.sent


def test_nobody_is_there(network: Making) -> None:
    """A refused connection is told with its reason: nothing was sent."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unreachable) as failure:
            network(url).send(Request("GET", "/"))
    assert str(failure.value) == f"the connection to {url} failed: Connection refused"
    assert not failure.value.sent


def test_nobody_takes_the_call(network: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is not accepted in time is told with the time: nothing was sent."""

    def late(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", late)
    with pytest.raises(Unreachable) as failure:
        network("http://target.example", timeout=3).send(Request("GET", "/"))
    assert str(failure.value) == "http://target.example did not accept a connection within 3 s"
    assert not failure.value.sent


def test_the_clock_is_the_real_one(network: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is sleeping."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    before = time.time()
    transport = network("http://target.example")
    transport.wait(2.5)
    assert slept == [2.5]
    assert before <= transport.now() <= time.time()


def test_nobody_knows_the_name(network: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that cannot be found is told with its reason: nothing was sent."""

    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="not known") as failure:
        network("http://nowhere.invalid").send(Request("GET", "/"))
    assert not failure.value.sent


@pytest.mark.parametrize("header", [("X-Name", "Ωmega"), ("X-Name", "a\r\nb: c"), ("Ω", "x")])
def test_a_header_that_cannot_be_sent(network: Making, header: tuple[str, str]) -> None:
    """What HTTP cannot carry does not leave, and is told in one sentence."""
    with serving(ok) as server:
        with pytest.raises(Unreachable, match=r"^the request cannot be sent: ") as failure:
            network(server.url).send(Request("GET", "/", (header,)))
        assert not failure.value.sent
        assert server.seen == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that only it vouches for, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=segment", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(  # noqa: S603 - our own command
        [openssl, *command.split(), *names, "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_a_target_without_tls_is_told_as_such(network: Making) -> None:
    """Not as one with a wrong certificate."""
    with serving(ok) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(Unreachable) as failure:
            network(url).send(Request("GET", "/"))
    assert str(failure.value).startswith(f"{url} does not speak TLS")
    assert failure.value.lasting


def test_certificates_are_checked(network: Making, certificate: Path) -> None:
    """A certificate that nobody vouches for is refused, unless the configuration does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with serving(ok, context) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(Unreachable) as failure:
            network(url).send(Request("GET", "/"))
        assert str(failure.value).startswith(f"the certificate of {url} is not accepted: ")
        assert "self-signed certificate" in str(failure.value)
        assert not failure.value.sent
        trusted = network(url, verify=str(certificate / "cert.pem"))
        assert trusted.send(Request("GET", "/")).status == 200
