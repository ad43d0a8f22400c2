"""What the cells of a row say: who is asked what, by the client itself and by the command of a script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cognitui.cognito.http import fetch_https
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.oauth.provider import ADDRESS
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import INSTEAD, Challenge, GivenSecrets, RememberedDevice, SignedIn
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.token import TokenSet
from cognitui.tokens.interfaces import Provider
from tests.integration.flow_cases import Case, why_not
from tests.integration.flow_world import IAM, PASSWORD, World, a_world, sign_in_of
from tests.strict.browser import log_in
from tests.unit.cli.harness import run
from tests.unit.fakes import FakeServices, services_with

BY_ITSELF = "automatic"
_MOST_QUESTIONS = 8


def cell(server: StrictServer, api: UserPoolApi, case: Case, username: str, secret: str) -> str:
    """Sign in, and return what a person was asked, in order, or why Cognito does not allow it."""
    if reason := why_not(case, secret):
        return f"({reason})"
    world = a_world(server, case, username, secret)
    with iam_credentials():
        return _signed_in(world, sign_in_of(server, api, world.profile))


def answer_of_the_command(server: StrictServer, api: UserPoolApi, case: Case, username: str, secret: str) -> str:
    """Run `cognitui token --no-input` with what can be stored in the vault; returns exit code and words."""
    world = a_world(server, case, username, secret)
    signin = sign_in_of(server, api, world.profile)
    with iam_credentials():
        services = stored(world, signin)
        if case.twice:
            device = _by_client(world, signin)[0].device
            assert device is not None
            services.vault.entries[world.profile.secret_name(SecretKind.DEVICE)] = device.pack()
        result = run(services, "token", "dev/alice", "--no-input")
    if result.exit_code == 0:
        _check(world, result.stdout.strip())
        return "0"
    words = result.stderr.splitlines()[0]
    needed = words.removesuffix(" is needed.").removesuffix(" are needed.")
    assert needed != words, words
    return f"{result.exit_code}: {needed.rpartition(': ')[2]}"


def stored(world: World, signin: Provider, **parts: object) -> FakeServices:
    """Return services on the world's profile, with the password, the client secret and the seed in the vault."""
    services = services_with(*world.profiles, signin=signin, clock=world.server.clock, **parts)
    for profile in world.profiles:
        given = world.given_to(profile)
        secrets = {
            SecretKind.PASSWORD: given.password,
            SecretKind.CLIENT_SECRET: given.client_secret,
            SecretKind.TOTP: given.totp_seed,
        }
        services.vault.entries |= {
            profile.secret_name(kind): value for kind, value in secrets.items() if value is not None
        }
    return services


@contextmanager
def iam_credentials() -> Iterator[None]:
    """Give this process IAM credentials that the server knows."""
    names = (*IAM, "AWS_PROFILE", "AWS_SESSION_TOKEN")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ.update(IAM)
    try:
        yield
    finally:
        for name in IAM:
            os.environ.pop(name, None)
        os.environ.update(before)


def _signed_in(world: World, signin: Provider) -> str:
    done, told = _by_client(world, signin)
    device = done.device
    if world.case.twice:
        done, told = _by_client(world, signin, device)
    _check(world, done.tokens.access.value)
    if done.tokens.refresh is not None:
        _check(world, _refreshed(world, signin, done.tokens, device).access.value)
    return told


def _by_client(world: World, signin: Provider, device: RememberedDevice | None = None) -> tuple[SignedIn, str]:
    """Sign in, and return what was asked on the way."""
    world.begin()
    asked: list[str] = []
    step = signin.start(world.profile, _with_sources(world, signin, replace(world.given, device=device)))
    for _ in range(_MOST_QUESTIONS):
        if isinstance(step, SignedIn):
            return step, ", then ".join(asked) or BY_ITSELF
        if world.case.instead and step.instead and not step.sent_to:
            step = signin.answer(step, {INSTEAD: world.case.instead})
            assert isinstance(step, Challenge)
        asked.append(step.needs)
        step = signin.answer(step, _answers(world, step))
    raise AssertionError(f"asked without end: {asked}")


def _with_sources(world: World, signin: Provider, given: GivenSecrets) -> GivenSecrets:
    """Return secrets with the tokens to exchange, as the broker gets them."""
    tokens = []
    for source in world.sources:
        step = signin.start(source, world.given_to(source))
        assert isinstance(step, SignedIn)
        tokens.append(step.tokens.access.value)
    return replace(given, **dict(zip(("subject_token", "actor_token"), tokens, strict=False)))


def _answers(world: World, asked: Challenge) -> dict[str, str]:
    if asked.url:
        return {ADDRESS.name: log_in(asked.url, world.user.username, PASSWORD)}
    shown = " ".join((asked.title, asked.message, *(value for _, value in asked.shown)))
    return {prompt.name: world.answer(prompt.label, shown) for prompt in asked.prompts}


def _refreshed(world: World, signin: Provider, tokens: TokenSet, device: RememberedDevice | None) -> TokenSet:
    """Every flow's refresh token gets new tokens: another refresh token where the client rotates them."""
    assert tokens.refresh is not None
    key = device.key if device else ""
    new = signin.refresh(world.profile, tokens.refresh.value, world.client.secret, world.user.username, key)
    assert (new.refresh is not None) == world.client.rotation
    return new


def _check(world: World, access_token: str) -> None:
    """Tokens of every flow verify against the keys of the pool."""
    result = TokenVerifier(fetch_https, world.server.now).verify(world.profile, access_token)
    assert result.verified, result.reason
