"""Pools, app clients and users of an emulator, created without the AWS configuration of this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from cognitui.cognito.challenges.code import totp_code
from cognitui.model.errors import ServiceFault
from cognitui.model.profile import DEFAULT_REDIRECT_URI
from cognitui.model.text import inert

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.literals import ExplicitAuthFlowsTypeType, OAuthFlowTypeType

REGION = "eu-west-1"

PASSWORD_FLOWS: tuple[ExplicitAuthFlowsTypeType, ...] = (
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)
"""The flows of an app client that signs in by SRP and by password."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running emulator."""

    endpoint: str
    """`http://127.0.0.1:PORT`."""
    pid: int
    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """An app client that Cognito has created."""

    id: str
    secret: str | None = field(default=None, repr=False)
    """None for a client without a secret."""


class Directory:
    """Pools, app clients and users of an emulator. Every method raises ServiceFault if the emulator refuses."""

    def __init__(self, server: Server) -> None:
        """Connect to a running server. Costs 150 ms: botocore and its model of Cognito."""
        with _errors_reported("a client"):
            self._calls = cast("CognitoIdentityProviderClient", _client(server, "cognito-idp"))
        self._server = server

    def make_pool(self, name: str, *, sign_in_by_email: bool = False, groups: Sequence[str] = ()) -> str:
        """Create a pool with its groups and return its id.

        Args:
            name: The pool's name.
            sign_in_by_email: Whether users sign in by e-mail and their real username is a generated id.
            groups: The names of its groups.
        """
        with _errors_reported("the pool"):
            settings = {"UsernameAttributes": ["email"]} if sign_in_by_email else {}
            made = self._calls.create_user_pool(PoolName=name, **settings)  # type: ignore[arg-type]
            pool = made["UserPool"]["Id"]
            for group in groups:
                self._calls.create_group(UserPoolId=pool, GroupName=group)
            return pool

    def make_client(
        self,
        pool: str,
        name: str = "app",
        *,
        secret: bool = False,
        flows: Sequence[ExplicitAuthFlowsTypeType] = PASSWORD_FLOWS,
        access_minutes: int = 60,
    ) -> RegisteredClient:
        """Create an app client.

        Args:
            pool: The pool's id.
            name: The client's name.
            secret: Whether it has a secret.
            flows: Its `ALLOW_…` flows.
            access_minutes: Lifetime of its access and ID tokens; at least 5.
        """
        with _errors_reported("an app client"):
            made = self._calls.create_user_pool_client(
                UserPoolId=pool,
                ClientName=name,
                GenerateSecret=secret,
                ExplicitAuthFlows=list(flows),
                AccessTokenValidity=access_minutes,
                IdTokenValidity=access_minutes,
                TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes"},
                EnableTokenRevocation=True,
            )["UserPoolClient"]
            return RegisteredClient(made["ClientId"], made.get("ClientSecret"))

    def make_oauth_client(
        self, pool: str, name: str, *, grant: OAuthFlowTypeType, scopes: Sequence[str], secret: bool = False
    ) -> RegisteredClient:
        """Create an app client of the OAuth endpoints, and the custom scopes of the pool.

        Args:
            pool: The pool's id.
            name: The client's name.
            grant: `code` for the browser, `client_credentials` for programs.
            scopes: Scopes of OpenID Connect, or `RESOURCE/SCOPE` for a custom one.
            secret: Whether it has a secret.
        """
        with _errors_reported("an app client"):
            for resource, _, scope in (name.partition("/") for name in scopes if "/" in name):
                described = {"ScopeName": scope, "ScopeDescription": f"{scope} {resource}"}
                self._calls.create_resource_server(
                    UserPoolId=pool,
                    Identifier=resource,
                    Name=resource,
                    Scopes=[described],  # type: ignore[list-item]  # it has the keys
                )
            made = self._calls.create_user_pool_client(
                UserPoolId=pool,
                ClientName=name,
                GenerateSecret=secret,
                CallbackURLs=[DEFAULT_REDIRECT_URI] if grant == "code" else [],
                SupportedIdentityProviders=["COGNITO"],
                AllowedOAuthFlows=[grant],
                AllowedOAuthScopes=list(scopes),
                AllowedOAuthFlowsUserPoolClient=True,
                EnableTokenRevocation=True,
            )["UserPoolClient"]
            return RegisteredClient(made["ClientId"], made.get("ClientSecret"))

    def make_user(
        self,
        pool: str,
        username: str,
        password: str,
        *,
        permanent: bool = True,
        attributes: Mapping[str, str] | None = None,
        groups: Sequence[str] = (),
    ) -> None:
        """Create a user; without `permanent`, the first sign-in must change the password."""
        with _errors_reported("a user"):
            self._calls.admin_create_user(
                UserPoolId=pool,
                Username=username,
                TemporaryPassword=password,
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": name, "Value": value} for name, value in (attributes or {}).items()],
            )
            if permanent:
                self._calls.admin_set_user_password(
                    UserPoolId=pool, Username=username, Password=password, Permanent=True
                )
            for group in groups:
                self._calls.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)

    def allow_app_codes(self, pool: str) -> None:
        """Let the users of a pool set up an authenticator app, whose codes the sign-in then asks for."""
        with _errors_reported("the second factor"):
            self._calls.set_user_pool_mfa_config(
                UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
            )

    def set_up_app(self, client: str, username: str, password: str) -> str:
        """Set up an authenticator app as its user would, and return its seed in base32.

        Args:
            client: Id of an app client without a secret that allows USER_PASSWORD_AUTH.
            username: The user of the app.
            password: Their permanent password.
        """
        with _errors_reported("an authenticator app"):
            signed_in = self._calls.initiate_auth(
                ClientId=client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": password},
            )
            access = signed_in["AuthenticationResult"]["AccessToken"]
            seed = self._calls.associate_software_token(AccessToken=access)["SecretCode"]
            self._calls.verify_software_token(AccessToken=access, UserCode=totp_code(seed, time.time()))
            self._calls.set_user_mfa_preference(
                AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
            )
            return seed

    def make_identity_pool(self, pool: str, client: str, name: str) -> str:
        """Create an identity pool that gives AWS credentials for ID tokens of an app client, and return its id."""
        with _errors_reported("an identity pool"):
            identities = cast("CognitoIdentityClient", _client(self._server, "cognito-identity"))
            made = identities.create_identity_pool(
                IdentityPoolName=name,
                AllowUnauthenticatedIdentities=False,
                CognitoIdentityProviders=[
                    {"ProviderName": f"cognito-idp.{REGION}.amazonaws.com/{pool}", "ClientId": client}
                ],
            )
            return made["IdentityPoolId"]


def _client(server: Server, service: str) -> object:
    # The first import costs 130 ms; the server starts in the meantime.
    import botocore.session
    from botocore.config import Config

    session = botocore.session.Session()
    settings = session.session_var_map
    for name, (_, _, default, convert) in dict(settings).items():
        # A setting comes from a file, an environment variable or a default: leave only the default.
        settings[name] = (None, None, default, convert)
    for name in ("config_file", "credentials_file"):
        settings[name] = (None, None, os.devnull, None)
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        # The server is on this machine: no proxy.
        config=Config(proxies={}, connect_timeout=5, read_timeout=10),
    )


@contextmanager
def _errors_reported(what: str) -> Iterator[None]:
    """Raise ServiceFault, which says what could not be created, for an error of botocore."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = inert(str(error.response.get("Error", {}).get("Code", "")), 60)
        raise ServiceFault(f"The emulator could not create {what} ({code}).") from None
    except BotoCoreError as error:
        raise ServiceFault(f"The emulator could not create {what} ({type(error).__name__}).") from None
