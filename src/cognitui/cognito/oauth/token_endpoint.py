"""Token and revocation endpoints of a pool's domain: requests, responses and errors."""

from __future__ import annotations

import base64
import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from cognitui.cognito.connections import Bounds, within
from cognitui.cognito.http import HttpAnswer, post_form
from cognitui.cognito.responses import IssuedTokens, Reply, seconds_of, token_set
from cognitui.cognito.transport import HearDate, Repeats, Result, no_date, skew_by
from cognitui.model import errors
from cognitui.model.aws import is_aws
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Flow, Profile
from cognitui.model.text import NotAnObject, inert, read_object
from cognitui.model.token import TokenSet

if TYPE_CHECKING:
    from oauthlib.oauth2 import WebApplicationClient


_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:"
"""RFC 8693, 2.1 and 3."""


class TokenEndpoint:
    """Tokens for a code, for a refresh or another token, or for an app client itself. Threads may share it.

    Every method may raise Refused, or Unreachable if no proper answer came.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        hear_date: HearDate = no_date,
    ) -> None:
        """Store the parts.

        `jitter` returns 0 to 1.
        """
        self._clock = clock
        self._hear_date = hear_date
        self._repeats = Repeats(sleep, jitter)

    def warm_up(self) -> None:
        """Load what a first call will need: oauthlib (60 ms)."""
        from importlib import import_module

        import_module("oauthlib.oauth2")

    def by_client_credentials(self, profile: Profile, client_secret: str) -> TokenSet:
        """Return the access token of an app client itself. Asking twice does no harm, so it is repeated."""
        # Costs 60 ms, and other flows do not need it.
        from oauthlib.oauth2 import BackendApplicationClient

        metadata = profile.fields.client_metadata
        form = BackendApplicationClient(profile.client_id).prepare_request_body(
            scope=list(profile.fields.scopes or ()),
            include_client_id=True,
            aws_client_metadata=json.dumps(metadata) if metadata else None,
        )
        return self._repeated(lambda: self._tokens(profile, form, client_secret))

    def by_exchange(
        self, profile: Profile, subject_token: str, actor_token: str | None, client_secret: str | None
    ) -> TokenSet:
        """Return the token for another one (RFC 8693). It changes nothing, so it is repeated."""
        fields = profile.fields
        wanted = {
            "grant_type": _TOKEN_EXCHANGE,
            "client_id": profile.client_id,
            "subject_token": subject_token,
            "subject_token_type": f"{_TOKEN_TYPE}{profile.subject_kind.value}_token",
            "actor_token": actor_token,
            "actor_token_type": f"{_TOKEN_TYPE}access_token" if actor_token else None,
            "requested_token_type": f"{_TOKEN_TYPE}access_token",
            "scope": " ".join(fields.scopes or ()),
            "audience": " ".join(fields.audiences or ()),
            "resource": fields.resource,
        }
        form = urlencode({name: value for name, value in wanted.items() if value})
        return self._repeated(lambda: self._tokens(profile, form, client_secret))

    def by_code(self, profile: Profile, code: str, verifier: str, client_secret: str | None) -> TokenSet:
        """Return the tokens for a code that the browser brought. It is good for one use, and never sent twice.

        Args:
            profile: Whose sign-in.
            code: The code.
            verifier: The secret of PKCE that its request was made with.
            client_secret: That of the app client, or None.
        """
        form = web_client(profile).prepare_request_body(
            code=code, redirect_uri=profile.redirect_uri, code_verifier=verifier
        )
        return self._tokens(profile, form, client_secret)

    def by_refresh_token(self, profile: Profile, refresh_token: str, client_secret: str | None) -> TokenSet:
        """Return new tokens; a new refresh token is among them if the pool rotates it, so it is never repeated.

        Raises:
            RefreshTokenDead: It has expired, was revoked, or another program used it.
            Refused: Cognito refused for another reason.
            Unreachable: No network, or no proper answer; whether the token was used up is not known then.
        """
        form = web_client(profile).prepare_refresh_body(refresh_token=refresh_token, client_id=profile.client_id)
        return self._tokens(profile, form, client_secret, refreshing=True)

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """End a refresh token, and what came from it (RFC 7009). Asking twice does no harm, so it is repeated."""
        form = urlencode({"token": refresh_token, "client_id": profile.client_id})
        self._repeated(lambda: self._posted(profile, "revoke", form, client_secret, refreshing=True))

    def _repeated(self, ask: Callable[[], Result]) -> Result:
        with within(Bounds().total):
            return self._repeats.of(ask)

    def _tokens(self, profile: Profile, form: str, client_secret: str | None, *, refreshing: bool = False) -> TokenSet:
        answer = self._posted(profile, "token", form, client_secret, refreshing=refreshing)
        now = self._clock()
        issued = _issued(_object(answer))
        if issued is None:
            raise error_of_status(answer.status, _host(profile))
        return token_set(issued, Reply(issued, now, skew_by(answer.date, now)))

    def _posted(
        self, profile: Profile, endpoint: str, form: str, client_secret: str | None, *, refreshing: bool
    ) -> HttpAnswer:
        url = f"{(profile.fields.domain or '').rstrip('/')}/oauth2/{endpoint}"
        answer = post_form(url, form, _authorization(profile, client_secret))
        self._hear_date(url, answer.date)
        if answer.status == 200:
            return answer
        error = _object(answer)
        code, description = error.get("error"), error.get("error_description")
        if answer.status in (429, *range(500, 600)) or not isinstance(code, str) or not code:
            raise error_of_status(answer.status, _host(profile), is_own=is_aws(profile.fields.domain or ""))
        said = description if isinstance(description, str) else ""
        raise oauth_error_of(
            OAuthError(code, said, secret_sent=client_secret is not None, refreshing=refreshing), profile
        )


def web_client(profile: Profile) -> WebApplicationClient:
    """Return oauthlib's client for the profile's app client."""
    # Costs 60 ms, and other flows do not need it.
    from oauthlib.oauth2 import WebApplicationClient

    return WebApplicationClient(profile.client_id)


def _authorization(profile: Profile, client_secret: str | None) -> Mapping[str, str]:
    """HTTP Basic, without the further encoding of RFC 6749, 2.3.1: AWS, "Token endpoint", has none."""
    if client_secret is None:
        return {}
    pair = f"{profile.client_id}:{client_secret}".encode("utf-8", "surrogatepass")
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _object(answer: HttpAnswer) -> Mapping[str, object]:
    """Return the JSON object of an answer, or an empty one: oauthlib would read any text as a form."""
    try:
        return read_object(answer.body)
    except NotAnObject:
        return {}


def _issued(answer: Mapping[str, object]) -> IssuedTokens | None:
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        return None
    return IssuedTokens(
        access,
        id=str(answer.get("id_token") or ""),
        refresh=str(answer.get("refresh_token") or ""),
        expires_in=seconds_of(answer.get("expires_in")),
    )


def _host(profile: Profile) -> str:
    return inert(urlsplit(profile.fields.domain or "").netloc, 200)


_LONGEST_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class OAuthError:
    """An error that an endpoint answers with, or that the browser comes back with."""

    code: str
    """`invalid_grant`."""
    description: str = ""
    secret_sent: bool = False
    refreshing: bool = False


_Made = tuple[type[CognituiError], str, str]
"""An error, its cause without the words of Cognito, and its fix; empty for the error's own."""


