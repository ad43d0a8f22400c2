"""Auth flows of InitiateAuth: how each begins. Another flow is another entry in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.model.errors import FlowUnsupported
from cognitui.model.profile import Flow, PreferredChallenge, Profile
from cognitui.model.text import inert

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import AuthFlowTypeType

_Opening = tuple[Attempt, dict[str, str]]


@dataclass(frozen=True, slots=True)
class FlowStart:
    """How a flow begins."""

    cognito_name: AuthFlowTypeType
    open: Callable[[Attempt], _Opening]
    """Returns the attempt and the AuthParameters of its first call."""


def flow_of(profile: Profile) -> FlowStart:
    """Return how the profile's flow begins.

    Raises:
        FlowUnsupported: This version has no such flow.
    """
    flow = _FLOWS.get(profile.flow)
    if flow is None:
        raise FlowUnsupported(
            f"{inert(profile.id)} signs in by {profile.flow.value}, which this version of cognitui cannot do."
        )
    return flow


def _open_with_password(attempt: Attempt) -> _Opening:
    return attempt, attempt.with_device(attempt.signed({"PASSWORD": attempt.given.password or ""}))


def _open_with_srp(attempt: Attempt) -> _Opening:
    attempt = attempt.with_key()
    return attempt, attempt.with_device(attempt.signed(_public_key(attempt)))


def _open_with_choice(attempt: Attempt) -> _Opening:
    """USER_AUTH: straight to the preferred factor, or to the list of those that there are."""
    preferred = attempt.profile.fields.preferred_challenge
    parameters: dict[str, str] = {"PREFERRED_CHALLENGE": preferred.value} if preferred else {}
    if preferred is PreferredChallenge.PASSWORD:
        parameters["PASSWORD"] = attempt.given.password or ""
    if preferred is PreferredChallenge.PASSWORD_SRP:
        attempt = attempt.with_key()
        parameters |= _public_key(attempt)
    return attempt, attempt.with_device(attempt.signed(parameters))


def _open_custom(attempt: Attempt) -> _Opening:
    """CUSTOM_AUTH: the triggers begin, or SRP comes first (CHALLENGE_NAME is SRP_A)."""
    if not attempt.profile.fields.srp_first:
        return attempt, attempt.with_device(attempt.signed({}))
    attempt = attempt.with_key()
    return attempt, attempt.with_device(attempt.signed({"CHALLENGE_NAME": "SRP_A", **_public_key(attempt)}))


def _public_key(attempt: Attempt) -> dict[str, str]:
    return {"SRP_A": attempt.key.public_hex} if attempt.key else {}


_FLOWS: Mapping[Flow, FlowStart] = {
    Flow.USER_PASSWORD_AUTH: FlowStart("USER_PASSWORD_AUTH", _open_with_password),
    Flow.USER_SRP_AUTH: FlowStart("USER_SRP_AUTH", _open_with_srp),
    Flow.ADMIN_USER_PASSWORD_AUTH: FlowStart("ADMIN_USER_PASSWORD_AUTH", _open_with_password),
    Flow.USER_AUTH: FlowStart("USER_AUTH", _open_with_choice),
    Flow.CUSTOM_AUTH: FlowStart("CUSTOM_AUTH", _open_custom),
}
