"""OAuth endpoints of a user pool's domain as a provider of tokens: for an app client, or a user in a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.connections import Bounds, within
from cognitui.cognito.exchange import exchanged
from cognitui.cognito.oauth.authorization import Authorization, new_authorization
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import SignedInRequests
from cognitui.cognito.signin.account_recovery import CLIENT_SECRET, asked_or_raised
from cognitui.cognito.transport import RequestEvents
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import Challenge, GivenSecrets, Prompt, SignedIn, Step
from cognitui.model.errors import CognituiError, PoolOrClientNotFound, Refused, SessionExpired
from cognitui.model.profile import Flow, Profile, foreign_endpoint
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import TokenSet

if TYPE_CHECKING:
    from cognitui.cognito.oauth.loopback import Verdict


ADDRESS = Prompt("address", "address", hint="http://localhost:8976/callback?code=…")

_STRAY = "That is not an answer to this sign-in: paste the whole address that the browser ended on."


class OAuthProvider(SignedInRequests):
    """Signs in by `client_credentials` and `authorization_code`, and exchanges tokens. Threads may share it."""

    def __init__(
        self,
        endpoint: TokenEndpoint,
        api: UserPoolApi,
        clock: Callable[[], float],
        *,
        events: RequestEvents | None = None,
        seconds: float = Bounds().total,
    ) -> None:
        """Store the parts.

        Args:
            endpoint: The token endpoint.
            api: The user pool API, for requests with an access token.
            clock: Returns the seconds since the epoch.
            events: The hook before each request.
            seconds: What all calls of a sign-in, or of a refresh, may take together.
        """
        super().__init__(api, clock, events)
        self._endpoint = endpoint
        self._seconds = seconds

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        """Get the token of an app client or of an exchange, or send the user to the browser.

        Args:
            profile: Who signs in.
            secrets: What is known already.
            fresh: Whether the browser must ask for a login even if its cookie remembers one.

        Raises:
            Refused: Cognito refused.
            Unreachable: No network, or no proper answer.
        """
        exchanges = profile.flow is Flow.TOKEN_EXCHANGE
        self._events.before(profile, "token exchange" if exchanges else "sign-in", with_token=exchanges)
        with within(self._seconds):
            return self._begin(Attempt(profile, secrets), fresh=fresh)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Continue with the user's answers, or with the address from the browser; raises as `start` does.

        A refused answer leads to the same challenge again, with a remark.
        """
        self._events.before(challenge.profile, f"answer to {challenge.kind}")
        under_way = challenge.state
        with within(self._seconds):
            if isinstance(under_way, Attempt):
                return self._begin(CLIENT_SECRET.take(under_way, answers))
            assert isinstance(under_way, Authorization)
            if under_way.code:
                return self._exchange(under_way.with_attempt(CLIENT_SECRET.take(under_way.attempt, answers)))
            code = under_way.code_in(answers.get(ADDRESS.name, ""))
            if code is None:
                return replace(challenge, remark=_STRAY)
            return self._exchange(under_way.with_code(code))

    def with_client_secret(self, challenge: Challenge, client_secret: str) -> Challenge:
        """Return the challenge of a sign-in that continues with another client secret."""
        under_way = challenge.state
        if isinstance(under_way, Attempt):
            return replace(challenge, state=under_way.with_client_secret(client_secret))
        assert isinstance(under_way, Authorization)
        return replace(challenge, state=under_way.with_attempt(under_way.attempt.with_client_secret(client_secret)))

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Wait for the browser to come back; returns the answers for `answer`, or None once `stop` is set.

        Raises:
            RedirectUnavailable: The port of `redirect_uri` is taken, or may not be opened.
        """
        # Costs 15 ms, and other flows do not need it.
        from cognitui.cognito.oauth.loopback import place_of, wait_for_redirect

        under_way, place = challenge.state, place_of(challenge.profile.redirect_uri)
        assert isinstance(under_way, Authorization)
        assert place is not None, "only a challenge that waits is waited for"
        address = wait_for_redirect(place, _judge_of(under_way), stop)
        return None if address is None else {ADDRESS.name: address}

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Get new tokens for a refresh token; the endpoint needs neither the username nor a device."""
        self._events.before(profile, "refresh")
        with within(self._seconds):
            return self._endpoint.by_refresh_token(profile, refresh_token, client_secret)

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None, *, linked: bool = False) -> None:
        """End a refresh token and what came from it: an app client's own token has none.

        Only the API can end the browser's session that it came through; the domain's endpoint has no such parameter.
        """
        self._events.before(profile, "revocation", with_token=True)
        if linked:
            self._call_revoke_token(profile, refresh_token, client_secret, linked=True)
            return
        try:
            self._endpoint.revoke(profile, refresh_token, client_secret)
        except PoolOrClientNotFound:
            # An emulator may lack the endpoint, and have RevokeToken.
            if not foreign_endpoint(profile):
                raise
            self._call_revoke_token(profile, refresh_token, client_secret)

    def _begin(self, attempt: Attempt, *, fresh: bool = False) -> Step:
        if attempt.profile.flow is Flow.TOKEN_EXCHANGE:
            return exchanged(attempt, partial(self._endpoint.by_exchange, attempt.profile))
        secret, browses = attempt.given.client_secret, attempt.profile.flow is Flow.AUTHORIZATION_CODE
        if secret is None and (attempt.given.lacks_client_secret or not browses):
            return CLIENT_SECRET.ask(attempt)
        if browses or secret is None:
            return _browse(attempt, fresh=fresh)
        try:
            return SignedIn(self._endpoint.by_client_credentials(attempt.profile, secret))
        except Refused as refusal:
            return asked_or_raised(refusal, attempt)

    def _exchange(self, done: Authorization) -> Step:
        profile, secret = done.profile, done.attempt.given.client_secret
        try:
            tokens = self._endpoint.by_code(profile, done.code, done.verifier, secret)
        except SessionExpired as error:
            return replace(_browse(done.attempt, fresh=done.fresh), remark=error.cause)
        except Refused as refusal:
            # The code is still good: Cognito looks at the client first.
            return replace(asked_or_raised(refusal, done.attempt), state=done)
        return SignedIn(tokens, warning=_someone_else(profile, tokens))


