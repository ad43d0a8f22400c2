"""The flows that InitiateAuth knows: how each begins. A further one is one more entry in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cognitui.cognito.attempt import Attempt
from cognitui.cognito.srp import new_ephemeral_key
from cognitui.model.errors import FlowUnsupported
from cognitui.model.profile import Flow, Profile
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
    """Returns how the profile's flow begins.

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
    return attempt, attempt.signed({"PASSWORD": attempt.given.password or ""})


def _open_with_srp(attempt: Attempt) -> _Opening:
    key = new_ephemeral_key()
    return replace(attempt, key=key), attempt.signed({"SRP_A": key.public_hex})


_FLOWS: Mapping[Flow, FlowStart] = {
    Flow.USER_PASSWORD_AUTH: FlowStart("USER_PASSWORD_AUTH", _open_with_password),
    Flow.USER_SRP_AUTH: FlowStart("USER_SRP_AUTH", _open_with_srp),
}
