"""A valid token for a profile: from the cache, by a refresh, or by a sign-in.

The only place where Cognito and the stores meet. What it needs are Protocols, so that a test hands it plain fakes.
Every method may block: the screen calls them from worker threads. What is kept, and where, stands in `keeping.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from cognitui.model.challenge import Challenge, SignedIn, Step
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    ConsentNeeded,
    DeviceUnknown,
    FlowNotEnabled,
    NotInThisPool,
    RefreshTokenDead,
    WrongCredentials,
)
from cognitui.model.given_secret import given_secret, refuse_without_user
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.token import Expiries, Token, TokenKind, TokenSet, UserInfo, Verification
from cognitui.tokens.aws_credentials import AwsAccess, AwsCredentialsResult
from cognitui.tokens.cache import TokenCache
from cognitui.tokens.interfaces import IdentityPools, Index, Locks, Provider, Vault, Verifier
from cognitui.tokens.request import Source, TokenPolicy, TokenRequest, TokenResult
from cognitui.tokens.sign_out import SigningOut

__all__ = ["AwsCredentialsResult", "Source", "TokenBroker", "TokenPolicy", "TokenResult"]


class TokenBroker:
    """Hands out tokens, one request at a time per identity, across threads and processes.

    Attributes:
        signing_out: Ends what a sign-in began.
        aws: Temporary AWS credentials of profiles with an identity pool.
    """

    def __init__(
        self,
        *,
        vault: Vault,
        provider_of: Callable[[Profile], Provider],
        identity_pools: IdentityPools,
        index: Index,
        locks: Locks,
        verifier: Verifier,
        clock: Callable[[], float],
        username_of: Callable[[str], str],
    ) -> None:
        """Store the parts.

        Args:
            vault: Stores tokens and secrets.
            provider_of: Returns the way to Cognito that a profile signs in by.
            identity_pools: The identity pools.
            index: Stores the expiry of tokens for the list.
            locks: Held while an identity's tokens are renewed.
            verifier: Checks signatures.
            clock: Returns the seconds since the epoch.
            username_of: Returns the real username in an access token, or an empty text.
        """
        self._cache = TokenCache(vault, index)
        self._provider_of = provider_of
        self._locks = locks
        self._verifier = verifier
        self._clock = clock
        self._username_of = username_of
        self.signing_out = SigningOut(self._cache, provider_of, locks, clock)
        self.aws = AwsAccess(self._cache, identity_pools, locks, clock)

    def get(
        self,
        profile: Profile,
        kind: TokenKind = TokenKind.ACCESS,
        *,
        min_valid: float | None = None,
        policy: TokenPolicy = TokenPolicy.CACHED,
        consent: bool = False,
        ask: bool = False,
    ) -> TokenResult | Challenge:
        """Returns a token, or the challenge that a person must answer first.

        Args:
            profile: Whose token.
            kind: Which of the three.
            min_valid: Seconds that it must stay valid; by default 60 or a tenth of its life, the smaller.
            policy: Which tokens are acceptable.
            consent: A person agreed; a protected environment demands it.
            ask: The password is asked for even where one is stored (the stored one was refused).

        Raises:
            ConsentNeeded: The environment is protected and nobody agreed.
            RefreshTokenDead: It should be renewed, and nothing is left to do it with.
            Refused: Cognito said no.
            Unreachable: No network; never a reason to sign in anew.
            SecretStoreError: The vault failed.
        """
        request = TokenRequest(profile, kind, min_valid)
        self._check(request, consent)
        if self._cache.has_missed(profile):
            with self._locks.hold(profile.token_key):
                self._cache.save_missed(profile)
        may_be_stored = policy in (TokenPolicy.CACHED, TokenPolicy.RENEW)
        if may_be_stored and (got := self._cached(request)):
            return got
        with self._locks.hold(profile.token_key):
            # Whoever held the lock before may have renewed the token that this caller waits for.
            if may_be_stored and (got := self._cached(request)):
                return got
            refreshed = "" if policy is TokenPolicy.SIGN_IN else self._refresh(profile)
            if isinstance(refreshed, TokenSet):
                return self._handed_out(request, refreshed, Source.REFRESHED, self._cache.save(profile, refreshed))
            if isinstance(refreshed, ClientSecretMissing):
                if policy is TokenPolicy.RENEW:
                    raise refreshed
                question = self._sign_in(profile, policy, ask=ask, lacks_client_secret=True)
                return self._after(request, _because(refreshed.cause, _renewing(question)))
            if policy is TokenPolicy.RENEW and not self._is_renewed_by_sign_in(profile):
                raise RefreshTokenDead(
                    refreshed or f"There is nothing stored for {profile.id} that could be refreshed."
                )
            return self._after(request, _because(refreshed, self._sign_in(profile, policy, ask=ask)))

    def answer(
        self,
        challenge: Challenge,
        answers: Mapping[str, str],
        *,
        kind: TokenKind = TokenKind.ACCESS,
        keep: bool = True,
        min_valid: float | None = None,
    ) -> TokenResult | Challenge:
        """Returns the token that an answer leads to, or the next challenge (the same one, where it was wrong).

        It asks for no consent: a challenge comes from `get` alone, which had it for this profile and this request.

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
        answers = challenge.cleaned(answers)
        told = challenge.with_answers(answers, keep=keep)
        with self._locks.hold(challenge.profile.token_key):
            request = TokenRequest(challenge.profile, kind, min_valid)
            renewed = self._renewed(challenge, told)
            if isinstance(renewed, TokenSet):
                return self._after(request, SignedIn(renewed), told, Source.REFRESHED)
            if isinstance(renewed, Challenge):
                return self._after(request, renewed, told)
            return self._after(request, _because(renewed, self._answered(challenge, answers, told)), told)

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Returns the answers to a challenge that `waits`, for `answer`; None once `stop` is set.

        It holds no lock: a browser may take minutes, and another program may get the same tokens meanwhile.

        Raises:
            RedirectUnavailable: They cannot come by themselves; a person may still give them.
        """
        return self._provider_of(challenge.profile).wait(challenge, stop)

    def verify(self, profile: Profile, token: Token) -> Verification:
        """Returns what the pool's keys say of a token; raises Unreachable where they cannot be had."""
        return self._verifier.verify(profile, token.value)

    def user(self, got: TokenResult) -> UserInfo:
        """Returns what Cognito tells of the user of an access token; raises Refused or Unreachable."""
        return self._provider_of(got.profile).user(got.profile, got.token.value)

    def is_current(self, profile: Profile, opened: Mapping[TokenKind, Token]) -> bool:
        """Returns whether no other process is known to have changed opened tokens; without opening the vault."""
        return all(self._cache.is_current(profile, token) for token in opened.values())

    def changed(self, profile: Profile, opened: Mapping[TokenKind, Token]) -> Mapping[TokenKind, Token] | None:
        """Returns opened tokens as the vault has them now, or None if nobody else has changed them.

        The vault is read only if the index says that another process has renewed, replaced or removed one. It asks
        for no consent: a caller that shows a protected profile drops what has changed instead.
        """
        if self.is_current(profile, opened):
            return None
        stamp, now = self._cache.stamp, {}
        for kind in opened:
            if (token := self._cache.stored_token(profile, kind)) is not None:
                self._cache.remember(profile, token, stamp)
                now[kind] = token
        return now

    def expiries(self) -> Mapping[str, Expiries]:
        """Returns what is known of all tokens, by `Profile.token_key`, without opening the vault."""
        return self._cache.expiries()

    def stored_secrets(self, profile: Profile) -> dict[SecretKind, bool]:
        """Returns which of the secrets that a person gives are stored for the profile."""
        return self._cache.stored_secrets(profile)

    def set_secret(self, profile: Profile, kind: SecretKind, value: str) -> None:
        """Stores a secret that a person or a file gave; raises UsageError where it cannot be one of the profile."""
        refuse_without_user(profile, kind)
        self._cache.set_secret(profile, kind, given_secret(kind, value))

    def remove_secret(self, profile: Profile, kind: SecretKind) -> bool:
        """Removes a secret of the profile; returns whether there was one."""
        return self._cache.remove_secret(profile, kind)

    def forget(self, profile: Profile, others: Iterable[Profile]) -> None:
        """Removes the tokens and secrets of a profile that is no more, except what `others` share with it."""
        # Under the lock, as a refresh that is under way would put its tokens back.
        with self._locks.hold(profile.token_key):
            self._cache.forget(profile, others)

    def forget_expired(self, profile: Profile) -> int:
        """Removes the tokens of a profile that have ended; returns how many. A refresh token's end is a guess."""
        with self._locks.hold(profile.token_key):
            return self._cache.forget_expired(profile, self._clock())

    def store_in(self, vault: Vault, index: Index) -> None:
        """Store tokens and secrets in another vault from now on."""
        self._cache.vault, self._cache.index = vault, index

    def drop_memory(self) -> None:
        """Forgets all that was read from the vault or typed; the vault itself is untouched."""
        self._cache.drop_memory()

    # What a request passes through, in this order.

    def _check(self, request: TokenRequest, consent: bool) -> None:
        profile = request.profile
        request.refuse_unknown_kind()
        if profile.protected and not consent:
            raise ConsentNeeded(profile)

    def _cached(self, request: TokenRequest) -> TokenResult | None:
        now, stamp = self._clock(), self._cache.stamp
        token = self._cache.token_in_memory(request.profile, request.kind)
        if token is None or not request.is_met_by(token, now):
            token = self._cache.stored_token(request.profile, request.kind)
        if token is None or not request.is_met_by(token, now):
            return None
        self._cache.remember(request.profile, token, stamp)
        return self._got(request, token, Source.CACHED)

    def _refresh(self, profile: Profile, typed_secret: str | None = None) -> TokenSet | str | ClientSecretMissing:
        """Returns new tokens, or why only a sign-in is left: an empty text where there is no refresh token.

        Without the client's secret the refresh token is as good as before: the error says what it lacks.
        """
        stamp = self._cache.stamp
        used = self._cache.stored_token(profile, TokenKind.REFRESH) if TokenKind.REFRESH in profile.kinds else None
        if used is None:
            return ""
        self._cache.remember(profile, used, stamp)
        client_secret = typed_secret or self._cache.secret(profile, SecretKind.CLIENT_SECRET)
        # The real name goes into a hash with the client's secret, and nowhere else: without one, nothing is read.
        username = self._real_username(profile) if client_secret else profile.username
        try:
            device = self._cache.device(profile)
            tokens = self._provider_of(profile).refresh(
                profile, used.value, client_secret, username, device.key if device else ""
            )
        except (RefreshTokenDead, DeviceUnknown) as error:
            # A refresh token belongs to its device, and is as dead as that.
            if isinstance(error, DeviceUnknown):
                self._cache.drop_device(profile)
            self._cache.drop_refresh_token(profile)
            return f"The stored tokens cannot be refreshed any more. {error.cause}"
        except ClientSecretMissing as error:
            if client_secret is not None:
                raise
            return error
        except FlowNotEnabled:
            return ""
        return replace(tokens, refresh=_rotated(used, tokens.refresh))

    def _is_renewed_by_sign_in(self, profile: Profile) -> bool:
        """An app client of its own has no refresh token; where its access token is gone, somebody has signed out."""
        return TokenKind.REFRESH not in profile.kinds and bool(self._cache.stored_token(profile, TokenKind.ACCESS))

    def _real_username(self, profile: Profile) -> str:
        access = self._cache.stored_token(profile, TokenKind.ACCESS)
        return (self._username_of(access.value) if access else "") or profile.username

    def _renewed(self, challenge: Challenge, told: Challenge) -> TokenSet | Challenge | str:
        """Returns what a refresh brings with the client secret that it lacked, or why only a sign-in is left."""
        secret = told.accepted.get(SecretKind.CLIENT_SECRET)
        if not challenge.renews or secret is None:
            return ""
        try:
            refreshed = self._refresh(challenge.profile, secret)
        except ClientSecretWrong as error:
            return replace(challenge, remark=error.cause)
        return "" if isinstance(refreshed, ClientSecretMissing) else refreshed

    def _sign_in(self, profile: Profile, policy: TokenPolicy, *, ask: bool, lacks_client_secret: bool = False) -> Step:
        given = replace(self._cache.given(profile, ask=ask), lacks_client_secret=lacks_client_secret)
        try:
            return self._provider_of(profile).start(profile, given, fresh=policy is TokenPolicy.SIGN_IN)
        except WrongCredentials:
            if given.password is not None:
                self._cache.refuse_password(profile, given.password)
            raise

    def _answered(self, challenge: Challenge, answers: Mapping[str, str], told: Challenge) -> Step:
        try:
            return self._provider_of(challenge.profile).answer(challenge, answers)
        except WrongCredentials:
            # Nobody typed a password on the way: it was the stored one that was sent once a factor had been chosen.
            if SecretKind.PASSWORD not in told.accepted:
                given = self._cache.given(challenge.profile, ask=False)
                if given.password is not None:
                    self._cache.refuse_password(challenge.profile, given.password)
            raise

    def _after(
        self, request: TokenRequest, step: Step, told: Challenge | None = None, source: Source = Source.SIGNED_IN
    ) -> TokenResult | Challenge:
        """What follows a step; `told` carries the secrets that a person gave before it."""
        if isinstance(step, Challenge):
            return self._carrying(step, told) if told else step
        warnings = [self._cache.save(request.profile, step.tokens), step.warning]
        if step.device_gone:
            self._cache.drop_device(request.profile)
        if step.device is not None:
            warnings.append(self._cache.save_device(request.profile, step.device))
        if told is not None:
            accepted, kept = _served(step, told.accepted), _served(step, told.kept)
            warnings.append(self._kept_or_removed(request.profile, accepted, kept, step.taken))
        return self._handed_out(request, step.tokens, source, *warnings)

    def _carrying(self, step: Challenge, told: Challenge) -> Challenge:
        """Returns the next question with what was given; what holds already is kept now, whatever becomes of it."""
        held, stored = (
            {kind: value for kind, value in secrets.items() if step.taken.get(kind) == value}
            for secrets in (told.accepted, told.kept)
        )
        warning = self._kept_or_removed(step.profile, held, stored, step.taken)
        return _because(warning, step).carrying(told.accepted, told.kept)

    def _kept_or_removed(
        self,
        profile: Profile,
        accepted: Mapping[SecretKind, str],
        kept: Mapping[SecretKind, str],
        taken: Mapping[SecretKind, str],
    ) -> str:
        """Keeps what was given; of what it replaced and nobody wants kept, removes the stored one, which is dead."""
        # A user has one password: a stored one that is not the one that served is wrong. A client may have two secrets.
        replaced = dict(taken)
        if (password := accepted.get(SecretKind.PASSWORD)) is not None:
            replaced[SecretKind.PASSWORD] = password
        outdated = {kind: value for kind, value in replaced.items() if kind not in kept}
        warnings = self._cache.drop_outdated(profile, outdated), self._cache.accept(profile, accepted, kept)
        return " ".join(filter(None, warnings))

    def _handed_out(self, request: TokenRequest, tokens: TokenSet, source: Source, *warnings: str) -> TokenResult:
        token = tokens.of(request.kind)
        if token is None and request.kind is TokenKind.REFRESH and source is Source.REFRESHED:
            # Without rotation a refresh brings none: the one that was used goes on.
            token = self._cache.used_refresh_token(request.profile)
        if token is None:
            raise NotInThisPool(
                f"Cognito returned no {request.kind.value} token for {request.profile.id}.",
                fix="Check the flow of the profile and the settings of the app client.",
            )
        return self._got(request, token, source, *warnings)

    def _got(self, request: TokenRequest, token: Token, source: Source, *warnings: str) -> TokenResult:
        told = (*warnings, request.shortfall_of(token, self._clock()))
        return TokenResult(
            request.profile, token, source, " ".join(filter(None, told)), self._cache.tokens_in_memory(request.profile)
        )


