"""aws-jwt-verify, AWS's own verifier, and the tokens of the strict server."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from cognitui.demo.playground_users import USERS
from cognitui.demo.seed import seed
from cognitui.demo.strict.issuers import IssuerType, aws_issuer
from cognitui.demo.strict.server import StrictServer
from cognitui.model.secret import SecretKind
from tests.servers.environments import FOLDER, SCRIPTS, need
from tests.unit.demo.strict.raw import ask

NAME, PASSWORD = "alice@example.com", "Passw0rd!"


@pytest.fixture(autouse=True)
def _installed() -> None:
    need("node")


def issued(strict: StrictServer, client_id: str, name: str = NAME, password: str = PASSWORD) -> list[str]:
    """Return a new access and a new ID token."""
    given = {"USERNAME": name, "PASSWORD": password}
    reply = ask(strict, "InitiateAuth", ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    result = reply.body["AuthenticationResult"]
    assert isinstance(result, dict)
    return [str(result["AccessToken"]), str(result["IdToken"])]


def verified(strict: StrictServer, pool_id: str, client_id: str, tokens: list[str]) -> list[str]:
    """Return what the verifier says of each token: its issuer, or the name of the error."""
    asked = {"endpoint": strict.url, "pool": pool_id, "client": client_id, "tokens": tokens}
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
    tokens = issued(strict, client.id)
    pool.issuer_type = IssuerType.UPDATED
    tokens += issued(strict, client.id)

    original, updated = (aws_issuer(kind, pool.id) for kind in IssuerType)
    assert verified(strict, pool.id, client.id, tokens) == [original, original, updated, updated]


@pytest.mark.parametrize(
    ("profile", "kind"), [("primary", IssuerType.ORIGINAL), ("updated-issuer", IssuerType.UPDATED)]
)
def test_the_demos_tokens_of_both_issuers_are_accepted(strict: StrictServer, profile: str, kind: IssuerType) -> None:
    (user,) = (user for user in USERS if user.name == profile)
    contents = seed(strict, (), (user,)).contents
    account = contents.accounts[profile]
    password = next(one.value for one in contents.secrets if one.kind is SecretKind.PASSWORD)

    tokens = issued(strict, account.client, user.username, password)

    assert verified(strict, account.pool, account.client, tokens) == [aws_issuer(kind, account.pool)] * 2


def test_a_token_of_another_pool_or_client_or_with_another_signature_is_refused(strict: StrictServer) -> None:
    pool, elsewhere = strict.add_pool(has_aws_issuer=True), strict.add_pool(has_aws_issuer=True)
    strict.add_user(pool, NAME, PASSWORD)
    strict.add_user(elsewhere, NAME, PASSWORD)
    client = strict.add_client(pool)
    own = issued(strict, client.id)[0]
    head, _, signature = own.rpartition(".")
    foreign = issued(strict, strict.add_client(elsewhere).id)[0]
    others = issued(strict, strict.add_client(pool).id)[0]

    said = verified(strict, pool.id, client.id, [own, foreign, others, f"{head}.{signature[::-1]}"])

    assert said[0] == pool.issuer
    assert said[1:] == ["ParameterValidationError", "CognitoJwtInvalidClientIdError", "JwtInvalidSignatureError"]
