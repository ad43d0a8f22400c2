"""A valid token for a profile: from the cache, by a refresh, or by a sign-in.

The only place where Cognito and the stores meet. What it needs are Protocols, so that a test hands it plain fakes.
Every method may block: the screen calls them from worker threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from cognitui.memory import Memory
from cognitui.model.errors import (
    CognituiError,
    ConsentNeeded,
    NotInThisPool,
    RefreshTokenDead,
    SecretStoreError,
)
from cognitui.model.profile import Profile
from cognitui.model.secret import DURABLE, SecretKind
from cognitui.model.signin import Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.stored_token import SECRET_OF_TOKEN, pack, unpack
from cognitui.model.token import NO_EXPIRIES, Expiries, Token, TokenKind, TokenSet
from cognitui.model.verification import Verification
from cognitui.ports import Index, Locks, SignIn, Vault, Verifier


class How(Enum):
    """How far `get` goes back to find a token."""

    CACHED = "cached"
    """The stored one, where it is valid long enough."""
    REFRESH = "refresh"
    """A new one, by the refresh token where there is one."""
    SIGN_IN = "sign in"
    """A new one, by a sign-in from the start."""


class Source(Enum):
    """Where a token came from."""

    CACHED = "cached"
    REFRESHED = "refreshed"
    SIGNED_IN = "signed in"


@dataclass(frozen=True, slots=True)
class Got:
    """A token that was handed out."""

    profile: Profile
    token: Token
    source: Source
    warning: str = ""
    """What a person should know although it worked; empty where there is nothing."""
    opened: Mapping[TokenKind, Token] = field(default_factory=dict, repr=False)
    """All of the profile's tokens that this run has read or got by now."""


