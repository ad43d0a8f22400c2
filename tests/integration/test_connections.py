"""How botocore's clients reach a server: as `fetch_https` does, with the same proxies, certificates and refusals."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.errors import CognituiError, Unreachable
from tests.integration.web_sites import Site
from tests.unit.fakes import make_profile

pytestmark = pytest.mark.usefixtures("plain_environment")

SECRET = "canary-of-a-password"
AWS = "cognito-idp.eu-west-1.amazonaws.com"


def sign_in(endpoint_url: str | None = None) -> CognituiError:
    """Send a password, and return what came of it: no site here gives tokens."""
    api = UserPoolApi(time.time, sleep=lambda _seconds: None)
    with pytest.raises(CognituiError) as caught:
        api.initiate(
            make_profile(endpoint_url=endpoint_url), "USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": SECRET}
        )
    return caught.value


def test_a_password_goes_to_no_other_address_than_its_own(site: Site) -> None:
    sign_in(f"{site.url}/moved")

    assert site.asked
    assert all(path.startswith("/moved") for path in site.paths)


def test_a_proxy_is_asked_for_aws_with_its_password_and_the_error_does_not_show_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:canary@127.0.0.1:{site.server_port}")

    error = sign_in()

    assert isinstance(error, Unreachable)
    assert error.cause == f"The proxy in front of {AWS} cannot be reached."
    assert site.paths == [f"CONNECT {AWS}:443"]
    assert "Basic bWU6Y2FuYXJ5" in site.asked[0][1].values()
    assert "canary" not in error.cause + error.fix


def test_no_proxy_is_honoured(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    monkeypatch.setenv("NO_PROXY", "pool.invalid")

    assert isinstance(sign_in("https://pool.invalid"), Unreachable)
    assert site.asked == []


def test_this_machine_is_asked_without_a_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    sign_in(site.url)

    assert SECRET in site.paths[0]


@pytest.mark.parametrize("proxy", ["http://me:canary@[::1", "http://me:canary@proxy:port", "http://"])
def test_a_proxy_that_is_no_address_is_reported_and_not_repeated(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    error = sign_in("https://pool.invalid")

    assert "HTTPS_PROXY" in error.cause + error.fix
    assert "canary" not in error.cause + error.fix


def test_a_certificate_that_nobody_vouches_for_is_sent_no_password(secure_site: Site) -> None:
    error = sign_in(secure_site.url)

    assert isinstance(error, Unreachable)
    assert "is not trusted" in error.cause
    assert "AWS_CA_BUNDLE" in error.fix
    assert secure_site.asked == []


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_ones_own_is_trusted(
    secure_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(certificate))

    sign_in(secure_site.url)

    assert SECRET in secure_site.paths[0]


def test_a_bundle_that_is_missing_is_reported(secure_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")

    error = sign_in(secure_site.url)

    assert error.exit_code in (2, 5)
    assert "AWS_CA_BUNDLE" in error.cause + error.fix
    assert secure_site.asked == []
