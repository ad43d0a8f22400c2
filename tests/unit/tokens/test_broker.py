"""A token from the cache, how long it must last, and what is refused before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec
import pytest

from cognitui.model.errors import ConsentNeeded, KeyringLocked, UsageError
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from cognitui.model.token import REFRESH_LIFETIME, Expiries, TokenKind
from cognitui.storage.token_index import ExpiryIndex
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import NOW, FakeIndex, FakeServices, FakeSignIn, make_profile, make_token, make_tokens, signed_in
from tests.unit.tokens.brokering import ALICE, SulkyVault, got, other_process

# From the cache.


@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_stored_token_that_lasts_is_handed_out(kind: TokenKind) -> None:
    tokens = make_tokens()
    services = FakeServices().holding(ALICE, tokens)

    handed = got(services.broker.get(ALICE, kind))

    assert handed.token == tokens.of(kind)
    assert handed.source is Source.CACHED
    assert handed.warning == ""


def test_a_stored_token_costs_one_vault_read_and_nothing_else() -> None:
    services = FakeServices(index=_UntouchableIndex()).holding(ALICE, make_tokens())

    services.broker.get(ALICE)

    assert services.vault.calls == [("get", ALICE.secret_name(SecretKind.ACCESS_TOKEN))]
    assert services.locks.held == []


def test_a_token_that_was_read_once_is_not_read_again() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    services.broker.get(ALICE)
    services.vault.calls.clear()

    services.broker.get(ALICE)

    assert services.vault.calls == []


@pytest.mark.parametrize("kind", [TokenKind.ACCESS, TokenKind.ID])
def test_a_token_that_another_process_has_renewed_is_handed_out_as_it_is_now(kind: TokenKind) -> None:
    services = FakeServices().holding(ALICE, make_tokens(mark="ours"))
    services.broker.get(ALICE, kind)

    newer = make_tokens(now=NOW + 10, mark="newer")
    got(other_process(services, FakeSignIn(refresh=[newer])).broker.get(ALICE, policy=TokenPolicy.REFRESH))

    assert got(services.broker.get(ALICE, kind)).token == newer.of(kind)


def test_what_was_read_before_another_process_renewed_it_does_not_come_along() -> None:
    services = FakeServices().holding(ALICE, make_tokens(mark="ours"))
    services.broker.get(ALICE, TokenKind.ID)

    newer = make_tokens(now=NOW + 10, mark="newer")
    got(other_process(services, FakeSignIn(refresh=[newer])).broker.get(ALICE, policy=TokenPolicy.REFRESH))

    assert got(services.broker.get(ALICE)).opened == {TokenKind.ACCESS: newer.access}


def test_a_token_that_another_process_has_renewed_within_the_same_second_is_not_handed_out(tmp_path: Path) -> None:
    first, second = (ExpiryIndex(tmp_path / "expiry.json") for _ in range(2))
    ours = FakeServices(signin=FakeSignIn(start=[signed_in(mark="ours")]), index=cast(FakeIndex, first))
    got(ours.broker.get(ALICE))
    theirs = FakeServices(
        signin=FakeSignIn(refresh=[make_tokens(mark="theirs")]), index=cast(FakeIndex, second), vault=ours.vault
    )
    theirs.broker.get(ALICE, policy=TokenPolicy.REFRESH)

    assert got(ours.broker.get(ALICE)).token.value == make_token(mark="theirs").value


def test_while_another_profile_is_renewed_a_token_in_memory_serves_though_the_vault_fails() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    services.broker.get(ALICE)

    services.index.entries["another identity"] = Expiries()
    services.vault.fault = KeyringLocked("The keyring is locked.")

    assert got(services.broker.get(ALICE)).token == make_tokens().access


def test_a_token_that_was_refreshed_elsewhere_is_not_replaced_by_the_old_one_if_the_vault_fails() -> None:
    services = FakeServices().holding(ALICE, make_tokens(mark="ours"))
    services.broker.get(ALICE)

    services.holding(ALICE, make_tokens(now=NOW + 10, mark="newer"))
    services.vault.fault = KeyringLocked("The keyring is locked.")

    with pytest.raises(KeyringLocked):
        services.broker.get(ALICE)


# What another process has changed.


def test_unchanged_tokens_cost_no_vault_read() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    opened = got(services.broker.get(ALICE)).opened
    services.index.entries["another identity"] = Expiries()
    services.vault.calls.clear()

    assert services.broker.changed(ALICE, opened) is None
    assert services.vault.calls == []


def test_tokens_that_another_process_has_renewed_are_reported_as_they_are_now_once() -> None:
    services = FakeServices().holding(ALICE, make_tokens(mark="ours"))
    opened = got(services.broker.get(ALICE)).opened

    newer = make_tokens(now=NOW + 10, mark="newer")
    services.holding(ALICE, newer)
    now = services.broker.changed(ALICE, opened)

    assert now == {TokenKind.ACCESS: newer.access}
    assert services.broker.changed(ALICE, now) is None


def test_tokens_that_another_process_has_removed_are_reported_as_none() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    opened = got(services.broker.get(ALICE)).opened

    other_process(services).broker.forget(ALICE, ())

    assert services.broker.changed(ALICE, opened) == {}


def test_a_token_that_could_not_be_stored_counts_as_unchanged() -> None:
    vault = SulkyVault(SecretKind.ACCESS_TOKEN)
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]), vault=vault)
    opened = got(services.broker.get(ALICE)).opened

    assert services.broker.changed(ALICE, {TokenKind.ACCESS: opened[TokenKind.ACCESS]}) is None


def test_a_token_in_memory_is_not_handed_out_after_a_sign_out_elsewhere() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in(mark="new")])).holding(ALICE, make_tokens(mark="old"))
    services.broker.get(ALICE)

    other_process(services).broker.forget(ALICE, ())

    handed = got(services.broker.get(ALICE))
    assert handed.source is Source.SIGNED_IN
    assert handed.token == make_token(mark="new")


def test_a_refresh_token_is_never_handed_out_of_memory() -> None:
    services = FakeServices().holding(ALICE, make_tokens(mark="old"))
    services.broker.get(ALICE, TokenKind.REFRESH)

    services.holding(ALICE, make_tokens(mark="rotated"))

    assert got(services.broker.get(ALICE, TokenKind.REFRESH)).token.value == "opaque-refresh-rotated"


def test_all_tokens_that_were_read_come_with_the_one_that_was_asked_for() -> None:
    tokens = make_tokens()
    services = FakeServices().holding(ALICE, tokens)
    services.broker.get(ALICE, TokenKind.ID)

    handed = got(services.broker.get(ALICE))

    assert handed.opened == {TokenKind.ACCESS: tokens.access, TokenKind.ID: tokens.id}


def test_what_is_in_the_vault_and_no_token_is_as_good_as_none() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))
    services.vault.entries[ALICE.secret_name(SecretKind.ACCESS_TOKEN)] = "not ours"

    assert got(services.broker.get(ALICE)).source is Source.SIGNED_IN


def test_a_vault_error_is_reported_and_no_sign_in_follows() -> None:
    services = FakeServices()
    services.vault.fault = KeyringLocked("The keyring is locked.")

    with pytest.raises(KeyringLocked):
        services.broker.get(ALICE)

    assert services.signin.started == []


def test_no_secret_is_in_the_repr_of_a_result() -> None:
    tokens = make_tokens()
    services = FakeServices().holding(ALICE, tokens)

    assert tokens.access.value not in repr(services.broker.get(ALICE))


# How long it must last.


@pytest.mark.parametrize(
    ("length", "passed", "source"),
    [
        (3600, 3539, Source.CACHED),
        (3600, 3541, Source.REFRESHED),
        (300, 269, Source.CACHED),
        (300, 271, Source.REFRESHED),
    ],
    ids=["an hour, 61 s left", "an hour, 59 s left", "5 minutes, 31 s left", "5 minutes, 29 s left"],
)
def test_by_default_it_lasts_a_minute_or_a_tenth_of_its_life(length: float, passed: float, source: Source) -> None:
    services = _with_refresh(length=length)

    services.clock.advance(passed)

    assert got(services.broker.get(ALICE)).source is source


def test_a_token_that_lasts_shorter_than_was_asked_is_renewed() -> None:
    services = _with_refresh(length=3600)

    services.clock.advance(1801)

    assert got(services.broker.get(ALICE, min_valid=1800)).source is Source.REFRESHED


def test_a_token_that_can_never_live_that_long_is_handed_out_with_a_warning() -> None:
    services = FakeServices().holding(ALICE, make_tokens(length=300))

    handed = got(services.broker.get(ALICE, min_valid=600))

    assert handed.source is Source.CACHED
    assert handed.warning == "This app client's access tokens live 5m, so none can stay valid for 10m."


def test_a_new_token_that_falls_short_by_the_time_of_its_way_is_handed_out_with_a_warning() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in(now=NOW - 3, length=3600)]))

    handed = got(services.broker.get(ALICE, min_valid=3599))

    assert handed.source is Source.SIGNED_IN
    assert "none can stay valid for 59m59s" in handed.warning


def test_an_expired_token_is_refreshed_even_for_zero_seconds_of_validity() -> None:
    services = _with_refresh(length=3600)

    services.clock.advance(3600)

    assert got(services.broker.get(ALICE, min_valid=0)).source is Source.REFRESHED


def test_a_refresh_token_is_not_measured_by_the_validity_that_is_asked_for() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    services.clock.advance(3600)

    handed = got(services.broker.get(ALICE, TokenKind.REFRESH, min_valid=REFRESH_LIFETIME - 1))

    assert (handed.source, handed.warning) == (Source.CACHED, "")


def test_an_id_token_that_is_not_stored_is_got_though_the_access_token_lasts() -> None:
    services = _with_refresh(length=3600)
    del services.vault.entries[ALICE.secret_name(SecretKind.ID_TOKEN)]

    handed = got(services.broker.get(ALICE, TokenKind.ID))

    assert (handed.source, handed.token.kind) == (Source.REFRESHED, TokenKind.ID)


# What is refused before anything is read.


@pytest.mark.parametrize("how", list(TokenPolicy))
def test_a_protected_environment_demands_consent_before_anything_is_read(how: TokenPolicy) -> None:
    guarded = make_profile("prod/alice", protected=True)
    services = FakeServices().holding(guarded, make_tokens())

    with pytest.raises(ConsentNeeded):
        services.broker.get(guarded, policy=how)

    assert services.vault.calls == []
    assert services.signin.started == []
    assert services.signin.refreshed == []


def test_so_does_a_profile_that_signs_in_the_user_of_a_protected_one() -> None:
    alias = msgspec.structs.replace(make_profile("dev/boss"), shares_with="prod/boss")
    services = FakeServices().holding(alias, make_tokens())

    with pytest.raises(ConsentNeeded, match="prod/boss, which is the same user, is protected"):
        services.broker.get(alias)
    assert services.vault.calls == []


def test_with_consent_a_protected_environment_is_as_any_other() -> None:
    guarded = make_profile("prod/alice", protected=True)
    services = FakeServices().holding(guarded, make_tokens())

    assert got(services.broker.get(guarded, consent=True)).source is Source.CACHED


@pytest.mark.parametrize("kind", [TokenKind.ID, TokenKind.REFRESH])
def test_an_app_client_has_only_an_access_token(kind: TokenKind) -> None:
    service = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None)

    with pytest.raises(UsageError, match="brings no"):
        FakeServices().broker.get(service, kind)


def test_an_app_client_of_its_own_is_asked_for_no_refresh_token_and_no_password() -> None:
    service = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None)
    services = FakeServices(signin=FakeSignIn(start=[signed_in(refresh=False)]))

    services.broker.get(service)

    assert {name.kind for what, name in services.vault.calls if what == "get"} == {
        SecretKind.ACCESS_TOKEN,
        SecretKind.CLIENT_SECRET,
    }


class _UntouchableIndex(FakeIndex):
    """An index that a first token from the vault has no business with."""

    def read(self) -> Mapping[str, Expiries]:
        raise AssertionError("the index was read")

    def put(self, token_key: str, expiries: Expiries) -> None:
        raise AssertionError("the index was written")


def _with_refresh(length: float) -> FakeServices:
    """Return services that hold tokens of that length, and get new ones by one refresh."""
    renewed = make_tokens(now=NOW + length, length=length, mark="renewed", refresh=False)
    return FakeServices(signin=FakeSignIn(refresh=[renewed])).holding(ALICE, make_tokens(length=length))
