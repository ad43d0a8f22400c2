"""A refresh token that the server rotates is never used twice, and never lost."""

from __future__ import annotations

import pytest

from cognitui.model.errors import KeyringTimeout, RefreshTokenDead, Unreachable
from cognitui.model.secret import SecretKind
from cognitui.model.token import REFRESH_LIFETIME, TokenKind
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import NOW, FakeSignIn, make_token, make_tokens, password_challenge
from tests.unit.tokens.brokering import ALICE, LATER, SulkyVault, expired, got, other_process

ACCESS, ID, REFRESH = (ALICE.secret_name(SecretKind(f"{kind}-token")) for kind in TokenKind)


def test_a_rotated_refresh_token_is_saved_before_the_access_token() -> None:
    services = expired(make_tokens(now=LATER, mark="new"))

    services.broker.get(ALICE)

    assert [name for what, name in services.vault.calls if what == "set"] == [REFRESH, ACCESS, ID]
    assert "opaque-refresh-new" in services.vault.entries[REFRESH]


def test_the_next_refresh_uses_the_rotated_token() -> None:
    first, second = (make_tokens(now=LATER, mark=mark) for mark in ("second", "third"))
    services = expired(first, second)

    services.broker.get(ALICE)
    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert [call.refresh_token for call in services.signin.refreshed] == ["opaque-refresh-old", "opaque-refresh-second"]


def test_the_token_that_another_process_rotated_is_used_and_not_the_one_in_memory() -> None:
    services = expired(make_tokens(now=LATER, mark="third"))
    services.broker.get(ALICE, TokenKind.REFRESH)
    other = other_process(services, FakeSignIn(refresh=[make_tokens(now=LATER, mark="second")]))
    other.broker.get(ALICE)

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert [call.refresh_token for call in services.signin.refreshed] == ["opaque-refresh-second"]


def test_a_rotated_refresh_token_expires_when_the_one_before_it_would_have() -> None:
    services = expired(make_tokens(now=LATER, mark="new"))

    services.broker.get(ALICE)

    noted = services.index.entries[ALICE.token_key].refresh
    assert noted is not None
    assert (noted.issued_at, noted.expires_at, noted.estimated) == (LATER, NOW + REFRESH_LIFETIME, True)


def test_a_wrong_estimate_is_replaced() -> None:
    much_later = NOW + 2 * REFRESH_LIFETIME
    services = expired(make_tokens(now=much_later, mark="new"))
    services.clock.now = much_later

    services.broker.get(ALICE)

    noted = services.index.entries[ALICE.token_key].refresh
    assert noted is not None
    assert noted.expires_at == much_later + REFRESH_LIFETIME


@pytest.mark.parametrize(("rotates", "mark"), [(True, "new"), (False, "old")])
def test_the_refresh_token_that_goes_on_is_handed_out(rotates: bool, mark: str) -> None:
    services = expired(make_tokens(now=LATER, mark="new", refresh=rotates))

    handed = got(services.broker.get(ALICE, TokenKind.REFRESH, policy=TokenPolicy.REFRESH))

    assert (handed.token.value, handed.source) == (f"opaque-refresh-{mark}", Source.REFRESHED)


def test_without_rotation_it_is_the_stored_one_that_goes_on_and_not_an_older_one_in_memory() -> None:
    services = expired(make_tokens(now=LATER, refresh=False))
    services.broker.get(ALICE, TokenKind.REFRESH)
    services.vault.hold_tokens(ALICE, make_tokens(now=NOW + 10, mark="of another process"))

    handed = got(services.broker.get(ALICE, TokenKind.REFRESH, policy=TokenPolicy.REFRESH))

    assert handed.token.value == "opaque-refresh-of another process"


# A vault that fails when the server has rotated already.


def test_a_rotated_token_that_cannot_be_saved_serves_this_run_with_a_warning() -> None:
    services = expired(
        make_tokens(now=LATER, mark="second"),
        make_tokens(now=LATER, mark="third"),
        vault=SulkyVault(SecretKind.REFRESH_TOKEN),
    )

    handed = got(services.broker.get(ALICE))
    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert handed.token == make_token(now=LATER, mark="second")
    assert handed.warning == (
        "The token could not be stored and is kept only for this run. The keyring does not answer."
    )
    assert [call.refresh_token for call in services.signin.refreshed] == ["opaque-refresh-old", "opaque-refresh-second"]


