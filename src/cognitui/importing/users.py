"""Users in a list: which of them a search means, and what a person should know of them."""

from __future__ import annotations

from cognitui.model.directory import PoolDetails, UserEntry


def searched_by(pool: PoolDetails, letters: str) -> str:
    """Returns the attribute that some letters are looked for in: what a user of the pool types at the sign-in.

    AWS, ListUsers: one attribute at a time, and its beginning.
    """
    if letters.startswith("+"):
        return "phone_number"
    return "email" if "@" in letters or "email" in pool.signs_in_by else "username"


def standing_of(user: UserEntry) -> str:
    """Returns what stands in the way of a sign-in, in Cognito's words; empty for a user who is in order."""
    status = "" if user.status == "CONFIRMED" else user.status
    provider = user.identity_provider if user.is_federated else ""
    return "  ".join(filter(None, ("" if user.enabled else "disabled", status, provider)))
