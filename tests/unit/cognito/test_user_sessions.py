"""Calls about sessions: pages, missing members, and what a refusal means here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from cognitui.cognito.transport import Transport
from cognitui.cognito.user_sessions import UserSessionsApi, user_session
from cognitui.model import errors
from cognitui.model.user_session import UserSession
from tests.unit.fakes import POOL, make_profile

ALICE = make_profile("dev/alice", aws_profile="dev")
TOKEN = "an-access-token"
ONE, TWO = "tkn" + 25 * "1", "sso" + 25 * "2"


class Answers:
    """A transport that returns these answers in turn, and remembers the calls."""

    def __init__(self, *answers: Mapping[str, object] | errors.CognituiError) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Mapping[str, object], bool]] = []

    @property
    def api(self) -> UserSessionsApi:
        return UserSessionsApi(cast(Transport, self))

    def call(
        self, profile: object, operation: str, parameters: Mapping[str, object], *, signed: bool = False
    ) -> Mapping[str, object]:
        self.calls.append((operation, parameters, signed))
        answer = self.answers.pop(0)
        if isinstance(answer, errors.CognituiError):
            raise answer
        return answer


def described(session_id: str) -> dict[str, object]:
    return {"SessionId": session_id, "SessionType": "TOKEN"}


def test_a_session_is_read_with_all_that_cognito_says() -> None:
    assert user_session(
        {
            "SessionId": ONE,
            "SessionType": "TOKEN",
            "ClientId": "web0client",
            "CreateDate": 1_795_000_000.25,
            "LastActiveDate": 1_795_340_531,
            "DeviceType": "Windows, Edge",
            "LastIPAddress": "203.0.113.7",
            "LastLocation": {"City": "Dublin", "Country": "Ireland"},
            "OriginSessionId": TWO,
            "IsCurrentSession": True,
        }
    ) == UserSession(
        ONE,
        "TOKEN",
        "web0client",
        created_at=1_795_000_000.25,
        last_active_at=1_795_340_531,
        device="Windows, Edge",
        ip="203.0.113.7",
        city="Dublin",
        country="Ireland",
        origin_id=TWO,
        is_current=True,
    )


@pytest.mark.parametrize("place", [None, "Dublin", {"City": None}])
def test_what_is_missing_or_of_another_form_is_empty(place: object) -> None:
    given = {"SessionId": ONE, "LastLocation": place, "CreateDate": "soon", "OriginSessionId": None}

    assert user_session(given) == UserSession(ONE, "")


def test_all_pages_are_read_even_if_one_is_empty() -> None:
    answers = Answers(
        {"Sessions": [described(ONE)], "NextToken": "2"},
        {"Sessions": [], "NextToken": "3"},
        {"Sessions": [described(TWO), described(ONE)]},
    )

    assert [session.id for session in answers.api.of(ALICE, TOKEN)] == [ONE, TWO]
    assert [given.get("NextToken") for _, given, _ in answers.calls] == [None, "2", "3"]


def test_a_server_that_repeats_a_page_is_not_asked_forever() -> None:
    answers = Answers(*3 * [{"Sessions": [described(ONE)], "NextToken": "2"}])

    assert len(answers.api.of(ALICE, TOKEN)) == 1
    assert len(answers.calls) == 2


def test_the_calls_of_an_admin_are_signed_and_name_the_user() -> None:
    answers = Answers({"Sessions": []}, {})
    answers.api.of_user(ALICE)
    answers.api.end_of_user(ALICE, ONE, linked=True)

    user = {"UserPoolId": POOL, "Username": "alice@example.com"}
    assert answers.calls == [
        ("AdminListUserSessions", user, True),
        ("AdminRevokeUserSession", {**user, "SessionId": ONE, "RevokeAssociatedSessions": "LINKED"}, True),
    ]


def test_the_end_of_a_session_is_that_one_only_unless_linked_ones_are_meant() -> None:
    answers = Answers({})
    answers.api.end(ALICE, TOKEN, ONE)

    assert answers.calls == [("RevokeUserSession", {"AccessToken": TOKEN, "SessionId": ONE}, False)]


def test_names_are_asked_for_until_all_are_known() -> None:
    answers = Answers(
        {"UserPoolClients": [{"ClientId": "a", "ClientName": "app"}], "NextToken": "2"},
        {"UserPoolClients": [{"ClientId": "b", "ClientName": "web"}], "NextToken": "3"},
    )

    assert answers.api.client_names(ALICE, {"a", "b"}) == {"a": "app", "b": "web"}
    assert answers.calls[0] == ("ListUserPoolClients", {"UserPoolId": POOL, "MaxResults": 60}, True)


def test_a_pool_that_tracks_no_sessions_says_how_to_switch_it_on() -> None:
    with pytest.raises(errors.SessionsNotTracked) as caught:
        Answers(errors.NotInThisPool("dev/alice: off.")).api.of(ALICE, TOKEN)

    assert "from the Essentials plan up" in caught.value.fix
    assert f"set-user-pool-session-configuration --user-pool-id {POOL}" in caught.value.fix
    assert caught.value.exit_code == 4


def test_a_replica_that_refuses_is_not_called_a_pool_without_sessions() -> None:
    replica = make_profile("dev/alice", region="eu-central-1")
    refusal = errors.NotInThisPool("dev/alice: not here.", fix="The primary region does this: eu-west-1.")

    with pytest.raises(errors.NotInThisPool) as caught:
        Answers(refusal).api.of(replica, TOKEN)

    assert caught.value is refusal


def test_a_server_without_the_operation_is_not_called_a_pool_without_sessions() -> None:
    with pytest.raises(errors.OperationUnknown):
        Answers(errors.OperationUnknown("dev/alice: unknown.")).api.of(ALICE, TOKEN)


def test_an_unclear_refusal_is_about_the_token() -> None:
    with pytest.raises(errors.TokenRefused):
        Answers(errors.NotAuthorized("dev/alice: no.")).api.of(ALICE, TOKEN)


def test_an_unknown_session_is_reported_as_that() -> None:
    with pytest.raises(errors.SessionNotFound, match=f"no session {ONE}"):
        Answers(errors.PoolOrClientNotFound("dev/alice: gone.")).api.end(ALICE, TOKEN, ONE)


@pytest.mark.parametrize("refusal", [errors.SessionExpired, errors.InputRejected])
def test_a_refused_end_is_no_sign_in_that_timed_out_but_perhaps_the_session_itself(
    refusal: type[errors.CognituiError],
) -> None:
    with pytest.raises(errors.Refused) as caught:
        Answers(refusal("dev/alice: the session cannot be revoked.")).api.end(ALICE, TOKEN, ONE)

    assert type(caught.value) is errors.Refused
    assert "cognitui logout dev/alice --revoke" in caught.value.fix
