"""A profile that an import would write, and the way from an app client to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from cognitui.importing.interfaces import ProfileStore
from cognitui.importing.login import NOBODY, Login
from cognitui.importing.naming import speaks_of_production
from cognitui.model.aws import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.aws_hosts import is_aws
from cognitui.model.errors import CognituiError, ProfileFileError, SecretStoreError, UsageError
from cognitui.model.given_secret import given_secret
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
"""Hosts of AWS that somebody chose on purpose, and that no pool's id tells."""


def endpoint_to_keep(url: str) -> str:
    """Returns an endpoint that a profile must name, or an empty text.

    AWS's usual one is what the pool's id tells anyway, and a profile that names it has its secrets apart from those of
    the profiles that do not. An address with a user or a password in it, or with a query, is none of an endpoint.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        return ""
    return url if not is_aws(url) or host.startswith(_CHOSEN) else ""


def told_of(url: str) -> str:
    """Returns an endpoint in words: whoever sends secrets there should know whose it is."""
    return url if is_aws(url) else f"{url}, which is not AWS"


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


_SHOWN = 60


class Protection(Frozen, frozen=True):
    """What speaks for it."""

    already: bool = False
    """The environment is protected, and an import leaves it so."""
    proposed: bool = False
    """Nobody has decided yet, and a name speaks of production."""
    why: str = ""
    """A sentence for people, inert; empty where there is nothing to say."""


def protection_for(book: ProfileSet, environment: str, pool_name: str = "", file_says: str = "") -> Protection:
    """Returns what to propose for an environment; one that is there was left open by somebody, and stays so.

    Args:
        book: What is there.
        environment: Its name.
        pool_name: The pool's name in AWS.
        file_says: Words of a file that say which environment the pool is of.
    """
    known, name = book.environment(environment), inert(environment, _SHOWN)
    if known is not None:
        if known.protected:
            return Protection(already=True, why=f"{name} is protected already.")
        count = len(book.by_environment[environment])
        others = f"its {count} profiles" if count > 1 else "its profile"
        return Protection(why=f"{name} is open now; a tick protects {others}, too." if count else "")
    if speaks_of_production(environment):
        return Protection(proposed=True, why=f"Ticked, as the name {name} speaks of production.")
    if speaks_of_production(pool_name):
        return Protection(proposed=True, why=f"Ticked, as the pool's name, {inert(pool_name, _SHOWN)}, does.")
    if speaks_of_production(file_says):
        return Protection(proposed=True, why="Ticked, as the file speaks of production.")
    return Protection()


_PLACE = ("region", "user_pool_id", "client_id", "domain", "endpoint_url", "identity_pool_id")

KeepSecret = Callable[[Profile, SecretKind, str], None]
"""Puts a secret into the vault; may raise a SecretStoreError."""


def check(drafts: Sequence[NewProfile], store: ProfileStore) -> ProfileSet:
    """Looks whether all drafts can be written, before the first one is; returns the book as it is.

    Raises:
        ProfileFileError: A name is taken or cannot be, or a value cannot be in its environment.
        UsageError: An environment would lead a profile elsewhere, or a client secret is none.
    """
    book = store.load()
    ids = [draft.id for draft in drafts]
    for draft in drafts:
        if draft.id in book.by_id:
            raise ProfileFileError(
                f"There is a profile {inert(draft.id, 120)} already{_same(book.by_id[draft.id], draft)}; "
                "nothing was written.",
                fix="Choose another name or another environment.",
            )
        if ids.count(draft.id) > 1:
            raise ProfileFileError(
                f"Two of the profiles would be named {inert(draft.id, 120)}; nothing was written.",
                fix="Import them one by one, each with a name of its own.",
            )
        if draft.client_secret:
            given_secret(SecretKind.CLIENT_SECRET, draft.client_secret)
        fields = fitted(draft.fields, book.environment(draft.environment))
        store.check(draft.environment, draft.name, fields, protected=draft.protected)
    return book


def write(drafts: Sequence[NewProfile], store: ProfileStore, keep_secret: KeepSecret) -> ProfileSet:
    """Adds profiles to the file, then keeps their client secrets; returns the book afterwards.

    Raises:
        ProfileFileError: A name is taken, or a value cannot be; no profile is overwritten.
        SaveFailed: The file could not be written.
        SecretStoreError: The profiles are written, and a client secret is not stored.
    """
    book = check(drafts, store)
    written: list[str] = []
    for draft in drafts:
        try:
            environment = book.environment(draft.environment)
            shared = (
                NO_FIELDS
                if environment
                else shared_by([each for each in drafts if each.environment == draft.environment])
            )
            fields = _without(fitted(draft.fields, environment), shared)
            book = store.add(draft.environment, draft.name, fields, protected=draft.protected, shared=shared)
        except CognituiError as error:
            if written:
                error.cause = f"{error.cause} Written before that: {inert(', '.join(written), 400)}."
            raise
        written.append(draft.id)
    _keep_secrets(drafts, book, keep_secret)
    return book


def shared_by(drafts: Sequence[NewProfile]) -> ProfileFields:
    """Returns what profiles of a new environment have in common, which belongs into the environment.

    Only what leads to the pool and its client: how somebody signs in is each profile's own.
    """
    first, *others = (draft.fields for draft in drafts)
    common = {
        key: value
        for key in _PLACE
        if (value := getattr(first, key)) is not None and all(getattr(other, key) == value for other in others)
    }
    return ProfileFields(**common)


def fitted(fields: ProfileFields, environment: Environment | None) -> ProfileFields:
    """Returns the keys without those that the environment gives anyway.

    Raises:
        UsageError: The environment leads to an emulator, and the profile would follow.
    """
    defaults = environment.defaults if environment else NO_FIELDS
    if defaults.endpoint_url and not fields.endpoint_url:
        raise UsageError(
            f"The environment {inert(environment.name if environment else '', 60)} leads to an emulator "
            f"({inert(defaults.endpoint_url, 100)}), and the imported profile would, too.",
            fix="Choose another environment.",
        )
    same = {key: None for key, value in fields.set_values().items() if getattr(defaults, key) == value}
    if fields.flow is DEFAULT_FLOW and defaults.flow is None:
        same["flow"] = None
    return msgspec.structs.replace(fields, **same)


def _without(fields: ProfileFields, shared: ProfileFields) -> ProfileFields:
    return msgspec.structs.replace(fields, **dict.fromkeys(shared.set_values()))


def _keep_secrets(drafts: Sequence[NewProfile], book: ProfileSet, keep_secret: KeepSecret) -> None:
    kept = set()
    for draft in drafts:
        profile = book.by_id.get(draft.id)
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
