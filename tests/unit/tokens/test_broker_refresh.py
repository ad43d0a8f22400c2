"""New tokens by the refresh token: the usual way, and what follows when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cognitui.model.challenge import Challenge, Prompt, RememberedDevice, Step
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    CognituiError,
    DeviceUnknown,
    KeyringTimeout,
    RefreshTokenDead,
    RefreshTokenSpent,
    SaveFailed,
    ServiceFault,
    Throttled,
    Unreachable,
    UserDisabled,
)
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind, SecretName
from cognitui.model.token import REFRESH_LIFETIME, TokenKind, TokenSet
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import (
    NOW,
    FakeLocks,
    FakeServices,
    FakeSignIn,
    FakeVault,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    signed_in,
)
from tests.unit.tokens.brokering import ALICE, LATER, asked, expired, got

ORDERS = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None, domain="https://a.example.com")
ACCESS, ID, REFRESH = (ALICE.secret_name(SecretKind(f"{kind}-token")) for kind in TokenKind)


def lacking_its_secret(
    *refreshes: TokenSet | CognituiError, answer: list[Step | CognituiError] | None = None
) -> FakeServices:
    """Return services whose first refresh lacks the client secret; then come the others."""
    prompt = Prompt("client-secret", "client secret", masked=True, keeps=SecretKind.CLIENT_SECRET)
    question = Challenge("CLIENT_SECRET_NEEDED", ALICE, "Client secret needed", "", (prompt,))
    lacks = ClientSecretMissing("dev/alice: secret was not received.")
    return expired(lacks, *refreshes, start=[question], answer=answer or [])


# The usual way.


def test_an_expired_token_is_renewed_by_the_refresh_token() -> None:
    services = expired(make_tokens(now=LATER, mark="new", refresh=False))

    handed = got(services.broker.get(ALICE))

    assert (handed.token, handed.source) == (make_token(now=LATER, mark="new"), Source.REFRESHED)
    assert [call.refresh_token for call in services.signin.refreshed] == ["opaque-refresh-old"]


def test_a_valid_token_is_refreshed_with_the_policy_refresh() -> None:
    services = FakeServices(signin=FakeSignIn(refresh=[make_tokens(mark="new")])).holding(ALICE, make_tokens())

    assert got(services.broker.get(ALICE, policy=TokenPolicy.REFRESH)).token == make_token(mark="new")


def test_a_fresh_sign_in_does_not_use_the_refresh_token() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in(mark="new")])).holding(ALICE, make_tokens())

    assert got(services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)).source is Source.SIGNED_IN


def test_a_sign_in_by_policy_is_a_fresh_one() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))

    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert services.signin.fresh == [True]


@pytest.mark.parametrize("how", [TokenPolicy.CACHED, TokenPolicy.REFRESH])
def test_a_sign_in_for_a_missing_token_is_not_a_fresh_one(how: TokenPolicy) -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))

    services.broker.get(ALICE, policy=how)

    assert services.signin.fresh == [False]


def test_a_token_that_is_to_be_renewed_is_refreshed() -> None:
    services = expired(make_tokens(now=LATER, mark="new", refresh=False))

    assert got(services.broker.get(ALICE, policy=TokenPolicy.RENEW)).source is Source.REFRESHED


def test_a_token_that_is_to_be_renewed_and_lasts_is_handed_out() -> None:
    services = FakeServices().holding(ALICE, make_tokens())

    assert got(services.broker.get(ALICE, policy=TokenPolicy.RENEW)).source is Source.CACHED


def test_the_policy_renew_signs_nobody_in_if_nothing_is_stored() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))

    with pytest.raises(RefreshTokenDead, match="nothing stored for dev/alice"):
        services.broker.get(ALICE, policy=TokenPolicy.RENEW)

    assert services.signin.started == []


def test_an_invalid_refresh_token_is_an_error_with_the_policy_renew() -> None:
    services = expired(RefreshTokenDead("It was revoked."), start=[signed_in()])

    with pytest.raises(RefreshTokenDead, match="It was revoked"):
        services.broker.get(ALICE, policy=TokenPolicy.RENEW)

    assert services.signin.started == []


def test_an_app_client_of_its_own_is_renewed_by_a_sign_in_as_long_as_its_token_is_stored() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in(now=LATER, refresh=False)]))
    services.holding(ORDERS, TokenSet(access=make_tokens().access))
    services.clock.advance(LATER - NOW)

    assert got(services.broker.get(ORDERS, policy=TokenPolicy.RENEW)).source is Source.SIGNED_IN
    services.broker.signing_out.forget_here(ORDERS)
    with pytest.raises(RefreshTokenDead):
        services.broker.get(ORDERS, policy=TokenPolicy.RENEW)


def test_a_renewal_is_done_under_the_lock_of_the_identity() -> None:
    services = expired(make_tokens(now=LATER))

    services.broker.get(ALICE)

    assert services.locks.held == [ALICE.token_key]


class SlowLocks(FakeLocks):
    """Held by another process first, which does its work before it lets go."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        with super().hold(key):
            self._work()
            yield


