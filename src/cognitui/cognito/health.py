"""Health of a pool, its domain and an app client, without a user and without a token."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from cognitui.cognito.http import HttpAnswer, asked_too_often
from cognitui.cognito.signin.refresh import is_about_the_token, is_lacking
from cognitui.cognito.srp import secret_hash
from cognitui.cognito.transport import RequestEvents, Transport, skew_by
from cognitui.model.diagnostics import ClientSettings, KeysSeen, PoolSettings
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    CognituiError,
    NotInThisPool,
    PoolOrClientNotFound,
    RefreshTokenDead,
    Refused,
    ServiceFault,
)
from cognitui.model.issuer import issuer_of
from cognitui.model.profile import Profile
from cognitui.model.secret_source import SECRETS_MANAGER
from cognitui.model.text import NotAnObject, inert, read_object

_NO_TOKEN = "cognitui-doctor-asks-whether-this-client-exists"
"""Sent in the place of a refresh token: no user is named, so none can be locked out, and no token can come of it."""

_BY_DEFAULT = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
"""AWS, CreateUserPoolClient: what an app client allows that names no flow."""


class PoolHealth:
    """Checks pools, their domains and app clients; `PoolHealth` in `tokens/interfaces.py`."""

    def __init__(
        self,
        transport: Transport,
        look: Callable[[str], HttpAnswer],
        clock: Callable[[], float],
        events: RequestEvents | None = None,
    ) -> None:
        """Store the parts.

        Args:
            transport: Sends the calls.
            look: Fetches an address.
            clock: Returns the seconds since the epoch.
            events: The hook before each request that sends a secret.
        """
        self._transport = transport
        self._look = look
        self._clock = clock
        self._events = events or RequestEvents()

    def keys(self, profile: Profile) -> KeysSeen:
        """Return what the pool answers to a request for its keys."""
        issuer = issuer_of(profile)
        answer = self._look(f"{issuer}/.well-known/jwks.json")
        if answer.status >= 500:
            raise ServiceFault(f"{inert(issuer, 200)} answered with HTTP {answer.status}.")
        if answer.status == 429:
            raise asked_too_often(issuer)
        if answer.status != 200:
            raise PoolOrClientNotFound(f"There are no keys of the pool {inert(profile.user_pool_id, 60)} there.")
        try:
            entries = read_object(answer.body).get("keys")
        except NotAnObject:
            entries = None
        if not isinstance(entries, list) or not entries:
            raise ServiceFault(f"The JWKS of {inert(issuer, 200)} contains no keys.")
        return KeysSeen(len(entries), skew_by(answer.date, self._clock()))

    def domain(self, profile: Profile) -> None:
        """Check whether the pool's domain answers; any answer will do."""
        self._look(f"{(profile.fields.domain or '').rstrip('/')}/oauth2/token")

    def client(self, profile: Profile, client_secret: str | None) -> None:
        """Check whether Cognito knows the app client, by a refresh with an invalid token."""
        self._events.before(profile, "examination of the app client")
        self._probe(profile, client_secret)

    def _probe(self, profile: Profile, client_secret: str | None) -> None:
        client_id, secret = profile.client_id, {"ClientSecret": client_secret} if client_secret else {}
        try:
            self._transport.call(
                profile,
                "GetTokensFromRefreshToken",
                {"RefreshToken": _NO_TOKEN, "ClientId": client_id, **secret},
            )
        except RefreshTokenDead:
            return  # the answer to an app client that it knows
        except CognituiError as error:
            if not is_lacking(error, profile):
                raise
            self._client_by_older_refresh(profile, client_secret)

    def has_secret(self, profile: Profile) -> bool | None:
        """Return whether the app client has a secret; None if Cognito does not say.

        DescribeUserPoolClient does not say: it shows neither one in Secrets Manager nor one that was added.
        """
        try:
            self._probe(profile, None)
        except ClientSecretMissing:
            return True
        except CognituiError:
            return None
        return False

    def _client_by_older_refresh(self, profile: Profile, client_secret: str | None) -> None:
        """Do the same by REFRESH_TOKEN_AUTH, as a refresh does at a server that lacks GetTokensFromRefreshToken."""
        client_id = profile.client_id
        hashed = {"SECRET_HASH": secret_hash("", client_id, client_secret)} if client_secret else {}
        try:
            self._transport.call(
                profile,
                "InitiateAuth",
                {
                    "ClientId": client_id,
                    "AuthFlow": "REFRESH_TOKEN_AUTH",
                    "AuthParameters": {"REFRESH_TOKEN": _NO_TOKEN, **hashed},
                },
            )
        except ClientSecretWrong:
            # The hash is over a username, and an invalid token has no username.
            raise NotInThisPool(
                f"{inert(profile.id)}: the server does not say whether the stored client secret is right.",
                fix="Sign in: that shows it.",
            ) from None
        except Refused as refusal:
            if not is_about_the_token(refusal):
                raise

    def pool(self, profile: Profile) -> PoolSettings:
        """Return the settings from DescribeUserPool, and of a replica those from ListUserPoolReplicas."""
        request = {"UserPoolId": profile.user_pool_id}
        described = self._transport.call(profile, "DescribeUserPool", request, signed=True).get("UserPool")
        issuer = described.get("IssuerConfiguration") if isinstance(described, Mapping) else None
        return PoolSettings(
            has_updated_issuer=isinstance(issuer, Mapping) and issuer.get("Type") == "UPDATED",
            replica_status=self._replica_status(profile) if profile.is_replica else "",
            tier=str(described.get("UserPoolTier") or "") if isinstance(described, Mapping) else "",
        )

    def _replica_status(self, profile: Profile) -> str:
        try:
            request = {"UserPoolId": profile.user_pool_id}
            found = self._transport.call(profile, "ListUserPoolReplicas", request, signed=True).get("UserPoolReplicas")
        except CognituiError:
            return ""  # a permission of its own, which only this line of the doctor needs
        replicas = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
        return next((str(one.get("Status")) for one in replicas if one.get("RegionName") == profile.region), "")

    def settings(self, profile: Profile, client_secret: str | None) -> ClientSettings:
        """Return the settings from DescribeUserPoolClient; the secret in it is only compared."""
        self._events.before(profile, "settings of the app client")
        pool, client_id = profile.user_pool_id, profile.client_id
        answer = self._transport.call(
            profile, "DescribeUserPoolClient", {"UserPoolId": pool, "ClientId": client_id}, signed=True
        )
        described = answer.get("UserPoolClient")
        client = described if isinstance(described, Mapping) else {}
        secret, arn = (str(client.get(key) or "") for key in ("ClientSecret", "ClientSecretArn"))
        return ClientSettings(
            flows=_texts(client, "ExplicitAuthFlows") or _BY_DEFAULT,
            has_secret=bool(secret),
            secret_matches=bool(secret) and hmac.compare_digest(secret.encode(), (client_secret or "").encode()),
            grants=_texts(client, "AllowedOAuthFlows"),
            scopes=_texts(client, "AllowedOAuthScopes"),
            redirect_uris=_texts(client, "CallbackURLs"),
            secret_source=f"{SECRETS_MANAGER}:{arn}" if arn else "",
        )


def _texts(client: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = client.get(key)
    return tuple(map(str, found)) if isinstance(found, list) else ()
