"""Calls without a signature: what is sent, to which host, and how each answer is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cognitui import __version__
from cognitui.cognito.transport import Transport, skew_of
from cognitui.model.errors import (
    AnswerLost,
    BlockedByFirewall,
    CognituiError,
    OperationUnknown,
    PoolOrClientNotFound,
    ServiceFault,
    Throttled,
    Unreachable,
    UsageError,
    WrongCredentials,
)
from cognitui.model.profile import Profile
from tests.integration.one_answer import OneAnswer
from tests.integration.web_sites import Site
from tests.unit.fakes import make_profile

pytestmark = pytest.mark.usefixtures("plain_environment")

JSON = "application/x-amz-json-1.1"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A configuration file of AWS, and no variable that changes a host."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config"
    config.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return config


@pytest.fixture
def transport() -> Transport:
    return Transport(time.time, sleep=lambda _seconds: None)


@pytest.fixture
def answering() -> Iterator[Callable[..., Profile]]:
    """Profiles of a server that answers everything alike."""
    opened: list[OneAnswer] = []

    def answer(body: bytes, status: int = 200, content_type: str = JSON) -> Profile:
        opened.append(OneAnswer(body, content_type, status))
        return make_profile(endpoint_url=opened[-1].url)

    yield answer
    for each in opened:
        each.end()


def asked(transport: Transport, profile: Profile) -> object:
    return transport.call(profile, "GetUser", {"AccessToken": "t"}, repeat=False)


def error_at(transport: Transport, profile: Profile) -> CognituiError:
    with pytest.raises(CognituiError) as caught:
        asked(transport, profile)
    return caught.value


def test_a_call_is_the_json_of_aws_and_nothing_else(transport: Transport, site: Site) -> None:
    with pytest.raises(CognituiError):
        transport.call(make_profile(endpoint_url=site.url), "GetUser", {"AccessToken": "tökèn\ud800"}, repeat=False)

    path, headers = site.asked[0]
    assert path == '/ {"AccessToken": "t\\u00f6k\\u00e8n\\ud800"}'
    del headers["Host"]
    assert headers == {
        "Accept-Encoding": "identity",
        "Content-Length": str(len(path) - 2),
        "Content-Type": JSON,
        "User-Agent": f"cognitui/{__version__}",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser",
    }


def test_a_call_of_an_identity_pool_names_its_own_service(transport: Transport, site: Site) -> None:
    with pytest.raises(CognituiError):
        transport.call_identity_pool(make_profile(endpoint_url=site.url), "GetId", {})

    assert site.asked[0][1]["X-Amz-Target"] == "AWSCognitoIdentityService.GetId"


def test_an_emulator_below_a_path_is_asked_there(transport: Transport, site: Site) -> None:
    error_at(transport, make_profile(endpoint_url=f"{site.url}/cognito"))

    assert site.paths == ['/cognito {"AccessToken": "t"}']


EU = make_profile(user_pool_id="eu-west-1_AbC", identity_pool_id="eu-west-1:1b29b0b5-0000-0000-0000-000000000000")
US = make_profile(user_pool_id="us-east-1_AbC", identity_pool_id="us-east-1:1b29b0b5-0000-0000-0000-000000000000")

HOSTS: dict[str, tuple[dict[str, str], Profile, str, str]] = {
    "usual": ({}, EU, "cognito-idp.eu-west-1.amazonaws.com", "cognito-identity.eu-west-1.amazonaws.com"),
    "FIPS": (
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        US,
        "cognito-idp-fips.us-east-1.amazonaws.com",
        "cognito-identity-fips.us-east-1.amazonaws.com",
    ),
    "FIPS in the file": (
        {"use_fips_endpoint": "TRUE"},
        US,
        "cognito-idp-fips.us-east-1.amazonaws.com",
        "cognito-identity-fips.us-east-1.amazonaws.com",
    ),
    "both": (
        {"use_fips_endpoint": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
        EU,
        "cognito-idp-fips.eu-west-1.api.aws",
        "cognito-identity-fips.eu-west-1.api.aws",
    ),
    "off in the environment": (
        {"use_fips_endpoint": "true", "AWS_USE_FIPS_ENDPOINT": "false"},
        EU,
        "cognito-idp.eu-west-1.amazonaws.com",
        "cognito-identity.eu-west-1.amazonaws.com",
    ),
    "another address in the environment": (
        {"AWS_ENDPOINT_URL": "https://elsewhere.example"},
        EU,
        "cognito-idp.eu-west-1.amazonaws.com",
        "cognito-identity.eu-west-1.amazonaws.com",
    ),
    "an endpoint of AWS for user pools": (
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        make_profile(
            user_pool_id="us-east-1_AbC",
            identity_pool_id="us-east-1:1b29b0b5-0000-0000-0000-000000000000",
            endpoint_url="https://vpce-0a1b2c3d-wxyz.cognito-idp.us-east-1.vpce.amazonaws.com",
        ),
        "vpce-0a1b2c3d-wxyz.cognito-idp.us-east-1.vpce.amazonaws.com",
        "cognito-identity-fips.us-east-1.amazonaws.com",
    ),
}


@pytest.mark.parametrize("name", HOSTS)
def test_the_switches_of_aws_choose_the_host(
    transport: Transport, site: Site, aws: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings, profile, of_pools, of_identities = HOSTS[name]
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    for setting, value in settings.items():
        if setting.isupper():
            monkeypatch.setenv(setting, value)
        else:
            aws.write_text(f"[default]\n{setting} = {value}\n")

    error_at(transport, profile)
    with pytest.raises(CognituiError):
        transport.call_identity_pool(profile, "GetId", {})

    # The proxy is asked for both, and refuses.
    assert set(site.paths) == {f"CONNECT {of_pools}:443", f"CONNECT {of_identities}:443"}


def test_the_settings_of_the_profile_that_aws_profile_names_count(
    transport: Transport, site: Site, aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    monkeypatch.setenv("AWS_PROFILE", "my work")
    aws.write_text('[default]\nregion = eu-west-1\n[profile "my work"]\nuse_fips_endpoint = true\n')

    error_at(transport, EU)

    assert site.paths[0] == "CONNECT cognito-idp-fips.eu-west-1.amazonaws.com:443"


@pytest.mark.parametrize("region", ["evil.example/", "eu_west_1", "-eu", "a" * 64, "eu-west-1.example"])
def test_a_region_that_could_lead_to_another_host_is_refused(transport: Transport, region: str) -> None:
    with pytest.raises(UsageError, match=r"The Region .* cannot be asked") as caught:
        asked(transport, make_profile(user_pool_id="eu-west-1_AbC", region=region))
    assert "region" in caught.value.fix


def test_the_region_of_the_setup_is_asked_if_a_profile_has_none(
    transport: Transport, site: Site, aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = make_profile(user_pool_id="")
    with pytest.raises(UsageError, match=r"The Region \(none\) cannot be asked"):
        asked(transport, without)

    monkeypatch.setenv("HTTPS_PROXY", site.url)
    aws.write_text("[default]\nregion = ap-south-1\n")
    error_at(transport, without)

    assert site.paths[0] == "CONNECT cognito-idp.ap-south-1.amazonaws.com:443"


def test_an_answer_is_its_members_and_the_date(transport: Transport, answering: Callable[..., Profile]) -> None:
    profile = answering(b'{"Username": "alice", "ResponseMetadata": 1, "New": [1.5]}')

    answer = transport.call(profile, "GetUser", {"AccessToken": "t"})

    assert (answer["Username"], answer["New"]) == ("alice", [1.5])
    assert skew_of(answer, time.time() - 1000) == pytest.approx(1000, abs=10)


def test_an_answer_without_a_body_is_empty(transport: Transport, answering: Callable[..., Profile]) -> None:
    answer = transport.call(answering(b""), "RevokeToken", {})

    assert set(answer) == {"ResponseMetadata"}


ERRORS = {
    "the exception": (
        b'{"__type": "NotAuthorizedException", "message": "Incorrect username or password."}',
        400,
        WrongCredentials,
    ),
    "with its namespace": (
        b'{"__type": "com.amazonaws.cognito#ResourceNotFoundException", "Message": "gone"}',
        400,
        PoolOrClientNotFound,
    ),
    "with an address": (b'{"__type": "TooManyRequestsException:http://x/"}', 400, Throttled),
    "no name": (b'{"message": "Forbidden"}', 403, BlockedByFirewall),
    "a page": (b"<html>Forbidden</html>", 403, BlockedByFirewall),
    "no object": (b"null", 429, Throttled),
    "nothing": (b"", 503, ServiceFault),
    "names of other kinds": (b'{"__type": 5, "message": {"a": []}}', 501, OperationUnknown),
    "a redirect": (b"{}", 307, ServiceFault),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_read_from_its_body_or_its_status(
    transport: Transport, answering: Callable[..., Profile], name: str
) -> None:
    body, status, expected = ERRORS[name]

    assert type(error_at(transport, answering(body, status))) is expected


@pytest.mark.parametrize("body", [b"[]", b'"a"', b'{"Username": ', b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_object_is_none(
    transport: Transport, answering: Callable[..., Profile], body: bytes
) -> None:
    assert type(error_at(transport, answering(body))) is AnswerLost


def test_nothing_that_was_sent_is_in_an_error(transport: Transport, answering: Callable[..., Profile]) -> None:
    profile = answering(b'{"__type": "InvalidParameterException", "message": "2 errors"}', 400)

    with pytest.raises(CognituiError) as caught:
        transport.call(profile, "GetUser", {"AccessToken": "canary"})

    assert "canary" not in f"{caught.value!r}{caught.value.cause}{caught.value.fix}{caught.value.__context__!r}"


def test_a_call_is_not_sent_to_another_machine_over_http(transport: Transport) -> None:
    with pytest.raises(UsageError, match="is not asked over http"):
        asked(transport, make_profile(endpoint_url="http://cognito.example"))


def test_a_host_that_nobody_answers_at_is_out_of_reach(transport: Transport) -> None:
    error = error_at(transport, make_profile(endpoint_url="http://127.0.0.1:1"))

    assert type(error) is Unreachable
    assert error.fix == "Check that the server is running, and endpoint_url."


@pytest.mark.parametrize(
    ("body", "content_type", "heard"), [(b"{}", JSON, 1), (b"<html>", "text/html", 0)], ids=["Cognito", "a proxy"]
)
def test_only_cognitos_clock_is_read(body: bytes, content_type: str, heard: int) -> None:
    site = OneAnswer(body, content_type, 403)
    dates: list[str] = []
    transport = Transport(time.time, hear_date=lambda _url, date: dates.append(date))

    error_at(transport, make_profile(endpoint_url=site.url))
    site.end()

    assert len([date for date in dates if date]) == heard
