"""What a person is told, and the log holds, before Cognito is called."""

from __future__ import annotations

import pytest

from cognitui.cognito.request_events import AnnouncedSessions, AnnouncedSignIn, Announcer
from cognitui.model.challenge import GivenSecrets
from cognitui.model.profile import Flow, Profile
from tests.unit.fake_sessions import FakeSessions
from tests.unit.fakes import FakeSignIn, make_profile, make_tokens, password_challenge, signed_in

ALICE = make_profile("dev/alice")
LOCAL = make_profile("dev/local", endpoint_url="http://127.0.0.1:4566")


class Ears:
    """Hears warnings and log lines."""

    def __init__(self) -> None:
        self.warned: list[str] = []
        self.logged: list[str] = []

    def around(self, signin: FakeSignIn) -> AnnouncedSignIn:
        return AnnouncedSignIn(signin, Announcer(warn=self.warned.append, log=self.logged.append))


def started(ears: Ears, *profiles: Profile) -> None:
    signin = ears.around(FakeSignIn(start=[signed_in() for _ in profiles]))
    for profile in profiles:
        signin.start(profile, GivenSecrets("canary-password", "canary-secret"))


def test_an_endpoint_that_is_not_aws_is_told_before_a_secret_goes_there() -> None:
    ears = Ears()
    started(ears, LOCAL)

    assert ears.warned == ["dev/local signs in at http://127.0.0.1:4566, which is not AWS."]


def test_it_is_told_once() -> None:
    ears = Ears()
    started(ears, LOCAL, LOCAL)

    assert len(ears.warned) == 1


def test_of_aws_nothing_is_told() -> None:
    ears = Ears()
    started(ears, ALICE, make_profile(endpoint_url="https://cognito-idp-fips.us-east-1.amazonaws.com"))

    assert ears.warned == []


def test_an_endpoint_that_only_looks_like_aws_is_told() -> None:
    ears = Ears()
    started(ears, make_profile(endpoint_url="https://amazonaws.com.example.org"))

    assert len(ears.warned) == 1


@pytest.mark.parametrize("flow", [Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE])
def test_a_domain_that_is_not_awss_is_told_before_a_secret_goes_there(flow: Flow) -> None:
    ears = Ears()
    started(ears, make_profile(flow=flow, domain="https://auth.example.com"))
    started(ears, make_profile(flow=flow, domain="https://shop.auth.eu-west-1.amazoncognito.com"))

    assert ears.warned == ["dev/alice signs in at https://auth.example.com, which is not AWS."]


def test_an_endpoint_is_told_before_a_token_of_the_browser_goes_there() -> None:
    warned: list[str] = []
    sessions = AnnouncedSessions(FakeSessions(), Announcer(warn=warned.append, log=lambda _text: None))
    domain = "https://shop.auth.eu-west-1.amazoncognito.com"
    profile = make_profile(flow=Flow.AUTHORIZATION_CODE, domain=domain, endpoint_url="https://elsewhere.example.com")

    sessions.sign_out_everywhere(profile, "canary-access")

    assert warned == ["dev/alice signs in at https://elsewhere.example.com, which is not AWS."]


def test_a_domain_that_nothing_is_sent_to_is_not_told() -> None:
    ears = Ears()
    started(ears, make_profile(domain="https://auth.example.com"))

    assert ears.warned == []


def test_the_log_says_what_for_whom_and_where_and_nothing_else() -> None:
    ears = Ears()
    signin = ears.around(FakeSignIn(start=[signed_in()], answer=[signed_in()], refresh=[make_tokens()]))
    signin.start(ALICE, GivenSecrets("canary-password"))
    signin.answer(password_challenge(ALICE), {"password": "canary-answer"})
    signin.refresh(ALICE, "canary-refresh", "canary-secret", "alice-sub")

    assert ears.logged == [
        "sign-in of dev/alice at AWS",
        "answer to PASSWORD of dev/alice at AWS",
        "refresh of dev/alice at AWS",
    ]


def test_a_server_that_the_program_has_started_itself_is_told_to_nobody() -> None:
    logged: list[str] = []
    signin = AnnouncedSignIn(FakeSignIn(start=[signed_in()]), Announcer(warn=None, log=logged.append))
    signin.start(LOCAL, GivenSecrets("canary-password"))

    assert logged == ["sign-in of dev/local at http://127.0.0.1:4566"]
