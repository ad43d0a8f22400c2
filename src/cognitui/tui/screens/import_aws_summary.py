"""The summary of what was chosen in an AWS account."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from cognitui.importing.endpoint import told_of
from cognitui.importing.trail import Trail, secret_of
from cognitui.services import Services
from cognitui.tui.screens.import_summary import Draft, ImportSummary, Typed, fact, kept_in

_NAMED = 5
"""Users that are named; of more, their number is told."""


class AwsSummary(ImportSummary):
    """Pool, app client and users are chosen; the secret is fetched once it is to be kept."""

    def __init__(self, trail: Trail, services: Services, typed: Typed) -> None:
        """Takes what was chosen, the parts, and what was typed before."""
        super().__init__(services, typed)
        self._trail = trail

    @property
    def proposed_names(self) -> tuple[str, ...]:
        """What the profiles are called, where nobody says."""
        return self._trail.names

    @property
    def pool(self) -> tuple[str, str]:
        """The pool's id and name."""
        return (self._trail.pool.id, self._trail.pool.name) if self._trail.pool else ("", "")

    def compose_source(self) -> ComposeResult:
        """What was chosen."""
        trail = self._trail
        if trail.pool and trail.client:
            yield from fact("Pool", f"{trail.pool.name}  {trail.pool.id}")
            yield from fact("App client", f"{trail.client.name}  {trail.client.id}")
        yield from fact("Signs in by", ", ".join(trail.ways))
        if trail.users:
            names = ", ".join(login.username for login in trail.logins[:_NAMED])
            more = f" and {len(trail.logins) - _NAMED} more" if len(trail.logins) > _NAMED else ""
            yield from fact("Users" if len(trail.users) > 1 else "User", f"{names}{more}")
        if trail.endpoint_url:
            yield from fact("At", told_of(trail.endpoint_url))
        yield from fact("Client secret", kept_in(self._services) if trail.has_secret else "none")

    def drafting(self, environment: str, names: Sequence[str]) -> Draft:
        """Returns what fetches the secret and makes the profiles."""
        trail, directory = self._trail, self._services.directory
        return lambda: trail.drafts(environment, names, secret_of(trail, directory))
