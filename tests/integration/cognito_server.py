"""Another Cognito than our own for tests: ministack, started once for those that ask for it.

Tests that use the fixture are marked `@pytest.mark.xdist_group("cognito")`, so that they share one server.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from tests.servers.directory import Directory, RegisteredClient, Server
from tests.servers.emulators import MINISTACK, running
from tests.servers.environments import need


class Ministack(Directory):
    """A server that runs, with what makes pools, clients and users on it, and profiles that lead to them."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.server = server

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return self.server.endpoint

    def profile(
        self, id_: str, pool: str, client: RegisteredClient, username: str, flow: Flow = Flow.USER_SRP_AUTH
    ) -> Profile:
        """Return the profile `environment/name` of a user of a client."""
        environment, name = id_.split("/")
        return Profile(
            environment=Environment(name=environment),
            name=name,
            own=ProfileFields(
                user_pool_id=pool, client_id=client.id, username=username, flow=flow, endpoint_url=self.endpoint
            ),
        )


@pytest.fixture(scope="session")
def ministack_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Only the process."""
    need(MINISTACK.environment)
    folder: Path = tmp_path_factory.mktemp("ministack")
    with running(MINISTACK, folder) as directory:
        yield directory.server


@pytest.fixture(scope="session")
def ministack(ministack_server: Server) -> Ministack:
    """A Cognito without a pool; each test makes those that it needs."""
    return Ministack(ministack_server)
