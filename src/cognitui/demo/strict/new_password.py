"""NEW_PASSWORD_REQUIRED: a temporary password must be changed."""

from __future__ import annotations

import json
from collections.abc import Callable

from cognitui.demo.strict.admission import NEW_PASSWORD_REQUIRED, Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.password_policy import check_password
from cognitui.demo.strict.pools import AppClient, User, UserStatus
from cognitui.demo.strict.refusal import invalid_parameter, not_authorized, wrong_credentials
from cognitui.demo.strict.sessions import Sessions

_PREFIX = "userAttributes."

_GIVEN_ONCE = ("email", "phone_number")
"""Attributes that the challenge must not be answered with where the user has them already."""


class NewPassword:
    """Takes the password that replaces a temporary one, and the attributes that are missing."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Tells which attributes are missing."""
        user = _known(attempt)
        missing = [_PREFIX + name for name in attempt.client.pool.missing_attributes(user)]
        return challenge(
            NEW_PASSWORD_REQUIRED,
            self._sessions.open(attempt, None),
            USER_ID_FOR_SRP=user.username,
            requiredAttributes=json.dumps(missing),
            userAttributes=json.dumps(user.attributes),
        )

    def answer(self, response: Response) -> Body:
        """A password that breaks the policy keeps the session."""
        password = response.needed("NEW_PASSWORD")
        attempt = self._sessions.answered(response).attempt
        check_password(password)
        self._sessions.burn(response.session)
        user = _known(attempt)
        user.attributes.update(_attributes_of(response.client, user, response.given))
        user.password, user.status, user.password_expires_at = password, UserStatus.CONFIRMED, None
        return self._admission.admit(attempt)


def _known(attempt: Attempt) -> User:
    if attempt.user is None:
        raise wrong_credentials()
    return attempt.user


def _attributes_of(client: AppClient, user: User, given: Answers) -> dict[str, str]:
    attributes = {name.removeprefix(_PREFIX): value for name, value in given.items() if name.startswith(_PREFIX)}
    for name in client.pool.missing_attributes(user):
        if not attributes.get(name):
            raise invalid_parameter(f"Invalid attributes given, {name} is missing")
    for name in _GIVEN_ONCE:
        if name in attributes and name in user.attributes:
            raise not_authorized(f"Cannot modify an already provided {name}")
    return attributes
