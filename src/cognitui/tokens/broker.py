"""Token broker: a valid token for a profile, from the cache, a refresh or a sign-in.

The only place that uses both Cognito and the stores, through the protocols in `interfaces.py`. Every method may block:
the TUI calls them from worker threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from cognitui.model.challenge import Challenge, SignedIn, Step, given_secret, refuse_without_user
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    ConsentNeeded,
    DeviceUnknown,
    FlowNotEnabled,
    LevelAlreadyReached,
    NotInThisPool,
    RefreshTokenDead,
    RefreshTokenSpent,
    TokenRefused,
    WrongCredentials,
)
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.token import Expiries, Token, TokenKind, TokenSet, UserInfo, Verification
from cognitui.model.user_session import eviction_hint
from cognitui.tokens.aws_credentials import AwsAccess
from cognitui.tokens.cache import TokenCache
from cognitui.tokens.exchange import SourceTokens, source_tokens
from cognitui.tokens.interfaces import (
    AppClientSecrets,
    IdentityPools,
    Index,
    LevelDirectory,
    Locks,
    Provider,
    SecretReader,
    Vault,
    Verifier,
)
from cognitui.tokens.levels import Levels, not_reached, refuse_without_levels
from cognitui.tokens.request import Source, TokenPolicy, TokenRequest, TokenResult
from cognitui.tokens.secret_rotation import SecretRotation
from cognitui.tokens.sign_out import SigningOut


class TokenBroker:
    """Returns tokens, one request at a time per identity, across threads and processes.

    Attributes:
        signing_out: Ends sessions.
        aws: Temporary AWS credentials of profiles with an identity pool.
    """

    def __init__(
        self,
        *,
        vault: Vault,
        provider_at: Callable[[bool], Provider],
        identity_pools: IdentityPools,
        index: Index,
        locks: Locks,
        verifier: Verifier,
        clock: Callable[[], float],
        username_of: Callable[[str], str],
        secret_reader: SecretReader,
        level_directory: LevelDirectory | None = None,
    ) -> None:
        """Store the parts.

        Args:
            vault: Stores tokens and secrets.
            provider_at: Returns the way to Cognito: at the domain (`signs_in_at_domain`), or by the user pool API.
            identity_pools: The identity pools.
            index: Stores the expiry of tokens for the list.
            locks: Held while an identity's tokens are renewed.
            verifier: Checks signatures.
            clock: Returns the seconds since the epoch.
            username_of: Returns the real username in an access token, or an empty text.
            secret_reader: Reads client secrets that profiles name by their source.
            level_directory: Returns the pools' own names of authentication levels; without one, the order in the
                profile counts.
        """
        self._cache = TokenCache(vault, index, secret_reader)
        self._provider_at = provider_at
        self._locks = locks
        self._verifier = verifier
        self._clock = clock
        self._username_of = username_of
        self._levels = Levels(level_directory, clock)
        self.signing_out = SigningOut(self._cache, provider_at, locks, clock)
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
        """Return a token, or the challenge that the user must answer first.

        Args:
            profile: Whose token.
            kind: Which of the three.
            min_valid: Seconds that it must stay valid; by default 60 or a tenth of its lifetime, whichever is smaller.
            policy: Which tokens are acceptable.
            consent: The user agreed; a protected environment requires it.
            ask: Ask for the password even if one is stored (the stored one was refused).

        Raises:
            ConsentNeeded: The environment is protected and the user has not agreed.
            RefreshTokenDead: The policy is RENEW, and nothing is stored that could be refreshed.
            LevelNotReached: The sign-in has a lower level than the profile wants; its tokens are stored.
            Refused: Cognito refused.
            Unreachable: No network; never a reason to sign in again.
            SecretStoreError: The vault failed.
        """
        request = TokenRequest(profile, kind, min_valid, policy)
        self._check(request, consent)
        if self._cache.has_missed(profile):
            with self._locks.hold(profile.token_key):
                self._cache.save_missed(profile)
        may_be_stored = policy in (TokenPolicy.CACHED, TokenPolicy.RENEW)
        if may_be_stored and (got := self._cached(request)):
            return got
        with self._locks.hold(profile.token_key):
            # Another caller may have refreshed the token while this one waited for the lock.
            if may_be_stored and (got := self._cached(request)):
                return got
            if policy is TokenPolicy.CACHED and (base := self._too_low(request)) is not None:
                return self._stepped_up(request, base, ask=ask)
            refreshed = "" if policy is TokenPolicy.SIGN_IN else self._refresh(profile)
            if isinstance(refreshed, TokenSet):
                warning = self._cache.save(profile, refreshed)
                # A refresh keeps the level.
                if policy is not TokenPolicy.RENEW and self._levels.lacking(profile, refreshed.access):
                    return self._stepped_up(request, refreshed.access, ask=ask)
                return self._handed_out(request, refreshed, Source.REFRESHED, warning)
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
        """Return the token that an answer leads to, or the next challenge (the same one if it was wrong).

        It needs no consent: a challenge comes only from `get`, which had it for this profile and request.

        Args:
            challenge: What was asked.
            answers: By the names of its prompts.
            kind: Which of the three tokens.
            keep: Whether secrets among the answers are stored in the vault once Cognito has accepted them; otherwise
                they are kept only for this run.
            min_valid: As for `get`.

        Raises:
            As `get` does.
        """
        outcome = self._taken(challenge, answers, TokenKind.ACCESS if challenge.exchange else kind, keep, min_valid)
        if challenge.exchange is None:
            return outcome
        if isinstance(outcome, Challenge):
            return replace(outcome, exchange=challenge.exchange)
        policy = TokenPolicy.REFRESH
        exchanged = self.get(challenge.exchange, kind, min_valid=min_valid, policy=policy, consent=True)
        if isinstance(exchanged, Challenge):
            return _because(outcome.warning, exchanged)
        return replace(exchanged, warning=" ".join(filter(None, (outcome.warning, exchanged.warning))))

    def _taken(
        self, challenge: Challenge, answers: Mapping[str, str], kind: TokenKind, keep: bool, min_valid: float | None
    ) -> TokenResult | Challenge:
        """Return the token of the challenge's own profile that an answer leads to, or the next challenge."""
        answers = challenge.cleaned(answers)
        given = challenge.with_answers(answers, keep=keep)
        with self._locks.hold(challenge.profile.token_key):
            request = TokenRequest(challenge.profile, kind, min_valid)
            renewed = self._renewed(challenge, given)
            if isinstance(renewed, TokenSet):
                return self._after(request, SignedIn(renewed), given, Source.REFRESHED)
            if isinstance(renewed, Challenge):
                return self._after(request, renewed, given)
            return self._after(request, _because(renewed, self._answered(challenge, answers, given)), given)

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Return the answers to a challenge that `waits`, for `answer`; None once `stop` is set.

        It holds no lock: a browser may take minutes, and another program may get the same tokens in that time.

        Raises:
            RedirectUnavailable: They cannot come automatically; the user may still give them.
        """
        return self._provider_of(challenge.profile).wait(challenge, stop)

    def verify(self, profile: Profile, token: Token) -> Verification:
        """Verify a token with the keys of its pool; raises Unreachable if they cannot be fetched."""
        return self._verifier.verify(profile, token.value)

    def user(self, got: TokenResult) -> UserInfo:
        """Return the attributes of the user of an access token; raises Refused or Unreachable."""
        return self._provider_of(got.profile).user(got.profile, got.token.value)

    def is_current(self, profile: Profile, opened: Mapping[TokenKind, Token]) -> bool:
        """Return whether no other process is known to have changed opened tokens; without opening the vault."""
        return all(self._cache.is_current(profile, token) for token in opened.values())

    def changed(self, profile: Profile, opened: Mapping[TokenKind, Token]) -> Mapping[TokenKind, Token] | None:
        """Return opened tokens as the vault has them now, or None if no other process has changed them.

        The vault is read only if the index says that another process has refreshed, replaced or removed one. It needs
        no consent: a caller that shows a protected profile drops what has changed instead.
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
        """Return the expiry of all known tokens by `Profile.token_key`, without opening the vault."""
        return self._cache.expiries()

    def stored_secrets(self, profile: Profile) -> dict[SecretKind, bool]:
        """Return which of the user's secrets are stored for the profile."""
        return self._cache.stored_secrets(profile)

    def set_secret(self, profile: Profile, kind: SecretKind, value: str) -> None:
        """Store a secret from the user or a file; raises UsageError if the profile cannot have such a secret."""
        refuse_without_user(profile, kind)
        self._cache.set_secret(profile, kind, given_secret(kind, value))

    def remove_secret(self, profile: Profile, kind: SecretKind) -> bool:
        """Remove a secret of the profile; return whether there was one."""
        return self._cache.remove_secret(profile, kind)

    def secret_rotation(
        self, clients: AppClientSecrets, prove: Callable[[Profile, str], None], sleep: Callable[[float], None]
    ) -> SecretRotation:
        """Return what rotates stored client secrets; see `SecretRotation`."""
        return SecretRotation(self._cache, clients, prove, sleep)

    def forget(self, profile: Profile, others: Iterable[Profile]) -> None:
        """Remove the tokens and secrets of a removed profile, except what `others` share with it."""
        # Under the lock: a refresh in progress would put its tokens back.
        with self._locks.hold(profile.token_key):
            self._cache.forget(profile, others)

    def forget_expired(self, profile: Profile) -> int:
        """Remove the expired tokens of a profile; return how many. A refresh token stays: its expiry is an estimate."""
        with self._locks.hold(profile.token_key):
            return self._cache.forget_expired(profile, self._clock())

    def store_in(self, vault: Vault, index: Index) -> None:
        """Store tokens and secrets in another vault from now on."""
        # The index first: a token in memory is never noted in the file.
        self._cache.index = index
        self._cache.vault = vault

    def drop_memory(self) -> None:
        """Drop everything that was read from the vault or typed; the vault does not change."""
        self._cache.drop_memory()

    # The steps of a request, in their order.

    def _check(self, request: TokenRequest, consent: bool) -> None:
        profile = request.profile
        request.refuse_unknown_kind()
        if profile.asked_level:
            refuse_without_levels(profile)
        if profile.protected and not consent:
            raise ConsentNeeded(profile)

    def _cached(self, request: TokenRequest) -> TokenResult | None:
        now, stamp = self._clock(), self._cache.stamp
        token = self._cache.token_in_memory(request.profile, request.kind)
        if token is None or not self._is_met(request, token, now):
            token = self._cache.stored_token(request.profile, request.kind)
        if token is None or not self._is_met(request, token, now):
            return None
        self._cache.remember(request.profile, token, stamp)
        return self._got(request, token, Source.CACHED)

    def _is_met(self, request: TokenRequest, token: Token, now: float) -> bool:
        """Return whether a token stays valid long enough and has the wanted level, which keep-alive does not raise."""
        if not request.is_met_by(token, now):
            return False
        if request.policy is TokenPolicy.RENEW or not request.profile.wants_level:
            return True
        proof = token if token.kind is not TokenKind.REFRESH else self._access_token(request.profile)
        return not self._levels.lacking(request.profile, proof)

    def _access_token(self, profile: Profile) -> Token | None:
        return self._cache.token_in_memory(profile, TokenKind.ACCESS) or self._cache.stored_token(
            profile, TokenKind.ACCESS
        )

    def _too_low(self, request: TokenRequest) -> Token | None:
        """Return a valid access token whose level is too low: a refresh would not change that."""
        if not request.profile.wants_level:
            return None
        token = self._access_token(request.profile)
        if token is None or token.lifetime.remaining(self._clock()) < token.lifetime.default_min_valid():
            return None
        return token if self._levels.lacking(request.profile, token) else None

    def _stepped_up(self, request: TokenRequest, base: Token, *, ask: bool) -> TokenResult | Challenge:
        """Sign in for the level that a valid token lacks: with that token, so that only what is missing is asked.

        The methods of a sign-in that is too old do not count, so that one is not sent.
        """
        profile, lacking = request.profile, self._levels.lacking(request.profile, base)
        if not profile.reaches_levels:
            raise not_reached(profile, lacking)
        counts = profile.flow is Flow.USER_AUTH and bool(profile.wanted_level.acr_values)
        token = base.value if counts and self._levels.is_recent(profile, base) else None
        try:
            step = self._sign_in(profile, request.policy, ask=ask, access_token=token)
        except LevelAlreadyReached:
            # By names whose order only the pool knows.
            got = self._cached(replace(request, policy=TokenPolicy.RENEW))
            if got is None:
                raise
            return got
        return self._after(request, _because(lacking, step))

    def _refresh(self, profile: Profile, typed_secret: str | None = None) -> TokenSet | str | ClientSecretMissing:
        """Return new tokens, or why only a sign-in remains: an empty text if there is no refresh token.

        Without the client secret the refresh token stays good: the error says what is missing.
        """
        stamp = self._cache.stamp
        used = self._cache.stored_token(profile, TokenKind.REFRESH) if TokenKind.REFRESH in profile.kinds else None
        if used is None:
            return ""
        self._cache.remember(profile, used, stamp)
        client_secret = typed_secret or self._cache.secret(profile, SecretKind.CLIENT_SECRET)
        # The real name is only hashed with the client secret: without one, nothing is read.
        username = self._real_username(profile) if client_secret else profile.username
        try:
            device = self._cache.device(profile)
            tokens = self._cache.with_client_secret(
                profile,
                client_secret,
                lambda secret: self._provider_of(profile).refresh(
                    profile, used.value, secret, username, device.key if device else ""
                ),
            )
        except (RefreshTokenDead, DeviceUnknown) as error:
            # A refresh token belongs to its device: without it, the token is of no use.
            if isinstance(error, DeviceUnknown):
                self._cache.drop_device(profile)
            self._cache.drop_refresh_token(profile)
            hint = eviction_hint(profile.id) if self._ended_unexplained(used, error) else ""
            return " ".join(filter(None, ("The stored tokens cannot be refreshed any more.", error.cause, hint)))
        except ClientSecretMissing as error:
            if client_secret is not None:
                raise
            return error
        except FlowNotEnabled:
            return ""
        return replace(tokens, refresh=_rotated(used, tokens.refresh))

    def _ended_unexplained(self, used: Token, error: RefreshTokenDead | DeviceUnknown) -> bool:
        """Return whether a refused refresh token should still be valid, by what this program and Cognito say."""
        is_explained = isinstance(error, RefreshTokenSpent | DeviceUnknown)
        return not is_explained and used.lifetime.remaining(self._clock()) > 0

    def _provider_of(self, profile: Profile) -> Provider:
        return self._provider_at(profile.signs_in_at_domain)

    def _is_renewed_by_sign_in(self, profile: Profile) -> bool:
        """Return whether an app client signs in again: it has no refresh token, and no token at all if signed out."""
        return TokenKind.REFRESH not in profile.kinds and bool(self._cache.stored_token(profile, TokenKind.ACCESS))

    def _real_username(self, profile: Profile) -> str:
        access = self._cache.stored_token(profile, TokenKind.ACCESS)
        return (self._username_of(access.value) if access else "") or profile.username

    def _renewed(self, challenge: Challenge, given: Challenge) -> TokenSet | Challenge | str:
        """Refresh with the client secret that was missing; return the tokens, or why only a sign-in remains."""
        secret = given.accepted.get(SecretKind.CLIENT_SECRET)
        if not challenge.renews or secret is None:
            return ""
        try:
            refreshed = self._refresh(challenge.profile, secret)
        except ClientSecretWrong as error:
            return replace(challenge, remark=error.cause)
        return "" if isinstance(refreshed, ClientSecretMissing) else refreshed

    def _sign_in(
        self,
        profile: Profile,
        policy: TokenPolicy,
        *,
        ask: bool,
        lacks_client_secret: bool = False,
        access_token: str | None = None,
    ) -> Step:
        if profile.sources:
            return self._exchanged(profile, policy, ask=ask)
        given = replace(
            self._cache.given(profile, ask=ask), lacks_client_secret=lacks_client_secret, access_token=access_token
        )
        try:
            return self._cache.with_client_secret(
                profile,
                given.client_secret,
                lambda secret: self._provider_of(profile).start(
                    profile, replace(given, client_secret=secret), fresh=policy is TokenPolicy.SIGN_IN
                ),
            )
        except WrongCredentials:
            if given.password is not None:
                self._cache.refuse_password(profile, given.password)
            raise

    def _exchanged(self, profile: Profile, policy: TokenPolicy, *, ask: bool) -> Step:
        """Exchange the tokens of the profile's sources; a second time if stored ones are refused."""
        signs_in = policy is not TokenPolicy.RENEW
        tokens = source_tokens(self.get, profile, ask=ask, sign_in=signs_in)
        if isinstance(tokens, Challenge):
            return tokens
        try:
            return self._exchange(profile, tokens)
        except TokenRefused as refusal:
            refused = tokens.cached & {refusal.about} if refusal.about else tokens.cached
            if not (refused and signs_in):
                raise
        tokens = source_tokens(self.get, profile, ask=ask, renew=refused)
        return tokens if isinstance(tokens, Challenge) else self._exchange(profile, tokens)

    def _exchange(self, profile: Profile, tokens: SourceTokens) -> Step:
        given = replace(self._cache.given(profile, ask=False), subject_token=tokens.subject, actor_token=tokens.actor)
        step = self._cache.with_client_secret(
            profile,
            given.client_secret,
            lambda secret: self._provider_of(profile).start(profile, replace(given, client_secret=secret)),
        )
        if isinstance(step, Challenge):
            return _because(tokens.warning, step)
        return replace(step, warning=" ".join(filter(None, (tokens.warning, step.warning))))

    def _answered(self, challenge: Challenge, answers: Mapping[str, str], given: Challenge) -> Step:
        try:
            return self._answered_by(challenge, answers)
        except WrongCredentials:
            # No password was typed: the stored one was sent once a factor had been chosen.
            if SecretKind.PASSWORD not in given.accepted:
                stored = self._cache.given(challenge.profile, ask=False)
                if stored.password is not None:
                    self._cache.refuse_password(challenge.profile, stored.password)
            raise

    def _answered_by(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        provider = self._provider_of(challenge.profile)
        try:
            return provider.answer(challenge, answers)
        except ClientSecretWrong as refusal:
            # A rotation during the sign-in, or since this run read the secret for it.
            return self._cache.client_secret_use.call_again(
                challenge.profile,
                refusal,
                lambda secret: provider.answer(provider.with_client_secret(challenge, secret), answers),
            )

    def _after(
        self, request: TokenRequest, step: Step, given: Challenge | None = None, source: Source = Source.SIGNED_IN
    ) -> TokenResult | Challenge:
        """Return the result of a step; `given` carries the secrets that the user gave before it."""
        if isinstance(step, Challenge):
            return self._carrying(step, given) if given else step
        warnings = [self._cache.save(request.profile, step.tokens), step.warning]
        if step.device_gone:
            self._cache.drop_device(request.profile)
        if step.device is not None:
            warnings.append(self._cache.save_device(request.profile, step.device))
        if given is not None:
            accepted, kept = _served(step, given.accepted), _served(step, given.kept)
            warnings.append(self._kept_or_removed(request.profile, accepted, kept, step.taken))
        if request.profile.wants_level:
            # Once everything is stored: the sign-in is good, and only its level is too low.
            self._levels.check(request.profile, step.tokens.access)
        return self._handed_out(request, step.tokens, source, *warnings)

    def _carrying(self, step: Challenge, given: Challenge) -> Challenge:
        """Return the next question with the secrets given so far; store now those that Cognito has already accepted."""
        held, stored = (
            {kind: value for kind, value in secrets.items() if step.taken.get(kind) == value}
            for secrets in (given.accepted, given.kept)
        )
        warning = self._kept_or_removed(step.profile, held, stored, step.taken)
        return _because(warning, step).carrying(given.accepted, given.kept)

    def _kept_or_removed(
        self,
        profile: Profile,
        accepted: Mapping[SecretKind, str],
        kept: Mapping[SecretKind, str],
        taken: Mapping[SecretKind, str],
    ) -> str:
        """Store the accepted secrets that the user wants stored; remove stored ones that they replaced."""
        # A user has one password: another stored one is wrong. A client may have two secrets.
        replaced = dict(taken)
        if (password := accepted.get(SecretKind.PASSWORD)) is not None:
            replaced[SecretKind.PASSWORD] = password
        outdated = {kind: value for kind, value in replaced.items() if kind not in kept}
        warnings = self._cache.drop_outdated(profile, outdated), self._cache.accept(profile, accepted, kept)
        return " ".join(filter(None, warnings))

    def _handed_out(self, request: TokenRequest, tokens: TokenSet, source: Source, *warnings: str) -> TokenResult:
        token = tokens.of(request.kind)
        if token is None and request.kind is TokenKind.REFRESH and source is Source.REFRESHED:
            # Without rotation a refresh brings no new one: the used one stays valid.
            token = self._cache.used_refresh_token(request.profile)
        if token is None:
            raise NotInThisPool(
                f"Cognito returned no {request.kind.value} token for {request.profile.id}.",
                fix="Check the flow of the profile and the settings of the app client.",
            )
        return self._got(request, token, source, *warnings, self._cache.client_secret_warning(request.profile))

    def _got(self, request: TokenRequest, token: Token, source: Source, *warnings: str) -> TokenResult:
        notes = (*warnings, request.shortfall_of(token, self._clock()))
        return TokenResult(
            request.profile, token, source, " ".join(filter(None, notes)), self._cache.tokens_in_memory(request.profile)
        )


_AnyStep = TypeVar("_AnyStep", bound=Step)


def _because(why: str, step: _AnyStep) -> _AnyStep:
    """Return a step whose question begins with the reason for it."""
    if not why or not isinstance(step, Challenge):
        return step
    return replace(step, remark=" ".join(filter(None, (why, step.remark))))


def _renewing(step: _AnyStep) -> _AnyStep:
    """Return a step whose answer may complete the refresh that lacked it."""
    return replace(step, renews=True) if isinstance(step, Challenge) else step


def _served(step: SignedIn, secrets: Mapping[SecretKind, str]) -> dict[SecretKind, str]:
    """Return the secrets without those that were typed and refused; another one was accepted then."""
    if step.served is None:
        return dict(secrets)
    judged = (SecretKind.PASSWORD, SecretKind.CLIENT_SECRET, SecretKind.TOTP)
    return {kind: value for kind, value in secrets.items() if kind not in judged or step.served.get(kind) == value}


def _rotated(used: Token, new: Token | None) -> Token | None:
    """Return a rotated refresh token; AWS gives it the remaining lifetime of the previous one.

    If the previous estimate has already passed, it was wrong, and the new one is better.
    """
    if new is None or used.lifetime.expires_at <= new.lifetime.issued_at:
        return new
    return replace(new, lifetime=replace(new.lifetime, expires_at=used.lifetime.expires_at))