def test_a_token_that_another_process_renewed_in_the_meantime_is_not_renewed_again() -> None:
    services = FakeServices(locks=SlowLocks(lambda: services.vault.hold_tokens(ALICE, renewed)))
    services.holding(ALICE, make_tokens(mark="old")).clock.advance(LATER - NOW)
    renewed = make_tokens(now=LATER, mark="renewed")

    handed = got(services.broker.get(ALICE))

    assert (handed.token, handed.source) == (renewed.access, Source.CACHED)


def test_durable_secrets_are_never_rewritten_by_a_refresh() -> None:
    services = expired(make_tokens(now=LATER))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "correct horse")
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "of the app client")
    services.vault.calls.clear()

    services.broker.get(ALICE)

    assert [name for what, name in services.vault.calls if what == "set"] == [REFRESH, ACCESS, ID]


def test_a_refresh_without_rotation_leaves_the_refresh_token_as_it_is() -> None:
    services = expired(make_tokens(now=LATER, refresh=False))
    before = services.vault.entries[REFRESH], services.index.entries[ALICE.token_key].refresh
    services.vault.calls.clear()

    services.broker.get(ALICE)

    assert (services.vault.entries[REFRESH], services.index.entries[ALICE.token_key].refresh) == before
    assert ("set", REFRESH) not in services.vault.calls


# Who is named in the hash.


def test_the_client_secret_goes_along_with_the_real_username() -> None:
    services = FakeServices(
        signin=FakeSignIn(refresh=[make_tokens(now=LATER)]), username_of=lambda token: f"real name of {len(token)}"
    ).holding(ALICE, make_tokens(mark="old"))
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "of the app client")

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    (call,) = services.signin.refreshed
    assert call.client_secret == "of the app client"
    assert call.username == f"real name of {len(make_token(mark='old').value)}"


def test_without_a_client_secret_no_access_token_is_read_for_the_username() -> None:
    services = FakeServices(signin=FakeSignIn(refresh=[make_tokens()])).holding(ALICE, make_tokens())

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert ("get", ACCESS) not in services.vault.calls
    assert services.signin.refreshed[0].username == ALICE.username


def test_without_a_username_in_the_token_the_profiles_is_used() -> None:
    services = expired(make_tokens(now=LATER))
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "of the app client")

    services.broker.get(ALICE)

    assert services.signin.refreshed[0].username == ALICE.username


# A refresh that fails.


def test_an_expired_refresh_token_leads_to_one_sign_in_within_the_call() -> None:
    services = expired(RefreshTokenDead("Expired."), start=[signed_in(now=LATER, mark="new")])

    handed = got(services.broker.get(ALICE))

    assert (handed.token, handed.source) == (make_token(now=LATER, mark="new"), Source.SIGNED_IN)
    assert (len(services.signin.refreshed), len(services.signin.started)) == (1, 1)


def test_a_question_that_an_expired_refresh_token_made_necessary_says_so() -> None:
    asked = password_challenge(ALICE, remark="The password was wrong.")
    services = expired(RefreshTokenSpent("dev/alice: it has expired."), start=[asked])

    question = services.broker.get(ALICE)

    assert isinstance(question, Challenge)
    assert question.remark == (
        "The stored tokens cannot be refreshed any more. dev/alice: it has expired. The password was wrong."
    )


def test_a_refusal_without_a_visible_reason_suggests_that_the_session_was_ended() -> None:
    services = expired(RefreshTokenDead("dev/alice: it was revoked."), start=[password_challenge(ALICE)])

    question = services.broker.get(ALICE)

    assert isinstance(question, Challenge)
    assert "may have been ended elsewhere, or by the pool's limit of sessions per user" in question.remark
    assert "cognitui sessions dev/alice" in question.remark


def test_a_refresh_token_that_should_have_expired_by_now_suggests_nothing() -> None:
    services = expired(RefreshTokenDead("dev/alice: it was revoked."), start=[password_challenge(ALICE)])
    services.clock.advance(REFRESH_LIFETIME)

    question = services.broker.get(ALICE)

    assert isinstance(question, Challenge)
    assert "may have been ended" not in question.remark


def test_a_device_that_the_pool_has_forgotten_takes_its_refresh_token_along() -> None:
    device = ALICE.secret_name(SecretKind.DEVICE)
    services = expired(DeviceUnknown("Device does not exist."), start=[signed_in(now=LATER, mark="new")])
    services.vault.entries[device] = RememberedDevice("key", "group", "device-password").pack()

    handed = got(services.broker.get(ALICE))

    assert handed.source is Source.SIGNED_IN
    assert services.signin.started[0][1].device is None
    assert device not in services.vault.entries


def test_a_client_secret_that_a_refresh_lacks_is_asked_for_with_the_reason() -> None:
    services = lacking_its_secret()

    question = asked(services.broker.get(ALICE))

    assert question.needs == "client secret"
    assert question.remark == "dev/alice: secret was not received."
    assert services.signin.started[0][1].lacks_client_secret
    assert services.vault.entries[REFRESH]


