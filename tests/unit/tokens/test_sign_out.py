"""Signing out: what is forgotten, what Cognito is asked to do, and what a failure leaves behind."""

from __future__ import annotations

import pytest

from cognitui.model import errors
from cognitui.model.challenge import RememberedDevice
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from cognitui.model.sign_out import Reach
from cognitui.model.token import TokenKind
from tests.unit.fake_sessions import FakeSessions, make_credentials
from tests.unit.fakes import NOW, FakeIndex, FakeServices, FakeSignIn, FakeVault, make_profile, make_tokens, signed_in
from tests.unit.tokens.brokering import ALICE, SulkyVault, got, other_process

DEVICE = RememberedDevice("eu-west-1_5ac1", "-group", "device-password")
TOKENS = make_tokens()


def holding(**parts: object) -> FakeServices:
    """Services of a profile that has signed in, with its password and device stored."""
    services = FakeServices(**parts).holding(ALICE, TOKENS)  # type: ignore[arg-type]  # the tests name the right ones
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "password"
    services.vault.entries[ALICE.secret_name(SecretKind.DEVICE)] = DEVICE.pack()
    return services


def stored(services: FakeServices) -> set[SecretKind]:
    return {name.kind for name in services.vault.entries}


def refresh_token() -> str:
    assert TOKENS.refresh is not None
    return TOKENS.refresh.value


def test_forgetting_here_leaves_the_password_and_the_device() -> None:
    services = holding()
    services.broker.signing_out.forget_here(ALICE)

    assert stored(services) == {SecretKind.PASSWORD, SecretKind.DEVICE}
    assert services.broker.expiries() == {}
    assert services.sessions.calls == []


def test_a_token_that_was_in_memory_is_forgotten_too() -> None:
    services = holding()
    got(services.broker.get(ALICE))
    services.broker.signing_out.forget_here(ALICE)

    with pytest.raises(AssertionError, match="another call of start"):
        services.broker.get(ALICE)


def test_another_process_has_lost_the_token_as_well() -> None:
    services = holding()
    other = other_process(services)
    got(other.broker.get(ALICE))
    services.broker.signing_out.forget_here(ALICE)

    with pytest.raises(AssertionError, match="another call of start"):
        other.broker.get(ALICE)


def test_it_happens_under_the_lock_of_the_identity() -> None:
    services = holding()
    services.broker.signing_out.revoke(ALICE)

    assert services.locks.held == [ALICE.token_key]


def test_revoking_sends_the_stored_refresh_token_with_the_clients_secret() -> None:
    services = holding()
    services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] = "client-secret"
    done = services.broker.signing_out.revoke(ALICE)

    assert services.sessions.calls == [("revoke", ALICE.id, refresh_token(), "client-secret")]
    assert done.revoked
    assert SecretKind.REFRESH_TOKEN not in stored(services)


def test_without_a_refresh_token_there_is_nothing_to_revoke_and_the_rest_is_forgotten() -> None:
    services = FakeServices().holding(ALICE, make_tokens(refresh=False))
    done = services.broker.signing_out.revoke(ALICE)

    assert not done.revoked
    assert services.sessions.calls == []
    assert stored(services) == set()


def test_a_refresh_token_that_is_dead_already_is_no_obstacle() -> None:
    services = holding(sessions=FakeSessions(fault=errors.RefreshTokenDead("It was revoked.")))

    done = services.broker.signing_out.revoke(ALICE)

    assert (done.revoked, done.had_ended) == (False, True)
    assert SecretKind.REFRESH_TOKEN not in stored(services)


@pytest.mark.parametrize("fault", [errors.Unreachable("no network"), errors.NotInThisPool("no revocation")])
def test_nothing_is_removed_if_cognito_did_not_revoke_it(fault: errors.CognituiError) -> None:
    services = holding(sessions=FakeSessions(fault=fault))
    before = dict(services.vault.entries)

    with pytest.raises(type(fault)):
        services.broker.signing_out.revoke(ALICE)
    with pytest.raises(type(fault)):
        services.broker.signing_out.sign_out_everywhere(got(services.broker.get(ALICE)))

    assert services.vault.entries == before
    assert ALICE.token_key in services.broker.expiries()


