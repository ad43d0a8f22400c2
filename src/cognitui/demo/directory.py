"""Admin calls that fill the embedded Cognito. No file and no variable of the person's AWS set-up is read for them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from cognitui.cognito.challenges.code import totp_code
from cognitui.demo.server import Server
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
"""What an app client allows that signs in by SRP and by password."""


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """An app client as Cognito made it."""

    id: str
    secret: str | None = field(default=None, repr=False)
    """None for a client that has none."""


class Directory:
    """Pools, app clients and users of an emulator. Every method raises ServiceFault where the emulator refuses."""

    def __init__(self, server: Server) -> None:
        """Takes a server that runs. Costs 150 ms: botocore and its model of Cognito."""
        with _told("a client"):
            self._calls = cast("CognitoIdentityProviderClient", _client(server, "cognito-idp"))
        self._server = server

    def make_pool(self, name: str, *, sign_in_by_email: bool = False, groups: Sequence[str] = ()) -> str:
        """Makes a pool with its groups; returns its id.

        Args:
            name: The pool's name.
            sign_in_by_email: True where a user's real username is an id that nobody types.
            groups: The names of its groups.
        """
        with _told("the pool"):
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
        """Makes an app client.

        Args:
            pool: The pool's id.
            name: The client's name.
            secret: Whether it has a secret.
            flows: Which `ALLOW_…` flows it has.
            access_minutes: How long its access and ID tokens live; 5 at least.
        """
        with _told("an app client"):
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
        """Makes an app client of the OAuth endpoints, and the scopes that are the pool's own.

        Args:
            pool: The pool's id.
            name: The client's name.
            grant: `code` for the browser, `client_credentials` for programs.
            scopes: OpenID's, or `RESOURCE/SCOPE` for one of the pool.
            secret: Whether it has a secret.
        """
        with _told("an app client"):
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
        """Makes a user; without `permanent`, one who must choose a new password at the first sign-in."""
        with _told("a user"):
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
        """Lets the users of a pool have an authenticator app; who has set one up is asked for its codes."""
        with _told("the second factor"):
            self._calls.set_user_pool_mfa_config(
                UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
            )

    def set_up_app(self, client: str, username: str, password: str) -> str:
        """Sets an authenticator app up as its user does; returns its seed, base32.

        Args:
            client: Id of an app client without a secret that takes passwords.
            username: Whose app.
            password: Their own, not a temporary one.
        """
        with _told("an authenticator app"):
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
        """Makes an identity pool that gives AWS credentials for the ID tokens of an app client; returns its id."""
        with _told("an identity pool"):
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
    # Costs 130 ms the first time, which pass while the server starts.
    import botocore.session
    from botocore.config import Config

    session = botocore.session.Session()
    settings = session.session_var_map
    for name, (_, _, default, convert) in dict(settings).items():
        # Each setting comes from a file, a variable or a default: the default alone is left.
        settings[name] = (None, None, default, convert)
    for name in ("config_file", "credentials_file"):
        settings[name] = (None, None, os.devnull, None)
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        # No proxy stands between us and ourselves.
        config=Config(proxies={}, connect_timeout=5, read_timeout=10),
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = inert(str(error.response.get("Error", {}).get("Code", "")), 60)
        raise ServiceFault(f"The embedded Cognito did not make {what} ({code}).") from None
    except BotoCoreError as error:
        raise ServiceFault(f"The embedded Cognito did not make {what} ({type(error).__name__}).") from None
