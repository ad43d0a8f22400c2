"""What the claims of Cognito's tokens mean.

Sources: the AWS developer guide ("Understanding the access token", "Understanding the identity token"), RFC 7519 and
OpenID Connect Core.
"""

from __future__ import annotations

from typing import NamedTuple


class KnownClaim(NamedTuple):
    """How a claim is shown, and what it says."""

    kind: str
    """`text`, `time` or `list`."""
    explanation: str


WHO_WHAT_WHEN: dict[str, KnownClaim] = {
    "sub": KnownClaim("text", "The user's id: it never changes and is never given to another user of the pool."),
    "username": KnownClaim("text", "The user's name in the pool; the sub where the pool signs in by e-mail or phone."),
    "cognito:username": KnownClaim("text", "The user's name in the pool, as the ID token calls it."),
    "preferred_username": KnownClaim("text", "A name that the user chose and may change."),
    "email": KnownClaim("text", "The user's e-mail address."),
    "email_verified": KnownClaim("text", "Whether the user has proved to own the e-mail address."),
    "phone_number": KnownClaim("text", "The user's phone number in the form +14255550123."),
    "phone_number_verified": KnownClaim("text", "Whether the user has proved to own the phone number."),
    "name": KnownClaim("text", "The user's full name."),
    "given_name": KnownClaim("text", "The user's first name."),
    "family_name": KnownClaim("text", "The user's last name."),
    "identities": KnownClaim("json", "The identity providers that the user signs in with."),
    "token_use": KnownClaim("text", "What the token is for: access (calling an API) or id (who the user is)."),
    "client_id": KnownClaim("text", "The app client that the access token was issued to."),
    "aud": KnownClaim("list", "Whom the token is meant for: in an ID token, the app client."),
    "cognito:groups": KnownClaim("list", "The groups of the pool that the user is in."),
    "cognito:roles": KnownClaim("list", "The IAM roles of the user's groups."),
    "cognito:preferred_role": KnownClaim("text", "The IAM role of the user's group with the best precedence."),
    "scope": KnownClaim("list", "What the access token may do, one scope a line."),
    "auth_time": KnownClaim("time", "When the user signed in; a refresh does not change it."),
    "iat": KnownClaim("time", "When this token was issued."),
    "nbf": KnownClaim("time", "Before this time the token does not count."),
    "exp": KnownClaim("time", "When this token ends."),
    "updated_at": KnownClaim("time", "When the user's profile was last changed."),
    "PreferredMfaSetting": KnownClaim("text", "The second factor that Cognito asks this user for."),
    "UserMFASettingList": KnownClaim("list", "The second factors that the user has set up."),
}
"""Who the token is about, what it may, and when: in this order at the top."""

TECHNICAL: dict[str, KnownClaim] = {
    "iss": KnownClaim("text", "Who issued the token: the pool. Its keys are published beneath this address."),
    "jti": KnownClaim("text", "The id of this token."),
    "origin_jti": KnownClaim("text", "The id of the sign-in: all tokens that are refreshed from it share it."),
    "event_id": KnownClaim("text", "The id of the sign-in in Cognito's logs."),
    "device_key": KnownClaim("text", "The remembered device that the user signed in from."),
    "version": KnownClaim("text", "The version of the access token's form."),
    "nonce": KnownClaim("text", "What the browser sign-in sent, to tie the token to it."),
    "at_hash": KnownClaim("text", "A hash of the access token that was issued with this ID token."),
    "cognito:mfa_enabled": KnownClaim("text", "Whether the user has a second factor."),
}
"""What few people look for: in this order at the bottom."""

_PREFIXES = {
    "custom:": "A custom attribute of the pool.",
    "dev:custom:": "A custom attribute that only an admin of the pool can write.",
    "cognito:": "A claim of Cognito's own.",
}


def known_claim(name: str) -> KnownClaim | None:
    """Returns what is known of a claim, or None for one that the pool or its triggers made up."""
    if (known := WHO_WHAT_WHEN.get(name) or TECHNICAL.get(name)) is not None:
        return known
    explanation = next((words for prefix, words in _PREFIXES.items() if name.startswith(prefix)), "")
    return KnownClaim("text", explanation) if explanation else None