def oauth_error_of(response: OAuthError, profile: Profile) -> CognituiError:
    """Return the error, with a cause that contains the profile and Cognito's own message."""
    meaning = _BY_CODE.get(_code_of(response), _unknown)
    error, cause, fix = meaning(response, profile)
    said = inert(" ".join(response.description.split()), _LONGEST_DESCRIPTION).rstrip(" .")
    code = inert(response.code, 60)
    words = f"{code}: {said}" if said and said != code else code
    return error(f"{inert(profile.id)}: {cause} ({words}).", fix=fix)


def error_of_status(status: int, host: str, *, is_own: bool = True) -> CognituiError:
    """Return the error for an answer that no OAuth endpoint gives: a web page, or nothing.

    Args:
        status: The HTTP status.
        host: The server; inert.
        is_own: False for a server that is not AWS's, which may have no OAuth endpoints.
    """
    cause = f"The server {host} answered with HTTP {status}"
    if status == 429:
        return errors.Throttled(f"{cause}.")
    if status >= 500:
        fix = "" if is_own else "Try again. If it stays so, the server at domain has no OAuth endpoints."
        return errors.ServiceFault(f"{cause}.", fix=fix)
    if status == 403:
        return errors.BlockedByFirewall(f"{cause}.")
    if status < 300:
        return errors.ServiceFault(f"{cause} and no tokens.", fix="Check domain in the profile.")
    return errors.PoolOrClientNotFound(
        f"{cause}, which no OAuth endpoint of Cognito does.", fix="Check domain in the profile."
    )


