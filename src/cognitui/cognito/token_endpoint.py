"""/oauth2/token and /oauth2/revoke of a pool's domain: what is sent there, and what comes back."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from cognitui.cognito.bounds import Bounds, within
from cognitui.cognito.http import HttpAnswer, post_form
from cognitui.cognito.issued import token_set
from cognitui.cognito.oauth_faults import OAuthFault, error_of_status, oauth_error_of
from cognitui.cognito.repeats import Repeats, Result
from cognitui.cognito.replies import IssuedTokens, Reply, lifetime_of, skew_by
from cognitui.cognito.server_clocks import HearDate, no_date
from cognitui.model.aws_hosts import is_aws
from cognitui.model.profile import Profile
from cognitui.model.strict_json import NotAnObject, read_object
from cognitui.model.text import inert
from cognitui.model.token import TokenSet

if TYPE_CHECKING:
    from oauthlib.oauth2 import WebApplicationClient


class TokenEndpoint:
    """Tokens for a code, for a refresh token or for an app client itself. Threads may share it.

    Every method may raise Refused, or Unreachable where no proper answer came.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        hear_date: HearDate = no_date,
    ) -> None:
        """Takes the clock (seconds since the epoch), how to wait, and who hears the Date header of each answer.

        `jitter` returns 0 to 1.
        """
        self._clock = clock
        self._hear_date = hear_date
        self._repeats = Repeats(sleep, jitter)

    def warm_up(self) -> None:
        """Loads what a first call will need: oauthlib, urllib3 and where botocore keeps its certificates (200 ms)."""
        from importlib import import_module

        for name in ("botocore.httpsession", "oauthlib.oauth2", "urllib3"):
            import_module(name)

    def by_client_credentials(self, profile: Profile, client_secret: str) -> TokenSet:
        """Returns the access token of an app client itself. Asking twice does no harm, so it is repeated."""
        # Costs 60 ms, and other flows need none of it.
        from oauthlib.oauth2 import BackendApplicationClient

        metadata = profile.fields.client_metadata
        form = BackendApplicationClient(profile.client_id).prepare_request_body(
            scope=list(profile.fields.scopes or ()),
            include_client_id=True,
            aws_client_metadata=json.dumps(metadata) if metadata else None,
        )
        return self._repeated(lambda: self._tokens(profile, form, client_secret))

    def by_code(self, profile: Profile, code: str, verifier: str, client_secret: str | None) -> TokenSet:
        """Returns the tokens for a code that the browser brought. It is good for one use, and never sent twice.

        Args:
            profile: Whose sign-in.
            code: The code.
            verifier: The secret of PKCE that its request was made with.
            client_secret: That of the app client, or None.
        """
        form = _client(profile).prepare_request_body(
            code=code, redirect_uri=profile.redirect_uri, code_verifier=verifier
        )
        return self._tokens(profile, form, client_secret)

    def by_refresh_token(self, profile: Profile, refresh_token: str, client_secret: str | None) -> TokenSet:
        """Returns new tokens; a new refresh token is among them where the pool rotates it, so it is never repeated.

        Raises:
            RefreshTokenDead: It has expired, was revoked, or another program used it.
            Refused: Cognito said no for another reason.
            Unreachable: No network, or no proper answer; whether the token was used up is not known then.
        """
        form = _client(profile).prepare_refresh_body(refresh_token=refresh_token, client_id=profile.client_id)
        return self._tokens(profile, form, client_secret, refreshing=True)

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """Ends a refresh token, and what came from it (RFC 7009). Asking twice does no harm, so it is repeated."""
        form = urlencode({"token": refresh_token, "client_id": profile.client_id})
        self._repeated(lambda: self._posted(profile, "revoke", form, client_secret, refreshing=True))

    def _repeated(self, ask: Callable[[], Result]) -> Result:
        with within(Bounds().total):
            return self._repeats.of(ask)

    def _tokens(self, profile: Profile, form: str, client_secret: str | None, *, refreshing: bool = False) -> TokenSet:
        answer = self._posted(profile, "token", form, client_secret, refreshing=refreshing)
        now = self._clock()
        issued = _issued(_object(answer))
        if issued is None:
            raise error_of_status(answer.status, _host(profile))
        return token_set(issued, Reply(issued, now, skew_by(answer.date, now)))

    def _posted(
        self, profile: Profile, endpoint: str, form: str, client_secret: str | None, *, refreshing: bool
    ) -> HttpAnswer:
        url = f"{(profile.fields.domain or '').rstrip('/')}/oauth2/{endpoint}"
        answer = post_form(url, form, _authorization(profile, client_secret))
        self._hear_date(url, answer.date)
        if answer.status == 200:
            return answer
        told = _object(answer)
        code, description = told.get("error"), told.get("error_description")
        if answer.status in (429, *range(500, 600)) or not isinstance(code, str) or not code:
            raise error_of_status(answer.status, _host(profile), is_own=is_aws(profile.fields.domain or ""))
        said = description if isinstance(description, str) else ""
        raise oauth_error_of(
            OAuthFault(code, said, secret_sent=client_secret is not None, refreshing=refreshing), profile
        )


def _client(profile: Profile) -> WebApplicationClient:
    # Costs 60 ms, and other flows need none of it.
    from oauthlib.oauth2 import WebApplicationClient

    return WebApplicationClient(profile.client_id)


def _authorization(profile: Profile, client_secret: str | None) -> Mapping[str, str]:
    """HTTP Basic, without the further encoding of RFC 6749, 2.3.1: AWS, "Token endpoint", has none."""
    if client_secret is None:
        return {}
    pair = f"{profile.client_id}:{client_secret}".encode("utf-8", "surrogatepass")
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _object(answer: HttpAnswer) -> Mapping[str, object]:
    """The JSON object that an answer is, or an empty one: oauthlib would read any text as a form."""
    try:
        return read_object(answer.body)
    except NotAnObject:
        return {}


def _issued(told: Mapping[str, object]) -> IssuedTokens | None:
    access = told.get("access_token")
    if not isinstance(access, str) or not access:
        return None
    return IssuedTokens(
        access,
        id=str(told.get("id_token") or ""),
        refresh=str(told.get("refresh_token") or ""),
        expires_in=lifetime_of(told.get("expires_in")),
    )


def _host(profile: Profile) -> str:
    return inert(urlsplit(profile.fields.domain or "").netloc, 200)
