"""Which users a search means: AWS looks into one attribute at a time, and at its beginning."""

from __future__ import annotations

from cognitui.model.directory import PoolDetails


def searched_by(pool: PoolDetails, letters: str) -> str:
    """Returns the attribute that some letters are looked for in: what a user of the pool types at the sign-in."""
    if letters.startswith("+"):
        return "phone_number"
    return "email" if "@" in letters or "email" in pool.signs_in_by else "username"
