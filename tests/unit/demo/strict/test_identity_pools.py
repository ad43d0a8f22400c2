"""AWS credentials for an ID token."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cognitui.demo.strict.identity_pools import IdentityPool
from cognitui.demo.strict.issuers import IssuerType
from cognitui.demo.strict.pools import AppClient
from tests.unit.demo.strict.raw import IDENTITY_POOLS, Reply, ask
from tests.unit.demo.strict.world import PASSWORD, World


@dataclass(frozen=True)
class Identities:
    """An identity pool that accepts the ID tokens of a client."""

    world: World
    client: AppClient
    pool: IdentityPool

    def token(self, kind: str = "IdToken", username: str = "", client: AppClient | None = None) -> str:
        started = self.world.start(client or self.client, *([username] if username else []))
        return str(dict(started["AuthenticationResult"])[kind])

    def get_id(self, token: str, provider: str = "") -> Reply:
        logins = {provider or self.pool.provider: token} if token else {}
        return ask(self.world.server, "GetId", IDENTITY_POOLS, IdentityPoolId=self.pool.id, Logins=logins)

    def credentials(self, identity: object, token: str) -> Reply:
        logins = {self.pool.provider: token}
        return ask(self.world.server, "GetCredentialsForIdentity", IDENTITY_POOLS, IdentityId=identity, Logins=logins)


@pytest.fixture
def identities(world: World) -> Identities:
    client = world.server.add_client(world.pool)
    return Identities(world, client, world.server.add_identity_pool(world.pool, client))


def test_an_id_token_gets_credentials_for_an_hour(identities: Identities) -> None:
    identities.world.server.clock.stop()
    token = identities.token()
    identity = identities.get_id(token).body["IdentityId"]

    given = identities.credentials(identity, token).body["Credentials"]

    assert isinstance(given, dict)
    assert set(given) == {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
    assert given["Expiration"] == identities.world.server.now() + 3_600


def test_a_user_has_one_identity_of_their_own(identities: Identities) -> None:
    identities.world.server.add_user(identities.world.pool, "bob", PASSWORD)
    mine = identities.get_id(identities.token()).body["IdentityId"]
    assert identities.get_id(identities.token()).body["IdentityId"] == mine
    assert identities.get_id(identities.token(username="bob")).body["IdentityId"] != mine
    refusal = identities.credentials(mine, identities.token(username="bob")).refusal
    assert (refusal[0], refusal[1][:19]) == ("NotAuthorizedException", "Logins don't match.")


def test_the_refusal_of_an_expired_token_has_both_times(identities: Identities) -> None:
    token = identities.token()
    identity = identities.get_id(token).body["IdentityId"]
    identities.world.server.clock.advance(3_601)
    name, message = identities.credentials(identity, token).refusal
    assert name == "NotAuthorizedException"
    assert message.startswith("Invalid login token. Token expired: ")


@pytest.mark.parametrize("scheme", ["http://", "https://"])
def test_the_provider_is_the_issuer_without_its_scheme(identities: Identities, scheme: str) -> None:
    reply = identities.get_id(identities.token(), provider=scheme + identities.pool.provider)
    expected = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
    assert reply.refusal == expected


def test_a_token_of_the_updated_issuer_is_given_under_its_own_name(identities: Identities) -> None:
    before = identities.token()
    old_name = identities.pool.provider
    identities.world.pool.issuer_type = IssuerType.UPDATED
    after = identities.token()

    assert identities.pool.provider.startswith("issuer-cognito-idp.eu-west-1.amazonaws.com/")
    assert identities.get_id(after).body == identities.get_id(before, old_name).body
    refusal = identities.get_id(after, old_name).refusal
    assert refusal == ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName")


def test_an_access_token_gets_nothing(identities: Identities) -> None:
    reply = identities.get_id(identities.token("AccessToken"))
    assert reply.refusal[1] == "Invalid login token. Not a valid OpenId Connect identity token."


def test_another_clients_token_gets_nothing(identities: Identities) -> None:
    other = identities.world.server.add_client(identities.world.pool)
    reply = identities.get_id(identities.token(client=other))
    assert reply.refusal[1] == "Token is not from a supported provider of this identity pool."


def test_another_pools_token_gets_nothing(identities: Identities) -> None:
    world = identities.world
    pool = world.server.add_pool()
    world.server.add_user(pool, "carol", PASSWORD)
    reply = identities.get_id(identities.token(username="carol", client=world.server.add_client(pool)))
    assert reply.refusal == ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName")


def test_a_token_with_a_wrong_signature_gets_nothing(identities: Identities) -> None:
    head, _, signature = identities.token().rpartition(".")
    reply = identities.get_id(f"{head}.{signature[::-1]}")
    assert reply.refusal == ("NotAuthorizedException", "Invalid login token. Couldn't verify signed token.")


def test_guests_get_nothing(identities: Identities) -> None:
    reply = identities.get_id("")
    assert reply.refusal[1] == "Unauthenticated access is not supported for this identity pool."


def test_an_unknown_identity_pool_is_refused(identities: Identities) -> None:
    reply = ask(identities.world.server, "GetId", IDENTITY_POOLS, IdentityPoolId="eu-west-1:nowhere", Logins={})
    assert reply.refusal == ("ResourceNotFoundException", "IdentityPool 'eu-west-1:nowhere' not found.")


@pytest.mark.parametrize("operation", ["InitiateAuth", "AdminGetUser"])
def test_operations_of_user_pools_are_unknown_there(identities: Identities, operation: str) -> None:
    reply = ask(identities.world.server, operation, IDENTITY_POOLS)
    assert reply.refusal[0] == "UnknownOperationException"
