"""An answer has an end in time and size, whatever a server sends and whichever way it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from cognitui.cognito.connections import Allowance, Bounds, TooSlow, not_counted, within
from cognitui.cognito.http import fetch_https, look, post_form
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import Challenge, GivenSecrets
from cognitui.model.errors import CognituiError, Unreachable
from cognitui.model.profile import Flow, Profile
from tests.integration.endless_sites import ENDLESS, EndlessSite, handshake
from tests.integration.one_answer import OneAnswer
from tests.unit.fakes import make_profile

pytestmark = pytest.mark.usefixtures("plain_environment")

QUICK = Bounds(connect=5, read=5, total=0.3, largest=100_000)
PATIENT = Bounds(connect=5, read=5, total=60, largest=100_000)

Way = Callable[[Profile, Bounds], object]


def _api(bounds: Bounds) -> UserPoolApi:
    return UserPoolApi(time.time, sleep=lambda _seconds: None, bounds=bounds)


def sign_in(profile: Profile, bounds: Bounds) -> Mapping[str, object]:
    return _api(bounds).transport.call(
        profile,
        "InitiateAuth",
        {
            "ClientId": profile.client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "a", "PASSWORD": "b"},
        },
    )


def refresh(profile: Profile, bounds: Bounds) -> object:
    return _api(bounds).tokens_from_refresh_token(profile, "a-refresh-token", None)


def list_pools(profile: Profile, bounds: Bounds) -> object:
    return _api(bounds).transport.call(profile, "ListUserPools", {"MaxResults": 1}, signed=True)


def identity(profile: Profile, bounds: Bounds) -> object:
    return _api(bounds).transport.call_identity_pool(profile, "GetId", {"IdentityPoolId": "eu-west-1:a", "Logins": {}})


def token_service(profile: Profile, bounds: Bounds) -> object:
    return _api(bounds).transport.call_service(profile, "sts", "GetCallerIdentity", {})


WAYS: tuple[Way, ...] = (sign_in, refresh, identity, list_pools, token_service)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Callable[[str, bool], EndlessSite]]:
    opened: list[EndlessSite] = []

    def open_site(kind: str, drips: bool) -> EndlessSite:
        opened.append(EndlessSite(ENDLESS.get(kind, handshake), drips=drips))
        return opened[-1]

    yield open_site
    for each in opened:
        each.end()


@pytest.fixture(autouse=True)
def signer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "B")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)


OpenSite = Callable[[str, bool], EndlessSite]


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_that_drips_is_given_up(site: OpenSite, kind: str) -> None:
    dripping = site(kind, True)

    with pytest.raises(Unreachable, match="answers too slowly") as caught:
        fetch_https(dripping.url, 0.1)
    assert dripping.asked == 1
    assert caught.value.exit_code == 5
    assert caught.value.fix


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_an_end_is_given_up(site: OpenSite, kind: str) -> None:
    endless = site(kind, False)

    with pytest.raises(Unreachable, match=r"is too long|broke the answer off") as caught:
        fetch_https(endless.url, 20)
    assert endless.asked == 1
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("way", WAYS)
def test_every_call_of_botocore_is_bounded_in_time(site: OpenSite, way: Way) -> None:
    dripping = site("json", True)

    with pytest.raises(Unreachable, match="answers too slowly"):
        way(make_profile(endpoint_url=dripping.url), QUICK)
    assert dripping.asked == 1


@pytest.mark.parametrize("way", WAYS)
def test_every_call_of_botocore_is_bounded_in_size(site: OpenSite, way: Way) -> None:
    endless = site("json", False)

    with pytest.raises(Unreachable, match="is too long"):
        way(make_profile(endpoint_url=endless.url), PATIENT)
    assert endless.asked


@pytest.mark.parametrize("kind", ["headers", "json"])
@pytest.mark.parametrize("ask", [look, lambda url, timeout: post_form(url, "a=b", {}, timeout)])
def test_every_document_is_bounded_in_time(site: OpenSite, kind: str, ask: Callable[[str, float], object]) -> None:
    with pytest.raises(Unreachable, match="answers too slowly"):
        ask(site(kind, True).url, 0.1)


@pytest.mark.parametrize("kind", ["headers", "tls"])
def test_a_proxy_that_drips_is_given_up(site: OpenSite, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dripping = site(kind, True)
    monkeypatch.setenv("HTTPS_PROXY", dripping.url.replace("http:", "https:") if kind == "tls" else dripping.url)

    with pytest.raises(Unreachable):
        fetch_https("https://pool.example/keys", 0.1)
    assert dripping.asked == 1


def test_a_handshake_that_drips_is_given_up(site: OpenSite) -> None:
    dripping = site("tls", True)

    with pytest.raises(Unreachable):
        fetch_https(dripping.url.replace("http:", "https:"), 0.1)
    assert dripping.asked == 1


def test_a_refresh_whose_answer_is_given_up_is_not_sent_again(site: OpenSite) -> None:
    endless = site("json", False)

    with pytest.raises(CognituiError):
        refresh(make_profile(endpoint_url=endless.url), PATIENT)
    assert endless.asked == 1


def test_a_code_whose_answer_is_given_up_is_not_sent_again(site: OpenSite) -> None:
    dripping = site("headers", True)

    with pytest.raises(Unreachable):
        post_form(dripping.url, "code=c", {}, 0.1)
    assert dripping.asked == 1


def test_no_thread_stays_behind(site: OpenSite) -> None:
    dripping = site("json", True)
    before = set(threading.enumerate())

    with pytest.raises(Unreachable):
        sign_in(make_profile(endpoint_url=dripping.url), QUICK)

    assert {thread.name for thread in set(threading.enumerate()) - before} <= {
        thread.name for thread in dripping.threads
    }


def test_the_repeats_of_a_call_share_its_time() -> None:
    now = [100.0]
    with within(30, lambda: now[0]):
        now[0] += 29
        last = Allowance(Bounds(), lambda: now[0])
        now[0] += 2

        with pytest.raises(TooSlow):
            last.seconds()


def test_a_step_takes_no_longer_than_what_is_left() -> None:
    now = [100.0]
    allowance = Allowance(Bounds(read=10, total=30), lambda: now[0])
    assert allowance.seconds() == 10

    now[0] += 25
    assert allowance.seconds() == 5
    assert allowance.seconds(2) == 2


@pytest.fixture
def busy() -> Iterator[OneAnswer]:
    """A server that is always too busy."""
    site = OneAnswer(b"{}", "application/json", 503)
    yield site
    site.end()


def seconds_left() -> float:
    return Allowance(Bounds(total=10_000)).seconds(10_000)


def test_the_repeats_of_botocore_calls_have_one_end(busy: OneAnswer) -> None:
    left: list[float] = []
    api = UserPoolApi(time.time, sleep=lambda _seconds: left.append(seconds_left()))

    with pytest.raises(Unreachable):
        api.initiate(make_profile(endpoint_url=busy.url), "USER_PASSWORD_AUTH", {"USERNAME": "a", "PASSWORD": "b"})
    assert len(left) == busy.asked - 1 == 2
    assert all(seconds <= Bounds().total for seconds in left)


def test_the_repeats_at_the_token_endpoint_have_one_end(busy: OneAnswer) -> None:
    left: list[float] = []
    endpoint = TokenEndpoint(time.time, sleep=lambda _seconds: left.append(seconds_left()))

    with pytest.raises(Unreachable):
        endpoint.revoke(make_profile(domain=busy.url), "a-refresh-token", None)
    assert len(left) == busy.asked - 1 == 2
    assert all(seconds <= Bounds().total for seconds in left)


def test_a_connection_is_used_again() -> None:
    site = OneAnswer(b'{"ChallengeName": "SMS_MFA", "Session": "s"}', "application/x-amz-json-1.1")
    api = _api(PATIENT)
    for _ in range(3):
        api.initiate(make_profile(endpoint_url=site.url), "USER_PASSWORD_AUTH", {"USERNAME": "a", "PASSWORD": "b"})

    assert (site.asked, site.connections) == (3, 1)
    site.end()


def test_two_steps_are_over_within_a_minute() -> None:
    # A refresh that is refused, and the sign-in after it.
    assert 2 * Bounds().total <= 60


CHALLENGE = (
    b'{"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "a-session-of-twenty-letters", "ChallengeParameters": {}}'
)


@pytest.fixture
def slow() -> Iterator[OneAnswer]:
    """A server that takes its time, and asks for one code after the other."""
    site = OneAnswer(CHALLENGE, "application/x-amz-json-1.1", takes=0.3)
    yield site
    site.end()


def sign_ins(profile: Profile, code_of: Callable[[Profile], str | None], seconds: float) -> UserPoolProvider:
    api = _api(PATIENT)
    api.transport.warm_up(profile)
    return UserPoolProvider(api, time.time, code_of, seconds=seconds)


def test_the_calls_of_a_sign_in_share_its_time(slow: OneAnswer) -> None:
    profile = make_profile(endpoint_url=slow.url, flow=Flow.USER_PASSWORD_AUTH)

    with pytest.raises(Unreachable, match="answers too slowly"):
        sign_ins(profile, lambda _profile: "123456", 1).start(profile, GivenSecrets(password="P"))
    assert slow.asked <= 4


def test_the_calls_after_an_answer_share_its_time(slow: OneAnswer) -> None:
    profile = make_profile(endpoint_url=slow.url, flow=Flow.USER_PASSWORD_AUTH)
    asked = sign_ins(profile, lambda _profile: None, 20).start(profile, GivenSecrets(password="P"))
    assert isinstance(asked, Challenge)

    with pytest.raises(Unreachable, match="answers too slowly"):
        sign_ins(profile, lambda _profile: "123456", 1).answer(asked, {"code": "123456"})
    assert slow.asked <= 5


def test_both_ways_to_refresh_share_its_time() -> None:
    page = OneAnswer(b"no such call", "text/plain", 500, takes=0.7)
    profile = make_profile(endpoint_url=page.url)

    with pytest.raises(Unreachable, match="answers too slowly"):
        sign_ins(profile, lambda _profile: None, 1).refresh(profile, "a-refresh-token", None, "alice")
    page.end()


def test_the_time_of_a_command_that_gives_the_code_is_not_counted() -> None:
    site = OneAnswer(CHALLENGE, "application/x-amz-json-1.1")
    profile = make_profile(endpoint_url=site.url, flow=Flow.USER_PASSWORD_AUTH)
    codes = iter(["123456"])

    def slowly(_profile: Profile) -> str | None:
        time.sleep(2)
        return next(codes, None)

    asked = sign_ins(profile, slowly, 1.5).start(profile, GivenSecrets(password="P"))
    site.end()
    assert isinstance(asked, Challenge)
    assert site.asked == 2


KEYS = '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B"}'

ROLE = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>R</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>
<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def test_the_time_of_a_tool_is_not_that_of_the_call_for_a_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(
        f'[profile person]\ncredential_process = sh -c "sleep 2; cat {tmp_path}/keys"\n'
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = person\nregion = eu-west-1\n"
    )
    (tmp_path / "keys").write_text(KEYS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    sts = OneAnswer(ROLE, "text/xml")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)

    _api(Bounds(total=1.5)).transport.require_credentials("role")
    sts.end()
    assert sts.asked == 1


def test_time_that_is_not_counted_moves_all_ends() -> None:
    now = [100.0]

    def clock() -> float:
        return now[0]

    with within(30, clock), within(20, clock):
        with not_counted(clock):
            now[0] += 1000
        now[0] += 5

        assert Allowance(Bounds(read=100, total=100), clock).seconds() == 15
    with within(30, clock):
        with within(20, clock), not_counted(clock):
            now[0] += 1000

        assert Allowance(Bounds(read=100, total=100), clock).seconds() == 30
