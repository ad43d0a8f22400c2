"""The form of a token in the vault."""

from __future__ import annotations

import pytest

from cognitui.model.secret import SecretKind
from cognitui.model.token import Lifetime, Token, TokenKind
from cognitui.tokens.cache import SECRET_OF_TOKEN, pack, unpack
from tests.unit.fakes import NOW, make_jwt, make_token


@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_comes_back_as_it_went_in(kind: TokenKind) -> None:
    token = make_token(kind)

    assert unpack(kind, pack(token)) == token


def test_the_line_has_its_version_and_the_lifetime_before_the_value() -> None:
    token = Token(TokenKind.REFRESH, "opaque", Lifetime(100.0, 200.0, estimated=True))

    assert pack(token) == "v1 100 200 estimated opaque"


def test_a_value_with_spaces_comes_back_whole() -> None:
    token = Token(TokenKind.REFRESH, "three little words", Lifetime(1.0, 2.0))

    assert unpack(TokenKind.REFRESH, pack(token)) == token


@pytest.mark.parametrize("ahead", [3600.0, -3600.0])
def test_a_token_is_never_stored_for_longer_than_it_says_itself(ahead: float) -> None:
    ends = NOW + 3600
    on_our_clock = Lifetime(NOW + ahead, ends + ahead)
    token = Token(TokenKind.ACCESS, make_jwt({"iat": int(NOW), "exp": int(ends)}), on_our_clock)

    read = unpack(TokenKind.ACCESS, pack(token))

    assert read is not None
    assert read.lifetime.expires_at == min(ends, ends + ahead)


@pytest.mark.parametrize(
    "line",
    ["", "eyJhbGciOi.eyJzdWIi.c2ln", "v1 1 2 exact", "v2 1 2 exact value", "v1 one 2 exact value", "v1 1  exact value"],
)
def test_a_line_that_is_not_ours_is_as_good_as_no_token(line: str) -> None:
    assert unpack(TokenKind.ACCESS, line) is None


def test_no_two_kinds_of_token_share_a_kind_of_secret() -> None:
    assert SECRET_OF_TOKEN == {
        TokenKind.ACCESS: SecretKind.ACCESS_TOKEN,
        TokenKind.ID: SecretKind.ID_TOKEN,
        TokenKind.REFRESH: SecretKind.REFRESH_TOKEN,
    }
