"""Every way into a pool as data: which flow, what Cognito asks on the way, and who answers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product

from msgspec.structs import replace

from cognitui.cognito.api import CognitoApi
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.signin import CognitoSignIn
from cognitui.demo.strict.mfa import Mfa, MfaConfiguration
from cognitui.demo.strict.pools import CustomChallenge, User, UserStatus
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.software_token import SoftwareToken
from cognitui.demo.strict.tokens import SigningKey
from cognitui.model.profile import Environment, Flow, PreferredChallenge, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.signin import INSTEAD, Challenge, GivenSecrets, SignedIn
from tests.integration.browsing import READ, any_redirect_uri
from tests.integration.browsing import Desk as BrowserDesk

SECRET = "9drv7kalt3vq0ssexampleexample"
PASSWORD = "Passw0rd!"
NEW_PASSWORD = "Str0nger!pass"
ALIAS = "alice@example.com"
PLAIN = "alice"
BY_ITSELF = "by itself"
_MOST_QUESTIONS = 8


def a_server() -> StrictServer:
    """Returns a server whose pools share a key: another for each of two hundred would take 20 s."""
    key = SigningKey.generate()
    return StrictServer(new_key=lambda: key)


def api_of(server: StrictServer) -> CognitoApi:
    """Returns calls that wait by putting the server's clock forward; making their client costs 100 ms."""
    return CognitoApi(server.clock, sleep=server.clock.advance, jitter=lambda: 1.0)


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    flow: Flow
    challenge: str
    """What Cognito asks, in its own words, or the state of the account."""
    pool: Mapping[str, object] = field(default_factory=dict)
    user: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    choice: str = ""
    """What a person chooses where they are asked."""
    instead: str = ""
    """What a person does instead of answering the first question."""
    twice: bool = False
    """Whether the row is about the second sign-in, from a device that the pool remembers."""
    totp: str = ""
    """`typed` where a person reads the code off an app, `stored` where the vault holds the seed."""

    @property
    def row(self) -> str:
        """Names the row."""
        return f"{self.flow.value} · {self.challenge}"


_PHONE = {"attributes": {"phone_number": "+14155550123", "phone_number_verified": "true"}}
_OPTIONAL = {"mfa": MfaConfiguration.OPTIONAL}
_DEVICE = {**_OPTIONAL, "device_tracking": "opt_in", "device_suppresses_mfa": True}
_QUESTIONS = {"custom_challenges": (CustomChallenge({"question": "Best colour?"}, "green"),)}
_BY_PASSWORD = (Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH)


def _by_password(flow: Flow) -> Iterator[Case]:
    """What can follow a password, however it was proven."""
    yield Case(flow, "none")
    yield Case(flow, "NEW_PASSWORD_REQUIRED", user={"status": UserStatus.FORCE_CHANGE_PASSWORD})
    yield Case(flow, "SMS_MFA", _OPTIONAL, {"mfa": (Mfa.SMS,), **_PHONE})
    yield Case(flow, "EMAIL_OTP", _OPTIONAL, {"mfa": (Mfa.EMAIL,)})
    yield Case(flow, "SOFTWARE_TOKEN_MFA, seed stored", _OPTIONAL, {"mfa": (Mfa.TOTP,)}, totp="stored")
    yield Case(flow, "SOFTWARE_TOKEN_MFA, code typed", _OPTIONAL, {"mfa": (Mfa.TOTP,)}, totp="typed")
    both = {"mfa": (Mfa.EMAIL, Mfa.TOTP)}
    yield Case(flow, "SELECT_MFA_TYPE, EMAIL_OTP", _OPTIONAL, both, choice="EMAIL_OTP", totp="typed")
    yield Case(flow, "SELECT_MFA_TYPE, seed stored", _OPTIONAL, both, totp="stored")
    yield Case(flow, "MFA_SETUP", {"mfa": MfaConfiguration.REQUIRED, "mfa_methods": (Mfa.TOTP,)}, totp="typed")
    fresh = {"status": UserStatus.FORCE_CHANGE_PASSWORD, "mfa": (Mfa.EMAIL,)}
    yield Case(flow, "NEW_PASSWORD_REQUIRED, EMAIL_OTP", _OPTIONAL, fresh)
    yield Case(flow, "unconfirmed user", user={"status": UserStatus.UNCONFIRMED}, instead="resend")
    yield Case(flow, "password reset required", user={"status": UserStatus.RESET_REQUIRED}, instead="resend")


CASES: tuple[Case, ...] = (
    *(case for flow in _BY_PASSWORD for case in _by_password(flow)),
    *(
        Case(flow, "DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER", _DEVICE, {"mfa": (Mfa.EMAIL,)}, twice=True)
        for flow in (Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH)
    ),
    *(
        Case(
            Flow.USER_AUTH,
            f"{factor.value}, preferred",
            {"first_factors": ("PASSWORD", "EMAIL_OTP", "SMS_OTP")},
            _PHONE,
            {"preferred_challenge": factor},
        )
        for factor in PreferredChallenge
    ),
    *(
        Case(Flow.USER_AUTH, f"SELECT_CHALLENGE, {choice}", {"first_factors": ("PASSWORD", "EMAIL_OTP")}, choice=choice)
        for choice in ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP")
    ),
    Case(Flow.CUSTOM_AUTH, "CUSTOM_CHALLENGE", _QUESTIONS),
    Case(Flow.CUSTOM_AUTH, "PASSWORD_VERIFIER, CUSTOM_CHALLENGE", _QUESTIONS, fields={"srp_first": True}),
    Case(Flow.AUTHORIZATION_CODE, "login page"),
    Case(Flow.CLIENT_CREDENTIALS, "none"),
)

