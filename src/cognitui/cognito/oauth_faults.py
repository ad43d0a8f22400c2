"""What the errors of the OAuth endpoints mean -> our errors, each with a cause and a fix.

The codes are those of RFC 6749 (4.1.2.1 and 5.2) and RFC 7009; AWS, "Token endpoint" and "Authorize endpoint", tells
when Cognito uses which.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cognitui.model import errors
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Flow, Profile
from cognitui.model.text import inert

_LONGEST_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class OAuthFault:
    """An error that an endpoint answers with, or that the browser comes back with."""

    code: str
    """`invalid_grant`."""
    description: str = ""
    secret_sent: bool = False
    refreshing: bool = False


_Made = tuple[type[CognituiError], str, str]
"""An error, its cause without the words of Cognito, and its fix; empty for the error's own."""


def oauth_error_of(fault: OAuthFault, profile: Profile) -> CognituiError:
    """Returns what a person is told: the error, with a cause that names the profile and Cognito's own words."""
    meaning = _BY_CODE.get(_code_of(fault), _unknown)
    error, cause, fix = meaning(fault, profile)
    said = inert(" ".join(fault.description.split()), _LONGEST_DESCRIPTION).rstrip(" .")
    code = inert(fault.code, 60)
    words = f"{code}: {said}" if said and said != code else code
    return error(f"{inert(profile.id)}: {cause} ({words}).", fix=fix)


def error_of_status(status: int, host: str, *, is_own: bool = True) -> CognituiError:
    """Returns the error for an answer that is none of an OAuth endpoint's: a page, or nothing.

    Args:
        status: That of HTTP.
        host: Who answered; inert.
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


def _code_of(fault: OAuthFault) -> str:
    """The code that tells most: Cognito has some of them in the description alone."""
    if re.search(r"\bfailed with error\b", fault.description):
        return "trigger"
    if "revocation is not enabled" in fault.description.casefold():
        return "unsupported_token_type"
    return "invalid_scope" if fault.description.startswith("invalid_scope") else fault.code


def _unknown(_fault: OAuthFault, _profile: Profile) -> _Made:
    return errors.Refused, "Cognito refused", ""


def _wrong_client(fault: OAuthFault, profile: Profile) -> _Made:
    client = inert(profile.client_id)
    if not fault.secret_sent:
        return errors.ClientSecretMissing, f"the app client {client} has a secret, or there is no such client", ""
    return (
        errors.ClientSecretWrong,
        f"there is no app client {client} with the stored secret",
        "Store the secret that the app client has now, remove it where the client has none, or check client_id.",
    )


def _wrong_grant(fault: OAuthFault, _profile: Profile) -> _Made:
    if fault.refreshing:
        return errors.RefreshTokenDead, "the refresh token has expired, was revoked or was used by another program", ""
    return errors.SessionExpired, "the code that the browser brought is used up or too old", ""


def _wrong_flow(fault: OAuthFault, profile: Profile) -> _Made:
    grant = "client credentials" if profile.flow is Flow.CLIENT_CREDENTIALS else "authorization code"
    return (
        errors.FlowNotEnabled,
        "the app client does not allow it",
        f'Have the pool\'s admin allow the OAuth grant type "{grant}" for the app client, or choose another flow.',
    )


def _wrong_scope(_fault: OAuthFault, profile: Profile) -> _Made:
    asked = inert(" ".join(profile.fields.scopes or ()), 200) or "those that the app client has by itself"
    return errors.ScopeNotAllowed, f"the app client may not ask for the scopes {asked}", ""


_WRONG_REQUEST = errors.InputRejected, "Cognito cannot take the request", "Check client_id, scopes and redirect_uri."
_DENIED = errors.BrowserSignInDenied, "the sign-in in the browser was denied or cancelled", ""
_BUSY = errors.ServiceFault, "the pool's domain has a fault of its own", ""
_TRIGGER = errors.TriggerRefused, "a trigger of the pool refused", ""
_NOT_REVOCABLE = errors.NotInThisPool, "the token cannot be revoked", ""


def _always(made: _Made) -> Callable[[OAuthFault, Profile], _Made]:
    return lambda _fault, _profile: made


_BY_CODE: dict[str, Callable[[OAuthFault, Profile], _Made]] = {
    "invalid_client": _wrong_client,
    "invalid_grant": _wrong_grant,
    "unauthorized_client": _wrong_flow,
    "unsupported_grant_type": _wrong_flow,
    "unsupported_response_type": _wrong_flow,
    "invalid_scope": _wrong_scope,
    "invalid_request": _always(_WRONG_REQUEST),
    "access_denied": _always(_DENIED),
    "login_required": _always(_DENIED),
    "server_error": _always(_BUSY),
    "temporarily_unavailable": _always(_BUSY),
    "unsupported_token_type": _always(_NOT_REVOCABLE),
    "trigger": _always(_TRIGGER),
}
