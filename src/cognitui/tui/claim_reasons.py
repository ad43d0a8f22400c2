"""Why nothing can be done now with the claims of the shown token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.token import TokenKind

if TYPE_CHECKING:
    from cognitui.tui.reasons import Situation

_OF_A_TOKEN = {"mark": "marked", "compare": "compared", "compare_former": "compared", "raw_token": "shown raw"}
"""The actions that need an open token, and what would be done to it."""

CLAIM_ACTIONS = frozenset({*_OF_A_TOKEN, "copy_claim"})


def why_no_claims(action_id: str, situation: Situation) -> str:
    """Returns why one of `CLAIM_ACTIONS` cannot be done now, or an empty text where it can."""
    if action_id == "copy_claim":
        return _why_not_copied(situation)
    if situation.view is not None:
        return f"Only a token can be {_OF_A_TOKEN[action_id]}."
    if situation.kind is TokenKind.REFRESH:
        return "A refresh token has no claims, and is never shown."
    if situation.kind not in situation.entry.tokens:
        return "Get the token first."
    if action_id == "compare":
        return _why_not_compared(situation)
    if action_id == "compare_former" and situation.kind not in situation.entry.former:
        return "There is none before it: it was not renewed since it was opened."
    return ""


def _why_not_compared(situation: Situation) -> str:
    if situation.marked is None:
        return f"Mark a token with {situation.key('mark')} first, then show another one."
    if situation.marked == situation.entry.tokens[situation.kind]:
        return "This is the marked token: show another one."
    return ""


def _why_not_copied(situation: Situation) -> str:
    return "" if situation.claim else "There is no claim under the cursor."
