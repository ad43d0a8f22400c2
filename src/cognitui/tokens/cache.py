"""Token cache: tokens and secrets of identities in the vault and in memory, their expiry in the index.

The vault decides, as other processes write to it as well. Memory is used instead if that is safe: for an access or ID
token that is still valid while the index has not changed since it was read, and for what could not be written to the
vault.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from cognitui.model.challenge import GivenSecrets, RememberedDevice
from cognitui.model.errors import CognituiError, SecretStoreError
from cognitui.model.profile import Profile
from cognitui.model.secret import DURABLE, SecretKind, SecretName
from cognitui.model.struct import replace
from cognitui.model.token import NO_EXPIRIES, Expiries, Lifetime, Token, TokenKind, TokenSet
from cognitui.tokens.client_secret import ClientSecretUse, Result, SourcedSecrets
from cognitui.tokens.interfaces import Index, SecretReader, Vault

_VERSION = "v1"

SECRET_OF_TOKEN = {
    TokenKind.ACCESS: SecretKind.ACCESS_TOKEN,
    TokenKind.ID: SecretKind.ID_TOKEN,
    TokenKind.REFRESH: SecretKind.REFRESH_TOKEN,
}
"""Under which kind of secret each token is stored."""


class TokenCache:
    """Reads and writes tokens and secrets. A caller that changes an identity's tokens must hold its lock."""

    def __init__(self, vault: Vault, index: Index, secret_reader: SecretReader) -> None:
        self.vault = vault
        self.index = index
        self._memory = InMemoryCache()
        self._sourced = SourcedSecrets(secret_reader)
        self.client_secret_use = ClientSecretUse(self._sourced, self._refuse_client_secret)
        self._unnoted: dict[str, Expiries] = {}
        """What could not be written to the index."""
        self._seen: dict[tuple[str, TokenKind], object] = {}
        """The index's stamp before a token in memory was read: another process writes the vault, then the index."""

    # Tokens.

    def token_in_memory(self, profile: Profile, kind: TokenKind) -> Token | None:
        """Return a token that may be used without reading the vault.

        None if the index was written since: another process may have refreshed, replaced or removed it. Never a refresh
        token, which another process may have rotated.
        """
        if kind is TokenKind.REFRESH:
            return None
        if (unsaved := self._memory.unsaved_token(profile.token_key, kind)) is not None:
            return unsaved
        token = self._memory.token(profile.token_key, kind)
        if token is None or self.noted(profile).of(kind) is None:
            return None
        return token if self._is_untouched(profile.token_key, kind) else None

    def is_current(self, profile: Profile, token: Token) -> bool:
        """Return whether no other process is known to have refreshed, replaced or removed a token since it was read."""
        key, kind = profile.token_key, token.kind
        if self._memory.unsaved_token(key, kind) == token:
            return True
        is_held = self._memory.token(key, kind) == token
        return is_held and (self._is_untouched(key, kind) or self._is_as_noted(profile, token))

    def _is_untouched(self, key: str, kind: TokenKind) -> bool:
        return self.stamp == self._seen.get((key, kind))

    def _is_as_noted(self, profile: Profile, token: Token) -> bool:
        noted = self.noted(profile).of(token.kind)
        # The vault has whole seconds.
        return noted is not None and round(noted.issued_at) == round(token.lifetime.issued_at)

    def stored_token(self, profile: Profile, kind: TokenKind) -> Token | None:
        """Return the newest token: the vault's, or one that could not be written to it."""
        unsaved = self._memory.unsaved_token(profile.token_key, kind)
        try:
            stored = self.vault.get(profile.secret_name(SECRET_OF_TOKEN[kind]))
        except SecretStoreError:
            held = unsaved or self._held_token(profile, kind)
            if held is None:
                raise
            return held
        token = unpack(kind, stored) if stored is not None else None
        # The vault has whole seconds.
        if unsaved is None or (token is not None and token.lifetime.issued_at > round(unsaved.lifetime.issued_at)):
            return token
        return unsaved

    def _held_token(self, profile: Profile, kind: TokenKind) -> Token | None:
        """Return the token in memory if the vault fails; never one that may have been rotated."""
        token = self._memory.token(profile.token_key, kind)
        is_safe = token is not None and kind is not TokenKind.REFRESH and self._is_as_noted(profile, token)
        return token if is_safe else None

    @property
    def stamp(self) -> object:
        """Changes whenever the index is written, for any profile."""
        return self.index.stamp()

    def remember(self, profile: Profile, token: Token, stamp: object) -> None:
        """Keep in memory what was read, unless memory has a newer one. `stamp` is from before the reading."""
        self._memory.keep_read_token(profile.token_key, token)
        self._seen[profile.token_key, token.kind] = stamp

    def tokens_in_memory(self, profile: Profile) -> Mapping[TokenKind, Token]:
        """Return the profile's tokens that this run has read or received, without those that changed elsewhere."""
        tokens = self._memory.tokens(profile.token_key)
        return {kind: token for kind, token in tokens.items() if self.is_current(profile, token)}

    def used_refresh_token(self, profile: Profile) -> Token | None:
        """Return the refresh token that a refresh under this lock has just used."""
        return self._memory.token(profile.token_key, TokenKind.REFRESH)

    def save(self, profile: Profile, tokens: TokenSet) -> str:
        """Store new tokens, the refresh token first; return a warning if they are kept only for this run."""
        for token in tokens.present():
            self._memory.keep_token(profile.token_key, token, unsaved=True)
        try:
            for token in tokens.present():
                self.vault.set(profile.secret_name(SECRET_OF_TOKEN[token.kind]), pack(token))
                self._memory.keep_token(profile.token_key, token)
        except SecretStoreError as error:
            return f"The token could not be stored and is kept only for this run. {error.cause}"
        warning = self._note(profile, tokens)
        self._see(profile, *(token.kind for token in tokens.present()))
        return warning

    def has_missed(self, profile: Profile) -> bool:
        """Return whether there are tokens that could not be written to the vault."""
        return any(self._memory.unsaved_token(profile.token_key, kind) for kind in TokenKind)

    def save_missed(self, profile: Profile) -> None:
        """Write to the vault what could not be written, the refresh token first, unless it has a newer one now.

        If it still fails, nothing changes: the tokens stay in memory, and the user was warned.
        """
        missed = [kind for kind in reversed(TokenKind) if self._memory.unsaved_token(profile.token_key, kind)]
        lives = {}
        with suppress(SecretStoreError):
            for kind in missed:
                if (token := self.stored_token(profile, kind)) is not None:
                    self.vault.set(profile.secret_name(SECRET_OF_TOKEN[kind]), pack(token))
                    self._memory.keep_token(profile.token_key, token)
                    lives[kind.value] = token.lifetime
        if lives:
            with suppress(CognituiError):
                self.index.put(profile.token_key, replace(self.noted(profile), **lives))
            self._see(profile, *missed)

    def drop_refresh_token(self, profile: Profile) -> None:
        """Remove a refresh token that is no longer valid."""
        self._memory.drop_tokens(profile.token_key, TokenKind.REFRESH)
        # The save of the next sign-in reports the same error.
        with suppress(SecretStoreError):
            self.vault.delete(profile.secret_name(SecretKind.REFRESH_TOKEN))
        noted = self.noted(profile)
        if noted.refresh is not None:
            with suppress(CognituiError):
                self.index.put(profile.token_key, replace(noted, refresh=None))

    def forget_tokens(self, profile: Profile) -> tuple[bool, str]:
        """Remove the profile's tokens, the refresh token first, and the AWS credentials that came from them.

        Returns:
            Whether there was anything, and a warning if the index could not be written, or
            an empty text.
        """
        found = profile.token_key in self.expiries()
        self._memory.drop_tokens(profile.token_key, *TokenKind)
        kinds = [SECRET_OF_TOKEN[kind] for kind in reversed(TokenKind) if kind in profile.kinds]
        for kind in (*kinds, *([SecretKind.AWS_CREDENTIALS] if profile.identity_pool_id else [])):
            found = self.remove_secret(profile, kind) or found
        # Last: if the vault fails, the list still shows what remains in it.
        try:
            self.index.forget(profile.token_key)
            self._unnoted.pop(profile.token_key, None)
        except CognituiError as error:
            self._unnoted[profile.token_key] = NO_EXPIRIES
            return found, f"The list could not be updated and may still show them. {error.cause}"
        return found, ""

    def forget_expired(self, profile: Profile, now: float) -> int:
        """Remove the profile's expired tokens and return how many; one whose expiry is an estimate stays."""
        noted = self.noted(profile)
        lives = {kind: life for kind in TokenKind if (life := noted.of(kind)) is not None}
        ended = [kind for kind, life in lives.items() if life.remaining(now) <= 0 and not life.estimated]
        if not ended:
            return 0
        self._memory.drop_tokens(profile.token_key, *ended)
        for kind in ended:
            self.remove_secret(profile, SECRET_OF_TOKEN[kind])
        left = replace(noted, **dict.fromkeys(kind.value for kind in ended))
        if left == NO_EXPIRIES:
            self.index.forget(profile.token_key)
        else:
            self.index.put(profile.token_key, left)
        self._unnoted.pop(profile.token_key, None)
        return len(ended)

    def expiries(self) -> Mapping[str, Expiries]:
        """Return the expiry of all known tokens by `Profile.token_key`, without opening the vault."""
        return {**self.index.read(), **self._unnoted}

    # The user's secrets.

    def given(self, profile: Profile, *, ask: bool) -> GivenSecrets:
        """Return the secrets for a sign-in; no password if `ask`, or if the stored one was refused before."""
        password = None if ask or not profile.needs_user else self.secret(profile, SecretKind.PASSWORD)
        if password is not None and self._memory.was_refused(profile.secret_name(SecretKind.PASSWORD), password):
            password = None
        return GivenSecrets(
            password=password,
            client_secret=self.secret(profile, SecretKind.CLIENT_SECRET),
            totp_seed=self.secret(profile, SecretKind.TOTP) if profile.needs_user else None,
            device=self.device(profile),
        )

    # The device that the pool knows this machine as.

    def device(self, profile: Profile) -> RememberedDevice | None:
        """Return the device of the profile's user, or None."""
        if not profile.needs_user:
            return None
        stored = self.secret(profile, SecretKind.DEVICE)
        return RememberedDevice.unpack(stored) if stored else None

    def save_device(self, profile: Profile, device: RememberedDevice) -> str:
        """Store a device; return a warning if it is kept only for this run."""
        return self.accept(profile, *({SecretKind.DEVICE: device.pack()},) * 2)

    def drop_device(self, profile: Profile) -> None:
        """Remove a device that the pool has forgotten."""
        # The save of the tokens reports the same error.
        with suppress(SecretStoreError):
            self.remove_secret(profile, SecretKind.DEVICE)

    def secret(self, profile: Profile, kind: SecretKind) -> str | None:
        """Return the secret that was typed in this run, the stored one, the one in the profile's source, or None."""
        name = profile.secret_name(kind)
        stored = self._memory.secret(name) or self.vault.get(name)
        if kind is not SecretKind.CLIENT_SECRET or not profile.fields.client_secret_from:
            return stored
        if stored is not None and not self._memory.was_refused(name, stored):
            return stored
        return self._sourced.get(profile)

    def with_client_secret(self, profile: Profile, secret: str | None, work: Callable[[str | None], Result]) -> Result:
        """Return the result of a call with a client secret; one from a source is read again once if it is refused."""
        return self.client_secret_use.call(profile, secret, work) if profile.fields.client_secret_from else work(secret)

    def client_secret_warning(self, profile: Profile) -> str:
        """Return once that a stored client secret no longer works and its source was used; empty for nothing."""
        return self.client_secret_use.warning(profile) if profile.fields.client_secret_from else ""

    def _refuse_client_secret(self, profile: Profile, secret: str) -> bool:
        """Note that Cognito refused a client secret, so that its source is used now; return whether it is stored."""
        name = profile.secret_name(SecretKind.CLIENT_SECRET)
        self._memory.refuse_secret(name, secret)
        return self.vault.get(name) == secret

    def refuse_password(self, profile: Profile, password: str) -> None:
        """Note that Cognito refused a password: a few more tries with it would lock the user out."""
        self._memory.refuse_secret(profile.secret_name(SecretKind.PASSWORD), password)

    def accept(self, profile: Profile, accepted: Mapping[SecretKind, str], to_store: Mapping[SecretKind, str]) -> str:
        """Keep secrets that led to tokens, and store those that the user agreed to; return a warning or nothing."""
        for kind, value in accepted.items():
            self._memory.keep_secret(profile.secret_name(kind), value)
        try:
            for kind, value in to_store.items():
                self.set_secret(profile, kind, value)
        except SecretStoreError as error:
            return f"The secret could not be stored and is kept only for this run. {error.cause}"
        return ""

    def drop_outdated(self, profile: Profile, current: Mapping[SecretKind, str]) -> str:
        """Remove stored secrets that differ from the current ones; return a message about it, or nothing."""
        removed = []
        for kind, value in current.items():
            name = profile.secret_name(kind)
            try:
                if (stored := self.vault.get(name)) is None or stored == value:
                    continue
                self.vault.delete(name)
            except SecretStoreError as error:
                return f"The stored {kind.label} no longer works and could not be removed. {error.cause}"
            self._memory.drop_secret(name)
            removed.append(f"The stored {kind.label} no longer works and was removed.")
        return " ".join(removed)

    def stored_secrets(self, profile: Profile) -> dict[SecretKind, bool]:
        """Return which of the user's secrets are stored for the profile."""
        return {kind: self.vault.get(profile.secret_name(kind)) is not None for kind in DURABLE}

    def set_secret(self, profile: Profile, kind: SecretKind, value: str) -> None:
        """Store a secret of the profile."""
        name = profile.secret_name(kind)
        self.vault.set(name, value)
        self._memory.drop_secret(name)

    def remove_secret(self, profile: Profile, kind: SecretKind) -> bool:
        """Remove a secret of the profile; return whether there was one."""
        name = profile.secret_name(kind)
        self._memory.drop_secret(name)
        return self.vault.delete(name)

    # Both.

    def forget(self, profile: Profile, others: Iterable[Profile]) -> None:
        """Remove a profile's tokens and secrets, except what `others` share with it."""
        kinds = (*SECRET_OF_TOKEN.values(), SecretKind.DEVICE, SecretKind.AWS_CREDENTIALS, *DURABLE)
        shared = {other.secret_name(kind) for other in others for kind in kinds}
        for kind in kinds:
            if (name := profile.secret_name(kind)) not in shared:
                self._memory.drop_secret(name)
                self.vault.delete(name)
        if profile.secret_name(SecretKind.ACCESS_TOKEN) not in shared:
            self._memory.drop_tokens(profile.token_key, *TokenKind)
            self._unnoted.pop(profile.token_key, None)
            self.index.forget(profile.token_key)

    def drop_memory(self) -> None:
        """Drop what was read or typed; see `InMemoryCache.clear`."""
        self._memory.clear()
        self._sourced.clear()

    def noted(self, profile: Profile) -> Expiries:
        """Return what is known of a profile's tokens without opening the vault."""
        return self._noted_of(profile.token_key)

    def _noted_of(self, key: str) -> Expiries:
        # Without a copy of the whole index: it may hold 10,000 identities.
        return self._unnoted.get(key) or self.index.read().get(key, NO_EXPIRIES)

    def _see(self, profile: Profile, *kinds: TokenKind) -> None:
        """Mark tokens as just saved by this process, which holds the identity's lock."""
        stamp = self.stamp
        self._seen |= {(profile.token_key, kind): stamp for kind in kinds}

    def _note(self, profile: Profile, tokens: TokenSet) -> str:
        lives = {token.kind.value: token.lifetime for token in tokens.present()}
        expiries = replace(self.noted(profile), **lives)
        try:
            self.index.put(profile.token_key, expiries)
            self._unnoted.pop(profile.token_key, None)
        except CognituiError as error:
            self._unnoted[profile.token_key] = expiries
            return f"The expiry could not be stored for the list. {error.cause}"
        return ""


