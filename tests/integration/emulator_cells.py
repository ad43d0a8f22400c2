"""What the cells say: how cognitui fares on an emulator, found out by trying it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cognitui.cognito.health import PoolHealth
from cognitui.cognito.http import fetch_https, look
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.oauth.provider import ADDRESS, OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import SignedInRequests, UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.doctor.profile import ProfileDoctor
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn
from cognitui.model.claims import username_of
from cognitui.model.diagnostics import Verdict
from cognitui.model.errors import CognituiError, RefreshTokenDead, Refused, ServiceFault
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenSet
from cognitui.tokens.interfaces import Provider
from tests.integration.emulator_cases import Case, Trial
from tests.integration.flow_cells import iam_credentials
from tests.integration.login_page import log_in
from tests.servers.directory import REGION, RegisteredClient
from tests.servers.emulators import EmulatedDirectory
from tests.unit.fakes import FakeSecretReader, FakeVault

USERNAME = "alice@example.com"
PASSWORD = "Passw0rd!"
NEW_PASSWORD = "Str0nger!pass"
READ = "orders/read"
_MOST_QUESTIONS = 4


@dataclass(frozen=True)
class World:
    """One cell: a pool, a client and a user on an emulator, the profile, and what the vault holds."""

    case: Case
    profile: Profile
    given: GivenSecrets
    api: UserPoolApi
    signin: Provider


class Unanswered(Exception):
    """Something was asked that nobody knows the answer to."""


def cell(directory: EmulatedDirectory, case: Case) -> str:
    """Try a case on a pool of its own, and return how it went."""
    try:
        world = _world(directory, case)
    except ServiceFault:
        return "cannot be set up"
    try:
        with iam_credentials():
            return _TRIALS.get(case.trial, _signed_in)(world)
    except Unanswered as question:
        return f"asks ({question})"
    except CognituiError as error:
        return f"no: {error.title}"


def _world(directory: EmulatedDirectory, case: Case) -> World:
    pool = directory.make_pool("emulated")
    directory.make_user(
        pool,
        USERNAME,
        PASSWORD,
        permanent=case.trial is not Trial.TEMPORARY,
        attributes={"email": USERNAME, "email_verified": "true"},
    )
    client, seed = _client(directory, pool, case), None
    if case.trial is Trial.APP:
        directory.allow_app_codes(pool)
        public = directory.make_client(pool, "setter", flows=["ALLOW_USER_PASSWORD_AUTH"])
        seed = directory.set_up_app(public.id, USERNAME, PASSWORD)
    password = "Wr0ng!password" if case.trial is Trial.WRONG else PASSWORD
    profile = Profile(environment=Environment(name="dev"), name="alice", own=_fields(directory, case, pool, client))
    return World(
        case,
        profile,
        GivenSecrets(password if case.flow is not Flow.CLIENT_CREDENTIALS else None, client.secret, seed),
        directory.api,
        OAuthProvider(TokenEndpoint(time.time), directory.api, time.time)
        if profile.signs_in_at_domain
        else UserPoolProvider(directory.api, time.time),
    )


def _client(directory: EmulatedDirectory, pool: str, case: Case) -> RegisteredClient:
    secret = case.trial is Trial.SECRET
    match case.flow:
        case Flow.CLIENT_CREDENTIALS:
            return directory.make_oauth_client(pool, "app", grant="client_credentials", scopes=[READ], secret=secret)
        case Flow.AUTHORIZATION_CODE:
            return directory.make_oauth_client(pool, "app", grant="code", scopes=["openid"], secret=secret)
    return directory.make_client(
        pool,
        secret=secret,
        flows=[f"ALLOW_{case.flow.value}", "ALLOW_REFRESH_TOKEN_AUTH"],  # type: ignore[list-item]  # they are Cognito's
    )


def _fields(directory: EmulatedDirectory, case: Case, pool: str, client: RegisteredClient) -> ProfileFields:
    own: dict[str, object] = {
        "region": REGION,
        "flow": case.flow,
        "user_pool_id": pool,
        "client_id": client.id,
        "endpoint_url": directory.endpoint,
        "preferred_challenge": case.preferred,
    }
    match case.flow:
        case Flow.CLIENT_CREDENTIALS:
            own |= {"domain": directory.endpoint, "scopes": (READ,)}
        case Flow.AUTHORIZATION_CODE:
            own |= {"domain": directory.endpoint, "scopes": ("openid",), "username": USERNAME}
        case _:
            own |= {"username": USERNAME}
    return ProfileFields(**own)  # type: ignore[arg-type]  # by name


def _signed_in(world: World) -> str:
    """Sign in, verify the tokens and refresh them: what is not said went well."""
    done, asked = _sign_in(world)
    said = [f"signed in ({', '.join(asked)})" if asked else "signed in"]
    result = TokenVerifier(fetch_https, time.time).verify(world.profile, done.tokens.access.value)
    if not result.verified:
        said.append("not verified")
    if done.tokens.refresh is None:
        said.append("no refresh token")
    elif not _refreshes(world, done.tokens):
        said.append("no refresh")
    return ", ".join(said)


def _sign_in(world: World) -> tuple[SignedIn, list[str]]:
    asked: list[str] = []
    step = world.signin.start(world.profile, world.given)
    for _ in range(_MOST_QUESTIONS):
        if isinstance(step, SignedIn):
            return step, asked
        asked.append(step.needs)
        answers = _answers(step)
        if answers is None:
            break
        step = world.signin.answer(step, answers)
    raise Unanswered(", ".join(asked))


def _answers(asked: Challenge) -> Mapping[str, str] | None:
    if asked.url:
        return {ADDRESS.name: log_in(asked.url, USERNAME, PASSWORD)}
    known = {"new password": NEW_PASSWORD}
    labels = {prompt.name: prompt.label for prompt in asked.prompts}
    return {name: known[label] for name, label in labels.items()} if known.keys() >= set(labels.values()) else None


def _refreshes(world: World, tokens: TokenSet) -> bool:
    assert tokens.refresh is not None
    username = username_of(tokens.access.value)
    try:
        new = world.signin.refresh(world.profile, tokens.refresh.value, world.given.client_secret, username)
    except RefreshTokenDead:
        return False
    return new.access.value != tokens.access.value


def _wrong_password(world: World) -> str:
    try:
        _sign_in(world)
    except Refused:
        return "refused"
    return "signed in: the password is not checked"


def _revoked(world: World) -> str:
    done, _ = _sign_in(world)
    assert done.tokens.refresh is not None
    token, secret = done.tokens.refresh.value, world.given.client_secret
    return _after(lambda: _requests(world).revoke(world.profile, token, secret), world, done)


def _signed_out(world: World) -> str:
    done, _ = _sign_in(world)
    token = done.tokens.access.value
    return _after(lambda: _requests(world).sign_out_everywhere(world.profile, token), world, done)


def _requests(world: World) -> SignedInRequests:
    return SignedInRequests(world.api, time.time)


def _after(end: Callable[[], None], world: World, done: SignedIn) -> str:
    try:
        end()
    except CognituiError:
        return "the call fails"
    return "refreshed all the same" if _refreshes(world, done.tokens) else "refused"


def _user(world: World) -> str:
    done, _ = _sign_in(world)
    claims = _requests(world).user(world.profile, done.tokens.access.value).claims
    return "answers" if claims.get("email") == USERNAME else "answers without the e-mail address"


def _doctor(world: World) -> str:
    vault = FakeVault()
    vault.entries[world.profile.secret_name(SecretKind.PASSWORD)] = PASSWORD
    exam = PoolHealth(world.api.transport, look, time.time)
    findings = list(ProfileDoctor(exam, vault, dict, time.time, FakeSecretReader()).examine(world.profile))
    failed = [finding.check for finding in findings if finding.verdict is Verdict.FAIL]
    warned = [finding.check for finding in findings if finding.verdict is Verdict.WARN]
    if failed or warned:
        return ", ".join((*(f"fails: {check}" for check in failed), *(f"warns: {check}" for check in warned)))
    return "passes"


_TRIALS = {
    Trial.WRONG: _wrong_password,
    Trial.REVOKED: _revoked,
    Trial.SIGNED_OUT: _signed_out,
    Trial.USER: _user,
    Trial.DOCTOR: _doctor,
}
