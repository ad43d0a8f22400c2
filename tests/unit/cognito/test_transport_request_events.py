"""Reports of requests before they are sent: warnings for the user, and lines for the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from cognitui.cognito.health import PoolHealth
from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.transport import RequestEvents, Transport
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import Challenge, GivenSecrets
from cognitui.model.errors import Unreachable
from cognitui.model.profile import Flow, Profile
from tests.unit.fakes import FakeClock, make_jwt, make_profile

ALICE = make_profile("dev/alice")
LOCAL = make_profile("dev/local", endpoint_url="http://127.0.0.1:4566")
DOMAIN = "https://shop.auth.eu-west-1.amazoncognito.com"
BROWSER = make_profile("dev/browser", flow=Flow.AUTHORIZATION_CODE, domain=DOMAIN)
CODE = make_profile("dev/code", flow=Flow.CLIENT_CREDENTIALS, domain=DOMAIN)


class Cut:
    """A connection that is cut: every call raises Unreachable, and is remembered."""

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard

    @property
    def transport(self) -> Cut:
        return self

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(*_arguments: object, **_named: object) -> object:
            self._heard.append("sent")
            raise Unreachable("The connection is cut.")

        return call


class Heard:
    """Everything that was warned of and logged, and each request, in order."""

    def __init__(self, *, own_server: bool = False) -> None:
        self.warned: list[str] = []
        self.logged: list[str] = []
        self.order: list[str] = []
        warn = None if own_server else self._warn
        self.events = RequestEvents(warn=warn, log=self._log)

    def _warn(self, text: str) -> None:
        self.warned.append(text)
        self.order.append("warned")

    def _log(self, text: str) -> None:
        self.logged.append(text)
        self.order.append("logged")

    @property
    def user_pool(self) -> UserPoolProvider:
        return UserPoolProvider(cast(UserPoolApi, Cut(self.order)), FakeClock(), events=self.events)

    @property
    def oauth(self) -> OAuthProvider:
        endpoint, api = cast(TokenEndpoint, Cut(self.order)), cast(UserPoolApi, Cut(self.order))
        return OAuthProvider(endpoint, api, FakeClock(), events=self.events)

    def start(self, *profiles: Profile) -> None:
        for profile in profiles:
            self.events.before(profile, "sign-in")


def cut(request: Callable[[], object]) -> None:
    with pytest.raises(Unreachable):
        request()


def test_a_server_that_is_not_aws_is_reported_before_a_secret_is_sent() -> None:
    heard = Heard()
    cut(lambda: heard.user_pool.start(LOCAL, GivenSecrets("canary-password")))

    assert heard.warned == ["dev/local signs in at http://127.0.0.1:4566, which is not AWS."]
    assert heard.order == ["logged", "warned", "sent"]


def test_a_server_is_reported_once() -> None:
    heard = Heard()
    heard.start(LOCAL, LOCAL)

    assert len(heard.warned) == 1


def test_aws_is_not_reported() -> None:
    heard = Heard()
    heard.start(ALICE, make_profile(endpoint_url="https://cognito-idp-fips.us-east-1.amazonaws.com"))

    assert heard.warned == []


def test_a_server_that_only_looks_like_aws_is_reported() -> None:
    heard = Heard()
    heard.start(make_profile(endpoint_url="https://amazonaws.com.example.org"))

    assert len(heard.warned) == 1


@pytest.mark.parametrize("flow", [Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE])
def test_a_domain_that_is_not_aws_is_reported_before_a_secret_is_sent(flow: Flow) -> None:
    heard = Heard()
    heard.start(make_profile(flow=flow, domain="https://auth.example.com"))
    heard.start(make_profile(flow=flow, domain=DOMAIN))

    assert heard.warned == ["dev/alice signs in at https://auth.example.com, which is not AWS."]


def test_an_endpoint_is_reported_before_a_token_of_the_browser_is_sent_there() -> None:
    heard = Heard()
    profile = make_profile(flow=Flow.AUTHORIZATION_CODE, domain=DOMAIN, endpoint_url="https://elsewhere.example.com")

    cut(lambda: heard.oauth.sign_out_everywhere(profile, "canary-access"))

    assert heard.warned == ["dev/alice signs in at https://elsewhere.example.com, which is not AWS."]


def test_a_domain_that_receives_nothing_is_not_reported() -> None:
    heard = Heard()
    heard.start(make_profile(domain="https://auth.example.com"))

    assert heard.warned == []


def test_the_log_names_request_profile_and_server_and_nothing_else() -> None:
    heard = Heard()
    provider = heard.user_pool
    challenge = provider.start(ALICE, GivenSecrets())
    cut(lambda: provider.answer(cast(Challenge, challenge), {"password": "canary-answer"}))
    cut(lambda: provider.refresh(ALICE, "canary-refresh", "canary-secret-of-the-client", "alice-sub"))

    assert heard.logged == [
        "sign-in of dev/alice at AWS",
        "answer to PASSWORD_NEEDED of dev/alice at AWS",
        "refresh of dev/alice at AWS",
    ]


def test_every_request_of_both_providers_is_logged_before_it_is_sent() -> None:
    heard = Heard()
    token = make_jwt({"scope": "aws.cognito.signin.user.admin"})
    for provider, profile in ((heard.user_pool, ALICE), (heard.oauth, BROWSER)):
        cut(lambda: provider.refresh(profile, "refresh", None, "alice"))  # noqa: B023 (called at once)
        cut(lambda: provider.revoke(profile, "refresh", None))  # noqa: B023
        cut(lambda: provider.sign_out_everywhere(profile, token))  # noqa: B023
        cut(lambda: provider.user(profile, token))  # noqa: B023
        cut(lambda: provider.forget_device(profile, token, "device"))  # noqa: B023
    cut(lambda: heard.oauth.start(CODE, GivenSecrets(client_secret="canary")))
    cut(lambda: heard.user_pool.start(ALICE, GivenSecrets("canary")))

    requests = ["refresh", "revocation", "global sign-out", "user info", "forgetting of the device"]
    assert heard.logged == [
        *(f"{what} of dev/alice at AWS" for what in requests),
        *(f"{what} of dev/browser at AWS" for what in requests),
        "sign-in of dev/code at AWS",
        "sign-in of dev/alice at AWS",
    ]
    assert heard.order == ["logged", "sent"] * len(heard.logged)


def test_requests_of_identity_pools_and_of_the_doctor_are_logged() -> None:
    heard = Heard()
    pools = IdentityPoolApi(cast(Transport, Cut(heard.order)), heard.events)
    cut(lambda: pools.credentials(ALICE, make_jwt({})))
    health = PoolHealth(
        cast(Transport, Cut(heard.order)), lambda _url: pytest.fail("fetched"), FakeClock(), heard.events
    )
    cut(lambda: health.client(ALICE, None))
    cut(lambda: health.settings(ALICE, None))

    assert [line.removesuffix(" of dev/alice at AWS") for line in heard.logged] == [
        "AWS credentials",
        "examination of the app client",
        "settings of the app client",
    ]


def test_a_server_that_the_program_has_started_is_not_reported() -> None:
    heard = Heard(own_server=True)
    heard.start(LOCAL)

    assert heard.warned == []
    assert heard.logged == ["sign-in of dev/local at http://127.0.0.1:4566"]
