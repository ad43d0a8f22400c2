"""Helpers for the tests of the broker."""

from __future__ import annotations

from cognitui.model.challenge import Challenge
from cognitui.model.errors import CognituiError, KeyringTimeout
from cognitui.model.secret import SecretKind, SecretName
from cognitui.model.token import TokenSet
from cognitui.tokens.request import TokenResult
from tests.unit.fakes import NOW, FakeServices, FakeSignIn, FakeVault, make_profile, make_tokens

ALICE = make_profile()
LATER = NOW + 3600
"""When the tokens of `expired` have just run out."""


def got(outcome: TokenResult | Challenge) -> TokenResult:
    """Return the token that was handed out; a challenge fails the test."""
    assert isinstance(outcome, TokenResult)
    return outcome


def asked(outcome: TokenResult | Challenge) -> Challenge:
    """Return the challenge; a token fails the test."""
    assert isinstance(outcome, Challenge)
    return outcome


def expired(*refreshes: TokenSet | CognituiError, vault: FakeVault | None = None, **signin: object) -> FakeServices:
    """Return services whose tokens, marked `old`, have just expired; keyword arguments are those of `FakeSignIn`."""
    fake = FakeSignIn(refresh=list(refreshes), **signin)  # type: ignore[arg-type]  # the tests name the right ones
    services = FakeServices(signin=fake, vault=vault or FakeVault()).holding(ALICE, make_tokens(mark="old"))
    services.clock.advance(LATER - NOW)
    return services


def other_process(services: FakeServices, signin: FakeSignIn | None = None) -> FakeServices:
    """Return what another process has: the same vault and index, a memory of its own."""
    return FakeServices(signin=signin or FakeSignIn(), vault=services.vault, index=services.index, clock=services.clock)


class SulkyVault(FakeVault):
    """Refuses one kind of secret until a test lets it."""

    def __init__(self, refuses: SecretKind) -> None:
        super().__init__()
        self.refuses: SecretKind | None = refuses

    def set(self, name: SecretName, value: str) -> None:
        if name.kind is self.refuses:
            raise KeyringTimeout("The keyring does not answer.")
        super().set(name, value)
