"""AWS credentials: kept as long as they last, asked for once, and for a protected environment only if confirmed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cognitui.model.errors import ConsentNeeded, IdentityPoolRefused, KeyringTimeout, UsageError
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind
from tests.unit.fake_sessions import FakeIdentities, make_credentials
from tests.unit.fakes import NOW, FakeServices, make_profile, make_tokens
from tests.unit.tokens.brokering import SulkyVault, got, other_process

ALICE = make_profile(identity_pool_id="eu-west-1:5f2c8a10-0000-0000-0000-000000000000")
FIRST, SECOND = make_credentials(NOW), make_credentials(NOW + 2701, mark="2")


def signed_in(*answers: object, **parts: object) -> FakeServices:
    identities = FakeIdentities(*answers)  # type: ignore[arg-type]  # the tests name the right ones
    return FakeServices(identities=identities, **parts).holding(ALICE, make_tokens(length=7200))  # type: ignore[arg-type]


def id_token(services: FakeServices) -> str:
    return got(services.broker.get(ALICE, TokenKind.ID)).token.value


def test_they_are_got_for_the_id_token_and_stored() -> None:
    services = signed_in(FIRST)
    handed_out = services.broker.aws.get(got(services.broker.get(ALICE, TokenKind.ID)))

    assert handed_out.credentials == FIRST
    assert services.identities.asked == [id_token(services)]
    again = other_process(services).broker.aws.stored(ALICE)
    assert again is not None
    assert again.credentials == FIRST


def test_fifteen_minutes_before_they_expire_they_are_fetched_again() -> None:
    services = signed_in(FIRST, SECOND)
    services.broker.aws.get(got(services.broker.get(ALICE, TokenKind.ID)))
    services.clock.advance(2700)
    assert services.broker.aws.stored(ALICE) is not None
    services.clock.advance(1)

    assert services.broker.aws.stored(ALICE) is None
    assert services.broker.aws.get(got(services.broker.get(ALICE, TokenKind.ID))).credentials == SECOND


def test_all_who_wait_get_those_of_one_request() -> None:
    services = signed_in(FIRST)
    token = got(services.broker.get(ALICE, TokenKind.ID))
    with ThreadPoolExecutor(8) as pool:
        handed_out = list(pool.map(lambda _: services.broker.aws.get(token).credentials, range(8)))

    assert handed_out == [FIRST] * 8
    assert len(services.identities.asked) == 1


def test_a_vault_that_fails_costs_only_the_keeping() -> None:
    services = signed_in(FIRST, vault=SulkyVault(SecretKind.AWS_CREDENTIALS))
    handed_out = services.broker.aws.get(got(services.broker.get(ALICE, TokenKind.ID)))

    assert handed_out.credentials == FIRST
    assert "is kept only for this run" in handed_out.warning
    assert services.broker.aws.stored(ALICE) is not None


def test_a_refusal_is_reported() -> None:
    services = signed_in(IdentityPoolRefused("no"))
    with pytest.raises(IdentityPoolRefused):
        services.broker.aws.get(got(services.broker.get(ALICE, TokenKind.ID)))


def test_a_protected_environment_demands_confirmation_for_stored_ones_too() -> None:
    prod = make_profile("prod/alice", protected=True, identity_pool_id="eu-west-1:pool")
    services = FakeServices()
    services.vault.entries[prod.secret_name(SecretKind.AWS_CREDENTIALS)] = FIRST.pack()

    with pytest.raises(ConsentNeeded):
        services.broker.aws.stored(prod)
    assert services.broker.aws.stored(prod, consent=True) is not None


def test_a_profile_without_an_identity_pool_shows_how_to_set_one() -> None:
    with pytest.raises(UsageError) as caught:
        FakeServices().broker.aws.stored(make_profile())

    assert "--identity-pool-id" in caught.value.fix


def test_foreign_content_of_the_vault_is_not_credentials() -> None:
    services = FakeServices()
    services.vault.entries[ALICE.secret_name(SecretKind.AWS_CREDENTIALS)] = '["a", "b"]'

    assert services.broker.aws.stored(ALICE) is None


def test_a_locked_keyring_is_reported() -> None:
    services = FakeServices()
    services.vault.fault = KeyringTimeout("The keyring does not answer.")
    with pytest.raises(KeyringTimeout):
        services.broker.aws.stored(ALICE)
