"""User pool API as a provider of tokens, and the requests with an access token that both providers share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from cognitui.cognito.challenges.attempt import Attempt, CodeSource, no_code
from cognitui.cognito.client_token import client_token
from cognitui.cognito.connections import Bounds, not_counted, within
from cognitui.cognito.exchange import exchanged
from cognitui.cognito.http import fetch_https
from cognitui.cognito.signin.account_recovery import CLIENT_SECRET
from cognitui.cognito.signin.flow import SignInFlow, flow_of
from cognitui.cognito.signin.refresh import refreshed
from cognitui.cognito.transport import RequestEvents
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.claims import scopes_of
from cognitui.model.errors import NotAuthorized, ScopeMissing, ServiceFault, TokenRefused, WrongCredentials
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import replace
from cognitui.model.text import NotAnObject, inert, read_object
from cognitui.model.token import TokenSet, UserInfo

_OWN_ACCOUNT = "aws.cognito.signin.user.admin"
"""AWS, "Scopes, M2M, and resource servers": the scope of GetUser, GlobalSignOut and ForgetDevice."""

_LONGEST_TIME = 12
"""Digits of seconds since the epoch."""


class SignedInRequests:
    """Requests with a token, whichever provider it came from."""

    def __init__(self, api: UserPoolApi, clock: Callable[[], float], events: RequestEvents | None = None) -> None:
        """Store the user pool API, the clock (seconds since the epoch) and the hook before each request."""
        self._api = api
        self._clock = clock
        self._events = events or RequestEvents()

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """End all of the user's sessions."""
        self._events.before(profile, "global sign-out", with_token=True)
        with _refused_token():
            self._api.transport.call(profile, "GlobalSignOut", {"AccessToken": access_token})

    def user(self, profile: Profile, access_token: str) -> UserInfo:
        """Return the user's attributes: from GetUser, or from userInfo if the token's scopes allow only that."""
        self._events.before(profile, "user info", with_token=True)
        scopes = scopes_of(access_token)
        if _OWN_ACCOUNT in scopes:
            with _refused_token():
                answer = self._api.transport.call(profile, "GetUser", {"AccessToken": access_token})
            return UserInfo(_dated(_attributes_in(answer)), "GetUser", self._clock())
        if "openid" in scopes and profile.fields.domain:
            return UserInfo(_dated(user_info(profile, access_token)), "userInfo", self._clock())
        raise ScopeMissing(
            f"{inert(profile.id)}: its access token has neither the scope {_OWN_ACCOUNT} nor openid, "
            "so Cognito returns no attributes of its user.",
            fix="Add one of them to scopes in the profile, and sign in again.",
        )

    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None:
        """Make the pool forget a device of the user."""
        self._events.before(profile, "forgetting of the device", with_token=True)
        given = {"AccessToken": access_token, "DeviceKey": device_key}
        self._api.transport.call(profile, "ForgetDevice", given)

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None, *, linked: bool = False) -> None:
        """End a refresh token and what came from it; if asked to, the browser's session that it came through too."""
        self._events.before(profile, "revocation", with_token=True)
        self._call_revoke_token(profile, refresh_token, client_secret, linked=linked)

    def _call_revoke_token(
        self, profile: Profile, refresh_token: str, client_secret: str | None, *, linked: bool = False
    ) -> None:
        request = {"Token": refresh_token, "ClientId": profile.client_id}
        if client_secret:
            request["ClientSecret"] = client_secret
        if linked:
            request["RevokeAssociatedSessions"] = "LINKED"
        self._api.transport.call(profile, "RevokeToken", request)


