"""What a person can ask of a copied token's validity."""

from __future__ import annotations

import pytest

from cognitui.model.token import Lifetime, TokenKind
from cognitui.tui.dialogs.copy_as import validities


@pytest.mark.parametrize(
    ("life", "seconds"),
    [
        (None, (60, 300, 900, 1800)),
        (Lifetime(0, 300), (30,)),
        (Lifetime(0, 3600), (60, 300, 900, 1800)),
        (Lifetime(0, 86400), (60, 300, 900, 1800, 3600, 14400)),
    ],
)
def test_only_what_a_new_token_can_have_is_offered(life: Lifetime | None, seconds: tuple[float, ...]) -> None:
    assert validities(TokenKind.ACCESS, life) == seconds


def test_a_refresh_token_is_taken_as_it_is() -> None:
    assert validities(TokenKind.REFRESH, Lifetime(0, 86400)) == ()
