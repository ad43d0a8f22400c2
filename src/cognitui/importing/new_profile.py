"""A profile that an import would write, and the way from an app client to it."""

from __future__ import annotations

from typing import ClassVar

from cognitui.importing.endpoint import endpoint_to_keep
from cognitui.importing.login import NOBODY, Login
from cognitui.model.directory import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import UsageError
from cognitui.model.frozen import Frozen
from cognitui.model.profile import DEFAULT_REDIRECT_URI, Flow, ProfileFields, region_of_pool
from cognitui.model.text import inert

_PREFERRED = (
    (Flow.USER_SRP_AUTH, ("USER_SRP_AUTH",)),
    (Flow.USER_AUTH, ("USER_AUTH",)),
    (Flow.USER_PASSWORD_AUTH, ("USER_PASSWORD_AUTH",)),
    (Flow.ADMIN_USER_PASSWORD_AUTH, ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")),
    (Flow.CUSTOM_AUTH, ("CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY")),
)
"""Our flows by the names that an app client has for them, the best first: SRP never sends the password."""

_WITH_OPENID = frozenset({"email", "phone", "profile"})
_OF_USERS = _WITH_OPENID | {"openid", "aws.cognito.signin.user.admin"}

_LOOPBACK = ("http://localhost", "http://127.0.0.1", "http://[::1]")


class NewProfile(Frozen, frozen=True):
    """A profile to be."""

    hidden: ClassVar[tuple[str, ...]] = ("client_secret",)

    environment: str
    name: str
    fields: ProfileFields
    client_secret: str = ""
    """Goes to the vault and nowhere else; empty where the client has none."""
    protected: bool = False
    """Whether its environment is protected from then on; otherwise that stays as it is."""

    @property
    def id(self) -> str:
        """`environment/name`."""
        return f"{self.environment}/{self.name}"

    @property
    def flow(self) -> Flow:
        """How it will sign in."""
        return self.fields.flow or Flow.USER_SRP_AUTH


def flow_of(client: ClientDetails) -> Flow:
    """Returns the flow for an app client: by a user where it allows that, else by its OAuth settings."""
    if "client_credentials" in client.grants:
        # AWS: such a client has no other grant, and is a program's.
        return Flow.CLIENT_CREDENTIALS
    for flow, names in _PREFERRED:
        if not set(names).isdisjoint(client.flows):
            return flow
    # AWS, CreateUserPoolClient: one without ExplicitAuthFlows allows SRP.
    return Flow.AUTHORIZATION_CODE if "code" in client.grants else Flow.USER_SRP_AUTH


def needs_user(flow: Flow) -> bool:
    """Returns whether a profile of that flow names a user."""
    return flow not in (Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE)


def may_name_user(flow: Flow) -> bool:
    """Return whether a profile of that flow may name a user: the browser proposes the name, or goes to the provider."""
    return needs_user(flow) or flow is Flow.AUTHORIZATION_CODE


def fields_of(
    place: AwsPlace, pool: PoolDetails, client: ClientDetails, flow: Flow, username: str = ""
) -> ProfileFields:
    """Returns the keys of a profile for an app client and a user with a password, or nobody; see `fields_for`."""
    return fields_for(place, pool, client, flow, Login(username))


def fields_for(
    place: AwsPlace, pool: PoolDetails, client: ClientDetails, client_flow: Flow, login: Login = NOBODY
) -> ProfileFields:
    """Return the keys of a profile for an app client and its user.

    Args:
        place: Where the pool is; its AWS profile is written down where the flow signs with it.
        pool: The pool.
        client: The app client.
        client_flow: How the client signs in users who have a password.
        login: Who signs in.

    Raises:
        UsageError: The flow signs in at the pool's domain, and there is none; or the app client does not sign in the
            federated user.
    """
    flow = login.flow(client_flow)
    oauth = not needs_user(flow)
    if oauth and not pool.domain:
        other = "app client" if login.provider is None else "user"
        raise UsageError(
            f"{_who(client, login)} signs in by {flow.value} at the pool's domain, and none is known.",
            fix=f"Give the pool a domain in AWS, or choose another {other}.",
        )
    if login.provider is not None:
        _refuse_without_browser(client, login)
    return ProfileFields(
        region=place.region or None if not region_of_pool(pool.id) else None,
        user_pool_id=pool.id,
        client_id=client.id,
        username=login.username or None,
        flow=flow,
        # Also if nobody signs in there yet: another flow will need it, and it is known now.
        domain=pool.domain or None,
        scopes=_scopes(client, flow) or None if oauth else None,
        redirect_uri=_redirect_uri(client) if flow is Flow.AUTHORIZATION_CODE else None,
        identity_provider=login.provider or None,
        endpoint_url=endpoint_to_keep(place.endpoint_url) or None,
        # A program gets no ID token, which an identity pool takes.
        identity_pool_id=pool.identity_pool_id or None if flow is not Flow.CLIENT_CREDENTIALS else None,
        aws_profile=place.aws_profile if flow is Flow.ADMIN_USER_PASSWORD_AUTH else None,
    )


def _who(client: ClientDetails, login: Login) -> str:
    if login.provider is None:
        return f"The app client {inert(client.name or client.id, 60)}"
    provider = f" of {inert(login.provider, 60)}" if login.provider else ""
    return f"The federated user {inert(login.username, 100)}{provider}"


def _refuse_without_browser(client: ClientDetails, login: Login) -> None:
    name = inert(client.name or client.id, 60)
    if "code" not in client.grants:
        raise UsageError(
            f"{_who(client, login)} signs in by authorization_code, which the app client {name} does not allow.",
            fix="Choose an app client with the authorization code grant, or have the pool's admin allow it.",
        )
    if login.provider and client.identity_providers and login.provider not in client.identity_providers:
        raise UsageError(
            f"{_who(client, login)} cannot sign in: the app client {name} does not support that identity provider.",
            fix="Choose an app client that supports it, or have the pool's admin add it.",
        )


def _scopes(client: ClientDetails, flow: Flow) -> tuple[str, ...]:
    """AWS, "Scopes, M2M, and resource servers": which of them go with which flow, and with which other."""
    if flow is Flow.CLIENT_CREDENTIALS:
        return tuple(scope for scope in client.scopes if scope not in _OF_USERS)
    without = _WITH_OPENID if "openid" not in client.scopes else frozenset()
    return tuple(scope for scope in client.scopes if scope not in without)


def _redirect_uri(client: ClientDetails) -> str | None:
    """One that leads back to this machine, where there is one; the default need not be written down."""
    urls = client.callback_urls
    if DEFAULT_REDIRECT_URI in urls:
        return None
    return next((url for url in urls if url.startswith(_LOOPBACK)), next(iter(urls), None))
