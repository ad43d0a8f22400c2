"""Step-up in USER_AUTH: TARGET_ACR_VALUES, MAX_AGE, and the ACCESS_TOKEN whose methods count.

The names of the errors follow the API reference; their texts are not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cognitui.demo.strict.authentication_levels import FEATURE, Method, known_levels, level_of, target_of
from cognitui.demo.strict.errors import invalid_parameter, not_authorized
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.pools import SELF_SERVICE
from cognitui.demo.strict.sessions import Attempt, Step
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.tokens import AccessTokens

_VALUES, _AGE, _TOKEN = "TARGET_ACR_VALUES", "MAX_AGE", "ACCESS_TOKEN"


class StepUp:
    """Reader of these parameters."""

    def __init__(self, access_tokens: AccessTokens, now: Callable[[], float]) -> None:
        self._access_tokens = access_tokens
        self._now = now

    def prepared(self, attempt: Attempt, given: StringMap) -> Attempt:
        """Return the attempt with its target, and with the methods that an access token proves.

        Raises:
            Refusal: The plan lacks it, no value is known, the user cannot reach any, the token is not the user's, or
                it already has the level.
        """
        age = _age(given)
        if _VALUES not in given:
            if _TOKEN in given:
                raise invalid_parameter(f"{_VALUES} is required when {_TOKEN} is provided.")
            return attempt
        pool, user = attempt.client.pool, attempt.user
        pool.check_tier(Tier.ESSENTIALS, FEATURE)
        levels = known_levels(pool, given[_VALUES])
        if not levels:
            raise invalid_parameter(f"{_VALUES} has no valid ACR value.")
        have = self._proven(attempt, given[_TOKEN], age) if _TOKEN in given else frozenset()
        if user is None:
            return attempt
        target = target_of(pool, user, have, levels)
        if target is None:
            raise invalid_parameter("The user does not have the authentication factors for the requested ACR values.")
        if have and level_of(have) >= target:
            raise invalid_parameter("The access token already satisfies the requested ACR value.")
        passed = {Step.FIRST_FACTOR, *((Step.MFA,) if len(have) > 1 else ())} if have else set()
        return replace(attempt, methods=have, target=target, passed=attempt.passed | passed)

    def _proven(self, attempt: Attempt, token: str, age: int | None) -> frozenset[Method]:
        """Return the methods of a token; none if its sign-in is too old, which makes this a new one."""
        bearer = self._access_tokens.bearer(token, SELF_SERVICE)
        if bearer.user is not attempt.user:
            raise not_authorized("Access Token does not belong to the user.")
        claims = bearer.token.claims
        signed_in, amr = claims.get("auth_time"), claims.get("amr")
        is_old = age is not None and isinstance(signed_in, int | float) and self._now() - signed_in > age
        words = amr if isinstance(amr, list) and not is_old else []
        return frozenset(method for method in Method if method in words)


def _age(given: StringMap) -> int | None:
    text = given.get(_AGE)
    if text is not None and not (text.isascii() and text.isdecimal()):
        raise invalid_parameter(f"{_AGE} must be a non-negative integer.")
    return int(text) if text is not None else None
