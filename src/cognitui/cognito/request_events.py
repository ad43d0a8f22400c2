"""Request hook: reports each request before it is sent, to the log and, for a server that is not AWS, to the user."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.endpoints import foreign_endpoint, foreign_server
from cognitui.model.profile import Profile
from cognitui.model.text import inert


class RequestEvents:
    """Called by the providers before each request; a run has one."""

    def __init__(self, *, warn: Callable[[str], None] | None = None, log: Callable[[str], None] | None = None) -> None:
        """Store the listeners.

        Args:
            warn: Receives a warning once per run and server that is not AWS's; None for no warnings.
            log: Receives what is requested for which profile; never a secret or an answer.
        """
        self._warn = warn
        self._log = log
        self._warned: set[str] = set()

    def before(self, profile: Profile, what: str, *, with_token: bool = False) -> None:
        """Report a request.

        Args:
            profile: Whose request.
            what: "sign-in", "refresh".
            with_token: Whether a token is sent: that goes to the endpoint even if the sign-in was at the domain.
        """
        server = foreign_server(profile)
        if with_token:
            server = foreign_endpoint(profile) or server
        if self._log is not None:
            self._log(inert(f"{what} of {profile.id} at {server or 'AWS'}"))
        if server and self._warn is not None and server not in self._warned:
            self._warned.add(server)
            self._warn(f"{inert(profile.id)} signs in at {inert(server)}, which is not AWS.")