def test_two_rotations_within_a_second_are_distinguished_if_the_later_one_could_not_be_stored() -> None:
    vault = SulkyVault(SecretKind.REFRESH_TOKEN)
    rotations = [make_tokens(now=LATER + part, mark=mark) for part, mark in ((0.6, "second"), (0.9, "third"))]
    services = expired(*rotations, make_tokens(now=LATER + 1), vault=vault)
    vault.refuses = None
    services.broker.get(ALICE)
    vault.refuses = SecretKind.REFRESH_TOKEN
    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert services.signin.refreshed[-1].refresh_token == "opaque-refresh-third"


def test_a_later_sign_in_of_another_process_counts_more_than_what_the_vault_missed() -> None:
    vault = SulkyVault(SecretKind.REFRESH_TOKEN)
    services = expired(make_tokens(now=LATER, mark="second"), make_tokens(now=LATER), vault=vault)
    services.broker.get(ALICE)
    vault.hold_tokens(ALICE, make_tokens(now=LATER + 60, mark="of another process"))

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert services.signin.refreshed[-1].refresh_token == "opaque-refresh-of another process"


def test_dropping_the_memory_keeps_the_rotated_token_that_the_vault_has_missed() -> None:
    services = expired(
        make_tokens(now=LATER, mark="second"),
        make_tokens(now=LATER, mark="third"),
        vault=SulkyVault(SecretKind.REFRESH_TOKEN),
    )
    services.broker.get(ALICE)

    services.broker.drop_memory()
    services.broker.get(ALICE)

    assert services.signin.refreshed[-1].refresh_token == "opaque-refresh-second"


def test_an_access_token_that_cannot_be_saved_serves_from_memory() -> None:
    services = expired(make_tokens(now=LATER, mark="new"), vault=SulkyVault(SecretKind.ACCESS_TOKEN))
    services.broker.get(ALICE)

    handed = got(services.broker.get(ALICE))

    assert (handed.token, handed.source) == (make_token(now=LATER, mark="new"), Source.CACHED)
    assert "opaque-refresh-new" in services.vault.entries[REFRESH]


def test_a_token_that_the_vault_has_missed_is_had_without_it() -> None:
    services = expired(make_tokens(now=LATER, mark="new"), vault=SulkyVault(SecretKind.ACCESS_TOKEN))
    services.broker.get(ALICE)
    services.index.entries.clear()

    services.vault.fault = KeyringTimeout("The keyring does not answer.")

    assert got(services.broker.get(ALICE)).token == make_token(now=LATER, mark="new")


def test_a_rotated_token_that_the_vault_has_missed_is_used_until_the_network_is_back() -> None:
    services = expired(
        make_tokens(now=LATER, mark="second"),
        Unreachable("No network."),
        make_tokens(now=LATER, mark="third"),
        vault=SulkyVault(SecretKind.REFRESH_TOKEN),
    )
    services.broker.get(ALICE)
    with pytest.raises(Unreachable):
        services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert services.signin.refreshed[-1].refresh_token == "opaque-refresh-second"


def test_an_expired_token_that_the_vault_has_missed_is_not_tried_again_nor_the_one_before_it() -> None:
    services = expired(
        make_tokens(now=LATER, mark="second"),
        RefreshTokenDead("Revoked."),
        start=[password_challenge(ALICE), password_challenge(ALICE)],
        vault=SulkyVault(SecretKind.REFRESH_TOKEN),
    )
    services.broker.get(ALICE)

    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)
    services.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert [call.refresh_token for call in services.signin.refreshed] == ["opaque-refresh-old", "opaque-refresh-second"]


def test_the_expiry_of_tokens_that_are_not_stored_is_not_noted() -> None:
    services = expired(make_tokens(now=LATER), vault=SulkyVault(SecretKind.REFRESH_TOKEN))
    before = dict(services.index.entries)

    services.broker.get(ALICE)

    assert services.index.entries == before


def test_a_rotated_refresh_token_that_the_keyring_missed_is_stored_once_it_is_back() -> None:
    vault = SulkyVault(SecretKind.REFRESH_TOKEN)
    services = expired(make_tokens(now=LATER, mark="new"), vault=vault)
    services.broker.get(ALICE)
    assert "opaque-refresh-new" not in vault.entries[REFRESH]

    vault.refuses = None
    services.broker.get(ALICE)

    assert "opaque-refresh-new" in vault.entries[REFRESH]
    assert services.index.entries[ALICE.token_key].refresh is not None


def test_an_unreadable_keyring_does_not_hide_a_token_that_it_could_not_store() -> None:
    vault = SulkyVault(SecretKind.REFRESH_TOKEN)
    services = expired(make_tokens(now=LATER, mark="new"), vault=vault)
    services.broker.get(ALICE)
    vault.fault = KeyringTimeout("The keyring does not answer.")

    assert got(services.broker.get(ALICE, TokenKind.REFRESH)).token.value == "opaque-refresh-new"
