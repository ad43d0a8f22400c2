"""A user's sessions: who asks Cognito, and what the app clients are called."""

from __future__ import annotations

import pytest

from cognitui.model.errors import AwsCredentialsUnusable, UsageError
from cognitui.model.profile import Flow
from cognitui.model.user_session import UserSession
from cognitui.tokens.request import Source, TokenResult
from cognitui.tokens.user_sessions import UserSessions
from tests.unit.fake_sessions import FakeUserSessions
from tests.unit.fakes import CLIENT, NOW, make_profile, make_token

ALICE = make_profile("dev/alice")
ADMIN = make_profile("dev/alice", aws_profile="dev")
GOT = TokenResult(ALICE, make_token(), Source.CACHED)
MINE = UserSession("tkn" + 25 * "m", "TOKEN", CLIENT, last_active_at=NOW - 600, is_current=True)
PHONE = UserSession("tkn" + 25 * "p", "TOKEN", "phone0client", last_active_at=NOW)


def test_the_access_token_shows_cognito_whose_sessions_they_are() -> None:
    calls = FakeUserSessions(PHONE, MINE)

    found = UserSessions(calls).of(ALICE, GOT)

    assert [session.id for session in found.sessions] == [MINE.id, PHONE.id]
    assert not found.by_admin
    assert calls.calls == [("list", "dev/alice", GOT.token.value)]


def test_without_a_token_the_iam_credentials_ask() -> None:
    calls = FakeUserSessions(PHONE)

    assert UserSessions(calls).of(ADMIN, None).by_admin
    assert calls.calls[0] == ("admin list", "dev/alice")


def test_only_a_profile_with_iam_credentials_asks_for_names() -> None:
    calls = FakeUserSessions(PHONE)
    calls.names = {"phone0client": "phone app"}

    assert UserSessions(calls).of(ADMIN, GOT).sessions[0].app == "phone app"
    assert UserSessions(calls).of(ALICE, GOT).sessions[0].app == "phone0client"


def test_names_may_be_left_out_as_iam_credentials_may_ask_for_a_code() -> None:
    calls = FakeUserSessions(PHONE)
    UserSessions(calls).of(ADMIN, GOT, names=False)

    assert calls.calls == [("list", "dev/alice", GOT.token.value)]


def test_a_list_does_not_fail_for_the_lack_of_names() -> None:
    class Nameless(FakeUserSessions):
        def client_names(self, *_given: object) -> dict[str, str]:
            raise AwsCredentialsUnusable("The AWS profile dev has no credentials.")

    assert UserSessions(Nameless(PHONE)).of(ADMIN, GOT).sessions[0].app == "phone0client"


def test_no_names_are_asked_for_if_there_is_no_session() -> None:
    calls = FakeUserSessions()

    assert UserSessions(calls).of(ADMIN, GOT).sessions == ()
    assert calls.calls == [("list", "dev/alice", GOT.token.value)]


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (make_profile("dev/service", flow=Flow.CLIENT_CREDENTIALS, username=None), "has no user and no sessions"),
        (ALICE, "has no aws_profile"),
        (make_profile("dev/web", aws_profile="dev", username=None), "has no username"),
    ],
)
def test_a_profile_that_cannot_ask_says_why(profile: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        UserSessions(FakeUserSessions()).of(profile, None)  # type: ignore[arg-type]  # profiles of the table above


@pytest.mark.parametrize(
    ("got", "call"),
    [
        (GOT, ("end", "dev/alice", GOT.token.value, PHONE.id, "linked")),
        (None, ("admin end", "dev/alice", PHONE.id, "linked")),
    ],
)
def test_a_session_ends_by_who_has_listed_it(got: TokenResult | None, call: tuple[str, ...]) -> None:
    calls = FakeUserSessions(PHONE)

    UserSessions(calls).end(ADMIN, got, PHONE, linked=True)

    assert calls.calls == [call]
