"""Token of an app client itself by GetClientToken: client_credentials without a domain."""

from __future__ import annotations

import re
from collections.abc import Callable

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.signin.account_recovery import CLIENT_SECRET, asked_or_raised
from cognitui.model.aws import CLIENT_TOKEN_AUTH
from cognitui.model.challenge import SignedIn, Step
from cognitui.model.errors import FlowNotEnabled, InputRejected, NotAuthorized, Refused, ScopeMissing, ScopeNotAllowed
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import TokenSet

_LONGEST_LIST = 200

_OF_SCOPE = re.compile(r"\bscope", re.IGNORECASE)
_OF_FLOW = re.compile(r"\b(flow|grant)s?\b|_AUTH\b", re.IGNORECASE)


def client_token(attempt: Attempt, issue: Callable[[str], TokenSet]) -> Step:
    """Return the token, or the question for the client secret if there is none.

    Args:
        attempt: The app client, with its secret if there is one.
        issue: Asks Cognito, with the client secret.

    Raises:
        FlowNotEnabled: The app client does not allow ALLOW_CLIENT_TOKEN_AUTH.
        ScopeNotAllowed: It may not ask for a scope of the profile.
        ClientSecretWrong: The secret is wrong, or there is no such client.
        Refused: Cognito refused for another reason.
    """
    secret = attempt.given.client_secret
    if secret is None:
        return CLIENT_SECRET.ask(attempt)
    try:
        return SignedIn(issue(secret))
    except Refused as refusal:
        return asked_or_raised(_explained(refusal, attempt.profile), attempt)


def _explained(refusal: Refused, profile: Profile) -> Refused:
    said = refusal.cause.removeprefix(f"{inert(profile.id)}: ").rstrip(".")
    is_unclear = isinstance(refusal, InputRejected | NotAuthorized)
    if isinstance(refusal, ScopeMissing) or (is_unclear and _OF_SCOPE.search(said)):
        asked = inert(" ".join(profile.fields.scopes or ()), _LONGEST_LIST) or "the app client's default ones"
        return ScopeNotAllowed(f"{inert(profile.id)}: the app client may not ask for the scopes {asked} ({said}).")
    if isinstance(refusal, FlowNotEnabled) or (is_unclear and _OF_FLOW.search(said)):
        return FlowNotEnabled(
            f"{inert(profile.id)}: the app client {inert(profile.client_id)} does not allow ALLOW_{CLIENT_TOKEN_AUTH}, "
            "which client_credentials without a domain needs.",
            fix="Have the pool's admin make it the app client's only flow, or set domain in the profile if the app "
            'client allows the OAuth grant type "client credentials".',
        )
    return refusal
