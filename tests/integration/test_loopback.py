"""The way back from the browser: who is heard at the redirect's address, and who is not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from cognitui.cognito.oauth.loopback import Place, Verdict, place_of, wait_for_redirect
from cognitui.cognito.oauth.provider import ADDRESS
from cognitui.demo.strict.server import StrictServer
from cognitui.model import errors
from cognitui.model.challenge import Challenge, SignedIn
from tests.integration.browsing import ALICE, PASSWORD, Desk, Waiting, any_redirect_uri, with_parameters
from tests.servers.ports import free_port

HTML = "text/html; charset=utf-8"


def desk_at(strict: StrictServer, redirect_uri: str) -> Desk:
    pool = strict.add_pool()
    client = strict.add_client(pool, redirect_uris=(redirect_uri,))
    return Desk(strict, client, strict.add_user(pool, ALICE, PASSWORD), redirect_uri)


@pytest.fixture
def desk(strict: StrictServer) -> Desk:
    return desk_at(strict, any_redirect_uri())


@pytest.fixture
def asked(desk: Desk) -> Challenge:
    return desk.asked()


@pytest.fixture
def waiting(desk: Desk, asked: Challenge) -> Iterator[Waiting]:
    with Waiting(desk, asked) as waiting:
        yield waiting


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_the_browser_comes_back_and_there_are_tokens(strict: StrictServer, host: str) -> None:
    desk = desk_at(strict, any_redirect_uri(host))
    asked = desk.asked()
    with Waiting(desk, asked) as waiting:
        shown = waiting.visit(desk.came_back_to(asked))
        answers = waiting.answers()
    assert answers is not None
    assert isinstance(desk.signin.answer(asked, answers), SignedIn)
    assert "<h1>Done</h1>" in shown.data.decode()


def test_the_page_holds_nothing_of_the_answer_and_lets_nothing_run(
    desk: Desk, asked: Challenge, waiting: Waiting
) -> None:
    address = desk.came_back_to(asked)
    shown = waiting.visit(address)
    assert desk.server.journal.requests
    assert address.partition("code=")[2].partition("&")[0] not in shown.data.decode()
    assert "<script" not in shown.data.decode()
    assert (shown.status, shown.headers["Content-Type"], shown.headers["Cache-Control"]) == (200, HTML, "no-store")
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert "Server" not in shown.headers


@pytest.mark.parametrize("changed", [{"state": "other"}, {"state": None}, {"state": "other", "error": "access_denied"}])
def test_the_answer_to_another_sign_in_is_refused_and_the_wait_goes_on(
    desk: Desk, asked: Challenge, waiting: Waiting, changed: dict[str, str | None]
) -> None:
    address = desk.came_back_to(asked)
    assert waiting.visit(with_parameters(address, **changed)).status == 400
    assert not waiting.ended
    assert waiting.visit(address).status == 200
    assert waiting.answers() == {ADDRESS.name: address}


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/callback/", "/callback/../callback", "/CALLBACK"])
def test_other_paths_are_refused(desk: Desk, asked: Challenge, waiting: Waiting, path: str) -> None:
    query = desk.came_back_to(asked).partition("?")[2]
    root = desk.redirect_uri.removesuffix("/callback")
    waiting.visit(f"{root}/favicon.ico")
    assert said_to(desk, f"GET {path}?{query} HTTP/1.1\r\nHost: {root.removeprefix('http://')}\r\n\r\n").startswith(
        "HTTP/1.0 404 "
    )
    assert not waiting.ended


@pytest.mark.parametrize("host", ["evil.example:{port}", "127.0.0.1:{port}", "localhost", ""])
def test_another_name_of_this_machine_is_refused(desk: Desk, asked: Challenge, waiting: Waiting, host: str) -> None:
    address = desk.came_back_to(asked)
    waiting.visit(with_parameters(address, state="other"))
    name = host.format(port=place(desk).port)
    target = f"/callback?{address.partition('?')[2]}"
    assert said_to(desk, f"GET {target} HTTP/1.1\r\nHost: {name}\r\n\r\n").startswith("HTTP/1.0 421 ")
    assert not waiting.ended


@pytest.mark.parametrize(
    "request_text",
    [
        "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000000\r\n\r\n",
        "HEAD {target} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET {target}" + "a" * 70_000 + " HTTP/1.1\r\n\r\n",
        "GET {target} HTTP/1.1\r\nHost: {host}\r\n" + "X: y\r\n" * 200 + "\r\n",
        "GET {target} HTTP/1.1\r\nX: " + "y" * 70_000 + "\r\n\r\n",
        "GET {target} HTTP/9.9\r\nHost: {host}\r\n\r\n",
        "\x16\x03\x01\r\n\r\n",
    ],
    ids=["post", "head", "long line", "many headers", "long header", "version", "tls"],
)
def test_what_is_no_visit_of_a_browser_is_refused_in_plain_words(
    desk: Desk, asked: Challenge, waiting: Waiting, request_text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    target = f"/callback?{desk.came_back_to(asked).partition('?')[2]}"
    waiting.visit(f"{desk.redirect_uri}?state=other")
    said = said_to(desk, request_text.replace("{target}", target).replace("{host}", place(desk).netloc))
    # A server that has heard enough may hang up before its words arrive.
    assert "Not understood" in said or not said
    assert target not in said
    assert not waiting.ended
    assert capfd.readouterr() == ("", "")


def test_visitors_who_say_nothing_keep_no_browser_waiting(desk: Desk, asked: Challenge, waiting: Waiting) -> None:
    waiting.visit(f"{desk.redirect_uri}?state=other")
    with ExitStack() as visitors:
        # One after the other they would be waited for longer than the browser has patience.
        for _ in range(4):
            visitors.enter_context(closing(connected(desk))).sendall(b"GET /call")
        address = desk.came_back_to(asked)
        waiting.visit(address)
        assert waiting.answers() == {ADDRESS.name: address}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_both_addresses_of_localhost_are_listened_on(
    desk: Desk, asked: Challenge, waiting: Waiting, address: str
) -> None:
    waiting.visit(f"{desk.redirect_uri}?state=other")
    request = f"GET /callback?state=other HTTP/1.1\r\nHost: {place(desk).netloc}\r\n\r\n"
    assert said_to(desk, request, address).startswith("HTTP/1.0 400 ")


def test_an_error_is_shown_to_the_browser_and_reported_in_the_terminal(
    desk: Desk, asked: Challenge, waiting: Waiting
) -> None:
    address = with_parameters(
        desk.came_back_to(asked), code=None, error="access_denied", error_description="<b>no\x1b[2J"
    )
    shown = waiting.visit(address).data.decode()
    assert "Not signed in" in shown
    assert r"&lt;b&gt;no\x1b[2J" in shown
    answers = waiting.answers()
    assert answers is not None
    with pytest.raises(errors.BrowserSignInDenied):
        desk.signin.answer(asked, answers)


def test_nobody_listens_once_the_wait_is_over(desk: Desk, asked: Challenge) -> None:
    with Waiting(desk, asked) as waiting:
        waiting.visit(f"{desk.redirect_uri}?state=other")
        waiting.stop.set()
        assert waiting.answers() is None
    with pytest.raises(ConnectionRefusedError):
        connected(desk)


def test_a_wait_that_is_ending_hands_the_port_over(desk: Desk, asked: Challenge, waiting: Waiting) -> None:
    waiting.visit(f"{desk.redirect_uri}?state=other")
    address = desk.came_back_to(asked)
    with Waiting(desk, asked) as second:
        waiting.stop.set()
        assert waiting.answers() is None
        second.visit(address)
        assert second.answers() == {ADDRESS.name: address}


def test_it_listens_only_on_this_machines_own_addresses(desk: Desk, asked: Challenge, waiting: Waiting) -> None:
    waiting.visit(f"{desk.redirect_uri}?state=other")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", place(desk).port), timeout=5)


def test_a_taken_port_is_reported_and_a_pasted_address_still_works(desk: Desk, asked: Challenge) -> None:
    with socket.create_server(("127.0.0.1", place(desk).port)):
        with pytest.raises(errors.RedirectUnavailable, match=f"port {place(desk).port} of localhost: another program"):
            desk.signin.wait(asked, threading.Event())
        assert isinstance(desk.pasted(asked), SignedIn)


class OfNoMachine(Place):
    """A place with an address that no network card here has, as ::1 is where IPv6 is switched off."""

    @property
    def addresses(self) -> tuple[str, ...]:
        return ("127.0.0.1", "2001:db8::1")


def test_a_machine_without_the_other_address_listens_on_the_first() -> None:
    def nobody_comes(address: str) -> Verdict:
        raise AssertionError(address)

    stop = threading.Event()
    stop.set()
    assert wait_for_redirect(OfNoMachine("localhost", free_port(), "/", "localhost"), nobody_comes, stop) is None


@pytest.mark.parametrize("uri", ["https://example.com/cb", "https://localhost:8976/cb"])
def test_if_no_server_can_be_the_address_is_pasted(strict: StrictServer, uri: str) -> None:
    desk = desk_at(strict, uri)
    asked = desk.asked()
    assert not asked.waits
    assert isinstance(desk.pasted(asked), SignedIn)


@pytest.mark.parametrize(
    ("uri", "port", "path"),
    [
        ("http://localhost:8976/callback", 8976, "/callback"),
        ("http://[::1]:1234", 1234, "/"),
        ("http://127.0.0.1/cb", 80, "/cb"),
    ],
)
def test_it_waits_at_the_address_of_the_redirect(uri: str, port: int, path: str) -> None:
    found = place_of(uri)
    assert found is not None
    assert (found.port, found.path) == (port, path)


def place(desk: Desk) -> Place:
    found = place_of(desk.redirect_uri)
    assert found is not None
    return found


def connected(desk: Desk, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection((address, place(desk).port), timeout=5)


def said_to(desk: Desk, text: str, address: str = "127.0.0.1") -> str:
    """Return what the listener says to bytes of our own; nothing if it hangs up."""
    received = b""
    with closing(connected(desk, address)) as connection:
        try:
            connection.sendall(text.encode("latin-1"))
            while piece := connection.recv(65_536):
                received += piece
        except ConnectionError:
            pass
    return received.decode()