class InMemoryCache:
    """What this run knows without the vault: tokens, accepted secrets and refused stored ones. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, TokenKind], Token] = {}
        self._unsaved: set[tuple[str, TokenKind]] = set()
        self._secrets: dict[SecretName, str] = {}
        self._refused: dict[SecretName, str] = {}

    def token(self, key: str, kind: TokenKind) -> Token | None:
        """Return the token of that kind for a `Profile.token_key`, or None."""
        with self._lock:
            return self._tokens.get((key, kind))

    def unsaved_token(self, key: str, kind: TokenKind) -> Token | None:
        """Return the token of that kind if it could not be written to the vault."""
        with self._lock:
            return self._tokens.get((key, kind)) if (key, kind) in self._unsaved else None

    def tokens(self, key: str) -> dict[TokenKind, Token]:
        """Return all tokens for a `Profile.token_key`."""
        with self._lock:
            return {kind: token for kind in TokenKind if (token := self._tokens.get((key, kind)))}

    def keep_token(self, key: str, token: Token, *, unsaved: bool = False) -> None:
        """Keep a token for a `Profile.token_key`; `unsaved` as long as the vault does not have it."""
        with self._lock:
            self._tokens[key, token.kind] = token
            if unsaved:
                self._unsaved.add((key, token.kind))
            else:
                self._unsaved.discard((key, token.kind))

    def keep_read_token(self, key: str, token: Token) -> None:
        """Keep a token that was read, unless one that could not be written to the vault is newer."""
        with self._lock:
            if (key, token.kind) not in self._unsaved:
                self._tokens[key, token.kind] = token

    def drop_tokens(self, key: str, *kinds: TokenKind) -> None:
        """Drop the tokens of these kinds for a `Profile.token_key`."""
        with self._lock:
            for kind in kinds:
                self._tokens.pop((key, kind), None)
                self._unsaved.discard((key, kind))

    def secret(self, name: SecretName) -> str | None:
        """Return a secret that was typed in this run, or None."""
        with self._lock:
            return self._secrets.get(name)

    def keep_secret(self, name: SecretName, value: str) -> None:
        """Keep a secret for this run: Cognito has accepted it."""
        with self._lock:
            self._secrets[name] = value
            self._refused.pop(name, None)

    def drop_secret(self, name: SecretName) -> None:
        """Drop a secret: the vault has a newer one."""
        with self._lock:
            self._secrets.pop(name, None)
            self._refused.pop(name, None)

    def refuse_secret(self, name: SecretName, value: str) -> None:
        """Remember that Cognito refused this value, so that it is not sent again automatically."""
        with self._lock:
            self._secrets.pop(name, None)
            self._refused[name] = value

    def was_refused(self, name: SecretName, value: str) -> bool:
        """Return whether Cognito refused this value."""
        with self._lock:
            return self._refused.get(name) == value

    def clear(self) -> None:
        """Drop everything except a refresh token that could not be written to the vault.

        The vault has the previous one, and using that again would end the session.
        """
        with self._lock:
            self._unsaved = {place for place in self._unsaved if place[1] is TokenKind.REFRESH}
            self._tokens = {place: token for place, token in self._tokens.items() if place in self._unsaved}
            self._secrets.clear()
            self._refused.clear()


def pack(token: Token) -> str:
    """Return the token as one line: `v1 ISSUED EXPIRES exact|estimated VALUE`, times in seconds since the epoch."""
    life = token.lifetime
    certainty = "estimated" if life.estimated else "exact"
    return f"{_VERSION} {life.issued_at:.0f} {_end(token):.0f} {certainty} {token.value}"


def unpack(kind: TokenKind, stored: str) -> Token | None:
    """Return the token of a line that `pack` wrote; None for anything else."""
    parts = stored.split(" ", 4)
    if len(parts) != 5 or parts[0] != _VERSION:
        return None
    try:
        lifetime = Lifetime(float(parts[1]), float(parts[2]), estimated=parts[3] == "estimated")
    except ValueError:
        return None
    return Token(kind, parts[4], lifetime)


def _end(token: Token) -> float:
    """Return when a token expires, and never later than its own `exp`.

    A token's lifetime is on the clock of this machine. A clock that runs ahead may be corrected before the token is
    read again, and an expired token must not be returned.
    """
    life = token.lifetime
    if life.estimated:
        return life.expires_at
    # Costs 4 ms if no token is decoded otherwise.
    from cognitui.model.claims import lifetime_of

    own = lifetime_of(token.value, life.issued_at)
    return min(life.expires_at, own.expires_at) if own else life.expires_at
