"""Authentication levels of a profile's tokens: what a request wants, and what a token lacks."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.authentication_level import Authentication, LevelNames, WantedLevel, authentication_of
from cognitui.model.errors import BadToken, CognituiError, LevelNotReached, UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import Token
from cognitui.tokens.interfaces import LevelDirectory

_LONGEST_SIGN_IN = 60
"""Seconds that may pass between the user's last answer and the check of the token; `max_age` may be 0."""


class Levels:
    """Compares tokens with what their profiles want."""

    def __init__(self, directory: LevelDirectory | None, clock: Callable[[], float]) -> None:
        """Store the parts.

        Args:
            directory: Returns the pool's own names of levels; None if only the order in the profile counts.
            clock: Returns the seconds since the epoch.
        """
        self._directory = directory
        self._clock = clock
        self._of_pools: dict[str, LevelNames] = {}

    def lacking(self, profile: Profile, token: Token | None) -> str:
        """Return what a token lacks, in one inert sentence; empty if it is enough, or nothing is wanted."""
        return self._shortfall(profile, profile.wanted_level, token)

    def is_recent(self, profile: Profile, token: Token) -> bool:
        """Return whether the sign-in of a token is recent enough, so that a step-up may build on it."""
        return profile.wanted_level.is_recent(self._authentication(token))

    def check(self, profile: Profile, token: Token) -> None:
        """Raise LevelNotReached if a new sign-in has not brought what was wanted."""
        wanted = profile.wanted_level
        if wanted.max_age is not None:
            wanted = replace(wanted, max_age=max(wanted.max_age, _LONGEST_SIGN_IN))
        if lacking := self._shortfall(profile, wanted, token):
            raise not_reached(profile, lacking)

    def _shortfall(self, profile: Profile, wanted: WantedLevel, token: Token | None) -> str:
        if not wanted:
            return ""
        found = self._authentication(token) if token is not None else Authentication()
        return wanted.shortfall(found, self._names(profile, found))

    def _authentication(self, token: Token) -> Authentication:
        # Costs 4 ms, and few profiles want a level.
        from cognitui.model.claims import decode

        try:
            claims = decode(token.value).claims
        except BadToken:
            return Authentication()
        return authentication_of(claims, self._clock(), token.lifetime.issued_at)

    def _names(self, profile: Profile, found: Authentication) -> LevelNames:
        """Return the pool's own names, asked for once a run, and only if a name is not Cognito's."""
        names = profile.level_names
        used = (*profile.wanted_level.acr_values, found.acr)
        if (
            self._directory is None
            or not profile.fields.aws_profile
            or all(not name or names.level_of(name) for name in used)
        ):
            return names
        key = profile.pool_key
        if key not in self._of_pools:
            try:
                self._of_pools[key] = LevelNames(of_pool=self._directory.level_names(profile))
            except CognituiError:
                # The order in the profile must do: the sign-in itself needs no IAM permission.
                self._of_pools[key] = LevelNames()
        return replace(names, of_pool=self._of_pools[key].of_pool)


def not_reached(profile: Profile, lacking: str) -> LevelNotReached:
    """Return the error for a sign-in that lacks something; a flow that cannot ask for a level has another fix."""
    fix = ""
    if not profile.reaches_levels:
        fix = (
            'Set flow = "USER_AUTH" or "authorization_code" in the profile: '
            f"{profile.flow.value} cannot ask for a level. The token is stored."
        )
    return LevelNotReached(f"{inert(profile.id)}: {lacking}", fix=fix)


def refuse_without_levels(profile: Profile) -> None:
    """Raise UsageError if a level is asked for and the profile's tokens have none."""
    if not profile.asked_level or profile.flow not in (Flow.CLIENT_CREDENTIALS, Flow.TOKEN_EXCHANGE):
        return
    if profile.subject is not None:
        fix = f"Step up {profile.subject.id}, whose token it exchanges."
    else:
        fix = "Leave the level out, or use the profile of a user."
    raise UsageError(f"{profile.id} signs in by {profile.flow.value}, which has no authentication level.", fix=fix)
