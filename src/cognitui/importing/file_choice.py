"""What a file offers to choose from, without its secrets: nobody knows how long a person thinks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cognitui.importing.found import Found
from cognitui.importing.found_clients import FoundClient
from cognitui.importing.from_file import FoundFile, client_of, flow_for, found_in, place_of, pool_of
from cognitui.importing.naming import name_without_user, names_for
from cognitui.importing.new_profile import NewProfile, fields_of, needs_user
from cognitui.model.directory import ClientDetails
from cognitui.model.errors import UsageError
from cognitui.model.frozen import Frozen, replace
from cognitui.model.profile import Flow


class FileChoice(Frozen, frozen=True):
    """A file, and what is known of its app clients."""

    path: str
    wrote_it: str
    found: Found
    """Without its clients."""
    clients: tuple[ClientDetails, ...] = ()
    """Without their secrets, and named as the file names them."""
    with_secret: frozenset[str] = frozenset()
    """The ids of those whose secret stands in the file."""

    @classmethod
    def of(cls, file: FoundFile) -> FileChoice:
        """Returns what a file offers."""
        found = file.found
        clients = (replace(client_of(found, client), secret="", name=client.label) for client in found.clients)
        return cls(
            file.path,
            file.wrote_it,
            replace(found, clients=()),
            tuple(clients),
            frozenset(client.id for client in found.clients if client.secret),
        )

    def client(self, client_id: str) -> ClientDetails:
        """Returns an app client; one that the file does not tell of has what it says of all."""
        found = next((client for client in self.clients if client.id == client_id), None)
        return found or client_of(self.found, FoundClient(client_id, client_id))

    def flow(self, client_id: str, users: Sequence[str]) -> Flow:
        """Returns how an app client signs in, with or without a user."""
        return flow_for(self.found, self.client(client_id), users)

    def needs_user(self, client_id: str) -> bool:
        """Returns whether nobody can sign in where no user is named."""
        return needs_user(self.flow(client_id, ()))

    def names(self, client_id: str, users: Sequence[str]) -> tuple[str, ...]:
        """Returns what the profiles are called, where nobody says; an empty text where a user is still to be named."""
        flow = self.flow(client_id, users)
        logins = users if needs_user(flow) else ()
        if logins:
            return names_for(logins)
        return ("",) if self.needs_user(client_id) else (name_without_user("", client_id, flow),)

    def drafts(
        self, pool_id: str, client_id: str, users: Sequence[str], environment: str, names: Sequence[str]
    ) -> tuple[NewProfile, ...]:
        """Returns the profiles to be; reads the file once more for the secret, and may block.

        Raises:
            UsageError: No app client or no user is named, the flow lacks a domain, or the file cannot be read any more.
        """
        if not client_id:
            raise UsageError("No app client is named.", fix="Type its id.")
        flow = self.flow(client_id, users)
        if needs_user(flow) and not users:
            raise UsageError(f"{flow.value} needs a user.", fix="Type a username.")
        pool, client, secret = pool_of(self.found, pool_id), self.client(client_id), self._secret_of(client_id)
        logins = users if needs_user(flow) else ("",)
        return tuple(
            NewProfile(environment, name, fields_of(place_of(self.found), pool, client, flow, login), secret)
            for name, login in zip(names, logins, strict=True)
        )

    def _secret_of(self, client_id: str) -> str:
        if client_id not in self.with_secret:
            return ""
        clients = found_in(Path(self.path)).found.clients
        return next((client.secret for client in clients if client.id == client_id), "")
