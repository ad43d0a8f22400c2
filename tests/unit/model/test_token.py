from __future__ import annotations

import pytest

from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime, TokenKind, TokenState
from tests.unit.fakes import make_token, make_tokens


@pytest.mark.parametrize(
    ("length", "left", "state"),
    [
        (3600, 3600, TokenState.VALID),
        (3600, 301, TokenState.VALID),
        (3600, 300, TokenState.EXPIRING),
        (3600, 0.1, TokenState.EXPIRING),
        (3600, 0, TokenState.EXPIRED),
        (3600, -1, TokenState.EXPIRED),
        (300, 61, TokenState.VALID),
        (300, 60, TokenState.EXPIRING),
    ],
)
def test_a_token_expires_in_the_last_fifth_of_its_life_or_in_five_minutes(
    length: float, left: float, state: TokenState
) -> None:
    assert Lifetime(1000, 1000 + length).state(1000 + length - left) is state


def test_what_is_left_is_a_part_of_the_whole_from_none_to_all() -> None:
    life = Lifetime(1000, 2000)
    assert [life.fraction(now) for now in (0, 1000, 1750, 2000, 9000)] == [1, 1, 0.25, 0, 0]
    assert life.remaining(1750) == 250
    assert life.remaining(2250) == -250


def test_a_life_without_length_divides_nothing_by_zero() -> None:
    life = Lifetime(2000, 1000)
    assert life.length == 1
    assert life.fraction(500) == 1
    assert life.state(1500) is TokenState.EXPIRED


@pytest.mark.parametrize(("length", "wanted"), [(3600, 60), (600, 60), (300, 30), (10, 1)])
def test_a_caller_who_does_not_say_wants_a_minute_or_a_tenth_of_the_life(length: float, wanted: float) -> None:
    assert Lifetime(0, length).default_min_valid() == wanted


def test_the_repr_of_a_token_does_not_hold_it() -> None:
    token = make_token(mark="canary")
    assert token.value not in repr(token)
    assert token.value not in repr(make_tokens(mark="canary"))


def test_a_set_names_its_tokens_and_the_refresh_token_first() -> None:
    tokens = make_tokens()
    assert [token.kind for token in tokens.present()] == [TokenKind.REFRESH, TokenKind.ACCESS, TokenKind.ID]
    assert tokens.of(TokenKind.ACCESS) is tokens.access
    assert tokens.of(TokenKind.ID) is tokens.id
    assert tokens.of(TokenKind.REFRESH) is tokens.refresh


def test_a_set_without_a_refresh_token_has_two() -> None:
    tokens = make_tokens(refresh=False)
    assert tokens.of(TokenKind.REFRESH) is None
    assert [token.kind for token in tokens.present()] == [TokenKind.ACCESS, TokenKind.ID]


def test_the_state_of_a_profile_is_that_of_its_access_token() -> None:
    long, short = Lifetime(0, 9000), Lifetime(0, 100)
    assert Expiries(access=short, id=long, refresh=long).state(200) is TokenState.EXPIRED
    assert Expiries(refresh=long).state(200) is TokenState.NONE
    assert NO_EXPIRIES.state(200) is TokenState.NONE
    assert Expiries(refresh=long).of(TokenKind.REFRESH) == long
