"""A row of the table as a world to sign in to: the pool, the app client, the profile, and the person who answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import msgspec

from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.signing import SigningKey
from cognitui.demo.strict.token_exchange import DELEGATION, IMPERSONATION
from cognitui.demo.strict.users import SoftwareToken, User
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.tokens.interfaces import Provider
from tests.integration.browsing import READ, any_redirect_uri
from tests.integration.flow_cases import PLAIN, SECRET, Case

PASSWORD = "Passw0rd!"
NEW_PASSWORD = "Str0nger!pass"
ADDRESS = "alice@new.example.com"

IAM: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret-access-key-of-the-test",
}
"""IAM credentials that every server of `a_server` knows, as the environment of a process has them."""

WORDS: Mapping[str, str] = {
    "PASSWORD": "password",
    "PASSWORD_SRP": "password (never sent)",
    "EMAIL_OTP": "code by e-mail",
    "SMS_OTP": "code by text message",
    "SMS_MFA": "code by text message",
    "SOFTWARE_TOKEN_MFA": "authenticator app",
}
"""What a person reads for what they choose."""

_SEED = re.compile(r"\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){12}\b")


def a_server() -> StrictServer:
    """Return a server whose pools share a key: another for each of hundreds would take 20 s."""
    key = SigningKey.generate()
    server = StrictServer(new_key=lambda: key)
    server.add_iam_user(IAM["AWS_ACCESS_KEY_ID"], IAM["AWS_SECRET_ACCESS_KEY"])
    return server


def api_of(server: StrictServer) -> UserPoolApi:
    """Return calls that wait by putting the server's clock forward; making their client costs 100 ms."""
    return UserPoolApi(server.clock, sleep=server.clock.advance, jitter=lambda: 1.0)


class EachByItsFlow:
    """The provider of a row with several profiles: each signs in by its own flow."""

    def __init__(self, server: StrictServer, api: UserPoolApi) -> None:
        self._server, self._api = server, api

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        return self._of(profile).start(profile, secrets, fresh=fresh)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        return self._of(challenge.profile).answer(challenge, answers)

    def _of(self, profile: Profile) -> Provider:
        return sign_in_of(self._server, self._api, msgspec.structs.replace(profile, subject=None, actor=None))


def sign_in_of(server: StrictServer, api: UserPoolApi, profile: Profile) -> Provider:
    """Return the provider for a profile's flow."""
    if profile.sources:
        return cast("Provider", EachByItsFlow(server, api))
    if not profile.signs_in_at_domain:
        return UserPoolProvider(api, server.clock)
    endpoint = TokenEndpoint(server.clock, sleep=server.clock.advance, jitter=lambda: 1.0)
    return OAuthProvider(endpoint, api, server.clock)


@dataclass
class World:
    """Everything that one cell needs, and what a person knows."""

    server: StrictServer
    case: Case
    client: AppClient
    user: User
    app: SoftwareToken | None
    """The authenticator app that the user has set up before."""
    profile: Profile
    sources: tuple[Profile, ...] = ()
    """The profiles whose tokens it exchanges; none for other flows."""
    _choices: list[str] = field(default_factory=list)
    _is_wrong: bool = False

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A person starts from the top: for the first time, or from a device that is remembered now."""
        self._choices, self._is_wrong = list(self.case.choices), self.case.wrong_first

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles that the row needs."""
        return (self.profile, *self.sources)

    def given_to(self, profile: Profile) -> GivenSecrets:
        """Return what the vault holds for one of the profiles if every secret is stored."""
        if profile is self.profile:
            return self.given
        is_user = profile.needs_user
        return GivenSecrets(PASSWORD if is_user else None, None if is_user else SECRET)

    @property
    def given(self) -> GivenSecrets:
        """What the vault holds if the password is stored."""
        seed = self.app.seed if self.app and self.case.totp == "stored" else None
        password = PASSWORD if self.profile.needs_user else None
        return GivenSecrets(password, self.client.secret, seed)

    def answer(self, label: str, shown: str) -> str:
        """Return what a person answers.

        Args:
            label: What is asked, in lower case.
            shown: What they read beside it.
        """
        match label:
            case "password":
                return PASSWORD
            case "client secret":
                return self.client.secret or (SECRET if self.case.has_actor else "")
            case "new password":
                return NEW_PASSWORD
            case "factor" | "second factor":
                return self._choices.pop(0)
            case "e-mail address":
                return ADDRESS
            case "answer":
                return self._answer_of(shown)
            case "code":
                return self._code(shown)
        raise AssertionError(f"nobody knows what to answer to {label!r}")

    def _answer_of(self, shown: str) -> str:
        if self._is_wrong:
            self._is_wrong = False
            return "none"
        asked = [one for one in self.client.pool.custom_challenges if one.public["question"] in shown]
        assert len(asked) == 1, shown
        return asked[0].answer

    def _code(self, shown: str) -> str:
        """The app's if the question is about one, else the one that was sent last."""
        if seed := _SEED.search(shown):
            return SoftwareToken(seed[0].replace(" ", "")).code(self.server.now())
        if self.app and "authenticator app" in shown:
            return self.app.code(self.server.now())
        return self.server.outbox.last(self.user.username).code


