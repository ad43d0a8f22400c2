"""How many tokens of an environment live, without looking at each profile each second."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from cognitui.model.profile import Profile
from cognitui.model.token import Expiries
from cognitui.tui.widgets.environment_bar import Tally


class Tallier:
    """Finds the tokens of an environment once, and counts them as often as it is asked."""

    def __init__(self, profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> None:
        """Takes the profiles of the environment and what is known of all tokens."""
        # Most profiles have never had a token: without any, none of their keys is worked out.
        keys = {profile.token_key for profile in profiles} if expiries else set()
        lives = [life.access for key, life in expiries.items() if key in keys and life.access is not None]
        self._warnings = sorted(life.expiring_from for life in lives)
        self._ends = sorted(life.expires_at for life in lives)

    def count(self, now: float) -> Tally:
        """Returns how many live and how many of those end soon."""
        ended, warned = bisect_right(self._ends, now), bisect_right(self._warnings, now)
        return Tally(live=len(self._ends) - warned, expiring=warned - ended)
