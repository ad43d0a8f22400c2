"""What this run knows without opening the vault again; threads share it."""

from __future__ import annotations

import threading

from cognitui.model.secret import SecretName
from cognitui.model.token import Token, TokenKind


class Memory:
    """Tokens that were handed out, secrets that were typed and accepted, and stored ones that were refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, TokenKind], Token] = {}
        self._unsaved: set[tuple[str, TokenKind]] = set()
        self._secrets: dict[SecretName, str] = {}
        self._refused: dict[SecretName, str] = {}

    def token(self, key: str, kind: TokenKind) -> Token | None:
        """Returns the token of that kind for a `Profile.token_key`, or None."""
        with self._lock:
            return self._tokens.get((key, kind))

    def unsaved_token(self, key: str, kind: TokenKind) -> Token | None:
        """Returns the token of that kind where the vault has missed it: memory is the only place that it is in."""
        with self._lock:
            return self._tokens.get((key, kind)) if (key, kind) in self._unsaved else None

    def tokens(self, key: str) -> dict[TokenKind, Token]:
        """Returns all tokens for a `Profile.token_key`."""
        with self._lock:
            return {kind: token for kind in TokenKind if (token := self._tokens.get((key, kind)))}

    def keep_token(self, key: str, token: Token, *, unsaved: bool = False) -> None:
        """Keeps a token for a `Profile.token_key`; `unsaved` as long as the vault does not have it."""
        with self._lock:
            self._tokens[key, token.kind] = token
            if unsaved:
                self._unsaved.add((key, token.kind))
            else:
                self._unsaved.discard((key, token.kind))

    def keep_read_token(self, key: str, token: Token) -> None:
        """Keeps a token that was read, except in the place of one that the vault has missed: that one is newer."""
        with self._lock:
            if (key, token.kind) not in self._unsaved:
                self._tokens[key, token.kind] = token

    def drop_tokens(self, key: str, *kinds: TokenKind) -> None:
        """Forgets the tokens of a `Profile.token_key`: those of `kinds`."""
        with self._lock:
            for kind in kinds:
                self._tokens.pop((key, kind), None)
                self._unsaved.discard((key, kind))

    def secret(self, name: SecretName) -> str | None:
        """Returns a secret that was typed in this run, or None."""
        with self._lock:
            return self._secrets.get(name)

    def keep_secret(self, name: SecretName, value: str) -> None:
        """Keeps a secret for this run: Cognito has accepted it."""
        with self._lock:
            self._secrets[name] = value
            self._refused.pop(name, None)

    def drop_secret(self, name: SecretName) -> None:
        """Forgets a secret: the vault has a newer word."""
        with self._lock:
            self._secrets.pop(name, None)
            self._refused.pop(name, None)

    def refuse_secret(self, name: SecretName, value: str) -> None:
        """Notes that Cognito refused this value, so that it is not sent again by itself."""
        with self._lock:
            self._secrets.pop(name, None)
            self._refused[name] = value

    def was_refused(self, name: SecretName, value: str) -> bool:
        """Returns whether Cognito refused this very value."""
        with self._lock:
            return self._refused.get(name) == value

    def clear(self) -> None:
        """Forgets everything but a refresh token that the vault has missed.

        It is the only one there is: the vault's is the one before it, and using that again would end the sign-in.
        """
        with self._lock:
            self._unsaved = {place for place in self._unsaved if place[1] is TokenKind.REFRESH}
            self._tokens = {place: token for place, token in self._tokens.items() if place in self._unsaved}
            self._secrets.clear()
            self._refused.clear()