def _browse(attempt: Attempt, *, fresh: bool) -> Challenge:
    from cognitui.cognito.oauth.loopback import place_of

    profile, under_way = attempt.profile, new_authorization(attempt, fresh=fresh)
    waits = place_of(profile.redirect_uri) is not None
    return Challenge(
        "BROWSER_SIGN_IN",
        profile,
        "Sign in with the browser",
        f"Sign in{f' as {inert(profile.username, 80)}' if profile.username else ''}. {_way_back(profile, waits=waits)}",
        (
            replace(
                ADDRESS, hint=f"{inert(profile.redirect_uri, 60)}{'&' if '?' in profile.redirect_uri else '?'}code=…"
            ),
        ),
        url=under_way.address(),
        waits=waits,
        state=under_way,
    )


def _way_back(profile: Profile, *, waits: bool) -> str:
    """Return where the browser goes; a pool that does not know the address shows an error page."""
    registered = f"{inert(profile.redirect_uri, 100)}; this exact URL must be registered with the app client."
    if waits:
        return (
            f"The browser returns to {registered} "
            "If the browser is on another machine, paste the address that it ends on."
        )
    if not profile.redirect_uri.casefold().startswith(("http:", "https:")):
        # Nothing on this machine is asked to open it, or an app is that does not hand the code on.
        return f"The browser then tries to open {registered} Copy that address from the address bar, and paste it."
    return f"The browser ends on {registered} Paste that address."


def _judge_of(under_way: Authorization) -> Callable[[str], Verdict]:
    from cognitui.cognito.oauth.loopback import DONE, STRAY, Verdict, failed

    def judge(address: str) -> Verdict:
        try:
            code = under_way.code_in(address)
        except CognituiError as error:
            # The terminal shows it as well, when it reads the same address.
            return Verdict(failed(error.cause), final=True)
        return Verdict(DONE, final=True) if code is not None else Verdict(STRAY, final=False)

    return judge


def _someone_else(profile: Profile, tokens: TokenSet) -> str:
    """Return a warning if the browser has signed in another user: its cookie may do so without asking."""
    from cognitui.model.claims import names_of

    names = names_of(tokens.id.value if tokens.id else tokens.access.value)
    meant = profile.username.casefold()
    kind = "email" if "@" in meant else "phone_number" if meant.startswith("+") else "username"
    if not meant or profile.fields.identity_provider or kind not in names or meant in map(str.casefold, names.values()):
        return ""
    return f"The browser signed in {inert(names[kind], 100)}, and the profile says {inert(profile.username, 100)}."
