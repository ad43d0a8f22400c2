"""What a file offers to choose from, without its secrets: nobody knows how long a person thinks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cognitui.importing.detect import FoundPool
from cognitui.importing.found_clients import FoundClient
from cognitui.importing.from_file import FoundFile, client_named, client_of, flow_for, found_in, place_of, pool_of
from cognitui.importing.naming import name_without_user, names_for
from cognitui.importing.new_profile import NewProfile, fields_of, needs_user
from cognitui.model.directory import ClientDetails
from cognitui.model.errors import UsageError
from cognitui.model.frozen import Frozen, replace
from cognitui.model.profile import Flow


class FileChoice(Frozen, frozen=True):
    """A file, and what is known of its pools and their app clients."""

    path: str
    wrote_it: str
    pools: tuple[FoundPool, ...]
    """Their clients without their secrets."""
    with_secret: frozenset[tuple[str, str]] = frozenset()
    """The ids of the pools and clients whose secret stands in the file."""
    notes: tuple[str, ...] = ()
    """What a person should know of the file, a sentence each; inert."""

    @classmethod
    def of(cls, file: FoundFile) -> FileChoice:
        """Returns what a file offers."""
        pools = file.found.pools
        return cls(
            file.path,
            file.wrote_it,
            tuple(
                replace(pool, clients=tuple(replace(client, secret="") for client in pool.clients)) for pool in pools
            ),
            frozenset((pool.id, client.id) for pool in pools for client in pool.clients if client.secret),
            tuple(file.notes()),
        )

    def pool(self, pool_id: str) -> FoundPool:
        """Returns one of its pools."""
        return next(pool for pool in self.pools if pool.id == pool_id)

    def client(self, pool_id: str, client_id: str) -> ClientDetails:
        """Returns an app client of a pool, named as the file names it; of another one only the id is known."""
        pool = self.pool(pool_id)
        found = next((client for client in pool.clients if client.id == client_id), None)
        return replace(client_of(pool, found or FoundClient(client_id, client_id)), name=found.label if found else "")

    def flow(self, pool_id: str, client_id: str, users: Sequence[str]) -> Flow:
        """Returns how an app client signs in, with or without a user."""
        return flow_for(self.client(pool_id, client_id), users)

    def needs_user(self, pool_id: str, client_id: str) -> bool:
        """Returns whether nobody can sign in where no user is named."""
        return needs_user(self.flow(pool_id, client_id, ()))

    def names(self, pool_id: str, client_id: str, users: Sequence[str]) -> tuple[str, ...]:
        """Returns what the profiles are called, where nobody says; an empty text where a user is still to be named."""
        flow = self.flow(pool_id, client_id, users)
        logins = users if needs_user(flow) else ()
        if logins:
            return names_for(logins)
        return ("",) if self.needs_user(pool_id, client_id) else (name_without_user("", client_id, flow),)

    def drafts(
        self, pool_id: str, client_id: str, users: Sequence[str], environment: str, names: Sequence[str]
    ) -> tuple[NewProfile, ...]:
        """Returns the profiles to be; reads the file once more for the secret, and may block.

        Raises:
            UsageError: No app client or no user is named, no client can have that id, the flow lacks a domain, or the
                file cannot be read any more.
        """
        if not client_id:
            raise UsageError("No app client is named.", fix="Type its id.")
        if not self.pool(pool_id).clients:
            client_named(client_id)
        flow = self.flow(pool_id, client_id, users)
        if needs_user(flow) and not users:
            raise UsageError(f"{flow.value} needs a user.", fix="Type a username.")
        found = self.pool(pool_id)
        place, pool, client = place_of(found), pool_of(found), self.client(pool_id, client_id)
        secret = self._secret_of(pool_id, client_id)
        logins = users if needs_user(flow) else ("",)
        return tuple(
            NewProfile(environment, name, fields_of(place, pool, client, flow, login), secret)
            for name, login in zip(names, logins, strict=True)
        )

    def _secret_of(self, pool_id: str, client_id: str) -> str:
        if (pool_id, client_id) not in self.with_secret:
            return ""
        clients = found_in(Path(self.path)).found.pool(pool_id).clients
        return next((client.secret for client in clients if client.id == client_id), "")
