"""Creation of the sample users in the demo's server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from cognitui.demo.accounts import AccountIds, AdminKey, Contents, StageIds, StoredSecret
from cognitui.demo.playground_users import ENVIRONMENT, PlaygroundUser
from cognitui.demo.sample_users import AppClient, Person, SavedPassword, Stage
from cognitui.demo.strict.client_secrets import new_secret
from cognitui.demo.strict.pools import AppClient as ServersClient
from cognitui.demo.strict.pools import MfaConfiguration, Pool
from cognitui.demo.strict.server import ClientSettings, StrictServer, UserSettings
from cognitui.demo.strict.users import Mfa, SoftwareToken, UserStatus
from cognitui.model.profile import DEFAULT_REDIRECT_URI, Flow
from cognitui.model.secret import SecretKind

_API_FLOWS = frozenset({"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"})
_BROWSER_FLOWS = frozenset({"REFRESH_TOKEN_AUTH"})


@dataclass(frozen=True, slots=True)
class Seeded:
    """The server after the sample users have been created."""

    contents: Contents
    rotating: tuple[ServersClient, ...]
    """The app clients whose secrets rotate."""


def seed(server: StrictServer, stages: Sequence[Stage], users: Sequence[PlaygroundUser]) -> Seeded:
    """Create pools, app clients, users and an IAM user; every secret is new."""
    filled = [_Stage(server, stage) for stage in stages]
    playground = _Playground(server, users)
    admin = server.add_iam_user("AKIACOGNITUIDEMO", secrets.token_hex(20))
    contents = Contents(
        server.url,
        {one.stage.name: one.ids for one in filled},
        playground.accounts,
        AdminKey(admin.access_key_id, admin.secret_access_key),
        (*(secret for one in filled for secret in one.secrets), *playground.secrets),
    )
    return Seeded(contents, tuple(playground.rotating))


def new_password() -> str:
    """Return a random password that Cognito's default policy accepts: both cases, a digit, a symbol."""
    return f"Demo-{secrets.token_urlsafe(12)}-7"


class _Stage:
    """An environment with its pool, which it creates."""

    def __init__(self, server: StrictServer, stage: Stage) -> None:
        self._server = server
        self.stage = stage
        self._pool = server.add_pool(
            title=f"shop-{stage.name}",
            username_attributes=("email",),
            # Part of the address that AWS would give it: all that is looked at here is that there is one.
            domain=f"shop-{stage.name}" if any(client.flow for client in stage.clients) else "",
            mfa=MfaConfiguration.OPTIONAL if any(person.has_app for person in stage.people) else MfaConfiguration.OFF,
            mfa_methods=(Mfa.TOTP,),
        )
        self._clients = {client: self._added(client) for client in stage.clients}
        self.secrets = tuple(self._add_people()) + tuple(self._client_secrets())
        first = self._clients[stage.clients[0]]
        identity_pool = server.add_identity_pool(self._pool, first).id if stage.has_identity_pool else ""
        ids = {client.name: added.id for client, added in self._clients.items()}
        self.ids = StageIds(self._pool.id, ids, identity_pool)

    def _added(self, client: AppClient) -> ServersClient:
        settings = ClientSettings(
            name=client.name,
            secret=new_secret() if client.has_secret else None,
            access_validity=client.access_minutes * 60.0,
            id_validity=client.access_minutes * 60.0,
        )
        return self._server.add_client(self._pool, **(settings | _grant(client)))

    def _add_people(self) -> Iterator[StoredSecret]:
        """Create the users, and yield their secrets for the vault."""
        for person in self.stage.people:
            profile, password = f"{self.stage.name}/{person.name}", person.password or new_password()
            app = SoftwareToken() if person.has_app else None
            self._add(person, password, app)
            if person.client.flow is None:
                saved = new_password() if person.saved is SavedPassword.WRONG else password
                yield StoredSecret(profile, SecretKind.PASSWORD, saved)
            if app is not None:
                yield StoredSecret(profile, SecretKind.TOTP, app.seed)

    def _add(self, person: Person, password: str, app: SoftwareToken | None) -> None:
        temporary = person.saved is SavedPassword.TEMPORARY
        settings = UserSettings(
            groups=person.groups,
            status=UserStatus.FORCE_CHANGE_PASSWORD if temporary else UserStatus.CONFIRMED,
        )
        if app is not None:
            settings |= UserSettings(mfa=(Mfa.TOTP,), preferred_mfa=Mfa.TOTP, software_token=app)
        attributes = {"name": person.full_name}
        self._server.add_user(self._pool, person.username, password, attributes=attributes, **settings)

    def _client_secrets(self) -> Iterator[StoredSecret]:
        for one in self.stage.everyone:
            if value := self._clients[one.client].secret:
                yield StoredSecret(f"{self.stage.name}/{one.name}", SecretKind.CLIENT_SECRET, value)