_AnyStep = TypeVar("_AnyStep", bound=Step)


def _because(why: str, step: _AnyStep) -> _AnyStep:
    """Returns a step whose question says first why it is asked at all."""
    if not why or not isinstance(step, Challenge):
        return step
    return replace(step, remark=" ".join(filter(None, (why, step.remark))))


def _renewing(step: _AnyStep) -> _AnyStep:
    """Returns a step whose answer may complete the refresh that lacked it."""
    return replace(step, renews=True) if isinstance(step, Challenge) else step


def _served(step: SignedIn, secrets: Mapping[SecretKind, str]) -> dict[SecretKind, str]:
    """Returns the secrets without those that were typed on the way and refused; another one has served then."""
    if step.served is None:
        return dict(secrets)
    judged = (SecretKind.PASSWORD, SecretKind.CLIENT_SECRET, SecretKind.TOTP)
    return {kind: value for kind, value in secrets.items() if kind not in judged or step.served.get(kind) == value}


def _rotated(used: Token, new: Token | None) -> Token | None:
    """Returns a rotated refresh token; AWS gives it what is left of the life of the one before it.

    An estimated end that has passed proved wrong, so that the new estimate is the better one.
    """
    if new is None or used.lifetime.expires_at <= new.lifetime.issued_at:
        return new
    return replace(new, lifetime=replace(new.lifetime, expires_at=used.lifetime.expires_at))
