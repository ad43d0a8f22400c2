"""aws-jwt-verify, AWS's own verifier, and the tokens of the strict server."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from cognitui.cli.commands.demo import environment, services_of
from cognitui.demo import prepare
from cognitui.demo.strict.issuers import IssuerType, aws_issuer
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.model.token import TokenKind
from cognitui.services import Services, wire
from cognitui.tokens.request import TokenResult
from tests.integration.exchange_world import AUDIENCE, ExchangeWorld
from tests.servers.environments import FOLDER, SCRIPTS, need
from tests.unit.demo.strict.raw import ask

NAME, PASSWORD = "alice@example.com", "Passw0rd!"


@pytest.fixture(autouse=True)
def _installed() -> None:
    need("node")


def issued(strict: StrictServer, client: AppClient) -> list[str]:
    """Return a new access and a new ID token."""
    given = {"USERNAME": NAME, "PASSWORD": PASSWORD}
    reply = ask(strict, "InitiateAuth", ClientId=client.id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    result = reply.body["AuthenticationResult"]
    assert isinstance(result, dict)
    return [str(result["AccessToken"]), str(result["IdToken"])]


def verified(client: AppClient, tokens: list[str]) -> list[str]:
    """Return what the verifier says of each token: its issuer, or the name of the error."""
    return verified_at(client.pool.endpoint, client.pool.id, client.id, tokens)


def verified_at(endpoint: str, pool: str, client: str, tokens: list[str]) -> list[str]:
    """Return the same for tokens of a server at an endpoint."""
    asked = {"endpoint": endpoint, "pool": pool, "client": client, "tokens": tokens}
    environ = {"PATH": os.environ.get("PATH", os.defpath), "ORACLES": str(FOLDER / "node")}
    done = subprocess.run(
        ["node", str(SCRIPTS / "jwt-verify.cjs")],
        input=json.dumps(asked).encode(),
        env=environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    assert isinstance(said, list)
    return said


def test_tokens_of_both_issuers_are_accepted_side_by_side(strict: StrictServer) -> None:
    pool = strict.add_pool(has_aws_issuer=True)
    strict.add_user(pool, NAME, PASSWORD)
    client = strict.add_client(pool)
    tokens = issued(strict, client)
    pool.issuer_type = IssuerType.UPDATED
    tokens += issued(strict, client)

    original, updated = (aws_issuer(kind, pool.id) for kind in IssuerType)
    assert verified(client, tokens) == [original, original, updated, updated]


def test_a_token_of_another_pool_or_client_or_with_another_signature_is_refused(strict: StrictServer) -> None:
    pool, elsewhere = strict.add_pool(has_aws_issuer=True), strict.add_pool(has_aws_issuer=True)
    strict.add_user(pool, NAME, PASSWORD)
    strict.add_user(elsewhere, NAME, PASSWORD)
    client = strict.add_client(pool)
    own = issued(strict, client)[0]
    head, _, signature = own.rpartition(".")
    foreign = issued(strict, strict.add_client(elsewhere))[0]
    others = issued(strict, strict.add_client(pool))[0]

    said = verified(client, [own, foreign, others, f"{head}.{signature[::-1]}"])

    assert said[0] == pool.issuer
    assert said[1:] == ["ParameterValidationError", "CognitoJwtInvalidClientIdError", "JwtInvalidSignatureError"]


def test_an_exchanged_token_is_accepted_for_the_client_that_exchanged_it(strict: StrictServer) -> None:
    world = ExchangeWorld(strict)
    world.pool.has_aws_issuer = True
    profile = world.exchange(audiences=(AUDIENCE,))
    token = world.got(profile).token.value

    for client, said in (
        (profile.client_id, world.pool.issuer),
        (world.alice.client_id, "CognitoJwtInvalidClientIdError"),
    ):
        assert verified_at(strict.url, world.pool.id, client, [token]) == [said]


def test_the_tokens_of_the_demo_are_accepted_with_either_issuer() -> None:
    with prepare(lambda _text: None) as demo_set, environment(demo_set.environ):
        services = services_of(demo_set, wire)
        issuers = [issuer_in_demo(services, name) for name in ("primary", "updated-issuer")]

    hosts = [issuer.removeprefix("https://").partition(".")[0] for issuer in issuers]
    assert hosts == ["cognito-idp", "issuer-cognito-idp"]


def issuer_in_demo(services: Services, name: str) -> str:
    """Return what the verifier says of the access token and the ID token of a playground user: the same of both."""
    profile = services.profiles.load().by_id[f"playground/{name}"]
    got = [services.broker.get(profile, kind) for kind in (TokenKind.ACCESS, TokenKind.ID)]
    tokens = [result.token.value for result in got if isinstance(result, TokenResult)]
    endpoint = profile.fields.endpoint_url or ""

    access, id_ = verified_at(endpoint, profile.user_pool_id, profile.client_id, tokens)
    assert access == id_
    return access