def _grant(client: AppClient) -> ClientSettings:
    """Return the settings that depend on how an app client's users sign in."""
    match client.flow:
        case Flow.CLIENT_CREDENTIALS:
            return ClientSettings(flows=frozenset(), grants=frozenset({"client_credentials"}), scopes=client.scopes)
        case Flow.AUTHORIZATION_CODE:
            return ClientSettings(flows=_BROWSER_FLOWS, redirect_uris=(DEFAULT_REDIRECT_URI,), scopes=client.scopes)
    return ClientSettings(flows=_API_FLOWS, grants=frozenset())


class _Playground:
    """The users of the playground with their pools, which it creates."""

    def __init__(self, server: StrictServer, users: Sequence[PlaygroundUser]) -> None:
        self._server = server
        self._pools = {pool: server.add_pool(**pool.settings) for pool in dict.fromkeys(user.pool for user in users)}
        self.accounts: dict[str, AccountIds] = {}
        self.secrets: list[StoredSecret] = []
        self.rotating: list[ServersClient] = []
        for user in users:
            self._add(self._pools[user.pool], user)

    def _add(self, pool: Pool, user: PlaygroundUser) -> None:
        if user.replica_of:
            self._add_at_replica(user)
            return
        profile = f"{ENVIRONMENT}/{user.name}"
        secret = new_secret() if user.has_secret or user.secret_rotates else None
        client = self._server.add_client(pool, **(user.client | ClientSettings(name=user.name, secret=secret)))
        if user.secret_rotates:
            self._server.client_secrets.publish(client)
            self.rotating.append(client)
        elif secret:
            self.secrets.append(StoredSecret(profile, SecretKind.CLIENT_SECRET, secret))
        self.accounts[user.name] = AccountIds(pool.id, client.id, secret_arn=client.secret_arn)
        if user.person:
            self._add_person(pool, user, profile)

    def _add_at_replica(self, user: PlaygroundUser) -> None:
        endpoint = self._server.url_in(user.region)
        self.accounts[user.name] = msgspec.structs.replace(self.accounts[user.replica_of], endpoint=endpoint)
        own, primary = f"{ENVIRONMENT}/{user.name}", f"{ENVIRONMENT}/{user.replica_of}"
        self.secrets += [StoredSecret(own, one.kind, one.value) for one in self.secrets if one.profile == primary]

    def _add_person(self, pool: Pool, user: PlaygroundUser, profile: str) -> None:
        password = new_password()
        person = self._server.add_user(pool, user.username, password, attributes=user.attributes, **user.user)
        apps = {name: self._server.add_client(pool, name=name) for name in {other.app for other in user.sessions}}
        for other in user.sessions:
            client, age = apps[other.app], other.minutes * 60
            self._server.add_session(client, person, other.caller, age, by_browser=other.by_browser)
        if user.saves_password:
            self.secrets.append(StoredSecret(profile, SecretKind.PASSWORD, password))
