"""What happens once a password is proven: tokens, a refusal, or a new password that must be chosen."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.strict.answer import Body
from tests.strict.parameters import Answers, needed
from tests.strict.password_policy import check_password
from tests.strict.pools import AppClient, User, UserStatus
from tests.strict.refresh import RefreshTokens
from tests.strict.refusal import Refusal, invalid_parameter, not_authorized, wrong_credentials
from tests.strict.secret_hash import check_secret_hash
from tests.strict.sessions import Pending, Sessions

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"

_PREFIX = "userAttributes."

_GIVEN_ONCE = ("email", "phone_number")
"""Attributes that the challenge must not be answered with where the user has them already."""


class Admission:
    """Lets users in."""

    def __init__(self, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._refresh_tokens = refresh_tokens
        self._now = now
        self._sessions: Sessions[None] = Sessions()

    def admit(self, client: AppClient, user: User) -> Body:
        """Returns the tokens, or the challenge that stands before them."""
        if not user.enabled:
            raise not_authorized("User is disabled.")
        if user.status is UserStatus.UNCONFIRMED:
            raise Refusal("UserNotConfirmedException", "User is not confirmed.")
        if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
            return self._refresh_tokens.issue(client, user)
        if user.password_expires_at is not None and self._now() >= user.password_expires_at:
            raise not_authorized("Temporary password has expired and must be reset by an administrator.")
        return self._new_password_challenge(client, user)

    def with_new_password(self, client: AppClient, session: str, given: Answers) -> Body:
        """Takes the answer to NEW_PASSWORD_REQUIRED. A password that breaks the policy keeps the session."""
        username, password = needed(given, "USERNAME"), needed(given, "NEW_PASSWORD")
        check_secret_hash(client, username, given)
        user = self._sessions.look(session, client, self._now()).user
        if user is None or username != user.username:
            raise wrong_credentials()
        check_password(password)
        self._sessions.burn(session)
        user.attributes.update(_attributes_of(client, user, given))
        user.password, user.status, user.password_expires_at = password, UserStatus.CONFIRMED, None
        return self._refresh_tokens.issue(client, user)

    def _new_password_challenge(self, client: AppClient, user: User) -> Body:
        missing = [_PREFIX + name for name in client.pool.missing_attributes(user)]
        return {
            "ChallengeName": NEW_PASSWORD_REQUIRED,
            "Session": self._sessions.open(Pending(client, user, None, self._now() + client.session_validity)),
            "ChallengeParameters": {
                "USER_ID_FOR_SRP": user.username,
                "requiredAttributes": json.dumps(missing),
                "userAttributes": json.dumps(user.attributes),
            },
        }


def _attributes_of(client: AppClient, user: User, given: Answers) -> dict[str, str]:
    attributes = {name.removeprefix(_PREFIX): value for name, value in given.items() if name.startswith(_PREFIX)}
    for name in client.pool.missing_attributes(user):
        if not attributes.get(name):
            raise invalid_parameter(f"Invalid attributes given, {name} is missing")
    for name in _GIVEN_ONCE:
        if name in attributes and name in user.attributes:
            raise not_authorized(f"Cannot modify an already provided {name}")
    return attributes
