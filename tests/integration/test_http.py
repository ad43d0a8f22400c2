"""Fetching from real servers on this machine."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cognitui.cognito.http import LARGEST_BODY, fetch_https, post_form
from cognitui.model.errors import ServiceFault, Unreachable, UsageError


class Handler(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        match self.path:
            case "/keys":
                self.answer(200, b'{"keys": []}')
            case "/moved":
                self.answer(302, b"", Location=f"http://127.0.0.1:{self.server.server_port}/keys")
            case "/long":
                self.answer(200, b" " * (LARGEST_BODY + 1))
            case "/cut":
                self.answer(200, b'{"keys"', length=1000)
            case "/silent":
                self.server.ended.wait(10)
            case "/trickle":
                self.trickle()
            case _:
                self.answer(404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((f"{self.path} {body.decode()}", dict(self.headers)))
        if self.path == "/moved":
            self.answer(307, b"", Location=f"http://127.0.0.1:{self.server.server_port}/token")
        elif self.path == "/cut":
            self.answer(200, b"{", length=1000)
        else:
            self.answer(400, b'{"error": "invalid_grant"}')

    def do_CONNECT(self) -> None:
        self.server.asked.append((f"CONNECT {self.path}", dict(self.headers)))
        self.answer(403, b"")

    def trickle(self) -> None:
        self.answer(200, b"", length=1000)
        while not self.server.ended.wait(0.05):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def answer(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        pass


class Site(ThreadingHTTPServer):
    """A web server on this machine that remembers what it was asked."""

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ended = threading.Event()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server_port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""

    def end(self) -> None:
        self.ended.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.end()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = tmp_path / "server.pem"
    path.write_bytes(pem + secret)
    return path


@pytest.fixture
def secure_site(certificate: Path) -> Iterator[Site]:
    site = Site(certificate)
    yield site
    site.end()


def test_the_body_of_an_address_is_returned(site: Site) -> None:
    assert fetch_https(f"{site.url}/keys") == b'{"keys": []}'


def test_a_redirect_is_not_followed(site: Site) -> None:
    with pytest.raises(ServiceFault, match="answered with HTTP 302"):
        fetch_https(f"{site.url}/moved")
    assert site.paths == ["/moved"]


@pytest.mark.parametrize(
    ("path", "cause"),
    [("/nowhere", "answered with HTTP 404"), ("/long", "is too long"), ("/cut", "broke the answer off")],
)
def test_an_answer_that_is_none_is_a_fault_of_the_service(site: Site, path: str, cause: str) -> None:
    with pytest.raises(ServiceFault, match=cause) as caught:
        fetch_https(site.url + path)
    assert caught.value.fix


@pytest.mark.parametrize(("path", "cause"), [("/silent", "does not answer"), ("/trickle", "answers too slowly")])
def test_a_server_that_hangs_is_given_up(site: Site, path: str, cause: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match=cause):
        fetch_https(site.url + path, timeout=0.3)
    assert time.monotonic() - began < 5


def test_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="cannot be reached"):
            fetch_https(f"http://127.0.0.1:{nobody.getsockname()[1]}/keys")


@pytest.mark.parametrize("url", ["http://pool.example/keys", "ftp://127.0.0.1/keys", "file:///etc/passwd", "keys", ""])
def test_only_https_is_asked_or_http_on_this_machine(url: str) -> None:
    with pytest.raises(UsageError):
        fetch_https(url)


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_site: Site) -> None:
    with pytest.raises(Unreachable, match="is not trusted") as caught:
        fetch_https(f"{secure_site.url}/keys")
    assert "AWS_CA_BUNDLE" in caught.value.fix
    assert secure_site.asked == []


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_ones_own_is_trusted(
    secure_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(certificate))
    assert fetch_https(f"{secure_site.url}/keys") == b'{"keys": []}'


def test_a_bundle_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, secure_site: Site) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(Unreachable, match="is not trusted"):
        fetch_https(f"{secure_site.url}/keys")


def test_a_proxy_is_asked_with_its_password_and_the_error_does_not_show_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:canary@127.0.0.1:{site.server_port}")
    with pytest.raises(Unreachable, match=r"The proxy in front of pool\.example") as caught:
        fetch_https("https://pool.example/keys")
    path, headers = site.asked[0]
    assert path == "CONNECT pool.example:443"
    assert headers["proxy-authorization"] == "Basic bWU6Y2FuYXJ5"
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"
    assert caught.value.__suppress_context__


def test_a_proxy_may_be_written_without_a_scheme(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{site.server_port}")
    with pytest.raises(Unreachable, match="The proxy"):
        fetch_https("https://pool.example/keys")
    assert site.paths == ["CONNECT pool.example:443"]


def test_no_proxy_is_honoured(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    monkeypatch.setenv("NO_PROXY", "pool.invalid")
    with pytest.raises(Unreachable):
        fetch_https("https://pool.invalid/keys", timeout=1)
    assert site.asked == []


def test_this_machine_is_asked_without_a_proxy(
    secure_site: Site, site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert fetch_https(f"{secure_site.url}/keys")
    assert site.asked == []


def test_a_form_is_posted_and_every_status_is_an_answer(site: Site) -> None:
    answer = post_form(f"{site.url}/token", "a=b", {"Authorization": "Basic x"})

    assert (answer.status, answer.body) == (400, b'{"error": "invalid_grant"}')
    assert answer.date
    [(asked, headers)] = site.asked
    assert asked == "/token a=b"
    assert (headers["Authorization"], headers["Content-Type"]) == ("Basic x", "application/x-www-form-urlencoded")


def test_a_form_goes_to_no_other_address_than_its_own(site: Site) -> None:
    assert post_form(f"{site.url}/moved", "secret=s", {}).status == 307
    assert len(site.asked) == 1


def test_a_form_whose_answer_breaks_off_is_not_sent_again(site: Site) -> None:
    with pytest.raises(ServiceFault):
        post_form(f"{site.url}/cut", "a=b", {})
    assert len(site.asked) == 1


def test_a_form_does_not_go_to_another_machine_over_http() -> None:
    with pytest.raises(UsageError, match="is not asked over http"):
        post_form("http://192.0.2.1/oauth2/token", "secret=s", {})


@pytest.mark.parametrize("proxy", ["http://me:canary@[::1", "http://me:canary@proxy:port", "http://"])
def test_a_proxy_that_is_no_address_is_named_and_not_repeated(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(UsageError, match="HTTPS_PROXY holds no address") as caught:
        fetch_https("https://pool.example/keys")
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"


def test_the_date_of_an_answer_is_heard(site: Site) -> None:
    heard: list[tuple[str, str]] = []
    fetch_https(f"{site.url}/keys", hear_date=lambda url, date: heard.append((url, date)))

    [(url, date)] = heard
    assert url == f"{site.url}/keys"
    assert date.endswith("GMT")