class UserPoolProvider(SignedInRequests):
    """Signs in, refreshes and revokes through the user pool API. Threads may share it."""

    def __init__(
        self,
        api: UserPoolApi,
        clock: Callable[[], float],
        code_of: CodeSource = no_code,
        notify: Callable[[str], None] = lambda _text: None,
        *,
        events: RequestEvents | None = None,
        seconds: float = Bounds().total,
    ) -> None:
        """Store the parts.

        Args:
            api: The calls to Cognito.
            clock: Returns the seconds since the epoch.
            code_of: Runs a profile's `mfa_process`.
            notify: Receives messages while a sign-in waits.
            events: The hook before each request.
            seconds: What all calls of a sign-in, or of a refresh, may take together.
        """
        super().__init__(api, clock, events)
        self._flow = SignInFlow(api, clock, notify)
        self._code_of = partial(_uncounted, code_of)
        self._seconds = seconds

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        """Start a sign-in; the user is asked for secrets that are not given. Here, each sign-in is a fresh one."""
        if profile.flow is Flow.TOKEN_EXCHANGE:
            return self._exchanged(Attempt(profile, secrets))
        if profile.gets_client_tokens:
            return self._client_token(Attempt(profile, secrets))
        self._events.before(profile, "sign-in")
        with within(self._seconds):
            return self._flow.begin(Attempt(profile, secrets, self._code_of))

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Answer a challenge; a refused answer leads to the same challenge again."""
        if isinstance(challenge.state, Attempt) and challenge.profile.flow is Flow.TOKEN_EXCHANGE:
            return self._exchanged(CLIENT_SECRET.take(challenge.state, answers))
        if isinstance(challenge.state, Attempt) and challenge.profile.gets_client_tokens:
            return self._client_token(CLIENT_SECRET.take(challenge.state, answers))
        self._events.before(challenge.profile, f"answer to {challenge.kind}")
        with within(self._seconds):
            return self._flow.answer(challenge, answers)

    def with_client_secret(self, challenge: Challenge, client_secret: str) -> Challenge:
        """Return the challenge of a sign-in that continues with another client secret."""
        attempt = challenge.state
        assert isinstance(attempt, Attempt)
        return replace(challenge, state=attempt.with_client_secret(client_secret))

    def wait(self, challenge: Challenge, stop: threading.Event) -> None:
        """Return None: the user answers all challenges of the user pool API."""

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Get new tokens for a refresh token; see `refreshed`."""
        self._events.before(profile, "refresh")
        flow_of(profile)
        with within(self._seconds):
            return refreshed(self._api, profile, refresh_token, client_secret, username, device_key)

    def _client_token(self, attempt: Attempt) -> Step:
        profile = attempt.profile
        self._events.before(profile, "client token")
        with within(self._seconds):
            return client_token(attempt, partial(self._api.client_token, profile))

    def _exchanged(self, attempt: Attempt) -> Step:
        profile = attempt.profile
        self._events.before(profile, "token exchange", with_token=True)
        with within(self._seconds):
            return exchanged(attempt, partial(self._api.derived_token, profile))


@contextmanager
def _refused_token() -> Iterator[None]:
    """Turn an unclear refusal into TokenRefused: these calls send no password, so it is about the token."""
    try:
        yield
    except (NotAuthorized, WrongCredentials) as error:
        raise TokenRefused(error.cause) from None


def _attributes_in(answer: Mapping[str, object]) -> Mapping[str, object]:
    """Return the attributes in an answer of GetUser as claims, and the user's MFA settings."""
    found: dict[str, object] = {"username": str(answer.get("Username") or "")}
    attributes = answer.get("UserAttributes")
    for attribute in attributes if isinstance(attributes, list) else []:
        if isinstance(attribute, Mapping):
            found[str(attribute.get("Name"))] = str(attribute.get("Value") or "")
    for name in ("PreferredMfaSetting", "UserMFASettingList"):
        if answer.get(name):
            found[name] = answer[name]
    return found


def _uncounted(code_of: CodeSource, profile: Profile) -> str | None:
    """Return the code of an `mfa_process`, which has its own time limit: it may ask the user to touch a key."""
    with not_counted():
        return code_of(profile)


def user_info(profile: Profile, access_token: str) -> Mapping[str, object]:
    """Return the attributes that the token's scopes allow, as claims, from /oauth2/userInfo."""
    domain = (profile.fields.domain or "").rstrip("/")
    try:
        return read_object(fetch_https(f"{domain}/oauth2/userInfo", bearer=access_token))
    except NotAnObject as error:
        raise ServiceFault(f"{inert(profile.id)}: the user info of the pool's domain {error}.") from None


def _dated(claims: Mapping[str, object]) -> Mapping[str, object]:
    """Return the claims with `updated_at` as a number: Cognito returns all attributes of a user as text."""
    found = claims.get("updated_at")
    is_time = isinstance(found, str) and found.isdecimal() and len(found) <= _LONGEST_TIME
    return {**claims, "updated_at": int(str(found))} if is_time else claims
