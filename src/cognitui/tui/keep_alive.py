"""When the tokens that are kept alive are renewed: before they end, spread out, and less often where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cognitui.model.struct import Frozen, replace
from cognitui.model.token import Lifetime

_FIRST_RETRY = 15.0
_LAST_RETRY = 300.0


class Kept(Frozen, frozen=True):
    """A profile whose token is kept alive."""

    due_at: float
    """When it is renewed next; seconds since the epoch."""
    failures: int = 0
    """How often in a row that failed."""
    agreed: bool = False
    """Whether a person said yes to it."""


class KeepAlive:
    """What is kept alive, by the id of a profile. It renews nothing itself."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        """Takes what returns another number from 0 to 1 each time: a hundred profiles must not renew in one second."""
        self._jitter = jitter
        self._kept: Mapping[str, Kept] = {}

    @property
    def ids(self) -> frozenset[str]:
        """The profiles."""
        return frozenset(self._kept)

    def keep(self, profile_id: str, life: Lifetime | None, now: float, *, agreed: bool = False) -> None:
        """Begins with a profile, `agreed` where a person said yes; a token that is not there is due at once."""
        due_at = now if life is None else self._renewal_of(life)
        self._kept = {**self._kept, profile_id: Kept(due_at, agreed=agreed)}

    def renewed(self, profile_id: str, life: Lifetime) -> None:
        """Goes on after a renewal."""
        kept = replace(self._kept[profile_id], due_at=self._renewal_of(life), failures=0)
        self._kept = {**self._kept, profile_id: kept}

    def is_agreed(self, profile_id: str) -> bool:
        """Returns whether a person said yes to it."""
        return profile_id in self._kept and self._kept[profile_id].agreed

    def stop(self, profile_id: str) -> None:
        """Keeps a profile alive no more."""
        self._kept = {id_: kept for id_, kept in self._kept.items() if id_ != profile_id}

    def keep_only(self, ids: Iterable[str]) -> None:
        """Stops for profiles that are no more."""
        there = frozenset(ids)
        self._kept = {id_: kept for id_, kept in self._kept.items() if id_ in there}

    def due(self, now: float) -> tuple[str, ...]:
        """Returns the profiles whose tokens are to be renewed now."""
        return tuple(id_ for id_, kept in self._kept.items() if kept.due_at <= now)

    def failed(self, profile_id: str, now: float) -> float:
        """Notes a failure that may pass; returns the seconds until the next try."""
        kept = self._kept[profile_id]
        pause = min(_LAST_RETRY, _FIRST_RETRY * 2.0**kept.failures) * (1 + self._jitter()) / 2
        self._kept = {**self._kept, profile_id: replace(kept, due_at=now + pause, failures=kept.failures + 1)}
        return pause

    def _renewal_of(self, life: Lifetime) -> float:
        """Before it is told to be running out, by up to a tenth of its life."""
        return life.expiring_from - self._jitter() * life.length / 10