COLUMNS = tuple(product((ALIAS, PLAIN), ("", SECRET)))
"""Username and client secret of each cell of a row."""


def why_not(case: Case, secret: str) -> str:
    """Returns why Cognito does not allow a cell, or an empty text where it does."""
    return "needs a secret" if case.flow is Flow.CLIENT_CREDENTIALS and not secret else ""


def sign_in(server: StrictServer, api: CognitoApi, case: Case, username: str, secret: str) -> str:
    """Signs in, checks the token, and returns what a person was asked, in order: the text of the cell."""
    if case.flow in (Flow.AUTHORIZATION_CODE, Flow.CLIENT_CREDENTIALS):
        return _at_the_domain(server, case, username, secret)
    pool = server.add_pool(**case.pool)  # type: ignore[arg-type]  # by name
    client = server.add_client(pool, secret=secret or None)
    user = server.add_user(pool, ALIAS, PASSWORD, **{"username": PLAIN, **case.user})  # type: ignore[arg-type]  # by name
    token = SoftwareToken() if case.totp and "mfa" in case.user else None
    user.software_token = token
    own = ProfileFields(
        flow=case.flow,
        user_pool_id=pool.id,
        client_id=client.id,
        username=username,
        endpoint_url=server.url,
        remember_device=case.twice or None,
        **case.fields,  # type: ignore[arg-type]  # by name
    )
    profile = Profile(environment=Environment(name="dev"), name="alice", own=own)
    given = GivenSecrets(PASSWORD, client.secret, token.seed if token and case.totp == "stored" else None)
    with _iam(server):
        person = _Person(server, case, user, token)
        signed_in = person.sign_in(CognitoSignIn(api, server.clock), profile, given)
        if case.twice:
            person = _Person(server, case, user, token)
            again = replace(given, device=signed_in.device)
            signed_in = person.sign_in(CognitoSignIn(api, server.clock), profile, again)
    _check(server, profile, signed_in)
    return person.told


class _Person:
    """Answers whatever is asked, and remembers what that was."""

    def __init__(self, server: StrictServer, case: Case, user: User, token: SoftwareToken | None) -> None:
        self._server, self._case, self._user, self._token = server, case, user, token
        self._asked: list[str] = []

    @property
    def told(self) -> str:
        return ", then ".join(self._asked) or BY_ITSELF

    def sign_in(self, signin: CognitoSignIn, profile: Profile, given: GivenSecrets) -> SignedIn:
        step = signin.start(profile, given)
        for _ in range(_MOST_QUESTIONS):
            if isinstance(step, SignedIn):
                return step
            if self._case.instead and not self._asked and not step.sent_to:
                step = signin.answer(step, {INSTEAD: self._case.instead})
                assert isinstance(step, Challenge)
            self._asked.append(step.needs)
            step = signin.answer(step, self._answers(step))
        raise AssertionError(f"asked without end: {self._asked}")

    def _answers(self, asked: Challenge) -> dict[str, str]:
        return {prompt.name: self._answer(asked, prompt.name) for prompt in asked.prompts}

    def _answer(self, asked: Challenge, name: str) -> str:
        prompt = next(prompt for prompt in asked.prompts if prompt.name == name)
        if prompt.choices:
            return self._case.choice
        if prompt.confirm:
            return NEW_PASSWORD
        if asked.kind == "CUSTOM_CHALLENGE":
            return "green"
        if seed := asked.offered.get(SecretKind.TOTP):
            return SoftwareToken(seed).code(self._server.now())
        if asked.kind == "SOFTWARE_TOKEN_MFA" and self._token:
            return self._token.code(self._server.now())
        return self._server.outbox.last(self._user.username).code


def _at_the_domain(server: StrictServer, case: Case, username: str, secret: str) -> str:
    pool = server.add_pool()
    redirect_uri = any_redirect_uri()
    machine = case.flow is Flow.CLIENT_CREDENTIALS
    settings: dict[str, object] = {"redirect_uris": (redirect_uri,), "secret": secret or None}
    if machine:
        settings |= {"grants": frozenset({"client_credentials"}), "scopes": (READ,)}
    client = server.add_client(pool, **settings)  # type: ignore[arg-type]  # by name
    desk = BrowserDesk(server, client, server.add_user(pool, ALIAS, PASSWORD, username=PLAIN), redirect_uri)
    name = {} if machine else {"username": username}
    step = desk.start(**name)
    told = BY_ITSELF
    if isinstance(step, Challenge):
        told = step.needs
        step = desk.pasted(step)
    assert isinstance(step, SignedIn)
    _check(server, desk.profile(**name), step)
    return told


def _check(server: StrictServer, profile: Profile, signed_in: SignedIn) -> None:
    """Tokens of every flow verify against the keys of the pool."""
    from cognitui.cognito.http import fetch_https

    result = TokenVerifier(fetch_https, server.now).verify(profile, signed_in.tokens.access.value)
    assert result.verified, result.reason


@contextmanager
def _iam(server: StrictServer) -> Iterator[None]:
    """Gives this process IAM credentials that the server knows."""
    server.add_iam_user("AKIDEXAMPLE", "secret-access-key-of-the-test")
    given = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret-access-key-of-the-test"}
    names = (*given, "AWS_PROFILE", "AWS_SESSION_TOKEN")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            os.environ.pop(name, None)
        os.environ.update(before)
