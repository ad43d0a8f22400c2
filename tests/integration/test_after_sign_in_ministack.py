"""What follows a sign-in, against another Cognito than our own strict one: ministack."""

from __future__ import annotations

import msgspec
import pytest

from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import GivenSecrets, SignedIn
from cognitui.model.errors import IdentityPoolRefused, RefreshTokenDead
from cognitui.model.profile import Profile
from cognitui.model.token import TokenSet
from tests.integration.cognito_server import Ministack
from tests.unit.fakes import FakeClock

pytestmark = pytest.mark.xdist_group("cognito")

PASSWORD = "Passw0rd!"


class Desk:
    """A user of ministack who has signed in, and our calls in front of it."""

    def __init__(self, ministack: Ministack) -> None:
        self._ministack = ministack
        self.pool = ministack.make_pool("after")
        self.client = ministack.make_client(self.pool)
        ministack.make_user(self.pool, "alice", PASSWORD)
        self.profile = ministack.profile("dev/alice", self.pool, self.client, "alice")
        clock = FakeClock()
        self.api = UserPoolApi(clock)
        self.after = UserPoolProvider(self.api, clock)
        self.identity_pools = IdentityPoolApi(self.api.transport)
        step = self.after.start(self.profile, GivenSecrets(PASSWORD))
        assert isinstance(step, SignedIn)
        self.tokens: TokenSet = step.tokens

    def with_identity_pool(self, client_id: str) -> Profile:
        identity_pool = self._ministack.make_identity_pool(self.pool, client_id, "after")
        own = msgspec.structs.replace(self.profile.own, identity_pool_id=identity_pool)
        return msgspec.structs.replace(self.profile, own=own)

    @property
    def id_token(self) -> str:
        assert self.tokens.id is not None
        return self.tokens.id.value

    @property
    def refresh_token(self) -> str:
        assert self.tokens.refresh is not None
        return self.tokens.refresh.value


@pytest.fixture
def at(ministack: Ministack) -> Desk:
    return Desk(ministack)


def test_the_user_is_reported(at: Desk) -> None:
    told = at.after.user(at.profile, at.tokens.access.value)

    assert (told.source_call, told.claims["username"]) == ("GetUser", "alice")


def test_a_revoked_refresh_token_is_refused(at: Desk) -> None:
    at.after.revoke(at.profile, at.refresh_token, at.client.secret)

    with pytest.raises(RefreshTokenDead):
        at.api.tokens_from_refresh_token(at.profile, at.refresh_token, at.client.secret)


def test_a_global_sign_out_ends_the_refresh_token(at: Desk) -> None:
    at.after.sign_out_everywhere(at.profile, at.tokens.access.value)

    with pytest.raises(RefreshTokenDead):
        at.api.tokens_from_refresh_token(at.profile, at.refresh_token, at.client.secret)


def test_an_identity_pool_gives_credentials_for_the_name_that_the_token_bears(at: Desk) -> None:
    given = at.identity_pools.credentials(at.with_identity_pool(at.client.id), at.id_token)

    assert given.access_key_id.startswith("ASIA")


def test_an_identity_pool_of_another_client_is_reported_as_that(at: Desk) -> None:
    with pytest.raises(IdentityPoolRefused):
        at.identity_pools.credentials(at.with_identity_pool("another-client"), at.id_token)
