"""A pool with Alice, a shop that she signs in to, and a service that exchanges her token; the broker in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.pools import AppClient, Pool
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.token_exchange import DELEGATION, IMPERSONATION
from cognitui.model.claims import decode
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.interfaces import Locks
from cognitui.tokens.request import TokenPolicy, TokenResult
from tests.integration.browsing import ALICE, PASSWORD, READ, SECRET
from tests.unit.fake_sessions import FakeIdentities
from tests.unit.fakes import (
    FakeClock,
    FakeIndex,
    FakeLocks,
    FakeSecretReader,
    FakeVault,
    FakeVerifier,
    make_exchange,
    make_profile,
)

WRITE, REFUND = "orders/write", "orders/refund"
BOTH = frozenset({DELEGATION, IMPERSONATION})
AUDIENCE = "https://orders.example.com"


@dataclass
class ExchangeWorld:
    """Who takes part, as profiles; secrets are in the vault."""

    server: StrictServer
    at_domain: bool = False
    """Whether the exchange knows only the pool's domain."""
    pool: Pool = field(init=False)
    alice: Profile = field(init=False)
    orders: Profile = field(init=False)
    vault: FakeVault = field(default_factory=FakeVault)
    index: FakeIndex = field(default_factory=FakeIndex)
    sources: FakeSecretReader = field(default_factory=FakeSecretReader)

    def __post_init__(self) -> None:
        self.pool = self.server.add_pool()
        self.user = self.server.add_user(self.pool, ALICE, PASSWORD)
        self.alice = self.profile_of_alice(added_scopes=(READ, WRITE))
        machine = self.server.add_client(
            self.pool, secret=SECRET, grants=frozenset({"client_credentials"}), scopes=(READ,)
        )
        self.orders = make_profile(
            "dev/orders",
            **self._place(machine),
            flow=Flow.CLIENT_CREDENTIALS,
            username=None,
            domain=self.server.url,
        )
        self._store(self.orders, SecretKind.CLIENT_SECRET, SECRET)

    def profile_of_alice(self, **client: object) -> Profile:
        """Return a profile with which Alice signs in to a client of her own."""
        made = self.server.add_client(self.pool, **client)  # type: ignore[arg-type]  # by name
        alice = make_profile("dev/alice", **self._place(made), username=ALICE, flow=Flow.USER_PASSWORD_AUTH)
        self._store(alice, SecretKind.PASSWORD, PASSWORD)
        return alice

    def exchange(
        self,
        *,
        subject: Profile | None = None,
        with_actor: bool = True,
        client: Mapping[str, object] | None = None,
        stored: str | None = SECRET,
        id_: str = "dev/for-alice",
        **own: object,
    ) -> Profile:
        """Return a profile that exchanges Alice's token at a client that may; keyword arguments are its own keys."""
        settings = {"secret": SECRET, "flows": BOTH, "scopes": (READ, REFUND), **(client or {})}
        made = self.server.add_client(self.pool, **settings)  # type: ignore[arg-type]  # by name
        place: dict[str, Any] = {"user_pool_id": None, "domain": self.server.url} if self.at_domain else {}
        profile = make_exchange(
            id_,
            subject or self.alice,
            self.orders if with_actor else None,
            **{**self._place(made), **place, **own},
        )
        if stored:
            self._store(profile, SecretKind.CLIENT_SECRET, stored)
        return profile

    def broker(self, locks: Locks | None = None) -> TokenBroker:
        """Return a broker whose providers are the real ones; none of them sleeps."""
        clock = self.server.clock
        api = UserPoolApi(clock, sleep=clock.advance, jitter=lambda: 1.0)
        pool = UserPoolProvider(api, clock)
        oauth = OAuthProvider(TokenEndpoint(clock, sleep=clock.advance, jitter=lambda: 1.0), api, clock)
        return TokenBroker(
            vault=self.vault,
            provider_at=lambda domain: oauth if domain else pool,
            identity_pools=FakeIdentities(),
            secret_reader=self.sources,
            index=self.index,
            locks=locks or FakeLocks(),
            verifier=FakeVerifier(CognituiError("Nobody verifies here.")),
            clock=cast(FakeClock, clock),
            username_of=lambda _token: "",
        )

    def got(self, profile: Profile, policy: TokenPolicy = TokenPolicy.CACHED) -> TokenResult:
        """Return the token of a profile, which needs nobody."""
        outcome = self.broker().get(profile, policy=policy)
        assert isinstance(outcome, TokenResult)
        return outcome

    def issued(self, **own: object) -> Mapping[str, object]:
        """Return the claims of a token for an exchange with these keys."""
        return decode(self.got(self.exchange(**own)).token.value).claims  # type: ignore[arg-type]  # by name

    @property
    def operation(self) -> str:
        """What the exchange calls."""
        return "oauth2/token" if self.at_domain else "GetDerivedToken"

    @property
    def exchanges(self) -> int:
        """How often a token was to be exchanged; at a domain, other grants go to the same endpoint."""
        sent = self.server.journal.of(self.operation)
        return sum("SubjectToken" in one.parameters or "subject_token" in one.parameters for one in sent)

    def _place(self, client: AppClient) -> dict[str, Any]:
        return {"user_pool_id": self.pool.id, "client_id": client.id, "endpoint_url": self.server.url}

    def _store(self, profile: Profile, kind: SecretKind, secret: str) -> None:
        self.vault.entries[profile.secret_name(kind)] = secret