def test_a_global_sign_out_sends_the_access_token_and_removes_all() -> None:
    services = holding()
    done = services.broker.signing_out.sign_out_everywhere(got(services.broker.get(ALICE)))

    assert services.sessions.calls == [("sign out everywhere", ALICE.id, TOKENS.access.value)]
    assert done.reach is Reach.EVERYWHERE
    assert done.expiries.access == TOKENS.access.lifetime
    assert stored(services) == {SecretKind.PASSWORD, SecretKind.DEVICE}


def test_a_vault_error_after_a_revocation_says_that_cognito_revoked_the_tokens() -> None:
    class Stubborn(FakeVault):
        def delete(self, name: object) -> bool:
            raise errors.KeyringTimeout("The keyring does not answer.")

    services = holding(vault=Stubborn())
    with pytest.raises(errors.KeyringTimeout) as caught:
        services.broker.signing_out.revoke(ALICE)

    assert caught.value.fix.startswith("Cognito has revoked the tokens")
    assert ALICE.token_key in services.broker.expiries()


def test_aws_credentials_are_removed_with_the_tokens_and_their_expiry_is_reported() -> None:
    profile = make_profile(identity_pool_id="eu-west-1:pool")
    services = FakeServices().holding(profile, TOKENS)
    credentials = make_credentials(NOW)
    services.vault.entries[profile.secret_name(SecretKind.AWS_CREDENTIALS)] = credentials.pack()

    assert services.broker.signing_out.forget_here(profile).aws == credentials.lifetime
    assert stored(services) == set()


def test_a_token_that_the_vault_had_missed_is_forgotten_too() -> None:
    signin = FakeSignIn(start=[signed_in()])
    services = FakeServices(vault=SulkyVault(SecretKind.REFRESH_TOKEN), signin=signin)
    got(services.broker.get(ALICE))
    services.broker.signing_out.forget_here(ALICE)

    assert services.broker.signing_out.revoke(ALICE).revoked is False


def test_an_index_that_cannot_be_written_is_a_warning_and_the_run_shows_no_tokens() -> None:
    class Full(FakeIndex):
        def forget(self, token_key: str) -> None:
            raise errors.SaveFailed("The disk is full.")

    services = holding(index=Full())
    services.index.note(ALICE, TOKENS)
    done = services.broker.signing_out.forget_here(ALICE)

    assert "The disk is full." in done.warning
    assert SecretKind.ACCESS_TOKEN not in stored(services)
    assert services.broker.expiries()[ALICE.token_key].access is None


class TestTheDevice:
    def test_cognito_forgets_the_device_by_the_stored_access_token(self) -> None:
        services = holding()
        forgotten = services.broker.signing_out.forget_device(ALICE)

        assert (forgotten.was_known, forgotten.cognito_knows) == (True, True)
        assert services.sessions.calls == [("forget device", ALICE.id, TOKENS.access.value, DEVICE.key)]
        assert SecretKind.DEVICE not in stored(services)

    def test_with_an_expired_access_token_the_device_is_removed_only_here(self) -> None:
        services = holding()
        services.clock.advance(3600)
        forgotten = services.broker.signing_out.forget_device(ALICE)

        assert (forgotten.was_known, forgotten.cognito_knows) == (True, False)
        assert services.sessions.calls == []
        assert not services.broker.signing_out.has_device(ALICE)

    def test_one_that_the_pool_has_forgotten_already_is_forgotten_here(self) -> None:
        services = holding(sessions=FakeSessions(fault=errors.DeviceUnknown("Device does not exist.")))

        assert services.broker.signing_out.forget_device(ALICE).cognito_knows
        assert not services.broker.signing_out.has_device(ALICE)

    def test_without_a_network_it_stays(self) -> None:
        services = holding(sessions=FakeSessions(fault=errors.Unreachable("no network")))
        with pytest.raises(errors.Unreachable):
            services.broker.signing_out.forget_device(ALICE)

        assert services.broker.signing_out.has_device(ALICE)

    def test_without_credentials_no_server_is_asked(self) -> None:
        services = FakeServices().holding(ALICE, TOKENS)

        assert not services.broker.signing_out.forget_device(ALICE).was_known
        assert services.sessions.calls == []


def test_the_kind_of_token_that_a_flow_lacks_is_not_looked_for() -> None:
    machine = make_profile(username=None, flow=Flow.CLIENT_CREDENTIALS)
    services = FakeServices()
    services.broker.signing_out.revoke(machine)

    assert {name.kind for what, name in services.vault.calls} == {SecretKind.ACCESS_TOKEN}
    assert TokenKind.REFRESH not in machine.kinds