def test_the_client_secret_that_was_lacking_completes_the_refresh() -> None:
    services = lacking_its_secret(make_tokens(now=LATER, mark="new"))

    handed = got(services.broker.answer(asked(services.broker.get(ALICE)), {"client-secret": "typed"}))

    assert (handed.token, handed.source) == (make_token(now=LATER, mark="new"), Source.REFRESHED)
    assert services.signin.refreshed[1].client_secret == "typed"
    assert services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] == "typed"
    assert services.signin.answered == []


def test_a_client_secret_that_is_wrong_for_the_refresh_is_asked_for_again() -> None:
    services = lacking_its_secret(ClientSecretWrong("dev/alice: wrong secret."), make_tokens(now=LATER))
    question = asked(services.broker.get(ALICE))

    again = asked(services.broker.answer(question, {"client-secret": "typo"}))

    assert again.remark == "dev/alice: wrong secret."
    assert got(services.broker.answer(again, {"client-secret": "typed"})).source is Source.REFRESHED
    assert services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] == "typed"


def test_the_sign_in_continues_with_the_client_secret_if_the_refresh_token_is_invalid() -> None:
    services = lacking_its_secret(RefreshTokenDead("dev/alice: revoked."), answer=[password_challenge(ALICE)])

    question = asked(services.broker.answer(asked(services.broker.get(ALICE)), {"client-secret": "typed"}))

    assert question.needs == "password"
    assert "dev/alice: revoked." in question.remark
    assert REFRESH not in services.vault.entries


def test_a_renewal_that_lacks_the_client_secret_says_so() -> None:
    services = lacking_its_secret()

    with pytest.raises(ClientSecretMissing):
        services.broker.get(ALICE, policy=TokenPolicy.RENEW)


def test_a_wrong_stored_client_secret_does_not_remove_the_refresh_token() -> None:
    services = expired(ClientSecretWrong("dev/alice: wrong secret."), make_tokens(now=LATER))
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "rotated")

    with pytest.raises(ClientSecretWrong):
        services.broker.get(ALICE)

    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "new")
    assert got(services.broker.get(ALICE)).source is Source.REFRESHED


def test_an_expired_refresh_token_is_not_tried_again() -> None:
    asked = password_challenge(ALICE)
    services = expired(RefreshTokenDead("Expired."), start=[asked, asked])

    services.broker.get(ALICE)
    services.broker.get(ALICE)

    assert len(services.signin.refreshed) == 1
    assert REFRESH not in services.vault.entries


def test_an_expired_refresh_token_is_no_longer_in_the_list_and_the_other_expiries_are() -> None:
    services = expired(RefreshTokenDead("Expired."), start=[password_challenge(ALICE)])
    before = services.index.entries[ALICE.token_key]

    services.broker.get(ALICE)

    noted = services.broker.expiries()[ALICE.token_key]
    assert noted.refresh is None
    assert (noted.access, noted.id) == (before.access, before.id)


def test_an_index_that_cannot_be_written_does_not_keep_a_sign_in_from_following() -> None:
    services = expired(RefreshTokenDead("Expired."), start=[signed_in(now=LATER)])
    services.index.fault = SaveFailed("The disk is full.")

    assert got(services.broker.get(ALICE)).source is Source.SIGNED_IN


class ClingingVault(FakeVault):
    """Removes nothing."""

    def delete(self, name: SecretName) -> bool:
        raise KeyringTimeout("The keyring does not answer.")


def test_a_vault_that_cannot_drop_the_expired_token_does_not_keep_a_sign_in_from_following() -> None:
    services = expired(RefreshTokenDead("Expired."), start=[signed_in(now=LATER)], vault=ClingingVault())

    assert got(services.broker.get(ALICE)).source is Source.SIGNED_IN


def test_an_expired_refresh_token_of_which_nothing_is_noted_leaves_no_entry() -> None:
    services = expired(RefreshTokenDead("Expired."), start=[password_challenge(ALICE)])
    services.index.entries.clear()

    services.broker.get(ALICE)

    assert services.index.entries == {}


@pytest.mark.parametrize("fault", [Unreachable("No network."), ServiceFault("A 502."), Throttled("Too many.")])
def test_a_network_failure_is_no_reason_to_sign_in_or_to_refresh_again(fault: Unreachable) -> None:
    services = expired(fault)
    stored = dict(services.vault.entries)

    with pytest.raises(type(fault)):
        services.broker.get(ALICE)

    assert (len(services.signin.refreshed), len(services.signin.started)) == (1, 0)
    assert services.vault.entries == stored


def test_a_refusal_for_another_reason_is_reported_and_the_refresh_token_stays() -> None:
    services = expired(UserDisabled("An admin has disabled the user."))

    with pytest.raises(UserDisabled):
        services.broker.get(ALICE)

    assert services.signin.started == []
    assert REFRESH in services.vault.entries