def a_world(server: StrictServer, case: Case, username: str, secret: str) -> World:
    """Make the pool, the client and the user of a cell on a server."""
    pool = server.add_pool(**case.pool)  # type: ignore[arg-type]  # by name
    redirect_uri = any_redirect_uri() if case.flow is Flow.AUTHORIZATION_CODE else ""
    client = server.add_client(pool, secret=secret or None, **_settings(case, redirect_uri))  # type: ignore[arg-type]  # by name
    user = server.add_user(pool, case.alias, PASSWORD, **{"username": PLAIN, **case.user})  # type: ignore[arg-type]  # by name
    app = SoftwareToken() if case.totp and ("mfa" in case.user or case.has_app) else None
    user.software_token = app
    if case.flow is Flow.TOKEN_EXCHANGE:
        return _an_exchange(server, World(server, case, client, user, None, _NOBODY), username)
    at_domain = case.flow in (Flow.AUTHORIZATION_CODE, Flow.CLIENT_CREDENTIALS) and not case.without_domain
    own = ProfileFields(
        flow=case.flow,
        user_pool_id=pool.id,
        client_id=client.id,
        username=None if case.flow is Flow.CLIENT_CREDENTIALS else username,
        endpoint_url=server.url,
        redirect_uri=redirect_uri or None,
        domain=server.url if at_domain else None,
        **case.fields,  # type: ignore[arg-type]  # by name
    )
    return World(server, case, client, user, app, Profile(environment=Environment(name="dev"), name="alice", own=own))


def _an_exchange(server: StrictServer, world: World, username: str) -> World:
    """Return the world with the exchanging profile, and those whose tokens it exchanges."""
    case, pool = world.case, world.client.pool
    shop = server.add_client(pool, added_scopes=(READ, "orders/write"))
    place = {"user_pool_id": pool.id, "endpoint_url": server.url}
    subject = _profile("subject", **place, client_id=shop.id, username=username, flow=Flow.USER_PASSWORD_AUTH)
    sources = [subject]
    if case.has_actor:
        machine = server.add_client(pool, secret=SECRET, grants=frozenset({"client_credentials"}), scopes=(READ,))
        flow = Flow.CLIENT_CREDENTIALS
        sources.append(_profile("actor", **place, client_id=machine.id, flow=flow, domain=server.url))
    where = {"endpoint_url": server.url, "domain": server.url} if case.at_domain else place
    named = {"subject": "dev/subject", **({"actor": "dev/actor"} if case.has_actor else {})}
    own = _profile("alice", **where, **named, client_id=world.client.id, flow=case.flow, scopes=(READ,))
    joined = msgspec.structs.replace(own, **dict(zip(("subject", "actor"), sources, strict=False)))
    return replace(world, profile=joined, sources=tuple(sources))


def _profile(name: str, **own: object) -> Profile:
    return Profile(environment=Environment(name="dev"), name=name, own=ProfileFields(**own))  # type: ignore[arg-type]  # by name


_NOBODY = _profile("nobody")


def _settings(case: Case, redirect_uri: str) -> dict[str, object]:
    if case.flow is Flow.CLIENT_CREDENTIALS:
        return {"grants": frozenset({"client_credentials"}), "scopes": (READ,), **case.client}
    if case.flow is Flow.TOKEN_EXCHANGE:
        return {"flows": frozenset({DELEGATION if case.has_actor else IMPERSONATION}), "scopes": (READ,)}
    return {**({"redirect_uris": (redirect_uri,)} if redirect_uri else {}), **case.client}
