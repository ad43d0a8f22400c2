"""Tokens and secrets that a run knows without the vault."""

from __future__ import annotations

from cognitui.model.secret import SecretKind, SecretName
from cognitui.model.token import TokenKind
from cognitui.tokens.cache import InMemoryCache
from tests.unit.fakes import make_token, make_tokens

PASSWORD = SecretName(SecretKind.PASSWORD, "pool/alice")


def test_a_token_is_found_by_identity_and_kind() -> None:
    memory = InMemoryCache()
    token = make_token(TokenKind.ID)

    memory.keep_token("alice", token)

    assert memory.token("alice", TokenKind.ID) is token
    assert memory.token("alice", TokenKind.ACCESS) is None
    assert memory.token("bob", TokenKind.ID) is None


def test_all_tokens_of_an_identity_are_returned_by_kind() -> None:
    memory = InMemoryCache()
    tokens = make_tokens()
    for token in tokens.present():
        memory.keep_token("alice", token)
    memory.keep_token("bob", make_token(mark="of bob"))

    assert memory.tokens("alice") == {kind: tokens.of(kind) for kind in TokenKind}


def test_dropped_tokens_are_gone_and_the_others_stay() -> None:
    memory = InMemoryCache()
    tokens = make_tokens()
    for token in tokens.present():
        memory.keep_token("alice", token, unsaved=True)

    memory.drop_tokens("alice", TokenKind.REFRESH)

    assert set(memory.tokens("alice")) == {TokenKind.ACCESS, TokenKind.ID}
    assert memory.unsaved_token("alice", TokenKind.REFRESH) is None


def test_a_token_is_unsaved_until_it_is_kept_as_saved() -> None:
    memory = InMemoryCache()
    token = make_token()

    memory.keep_token("alice", token, unsaved=True)
    assert memory.unsaved_token("alice", TokenKind.ACCESS) is token

    memory.keep_token("alice", token)
    assert memory.unsaved_token("alice", TokenKind.ACCESS) is None


def test_only_the_refused_value_of_a_secret_is_refused() -> None:
    memory = InMemoryCache()

    memory.refuse_secret(PASSWORD, "old")

    assert memory.was_refused(PASSWORD, "old")
    assert not memory.was_refused(PASSWORD, "new")


def test_a_refused_secret_is_no_longer_offered() -> None:
    memory = InMemoryCache()
    memory.keep_secret(PASSWORD, "old")

    memory.refuse_secret(PASSWORD, "old")

    assert memory.secret(PASSWORD) is None


def test_a_secret_that_was_accepted_after_all_is_not_refused() -> None:
    memory = InMemoryCache()
    memory.refuse_secret(PASSWORD, "same")

    memory.keep_secret(PASSWORD, "same")

    assert memory.secret(PASSWORD) == "same"
    assert not memory.was_refused(PASSWORD, "same")


def test_dropping_a_secret_drops_what_was_refused_with_it() -> None:
    memory = InMemoryCache()
    memory.refuse_secret(PASSWORD, "old")

    memory.drop_secret(PASSWORD)

    assert not memory.was_refused(PASSWORD, "old")


def test_clearing_forgets_tokens_and_secrets() -> None:
    memory = InMemoryCache()
    memory.keep_token("alice", make_token())
    memory.keep_secret(PASSWORD, "typed")
    memory.refuse_secret(SecretName(SecretKind.PASSWORD, "pool/bob"), "wrong")

    memory.clear()

    assert memory.tokens("alice") == {}
    assert memory.secret(PASSWORD) is None
    assert not memory.was_refused(SecretName(SecretKind.PASSWORD, "pool/bob"), "wrong")


def test_clearing_keeps_the_refresh_token_that_the_vault_has_missed() -> None:
    memory = InMemoryCache()
    tokens = make_tokens()
    for token in tokens.present():
        memory.keep_token("alice", token, unsaved=True)

    memory.clear()

    assert memory.tokens("alice") == {TokenKind.REFRESH: tokens.refresh}
    assert memory.unsaved_token("alice", TokenKind.REFRESH) is tokens.refresh


def test_a_token_that_was_read_never_takes_the_place_of_one_that_the_vault_has_missed() -> None:
    memory = InMemoryCache()
    rotated, old = make_token(TokenKind.REFRESH, mark="rotated"), make_token(TokenKind.REFRESH, mark="old")
    memory.keep_token("key", rotated, unsaved=True)

    memory.keep_read_token("key", old)

    assert memory.unsaved_token("key", TokenKind.REFRESH) == rotated
