"""What stands over a question that is asked again: a refusal in a few words, as the dialog says whose it is."""

from __future__ import annotations

from cognitui.model.errors import CodeWrong, CognituiError
from cognitui.model.profile import Profile
from cognitui.model.text import inert


def remark_of(refusal: CognituiError, profile: Profile) -> str:
    """Returns why it is asked again: Cognito's words, and first what they mean where they are hard to read."""
    words = refusal.cause.removeprefix(f"{inert(profile.id)}: ")
    return f"That code was not accepted ({words.rstrip('.')})." if isinstance(refusal, CodeWrong) else words
