"""The honest sentence: what still works until when, and who else has lost their tokens."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cognitui.model.duration import local_time
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow
from cognitui.model.sign_out import Reach, SignedOut, aftermath, refuse_without_session, sharing_tokens, sharing_user
from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime
from tests.unit.fakes import NOW, make_exchange, make_profile

ALICE = make_profile("dev/alice")
EXPIRIES = Expiries(
    access=Lifetime(NOW, NOW + 3600), id=Lifetime(NOW, NOW + 3600), refresh=Lifetime(NOW, NOW + 30 * 86400, True)
)
HERE = SignedOut(ALICE, Reach.HERE, EXPIRIES)
REVOKED = SignedOut(ALICE, Reach.REVOKE, EXPIRIES, revoked=True)
EVERYWHERE = replace(REVOKED, reach=Reach.EVERYWHERE)
UNTIL = f"until {local_time(NOW + 3600)} (in 1h)"


def test_forgetting_here_ends_no_copy_of_a_token() -> None:
    assert aftermath(HERE, NOW) == (
        "dev/alice: the tokens are removed from this machine; Cognito was not asked.",
        f"A copy of the access or ID token works {UNTIL}.",
        "The refresh token still works, for about 30d.",
    )


def test_a_revocation_leaves_the_signature_valid_until_the_tokens_expire() -> None:
    ended, rest = aftermath(REVOKED, NOW)

    assert ended == "dev/alice: the refresh token is revoked, and the tokens are removed from this machine."
    assert rest.startswith("Cognito now refuses the access token, but an API that only checks signature and")
    assert rest.endswith(f"accepts copies of the access and ID tokens {UNTIL}.")


def test_of_a_refresh_token_that_had_expired_no_more_is_said_than_is_known() -> None:
    assert aftermath(SignedOut(ALICE, Reach.REVOKE, EXPIRIES, had_ended=True), NOW) == (
        "dev/alice: the refresh token was already invalid; the tokens are removed from this machine.",
        f"A copy of the access or ID token works {UNTIL}.",
    )


def test_everywhere_speaks_of_the_tokens_of_other_devices() -> None:
    told = aftermath(EVERYWHERE, NOW)

    assert told[0] == "dev/alice: all sessions of the user are revoked, and the tokens are removed from this machine."
    assert told[-1] == "Access tokens of other devices verify until they expire, 1h after they were issued."


def test_of_tokens_that_have_expired_nothing_is_said() -> None:
    assert len(aftermath(REVOKED, NOW + 3600)) == 1
    assert len(aftermath(replace(HERE, expiries=NO_EXPIRIES), NOW)) == 1


def test_the_later_of_two_expiries_is_reported() -> None:
    longer = replace(EXPIRIES, id=Lifetime(NOW, NOW + 7200))

    assert f"until {local_time(NOW + 7200)} (in 2h)" in aftermath(replace(REVOKED, expiries=longer), NOW)[1]


def test_aws_credentials_outlive_the_sign_out() -> None:
    told = aftermath(replace(REVOKED, aws=Lifetime(NOW, NOW + 900)), NOW)

    assert told[-1] == f"The AWS credentials work until {local_time(NOW + 900)}: a sign-out does not revoke them."


def test_the_cookie_of_a_browser_sign_in_is_spoken_of() -> None:
    browser = make_profile("dev/web", flow=Flow.AUTHORIZATION_CODE)

    assert "cookie" in aftermath(replace(REVOKED, profile=browser), NOW)[-1]


def test_the_login_of_a_browser_that_ended_too_is_over_only_if_the_pool_tracks_sessions() -> None:
    browser = make_profile("dev/web", flow=Flow.AUTHORIZATION_CODE)

    assert aftermath(replace(REVOKED, profile=browser, linked=True), NOW)[-1] == (
        "The login of the browser that it came through is over too, if the pool tracks sessions."
    )


def test_a_revocation_without_a_refresh_token_says_so() -> None:
    assert "no refresh token to revoke" in aftermath(replace(REVOKED, revoked=False), NOW)[0]


def test_profiles_with_the_same_tokens_are_named() -> None:
    twin = make_profile("dev/twin", username=ALICE.username)
    bob = make_profile("dev/bob")

    assert sharing_tokens(ALICE, (ALICE, twin, bob)) == ("dev/twin",)
    assert "Also signed out, as they share the tokens: dev/twin." in aftermath(HERE, NOW, (ALICE, twin, bob))


def test_everywhere_names_the_same_user_of_other_clients() -> None:
    other = make_profile("dev/admin", username=ALICE.username, client_id="another")

    assert sharing_user(ALICE, (ALICE, other)) == ("dev/admin",)
    assert any("dev/admin are revoked too" in line for line in aftermath(EVERYWHERE, NOW, (ALICE, other)))
    assert not any("dev/admin" in line for line in aftermath(REVOKED, NOW, (ALICE, other)))


def test_many_names_are_counted() -> None:
    twins = [make_profile(f"dev/twin{number}", username=ALICE.username) for number in range(7)]

    assert any("and 2 more" in line for line in aftermath(HERE, NOW, twins))


def test_if_no_token_was_stored_nothing_is_said_to_be_forgotten() -> None:
    twin = make_profile("dev/twin", username=ALICE.username)
    nothing = replace(HERE, expiries=NO_EXPIRIES, had_any=False)

    assert aftermath(nothing, NOW, (ALICE, twin)) == ("dev/alice: nothing to remove, no token is stored here.",)
    assert aftermath(replace(nothing, reach=Reach.REVOKE), NOW) == (
        "dev/alice: nothing to remove, no token is stored here, and there was no refresh token to revoke.",
    )


def test_an_exchange_ends_no_session() -> None:
    exchange = make_exchange("dev/for-alice", ALICE)
    access = Expiries(access=Lifetime(NOW, NOW + 3600))

    for reach in (Reach.HERE, Reach.REVOKE):
        *_, last = aftermath(SignedOut(exchange, reach, access), NOW)
        assert last == "It has no session of its own: its token comes from the session of dev/alice."


def test_all_sessions_of_a_user_end_by_the_users_own_profile() -> None:
    with pytest.raises(UsageError, match="dev/for-alice exchanges the token of dev/alice") as caught:
        refuse_without_session(make_exchange("dev/for-alice", ALICE), Reach.EVERYWHERE)
    assert "cognitui logout dev/alice --global" in caught.value.fix
    refuse_without_session(ALICE, Reach.EVERYWHERE)


def test_everywhere_revokes_no_refresh_token_of_an_exchange() -> None:
    assert sharing_user(ALICE, (ALICE, make_exchange("dev/for-alice", ALICE))) == ()
