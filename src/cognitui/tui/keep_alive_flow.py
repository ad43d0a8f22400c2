"""Renews tokens before they end, for as long as nobody is needed for it; each renewal runs in a worker.

It never signs in where nothing is left to renew: somebody has signed out elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.challenge import Challenge
from cognitui.model.duration import rough
from cognitui.model.errors import CognituiError, Unreachable
from cognitui.model.profile import Profile
from cognitui.model.token import Lifetime
from cognitui.services import Services
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tui.background import in_background
from cognitui.tui.keep_alive import KeepAlive

_MORE_THAN_IS_LEFT = 60.0


class KeepAliveFlow:
    """One renewal a profile at a time."""

    def __init__(
        self,
        services: Services,
        kept: KeepAlive,
        *,
        renewed: Callable[[Profile, TokenResult], None],
        asked: Callable[[Profile, Challenge], None],
        tell: Callable[[str], None],
    ) -> None:
        """Takes its surroundings.

        Args:
            services: The parts.
            kept: What is kept alive.
            renewed: Is handed new tokens.
            asked: Is handed what a person must answer.
            tell: Is told why it goes on later, or no more.
        """
        self._services = services
        self._kept = kept
        self._renewed = renewed
        self._asked = asked
        self._tell = tell
        self._underway: set[str] = set()

    def due(self, now: float) -> tuple[str, ...]:
        """Returns the profiles that are to be renewed now and for which nothing runs."""
        return tuple(id_ for id_ in self._kept.due(now) if id_ not in self._underway)

    async def renew(self, profile: Profile, life: Lifetime | None, *, first: bool = False) -> bool:
        """Gets a token that outlasts the one that is there; returns whether it came. What stands in the way is told.

        Args:
            profile: Whose.
            life: Of the token that is there.
            first: A person has just asked to keep it alive, and was told nothing of it yet.
        """
        self._underway.add(profile.id)
        consent = self._kept.is_agreed(profile.id)
        try:
            outcome = await in_background(lambda: self._obtained(profile, life, consent=consent), "keep-alive")
        except Unreachable as error:
            self._try_later(profile, error)
        except CognituiError as error:
            self._stop(profile, error.cause, first=first)
        else:
            return self._take(profile, outcome, first=first)
        finally:
            self._underway.discard(profile.id)
        return False

    def _obtained(self, profile: Profile, life: Lifetime | None, *, consent: bool) -> TokenResult | Challenge:
        # Not a refresh at any price: another program may have got a newer token meanwhile.
        left = max(0.0, life.remaining(self._services.clock())) if life else 0.0
        min_valid = left + _MORE_THAN_IS_LEFT if life else None
        return self._services.broker.get(profile, min_valid=min_valid, policy=TokenPolicy.RENEW, consent=consent)

    def _take(self, profile: Profile, outcome: TokenResult | Challenge, *, first: bool) -> bool:
        if profile.id not in self._kept.ids:
            return False
        if isinstance(outcome, Challenge):
            self._asked(profile, outcome)
            self._stop(profile, f"Cognito asks for {outcome.needs}.", first=first)
            return False
        self._kept.renewed(profile.id, outcome.token.lifetime)
        self._renewed(profile, outcome)
        return True

    def _try_later(self, profile: Profile, error: Unreachable) -> None:
        if profile.id in self._kept.ids:
            pause = self._kept.failed(profile.id, self._services.clock())
            self._tell(f"{profile.id} could not be renewed and is tried again in {rough(pause)}. {error.cause}")

    def _stop(self, profile: Profile, why: str, *, first: bool) -> None:
        if profile.id in self._kept.ids:
            self._kept.stop(profile.id)
            how = "cannot be kept alive" if first else "is kept alive no more"
            self._tell(f"{profile.id} {how}: input required. {why}")
