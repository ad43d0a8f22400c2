"""Fetching from real servers on this machine."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from cognitui.cognito.http import fetch_https, post_form
from cognitui.model.errors import ServiceFault, Unreachable, UsageError
from tests.integration.web_sites import Site

pytestmark = pytest.mark.usefixtures("plain_environment")


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
def test_an_answer_that_is_none_is_an_error_of_the_service(site: Site, path: str, cause: str) -> None:
    with pytest.raises(ServiceFault, match=cause) as caught:
        fetch_https(site.url + path)
    assert caught.value.fix


@pytest.mark.parametrize(("path", "cause"), [("/silent", "does not answer"), ("/trickle", "answers too slowly")])
def test_a_server_that_hangs_is_given_up(site: Site, path: str, cause: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match=cause):
        fetch_https(site.url + path, timeout=0.3)
    assert time.monotonic() - began < 5


def test_an_address_that_nobody_listens_on_is_unreachable() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="cannot be reached") as caught:
            fetch_https(f"http://127.0.0.1:{nobody.getsockname()[1]}/keys")
    assert caught.value.fix == "Check that the server is running, and endpoint_url."


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


def test_a_bundle_that_is_missing_is_reported(monkeypatch: pytest.MonkeyPatch, secure_site: Site) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(UsageError, match=r"AWS_CA_BUNDLE names /nowhere/bundle\.pem, which does not exist"):
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


def test_the_password_of_a_proxy_may_hold_any_letters(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url.replace("http://", "http://me:%E2%82%AC@"))
    with pytest.raises(Unreachable, match=r"The proxy in front of pool\.example"):
        fetch_https("https://pool.example/keys")

    _, headers = site.asked[-1]
    assert headers["proxy-authorization"] == "Basic bWU64oKs"


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


@pytest.mark.parametrize(
    "proxy", ["http://me:canary@[::1", "http://me:canary@proxy:port", "http://", "http://me:canary@a proxy:80"]
)
def test_a_proxy_that_is_no_address_is_named_and_not_repeated(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(UsageError, match="HTTPS_PROXY holds no address") as caught:
        fetch_https("https://pool.example/keys")
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"


def test_a_proxy_of_another_kind_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:canary@127.0.0.1:9")
    with pytest.raises(UsageError, match="HTTPS_PROXY names a proxy of the kind socks5") as caught:
        fetch_https("https://pool.example/keys")
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"


def test_the_date_of_an_answer_is_heard(site: Site) -> None:
    heard: list[tuple[str, str]] = []
    fetch_https(f"{site.url}/keys", hear_date=lambda url, date: heard.append((url, date)))

    [(url, date)] = heard
    assert url == f"{site.url}/keys"
    assert date.endswith("GMT")
