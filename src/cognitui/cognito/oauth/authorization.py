"""Sign-in in the browser: the address that the browser opens, and the address that it returns to.

RFC 6749 (4.1), PKCE (RFC 7636), `iss` in the answer (RFC 9207), native apps (RFC 8252).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.oauth.token_endpoint import OAuthError, oauth_error_of, web_client
from cognitui.model.errors import BrowserSignInDenied, VerificationFailed
from cognitui.model.issuer import issuer_names
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert

if TYPE_CHECKING:
    pass

_VERIFIER_LENGTH = 64
"""Characters; RFC 7636 wants 43 to 128."""

_AROUND = " \t\r\n'\"`<>"
"""What may be around a pasted address: a browser's console has that of an app's own scheme in quotes. None of it can be
at the end of a code or a state."""


class Authorization(Frozen, frozen=True):
    """One such sign-in. It is the `state` of its Challenge, and opaque outside this package."""

    hidden: ClassVar[tuple[str, ...]] = ("state", "verifier", "code")

    attempt: Attempt
    state: str
    """Distinguishes the answer to this request from any other."""
    verifier: str
    """The secret of PKCE; the address contains only its hash."""
    fresh: bool = False
    """Whether the user must log in again even if the browser remembers a login."""
    code: str = ""
    """The code from the browser, if the exchange still lacks the client secret."""

    @property
    def profile(self) -> Profile:
        """The profile that signs in."""
        return self.attempt.profile

    def with_code(self, code: str) -> Authorization:
        """Return it with the code from the browser."""
        return replace(self, code=code)

    def with_attempt(self, attempt: Attempt) -> Authorization:
        """Return it with an attempt that has more secrets."""
        return replace(self, attempt=attempt)

    def address(self) -> str:
        """Return where the browser goes: the login page of the pool, or that of the identity provider."""
        client, fields, wanted = web_client(self.profile), self.profile.fields, self.profile.wanted_level
        scheme, _, server = (fields.domain or "").rstrip("/").partition("://")
        # oauthlib takes http for an open network; a profile can only use it for this machine.
        address = client.prepare_request_uri(
            f"https://{server}/oauth2/authorize",
            redirect_uri=self.profile.redirect_uri,
            scope=list(fields.scopes or ()),
            state=self.state,
            code_challenge=client.create_code_challenge(self.verifier, "S256"),
            code_challenge_method="S256",
            identity_provider=fields.identity_provider,
            # AWS, "Resource binding": here only; a refresh keeps what was bound.
            resource=fields.resource,
            # AWS, "Authorize endpoint"; the login page ignores levels on a small plan.
            acr_values=wanted.target_values or None,
            max_age=str(wanted.max_age) if wanted.max_age is not None else None,
            login_hint=self.profile.username,
            # OpenID Connect Core, 3.1.2.1; AWS's managed login knows it, the classic hosted UI passes over it.
            prompt="login" if self.fresh else None,
        )
        return f"{scheme}{address.removeprefix('https')}"

    def code_in(self, address: str) -> str | None:
        """Return the code in the address that a browser came back to; None if that belongs to another sign-in.

        Raises:
            Refused: The browser brought an error, or no code, or the answer is another issuer's.
        """
        # Costs 60 ms, loaded since the browser was sent away.
        from oauthlib.oauth2 import OAuth2Error
        from oauthlib.oauth2.rfc6749.errors import MismatchingStateError, MissingCodeError

        try:
            # Only its query matters: the user may have pasted no more than that.
            answer = f"https://localhost/?{address.strip(_AROUND).partition('?')[2]}"
            answered = web_client(self.profile).parse_request_uri_response(answer, state=self.state)
        except MismatchingStateError:
            return None
        except MissingCodeError:
            raise BrowserSignInDenied(f"{inert(self.profile.id)}: the browser came back without a code.") from None
        except OAuth2Error as error:
            raise oauth_error_of(OAuthError(str(error.error), error.description or ""), self.profile) from None
        self._check_issuer(answered.get("iss"))
        return str(answered["code"])

    def _check_issuer(self, answered: str | None) -> None:
        """RFC 9207: a code of another server must not be sent to this one. Not every server sends its name."""
        names = issuer_names(self.profile)
        if answered is not None and names and answered not in names:
            raise VerificationFailed(
                f"{inert(self.profile.id)}: the browser came back from {inert(answered, 120)}, "
                f"and the issuer of the profile is {' or '.join(names)}.",
                fix="Check domain and user_pool_id in the profile: they must belong together.",
            )


def new_authorization(attempt: Attempt, *, fresh: bool) -> Authorization:
    """Return a sign-in with an unguessable state and verifier."""
    return Authorization(
        attempt,
        fresh=fresh,
        state=secrets.token_urlsafe(32),
        verifier=web_client(attempt.profile).create_code_verifier(_VERIFIER_LENGTH),
    )
