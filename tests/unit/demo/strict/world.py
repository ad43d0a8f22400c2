"""A pool with the user Alice, and the calls of the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.pools import AppClient, Pool, secret_hash
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef, InitiateAuthResponseTypeDef

ALICE = "alice@example.com"
PASSWORD = "Passw0rd!"
SECRET = "1kqk8h0v9fe0m4otexamplesecretexample"


@dataclass(frozen=True)
class World:
    """A pool with the user Alice, and the calls of a test."""

    server: StrictServer
    pool: Pool
    alice: User
    boto: CognitoIdentityProviderClient

    def srp(self, client: AppClient, password: str = PASSWORD, secret: str | None = None) -> AWSSRP:
        return AWSSRP(ALICE, password, self.pool.id, client.id, client=self.boto, client_secret=secret or client.secret)

    def start(self, client: AppClient, name: str = ALICE, password: str = PASSWORD) -> InitiateAuthResponseTypeDef:
        given = {"USERNAME": name, "PASSWORD": password, **hashed(client, name)}
        return self.boto.initiate_auth(ClientId=client.id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)

    def sign_in(self, client: AppClient) -> AuthenticationResultTypeTypeDef:
        return self.start(client)["AuthenticationResult"]

    def old_refresh(self, client: AppClient, token: str, **extra: str) -> AuthenticationResultTypeTypeDef:
        given = {"REFRESH_TOKEN": token, **extra}
        answer = self.boto.initiate_auth(ClientId=client.id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)
        return answer["AuthenticationResult"]

    def refresh(self, client: AppClient, token: str, **extra: str) -> AuthenticationResultTypeTypeDef:
        answer = self.boto.get_tokens_from_refresh_token(ClientId=client.id, RefreshToken=token, **extra)  # type: ignore[arg-type]  # only ClientSecret
        return answer["AuthenticationResult"]


def hashed(client: AppClient, name: str) -> dict[str, str]:
    return {"SECRET_HASH": secret_hash(client.secret, name, client.id)} if client.secret else {}


def refused(call: Callable[[], object]) -> tuple[str, str]:
    """Return the name and the message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call()
    reply = caught.value.response["Error"]
    return reply["Code"], reply["Message"]


def respond(world: World, client: AppClient, name: str, given: StringMap, session: str = "") -> object:
    extra = {"Session": session} if session else {}
    return world.boto.respond_to_auth_challenge(
        ClientId=client.id,
        ChallengeName=name,  # type: ignore[arg-type]  # from Cognito
        ChallengeResponses=given,
        **extra,  # type: ignore[arg-type]
    )
