"""Stored tokens and secrets of an identity: after a sign-in, at the user's request, and until they are removed."""

from __future__ import annotations

import pytest

from cognitui.model.challenge import SignedIn
from cognitui.model.errors import NotInThisPool, SaveFailed
from cognitui.model.secret import DURABLE, SecretKind
from cognitui.model.token import Expiries, TokenKind, TokenSet
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, make_profile, make_token, make_tokens, signed_in
from tests.unit.tokens.brokering import ALICE, got, other_process

# What is kept after a sign-in.


def test_the_tokens_of_a_sign_in_are_stored_and_their_expiry_noted() -> None:
    tokens = make_tokens()
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))

    services.broker.get(ALICE)

    again = other_process(services)
    assert {kind: got(again.broker.get(ALICE, kind)).token for kind in TokenKind} == {
        kind: tokens.of(kind) for kind in TokenKind
    }
    noted = services.broker.expiries()[ALICE.token_key]
    assert (noted.access, noted.refresh) == (tokens.access.lifetime, make_token(TokenKind.REFRESH).lifetime)


def test_an_expiry_that_cannot_be_noted_is_a_warning_and_no_failure() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))
    services.index.fault = SaveFailed("The disk is full.")

    assert got(services.broker.get(ALICE)).warning == "The expiry could not be stored for the list. The disk is full."


def test_a_sign_in_that_brings_no_id_token_says_so_and_keeps_the_others() -> None:
    tokens = make_tokens()
    services = FakeServices(signin=FakeSignIn(start=[SignedIn(TokenSet(tokens.access))]))

    with pytest.raises(NotInThisPool, match="no id token"):
        services.broker.get(ALICE, TokenKind.ID)

    assert got(services.broker.get(ALICE)).token == tokens.access


def test_an_older_refresh_token_is_not_passed_off_as_that_of_a_sign_in_which_brought_none() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in(refresh=False)])).holding(ALICE, make_tokens())
    services.broker.get(ALICE, TokenKind.REFRESH)

    with pytest.raises(NotInThisPool, match="no refresh token"):
        services.broker.get(ALICE, TokenKind.REFRESH, policy=TokenPolicy.SIGN_IN)


# Secrets, and forgetting.


def test_a_secret_is_stored_listed_and_removed() -> None:
    broker = FakeServices().broker

    broker.set_secret(ALICE, SecretKind.PASSWORD, "correct horse")
    assert broker.stored_secrets(ALICE) == {kind: kind is SecretKind.PASSWORD for kind in DURABLE}

    assert broker.remove_secret(ALICE, SecretKind.PASSWORD)
    assert not broker.remove_secret(ALICE, SecretKind.PASSWORD)
    assert broker.stored_secrets(ALICE) == dict.fromkeys(DURABLE, False)


def test_forgetting_a_profile_removes_its_tokens_its_secrets_and_its_expiry() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "correct horse")
    services.broker.get(ALICE)

    services.broker.forget(ALICE, ())

    assert services.vault.entries == {}
    assert services.index.entries == {}


def test_forgetting_a_profile_waits_for_a_renewal_that_is_under_way() -> None:
    services = FakeServices()

    services.broker.forget(ALICE, ())

    assert services.locks.held == [ALICE.token_key]


def test_forgetting_a_profile_leaves_what_another_shares_with_it() -> None:
    other_user = make_profile("dev/bob")
    services = FakeServices().holding(ALICE, make_tokens())
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "of alice")
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "of the app client")

    services.broker.forget(ALICE, [other_user])

    assert set(services.vault.entries) == {ALICE.secret_name(SecretKind.CLIENT_SECRET)}


def test_forgetting_the_copy_of_a_profile_leaves_its_tokens() -> None:
    copy = make_profile("dev/alice-again", username=ALICE.username)
    services = FakeServices().holding(ALICE, make_tokens())

    services.broker.forget(copy, [ALICE])

    assert got(services.broker.get(ALICE)).source is Source.CACHED
    assert ALICE.token_key in services.broker.expiries()


def test_dropping_the_memory_leaves_nothing_that_was_read_and_the_vault_untouched() -> None:
    services = FakeServices().holding(ALICE, make_tokens())
    services.broker.get(ALICE)
    stored = dict(services.vault.entries)
    services.vault.calls.clear()

    services.broker.drop_memory()

    assert services.vault.calls == []
    assert services.vault.entries == stored
    services.broker.get(ALICE)
    assert services.vault.calls == [("get", ALICE.secret_name(SecretKind.ACCESS_TOKEN))]


def test_nothing_of_a_forgotten_profile_comes_along_with_its_next_token() -> None:
    services = FakeServices(signin=FakeSignIn(start=[SignedIn(TokenSet(make_token(mark="new")))]))
    services.holding(ALICE, make_tokens(mark="old"))
    for kind in TokenKind:
        services.broker.get(ALICE, kind)

    services.broker.forget(ALICE, ())

    assert got(services.broker.get(ALICE)).opened == {TokenKind.ACCESS: make_token(mark="new")}


# Expired tokens.


def test_expired_tokens_are_removed_and_a_refresh_token_with_an_estimated_expiry_stays() -> None:
    services = FakeServices().holding(ALICE, make_tokens(now=NOW - 7200))

    assert services.broker.forget_expired(ALICE) == 2

    guess = make_token(TokenKind.REFRESH, now=NOW - 7200).lifetime
    assert services.broker.expiries()[ALICE.token_key] == Expiries(refresh=guess)
    assert [name.kind for name in services.vault.entries] == [SecretKind.REFRESH_TOKEN]


def test_of_a_profile_that_had_nothing_else_the_list_knows_nothing_more() -> None:
    services = FakeServices().holding(ALICE, make_tokens(now=NOW - 7200, refresh=False))

    services.broker.forget_expired(ALICE)

    assert services.broker.expiries() == {}


def test_what_is_still_valid_is_not_forgotten() -> None:
    services = FakeServices().holding(ALICE, make_tokens())

    assert services.broker.forget_expired(ALICE) == 0
    assert len(services.vault.entries) == 3
