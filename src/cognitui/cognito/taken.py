"""Which secrets hold by now: those that Cognito has put in the place of former ones, however the sign-in ends."""

from __future__ import annotations

from cognitui.cognito.attempt import Attempt
from cognitui.cognito.detours import DETOURS
from cognitui.model.challenge import Challenge, Step, begins_with_password
from cognitui.model.struct import replace


def telling(step: Step) -> Step:
    """Returns a step whose question tells which secrets hold."""
    if not isinstance(step, Challenge):
        return step
    assert isinstance(step.state, Attempt)
    return replace(step, taken=step.state.replaced)


def proven(step: Step) -> Step:
    """Returns what a start with a new password has brought: a challenge comes after that one has served."""
    if not isinstance(step, Challenge) or step.kind in DETOURS:
        return step
    attempt = step.state
    assert isinstance(attempt, Attempt)
    if attempt.given.password is None or not begins_with_password(attempt.profile):
        return step
    return replace(step, state=attempt.with_new_password(attempt.given.password))
