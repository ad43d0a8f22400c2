"""What this run knows without opening the vault again; threads share it."""

from __future__ import annotations

import threading

from cognitui.model.secret import SecretName
from cognitui.model.token import Token, TokenKind


class Memory:
    """Tokens that were handed out, and secrets that were typed and accepted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, TokenKind], Token] = {}
        self._secrets: dict[SecretName, str] = {}

    def token(self, key: str, kind: TokenKind) -> Token | None:
        """Returns the token of that kind for a `Profile.token_key`, or None."""
        with self._lock:
            return self._tokens.get((key, kind))

    def tokens(self, key: str) -> dict[TokenKind, Token]:
        """Returns all tokens for a `Profile.token_key`."""
        with self._lock:
            return {kind: token for kind in TokenKind if (token := self._tokens.get((key, kind)))}

    def keep_token(self, key: str, token: Token) -> None:
        """Keeps a token for a `Profile.token_key`."""
        with self._lock:
            self._tokens[key, token.kind] = token

    def drop_tokens(self, key: str, *kinds: TokenKind) -> None:
        """Forgets the tokens of a `Profile.token_key`: those of `kinds`."""
        with self._lock:
            for kind in kinds:
                self._tokens.pop((key, kind), None)

    def secret(self, name: SecretName) -> str | None:
        """Returns a secret that was typed in this run, or None."""
        with self._lock:
            return self._secrets.get(name)

    def keep_secret(self, name: SecretName, value: str) -> None:
        """Keeps a secret for this run."""
        with self._lock:
            self._secrets[name] = value

    def drop_secret(self, name: SecretName) -> None:
        """Forgets a secret: the vault has a newer word."""
        with self._lock:
            self._secrets.pop(name, None)