def _code_of(response: OAuthError) -> str:
    """Return the most specific code: Cognito has some of them only in the description."""
    if re.search(r"\bfailed with error\b", response.description):
        return "trigger"
    if "revocation is not enabled" in response.description.casefold():
        return "unsupported_token_type"
    return "invalid_scope" if response.description.startswith("invalid_scope") else response.code


def _unknown(_error: OAuthError, _profile: Profile) -> _Made:
    return errors.Refused, "Cognito refused", ""


def _wrong_client(response: OAuthError, profile: Profile) -> _Made:
    client = inert(profile.client_id)
    if not response.secret_sent:
        return errors.ClientSecretMissing, f"the app client {client} has a secret, or there is no such client", ""
    return (
        errors.ClientSecretWrong,
        f"there is no app client {client} with the stored secret",
        "Store the secret that the app client has now, remove it if the client has none, or check client_id.",
    )


def _wrong_grant(response: OAuthError, profile: Profile) -> _Made:
    if response.refreshing and re.search(r"expired|rotation", response.description, re.IGNORECASE):
        return errors.RefreshTokenSpent, "the refresh token has expired or was used by another program", ""
    if response.refreshing:
        return errors.RefreshTokenDead, "the refresh token has expired, was revoked or was used by another program", ""
    if profile.fields.resource:
        # Not SessionExpired, which begins again: that would go on for ever. AWS has no other error for it.
        return (
            errors.InputRejected,
            "the code that the browser brought is used up, or the pool has no such resource",
            "Sign in again. If it stays so, check resource: it must be the identifier of one of the resource servers.",
        )
    return errors.SessionExpired, "the code that the browser brought is used up or too old", ""


def _wrong_flow(response: OAuthError, profile: Profile) -> _Made:
    grant = "client credentials" if profile.flow is Flow.CLIENT_CREDENTIALS else "authorization code"
    return (
        errors.FlowNotEnabled,
        "the app client does not allow it",
        f'Have the pool\'s admin allow the OAuth grant type "{grant}" for the app client, or choose another flow.',
    )


def _wrong_scope(_error: OAuthError, profile: Profile) -> _Made:
    asked = inert(" ".join(profile.fields.scopes or ()), 200) or "the app client's default ones"
    return errors.ScopeNotAllowed, f"the app client may not ask for the scopes {asked}", ""


_WRONG_REQUEST = errors.InputRejected, "Cognito cannot take the request", "Check client_id, scopes and redirect_uri."
_WRONG_TARGET = (
    errors.InputRejected,
    "Cognito knows no such resource",
    "Check resource and audiences: a resource is the identifier of one of the pool's resource servers.",
)
_DENIED = errors.BrowserSignInDenied, "the sign-in in the browser was denied or cancelled", ""
_BUSY = errors.ServiceFault, "the pool's domain reports an internal error", ""
_TRIGGER = errors.TriggerRefused, "a trigger of the pool refused", ""
_NOT_REVOCABLE = errors.NotInThisPool, "the token cannot be revoked", ""


def _always(made: _Made) -> Callable[[OAuthError, Profile], _Made]:
    return lambda _error, _profile: made


_BY_CODE: dict[str, Callable[[OAuthError, Profile], _Made]] = {
    "invalid_client": _wrong_client,
    "invalid_grant": _wrong_grant,
    "unauthorized_client": _wrong_flow,
    "unsupported_grant_type": _wrong_flow,
    "unsupported_response_type": _wrong_flow,
    "invalid_scope": _wrong_scope,
    "invalid_request": _always(_WRONG_REQUEST),
    "invalid_target": _always(_WRONG_TARGET),
    "access_denied": _always(_DENIED),
    "login_required": _always(_DENIED),
    "server_error": _always(_BUSY),
    "temporarily_unavailable": _always(_BUSY),
    "unsupported_token_type": _always(_NOT_REVOCABLE),
    "trigger": _always(_TRIGGER),
}