class TokenBroker:
    """Hands out tokens, one request at a time per identity, across threads and processes."""

    def __init__(
        self,
        *,
        vault: Vault,
        signin: SignIn,
        index: Index,
        locks: Locks,
        verifier: Verifier,
        clock: Callable[[], float],
        username_of: Callable[[str], str],
    ) -> None:
        """Takes its parts.

        Args:
            vault: Where tokens and secrets lie.
            signin: Cognito.
            index: Where expiry times are noted for the list.
            locks: Held while an identity's tokens are renewed.
            verifier: Checks signatures.
            clock: Returns the seconds since the epoch.
            username_of: Returns the real username that an access token tells, or an empty text.
        """
        self._vault = vault
        self._signin = signin
        self._index = index
        self._locks = locks
        self._verifier = verifier
        self._clock = clock
        self._username_of = username_of
        self._memory = Memory()

    def get(
        self,
        profile: Profile,
        kind: TokenKind = TokenKind.ACCESS,
        *,
        min_valid: float | None = None,
        how: How = How.CACHED,
        consent: bool = False,
        ask: bool = False,
    ) -> Got | Challenge:
        """Returns a token, or the challenge that a person must answer first.

        Args:
            profile: Whose token.
            kind: Which of the three.
            min_valid: Seconds that it must stay valid; by default 60 or a tenth of its life, the smaller.
            how: Whether a stored token will do.
            consent: A person agreed; a protected environment demands it.
            ask: The password is asked for even where one is stored (the stored one was refused).

        Raises:
            ConsentNeeded: The environment is protected and nobody agreed.
            Refused: Cognito said no.
            Unreachable: No network; never a reason to sign in anew.
            SecretStoreError: The vault failed.
        """
        self._check(profile, kind, consent)
        if how is How.CACHED and (got := self._cached(profile, kind, min_valid)):
            return got
        with self._locks.hold(profile.token_key):
            # Whoever held the lock before may have renewed the token that this caller waits for.
            if how is How.CACHED and (got := self._cached(profile, kind, min_valid)):
                return got
            if how is not How.SIGN_IN and (tokens := self._refresh(profile)):
                warning = self._save(profile, tokens)
                return self._handed_out(profile, kind, tokens, Source.REFRESHED, min_valid, warning)
            step = self._signin.start(profile, self._given(profile, ask=ask))
            return self._after(profile, kind, step, min_valid)

    def answer(
        self,
        challenge: Challenge,
        answers: Mapping[str, str],
        *,
        kind: TokenKind = TokenKind.ACCESS,
        keep: bool = True,
        min_valid: float | None = None,
    ) -> Got | Challenge:
        """Returns the token that an answer leads to, or the next challenge (the same one, where it was wrong).

        Args:
            challenge: What was asked.
            answers: By the names of its prompts.
            kind: Which of the three tokens.
            keep: Whether secrets among the answers go into the vault once Cognito has accepted them; otherwise they
                serve this run alone.
            min_valid: As for `get`.

        Raises:
            As `get` does.
        """
        profile = challenge.profile
        secrets = {
            prompt.keeps: answers[prompt.name]
            for prompt in challenge.prompts
            if prompt.keeps is not None and prompt.name in answers
        }
        with self._locks.hold(profile.token_key):
            step = self._signin.answer(challenge, answers)
            return self._after(
                profile,
                kind,
                step,
                min_valid,
                accepted={**challenge.accepted, **secrets},
                kept={**challenge.kept, **secrets} if keep else challenge.kept,
            )

    def verify(self, profile: Profile, token: Token) -> Verification:
        """Returns what the pool's keys say of a token; raises Unreachable where they cannot be had."""
        return self._verifier.verify(profile, token.value)

    def expiries(self) -> Mapping[str, Expiries]:
        """Returns what is known of all tokens, by `Profile.token_key`, without opening the vault."""
        return self._index.read()

    def stored_secrets(self, profile: Profile) -> dict[SecretKind, bool]:
        """Returns which of the secrets that a person gives are stored for the profile."""
        return {kind: self._vault.get(profile.secret_name(kind)) is not None for kind in DURABLE}

    def set_secret(self, profile: Profile, kind: SecretKind, value: str) -> None:
        """Stores a secret of the profile."""
        name = profile.secret_name(kind)
        self._vault.set(name, value)
        self._memory.drop_secret(name)

    def remove_secret(self, profile: Profile, kind: SecretKind) -> bool:
        """Removes a secret of the profile; returns whether there was one."""
        name = profile.secret_name(kind)
        self._memory.drop_secret(name)
        return self._vault.delete(name)

    def forget(self, profile: Profile, others: Iterable[Profile]) -> None:
        """Removes the tokens and secrets of a profile that is no more, except what `others` share with it."""
        kinds = (*SECRET_OF_TOKEN.values(), *DURABLE)
        shared = {other.secret_name(kind) for other in others for kind in kinds}
        for kind in kinds:
            if (name := profile.secret_name(kind)) not in shared:
                self._memory.drop_secret(name)
                self._vault.delete(name)
        if profile.secret_name(SecretKind.ACCESS_TOKEN) not in shared:
            self._memory.drop_tokens(profile.token_key, *TokenKind)
            self._index.forget(profile.token_key)

    def drop_memory(self) -> None:
        """Forgets all that was read from the vault or typed; the vault itself is untouched."""
        self._memory = Memory()

    # What a request passes through, in this order.

    def _check(self, profile: Profile, kind: TokenKind, consent: bool) -> None:
        if profile.protected and not consent:
            raise ConsentNeeded(profile)
        if kind not in profile.kinds:
            raise NotInThisPool(
                f"{profile.id} signs in by {profile.flow.value}, which brings no {kind.value} token.",
                fix="Ask for the access token.",
            )

    def _cached(self, profile: Profile, kind: TokenKind, min_valid: float | None) -> Got | None:
        now = self._clock()
        token = self._memory.token(profile.token_key, kind)
        if token is None or not _lasts(token, min_valid, now):
            token = self._stored_token(profile, kind)
        if token is None or not _lasts(token, min_valid, now):
            return None
        self._memory.keep_token(profile.token_key, token)
        return self._got(profile, token, Source.CACHED, _too_short(token, min_valid))

    def _refresh(self, profile: Profile) -> TokenSet | None:
        stored = self._newest_refresh_token(profile)
        if stored is None:
            return None
        access = self._stored_token(profile, TokenKind.ACCESS)
        username = (self._username_of(access.value) if access else "") or profile.username
        client_secret = self._secret(profile, SecretKind.CLIENT_SECRET)
        try:
            return self._signin.refresh(profile, stored.value, client_secret, username)
        except RefreshTokenDead:
            self._drop_refresh_token(profile)
            return None

    def _newest_refresh_token(self, profile: Profile) -> Token | None:
        """From the vault, as another process may have rotated it; from memory where the vault missed the last one."""
        stored = self._stored_token(profile, TokenKind.REFRESH)
        held = self._memory.token(profile.token_key, TokenKind.REFRESH)
        if stored is None or held is None:
            return stored or held
        return max(stored, held, key=lambda token: token.lifetime.issued_at)

    def _after(
        self,
        profile: Profile,
        kind: TokenKind,
        step: Step,
        min_valid: float | None,
        *,
        accepted: Mapping[SecretKind, str] | None = None,
        kept: Mapping[SecretKind, str] | None = None,
    ) -> Got | Challenge:
        if isinstance(step, Challenge):
            return step.carrying(accepted or {}, kept or {})
        assert isinstance(step, SignedIn)
        warning = self._save(profile, step.tokens)
        for secret, value in (accepted or {}).items():
            self._memory.keep_secret(profile.secret_name(secret), value)
        warning = warning or self._keep_secrets(profile, kept or {})
        return self._handed_out(profile, kind, step.tokens, Source.SIGNED_IN, min_valid, warning)

    def _handed_out(
        self,
        profile: Profile,
        kind: TokenKind,
        tokens: TokenSet,
        source: Source,
        min_valid: float | None,
        warning: str,
    ) -> Got:
        token = tokens.of(kind) or self._memory.token(profile.token_key, kind) or self._stored_token(profile, kind)
        if token is None:
            raise NotInThisPool(
                f"Cognito returned no {kind.value} token for {profile.id}.",
                fix="Check the flow of the profile and the settings of the app client.",
            )
        return self._got(profile, token, source, warning or _too_short(token, min_valid))

    def _got(self, profile: Profile, token: Token, source: Source, warning: str) -> Got:
        return Got(profile, token, source, warning, self._memory.tokens(profile.token_key))

    # The vault and the index.

    def _given(self, profile: Profile, *, ask: bool) -> GivenSecrets:
        password = None if ask or not profile.needs_user else self._secret(profile, SecretKind.PASSWORD)
        return GivenSecrets(password=password, client_secret=self._secret(profile, SecretKind.CLIENT_SECRET))

    def _secret(self, profile: Profile, kind: SecretKind) -> str | None:
        name = profile.secret_name(kind)
        return self._memory.secret(name) or self._vault.get(name)

    def _stored_token(self, profile: Profile, kind: TokenKind) -> Token | None:
        stored = self._vault.get(profile.secret_name(SECRET_OF_TOKEN[kind]))
        return unpack(kind, stored) if stored is not None else None

    def _save(self, profile: Profile, tokens: TokenSet) -> str:
        """Keeps tokens, the refresh token first; returns a warning where they live for this run alone."""
        for token in tokens.present():
            self._memory.keep_token(profile.token_key, token)
        try:
            for token in tokens.present():
                self._vault.set(profile.secret_name(SECRET_OF_TOKEN[token.kind]), pack(token))
        except SecretStoreError as error:
            return f"The token could not be stored and serves this run alone. {error.cause}"
        return self._note_expiries(profile, tokens)

    def _note_expiries(self, profile: Profile, tokens: TokenSet) -> str:
        known = self._index.read().get(profile.token_key, NO_EXPIRIES)
        lives = {token.kind.value: token.lifetime for token in tokens.present()}
        try:
            self._index.put(profile.token_key, replace(known, **lives))
        except CognituiError as error:
            return f"The expiry could not be noted for the list. {error.cause}"
        return ""

    def _keep_secrets(self, profile: Profile, kept: Mapping[SecretKind, str]) -> str:
        try:
            for kind, value in kept.items():
                self.set_secret(profile, kind, value)
        except SecretStoreError as error:
            return f"The secret could not be stored and serves this run alone. {error.cause}"
        return ""

    def _drop_refresh_token(self, profile: Profile) -> None:
        self._memory.drop_tokens(profile.token_key, TokenKind.REFRESH)
        self._vault.delete(profile.secret_name(SecretKind.REFRESH_TOKEN))


def _lasts(token: Token, min_valid: float | None, now: float) -> bool:
    """Whether a token stays valid long enough; one that never could is measured by its own life."""
    life = token.lifetime
    if token.kind is TokenKind.REFRESH:
        return life.remaining(now) > 0
    wanted = min_valid if min_valid is not None and min_valid < life.length else life.default_min_valid()
    return life.remaining(now) >= wanted and life.remaining(now) > 0


def _too_short(token: Token, min_valid: float | None) -> str:
    if min_valid is None or token.kind is TokenKind.REFRESH or min_valid < token.lifetime.length:
        return ""
    return (
        f"This app client's {token.kind.value} tokens live {token.lifetime.length:.0f} s, "
        f"so none can stay valid for {min_valid:.0f} s."
    )
