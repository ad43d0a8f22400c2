"""Profiles that an import writes: their keys, the protection to propose, the checks and the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from cognitui.importing.interfaces import ProfileStore
from cognitui.importing.naming import NOBODY, Login, means_production
from cognitui.model.aws import DEFAULT_AWS_PROFILE, AwsPlace, ClientDetails, PoolDetails, is_aws
from cognitui.model.challenge import given_secret
from cognitui.model.errors import CognituiError, ProfileFileError, SecretStoreError, UsageError
from cognitui.model.profile import (
    DEFAULT_FLOW,
    DEFAULT_REDIRECT_URI,
    NO_FIELDS,
    Environment,
    Flow,
    Profile,
    ProfileFields,
    ProfileSet,
    region_of_pool,
)
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen
from cognitui.model.text import inert

_CHOSEN = ("cognito-idp-fips.", "vpce-")
"""AWS hosts that somebody chose on purpose, and that don't follow from the pool id."""

_PREFERRED = (
    (Flow.USER_SRP_AUTH, ("USER_SRP_AUTH",)),
    (Flow.USER_AUTH, ("USER_AUTH",)),
    (Flow.USER_PASSWORD_AUTH, ("USER_PASSWORD_AUTH",)),
    (Flow.ADMIN_USER_PASSWORD_AUTH, ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")),
    (Flow.CUSTOM_AUTH, ("CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY")),
)
"""Flows and their names in an app client, the best first: SRP never sends the password."""

_EXCHANGES = frozenset({"TOKEN_EXCHANGE_DELEGATION", "TOKEN_EXCHANGE_IMPERSONATION"})
"""Flows of an app client that exchanges the tokens of others."""

_WITH_OPENID = frozenset({"email", "phone", "profile"})

_OF_USERS = _WITH_OPENID | {"openid", "aws.cognito.signin.user.admin"}

_LOOPBACK = ("http://localhost", "http://127.0.0.1", "http://[::1]")

_SHOWN = 60

_PLACE = ("region", "user_pool_id", "client_id", "domain", "endpoint_url", "identity_pool_id")

KeepSecret = Callable[[Profile, SecretKind, str], None]
"""Stores a secret in the vault; may raise a SecretStoreError."""


def endpoint_to_keep(url: str) -> str:
    """Return an endpoint that the profile must set, or an empty text.

    The usual AWS endpoint follows from the pool id, and a profile that sets it would not share secrets with those that
    don't. An address with a user, a password or a query is not an endpoint.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        return ""
    return url if not is_aws(url) or host.startswith(_CHOSEN) else ""


def endpoint_label(url: str) -> str:
    """Return an endpoint for display, saying if it is not AWS, because secrets are sent there."""
    return url if is_aws(url) else f"{url}, which is not AWS"


class NewProfile(Frozen, frozen=True):
    """A profile that an import would write."""

    hidden: ClassVar[tuple[str, ...]] = ("client_secret",)

    environment: str
    name: str
    fields: ProfileFields
    client_secret: str = ""
    """Is stored only in the vault; empty if the client has none."""
    protected: bool = False
    """Whether to protect its environment; otherwise that doesn't change."""

    @property
    def id(self) -> str:
        """`environment/name`."""
        return f"{self.environment}/{self.name}"

    @property
    def flow(self) -> Flow:
        """How it will sign in."""
        return self.fields.flow or Flow.USER_SRP_AUTH


def flow_of(client: ClientDetails) -> Flow:
    """Return the flow for an app client: with a user if it allows that, else by its OAuth settings."""
    if "client_credentials" in client.grants or client.is_machine_only:
        # AWS: such a client has no other grant or flow, and belongs to a program.
        return Flow.CLIENT_CREDENTIALS
    for flow, names in _PREFERRED:
        if not set(names).isdisjoint(client.flows):
            return flow
    if "code" not in client.grants and not _EXCHANGES.isdisjoint(client.flows):
        return Flow.TOKEN_EXCHANGE
    # AWS, CreateUserPoolClient: one without ExplicitAuthFlows allows SRP.
    return Flow.AUTHORIZATION_CODE if "code" in client.grants else Flow.USER_SRP_AUTH


def needs_user(flow: Flow) -> bool:
    """Return whether a profile of that flow needs a user."""
    return flow not in (Flow.CLIENT_CREDENTIALS, Flow.AUTHORIZATION_CODE, Flow.TOKEN_EXCHANGE)


def may_name_user(flow: Flow) -> bool:
    """Return whether a profile of that flow may name a user; the browser suggests that user."""
    return needs_user(flow) or flow is Flow.AUTHORIZATION_CODE


def fields_for(
    place: AwsPlace, pool: PoolDetails, client: ClientDetails, client_flow: Flow, login: Login = NOBODY
) -> ProfileFields:
    """Return the keys of a profile for an app client and its user.

    Args:
        place: The pool's account and region; its AWS profile is set in the profile if the flow signs with it.
        pool: The pool.
        client: The app client.
        client_flow: How the client signs in users who have a password.
        login: Who signs in.

    Raises:
        UsageError: The flow needs the pool's domain, and there is none; the app client does not support the federated
            user; or it only exchanges tokens of other profiles.
    """
    flow = login.flow(client_flow)
    if flow is Flow.TOKEN_EXCHANGE:
        raise UsageError(
            f"{_who(client, login)} signs nobody in: it only exchanges the tokens of other profiles.",
            fix="Import a user of the pool, then: cognitui profile add ENVIRONMENT/NAME --flow token_exchange "
            f"--user-pool-id {inert(pool.id, 60)} --client-id {inert(client.id, 130)} --subject THE_USERS_PROFILE",
        )
    oauth, by_api = not needs_user(flow), flow is Flow.CLIENT_CREDENTIALS and client.is_machine_only
    if oauth and not pool.domain and not by_api:
        other = "app client" if login.provider is None else "user"
        allow = " have its admin allow ALLOW_CLIENT_TOKEN_AUTH," if flow is Flow.CLIENT_CREDENTIALS else ""
        raise UsageError(
            f"{_who(client, login)} signs in by {flow.value} at the pool's domain, but the pool has none.",
            fix=f"Give the pool a domain in AWS,{allow} or choose another {other}.",
        )
    at_domain = not by_api or "client_credentials" in client.grants
    if login.provider is not None:
        _refuse_without_browser(client, login)
    return ProfileFields(
        region=_region(place, pool),
        user_pool_id=pool.id,
        client_id=client.id,
        username=login.username or None,
        flow=flow,
        # Also if the flow doesn't use it yet, because another flow will; GetClientToken is for profiles without one.
        domain=pool.domain or None if at_domain else None,
        scopes=_scopes(client, flow) or None if oauth else None,
        redirect_uri=_redirect_uri(client) if flow is Flow.AUTHORIZATION_CODE else None,
        identity_provider=login.provider or None,
        endpoint_url=endpoint_to_keep(place.endpoint_url) or None,
        # A program gets no ID token, which an identity pool needs.
        identity_pool_id=pool.identity_pool_id or None if flow is not Flow.CLIENT_CREDENTIALS else None,
        client_secret_from=client.secret_source or None,
        aws_profile=_signer(place, client, flow),
    )


def _region(place: AwsPlace, pool: PoolDetails) -> str | None:
    """Return the region to set: of an emulator's pool, or of a replica; the pool's id contains any other."""
    primary = region_of_pool(pool.id)
    if not primary:
        return place.region or None
    is_replica = place.region not in ("", primary) and not place.endpoint_url
    return place.region if is_replica else None


def replica_words(place: AwsPlace, pool: PoolDetails) -> str:
    """Return a sentence about the Regions of a replicated pool; empty if it is in one Region."""
    primary = region_of_pool(pool.id)
    if _region(place, pool) and primary:
        return f"Signs in at the replica in {place.region}; the pool's primary Region is {primary}."
    if pool.replica_regions:
        regions = " and ".join(inert(region, _SHOWN) for region in pool.replica_regions)
        return f"The pool is also in {regions}: import it there too, and < in the list switches."
    return ""


class Protection(Frozen, frozen=True):
    """What to propose, and why."""

    already: bool = False
    """The environment is protected, which an import doesn't change."""
    proposed: bool = False
    """Nobody has decided yet, and a name means production."""
    why: str = ""
    """A sentence for the user, inert; may be empty."""


def protection_for(profile_set: ProfileSet, environment: str, pool_name: str = "", file_says: str = "") -> Protection:
    """Return what to propose for an environment; an existing one without protection stays without.

    Args:
        profile_set: The existing profiles.
        environment: Its name.
        pool_name: The pool's name in AWS.
        file_says: Words in a file that suggest the environment of the pool.
    """
    known, name = profile_set.environment(environment), inert(environment, _SHOWN)
    if known is not None:
        if known.protected:
            return Protection(already=True, why=f"{name} is already protected.")
        count = len(profile_set.by_environment[environment])
        others = f"its {count} profiles" if count > 1 else "its profile"
        return Protection(why=f"{name} is not protected now; ticking this also protects {others}." if count else "")
    if means_production(environment):
        return Protection(proposed=True, why=f"Ticked because the name {name} means production.")
    if means_production(pool_name):
        return Protection(
            proposed=True, why=f"Ticked because the pool name {inert(pool_name, _SHOWN)} means production."
        )
    if means_production(file_says):
        return Protection(proposed=True, why="Ticked because the file mentions production.")
    return Protection()


def check(drafts: Sequence[NewProfile], store: ProfileStore) -> ProfileSet:
    """Check whether all drafts can be written, before the first one is; return the current profiles.

    Raises:
        ProfileFileError: A name is taken or invalid, or a value is invalid in its environment.
        UsageError: An environment would send a profile elsewhere, or a client secret is invalid.
    """
    profile_set = store.load()
    ids = [draft.id for draft in drafts]
    for draft in drafts:
        if draft.id in profile_set.by_id:
            raise ProfileFileError(
                f"A profile {inert(draft.id, 120)} exists already{_same(profile_set.by_id[draft.id], draft)}. "
                "Nothing was written.",
                fix="Choose another name or another environment.",
            )
        if ids.count(draft.id) > 1:
            raise ProfileFileError(
                f"Two of the profiles would be named {inert(draft.id, 120)}. Nothing was written.",
                fix="Import them one by one, each with its own name.",
            )
        if draft.client_secret:
            given_secret(SecretKind.CLIENT_SECRET, draft.client_secret)
        fields = fitted(draft.fields, profile_set.environment(draft.environment))
        store.check(draft.environment, draft.name, fields, protected=draft.protected)
    return profile_set


def write(drafts: Sequence[NewProfile], store: ProfileStore, keep_secret: KeepSecret) -> ProfileSet:
    """Add profiles to the file, then store their client secrets; return the profiles afterwards.

    Raises:
        ProfileFileError: A name is taken, or a value is invalid; no profile is overwritten.
        SaveFailed: The file could not be written.
        SecretStoreError: The profiles are written, but a client secret is not stored.
    """
    profile_set = check(drafts, store)
    written: list[str] = []
    for draft in drafts:
        try:
            environment = profile_set.environment(draft.environment)
            shared = (
                NO_FIELDS
                if environment
                else shared_by([each for each in drafts if each.environment == draft.environment])
            )
            fields = _without(fitted(draft.fields, environment), shared)
            profile_set = store.add(draft.environment, draft.name, fields, protected=draft.protected, shared=shared)
        except CognituiError as error:
            if written:
                error.cause = f"{error.cause} Written before that: {inert(', '.join(written), 400)}."
            raise
        written.append(draft.id)
    _keep_secrets(drafts, profile_set, keep_secret)
    return profile_set


def shared_by(drafts: Sequence[NewProfile]) -> ProfileFields:
    """Return the keys that all profiles of a new environment share, to be set in the environment.

    Only keys about the pool and its client; how somebody signs in stays in the profile.
    """
    first, *others = (draft.fields for draft in drafts)
    common = {
        key: value
        for key in _PLACE
        if (value := getattr(first, key)) is not None and all(getattr(other, key) == value for other in others)
    }
    return ProfileFields(**common)


def fitted(fields: ProfileFields, environment: Environment | None) -> ProfileFields:
    """Return the keys without those that the environment sets anyway, and with "" for those that it must not set.

    Raises:
        UsageError: The environment uses an emulator, and the profile would too.
    """
    defaults = environment.defaults if environment else NO_FIELDS
    if defaults.endpoint_url and not fields.endpoint_url:
        raise UsageError(
            f"The environment {inert(environment.name if environment else '', 60)} uses an emulator "
            f"({inert(defaults.endpoint_url, 100)}), and the imported profile would too.",
            fix="Choose another environment.",
        )
    same: dict[str, object] = {
        key: None for key, value in fields.set_values().items() if getattr(defaults, key) == value
    }
    # An empty one replaces that of the environment.
    same |= {key: "" for key in _without_inheritance(fields) if getattr(defaults, key)}
    if fields.flow is DEFAULT_FLOW and defaults.flow is None:
        same["flow"] = None
    return msgspec.structs.replace(fields, **same)


def _without_inheritance(fields: ProfileFields) -> Iterator[str]:
    """Yield the keys that another app client's values may not replace."""
    if fields.client_secret_from is None:
        yield "client_secret_from"
    if fields.flow is Flow.CLIENT_CREDENTIALS and fields.domain is None:
        yield "domain"


def _signer(place: AwsPlace, client: ClientDetails, flow: Flow) -> str | None:
    """Return the AWS profile that the profile needs: for an admin's flow, or to read a secret of the account."""
    reads = client.secret_source and place.aws_profile != DEFAULT_AWS_PROFILE
    return place.aws_profile if reads or flow is Flow.ADMIN_USER_PASSWORD_AUTH else None


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
    """Return the scopes allowed in a flow and with each other (AWS, "Scopes, M2M, and resource servers")."""
    if flow is Flow.CLIENT_CREDENTIALS:
        return tuple(scope for scope in client.scopes if scope not in _OF_USERS)
    without = _WITH_OPENID if "openid" not in client.scopes else frozenset()
    return tuple(scope for scope in client.scopes if scope not in without)


def _redirect_uri(client: ClientDetails) -> str | None:
    """Return a callback URL of this machine if there is one; the default needn't be set."""
    urls = client.callback_urls
    if DEFAULT_REDIRECT_URI in urls:
        return None
    return next((url for url in urls if url.startswith(_LOOPBACK)), next(iter(urls), None))


def _without(fields: ProfileFields, shared: ProfileFields) -> ProfileFields:
    return msgspec.structs.replace(fields, **dict.fromkeys(shared.set_values()))


def _keep_secrets(drafts: Sequence[NewProfile], profile_set: ProfileSet, keep_secret: KeepSecret) -> None:
    kept = set()
    for draft in drafts:
        profile = profile_set.by_id.get(draft.id)
        if profile is None or not draft.client_secret:
            continue
        name = profile.secret_name(SecretKind.CLIENT_SECRET)
        if name in kept:
            continue
        try:
            keep_secret(profile, SecretKind.CLIENT_SECRET, draft.client_secret)
        except SecretStoreError as error:
            error.cause = f"The profiles are written, but the client secret is not stored. {error.cause}"
            raise
        kept.add(name)


def _same(profile: Profile, draft: NewProfile) -> str:
    meant = (draft.fields.user_pool_id, draft.fields.client_id, draft.fields.username)
    there = (profile.fields.user_pool_id, profile.fields.client_id, profile.fields.username)
    return ", with the same pool, client and user" if meant == there else ""
