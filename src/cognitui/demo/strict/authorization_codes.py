"""Authorization codes: good for one exchange, and for five minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from cognitui.demo.strict.authorization_request import AuthorizationRequest
from cognitui.demo.strict.oauth_answer import Form, OAuthRefusal, demanded
from cognitui.demo.strict.pools import AppClient, User
from cognitui.demo.strict.tokens import Origin

_LIFETIME = 300.0

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, 4.1."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user who has logged in with the browser, for a program that asked."""

    request: AuthorizationRequest
    user: User
    at: float

    @property
    def origin(self) -> Origin:
        """What the tokens tell of the sign-in."""
        scopes = self.request.scopes
        return Origin(self.at, scopes, "openid" in scopes, self.request.form.get("nonce", ""))


class AuthorizationCodes:
    """The codes that are out."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._logins: dict[str, Login] = {}

    def issue(self, request: AuthorizationRequest, user: User) -> str:
        """Returns a new code."""
        code = str(uuid.uuid4())
        self._logins[code] = Login(request, user, self._now())
        return code

    def exchange(self, client: AppClient, form: Form) -> Login:
        """Returns what a code stands for, and uses it up even where the rest of the form is wrong.

        Raises:
            OAuthRefusal: The code, the redirect URI or the verifier is wrong.
        """
        code, redirect_uri = demanded(form, "code"), demanded(form, "redirect_uri")
        login = self._logins.get(code)
        if login is None or login.request.client is not client:
            raise OAuthRefusal("invalid_grant")
        del self._logins[code]
        if self._now() >= login.at + _LIFETIME or redirect_uri != login.request.redirect_uri:
            raise OAuthRefusal("invalid_grant")
        _check_verifier(login.request.form.get("code_challenge", ""), form.get("code_verifier", ""))
        return login


def _check_verifier(challenge: str, verifier: str) -> None:
    if not challenge and not verifier:
        return
    if verifier and not _VERIFIER.fullmatch(verifier):
        raise OAuthRefusal("invalid_request", "code_verifier is malformed")
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not verifier or not hmac.compare_digest(hashed, challenge.encode()):
        raise OAuthRefusal("invalid_grant")
