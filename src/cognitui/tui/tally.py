"""How many tokens of an environment live, without looking at each profile each second."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.model.profile import Profile
from cognitui.model.token import Expiries, Lifetime, TokenState
from cognitui.tui.widgets.environment_bar import Tally


class Tallier:
    """Finds the tokens of an environment once, and counts them as often as it is asked."""

    def __init__(self, profiles: tuple[Profile, ...], expiries: Mapping[str, Expiries]) -> None:
        """Takes the profiles of the environment and what is known of all tokens."""
        # Most profiles have never had a token: without any, none of their keys is worked out.
        keys = {profile.token_key for profile in profiles} if expiries else set()
        self._lives: list[Lifetime] = [
            life.access for key, life in expiries.items() if key in keys and life.access is not None
        ]

    def count(self, now: float) -> Tally:
        """Returns how many live and how many of those end soon."""
        states = [life.state(now) for life in self._lives]
        return Tally(live=states.count(TokenState.VALID), expiring=states.count(TokenState.EXPIRING))
