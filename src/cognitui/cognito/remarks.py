"""What stands over a question: why it is asked again, in a few words, as the dialog says whose it is."""

from __future__ import annotations

from cognitui.cognito.needs import PASSWORD
from cognitui.model.challenge import Challenge, Step
from cognitui.model.errors import CodeWrong, CognituiError, Unreachable
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert

MAY_HOLD = "The new password may hold already: try it, and then the former one."

NOT_SET = "The new password was not set: the former one holds."

OVER = "The session was over: the sign-in began anew, and a code or picture from before is of no use."


def remark_of(refusal: CognituiError, profile: Profile) -> str:
    """Returns why it is asked again: Cognito's words, and first what they mean where they are hard to read."""
    words = refusal.cause.removeprefix(f"{inert(profile.id)}: ")
    return f"That code was not accepted ({words.rstrip('.')})." if isinstance(refusal, CodeWrong) else words


def remarked(step: Step, why: str) -> Step:
    """Returns a step whose question says why it is asked again, unless it says so itself."""
    return replace(step, remark=step.remark or why) if isinstance(step, Challenge) else step


def with_outage(step: Step, outage: Unreachable) -> Step:
    """Returns what a start has brought after the word on an answer was lost, with a word on that."""
    if not isinstance(step, Challenge):
        return step
    why = NOT_SET if step.kind == PASSWORD.kind else step.remark
    return replace(step, remark=" ".join(filter(None, (outage.cause, why))))
