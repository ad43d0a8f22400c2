"""Authorization requests of a browser, and the codes that they end in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from cognitui.demo.strict.authentication_levels import Method, known_levels, missing_methods, target_of
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.oauth_messages import Form, OAuthRefusal, page, redirect, required_field
from cognitui.demo.strict.pools import OPENID_SCOPES, AppClient, Pools
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.tokens import Origin, access_token, id_token
from cognitui.demo.strict.users import User
from cognitui.demo.strict.wire import Answer

_CODE_LIFETIME = 300.0

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 hash in base64url (RFC 7636, 4.2)."""

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, 4.1."""

_PROMPTS = frozenset({"none", "login", "select_account", "consent"})
"""OpenID Connect Core, 3.1.2.1. The last two only matter to identity providers, not to the pool's own users."""

_IMPLICIT = "token"
_GRANTS = {"code": "code", _IMPLICIT: "implicit"}
"""The AllowedOAuthFlows that each response_type needs."""

_NATIVE_PROVIDER = "COGNITO"
"""The name of the pool's own login page among the identity providers."""


class AuthorizationRefusal(Exception):
    """An invalid authorization request: `answer` is a page, or a redirect once the redirect URI is trusted."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A valid authorization request."""

    client: AppClient
    redirect_uri: str
    scopes: tuple[str, ...]
    provider: str
    """The identity provider that logs the user in; empty for the pool itself."""
    prompt: frozenset[str]
    """How to treat a browser that is already logged in."""
    max_age: int | None
    """Seconds for which a login of the browser counts; None for as long as it lasts."""
    form: Form
    """The original parameters, which the login form repeats."""

    @property
    def is_implicit(self) -> bool:
        """Whether tokens come back instead of a code."""
        return self.form["response_type"] == _IMPLICIT

    @property
    def resource(self) -> str:
        """The URL that the access token is bound to (RFC 8707); only managed login knows the parameter."""
        return self.form.get("resource", "") if self.client.pool.tier.includes(Tier.ESSENTIALS) else ""

    def missing_methods(self, user: User, have: frozenset[Method]) -> tuple[Method, ...]:
        """Return the methods of which one is still needed for `acr_values`.

        A plan without step-up ignores them, and so does a request for what the user cannot reach.
        """
        pool = self.client.pool
        if not have or not pool.tier.includes(Tier.ESSENTIALS):
            return ()
        target = target_of(pool, user, have, known_levels(pool, self.form.get("acr_values", "")))
        return missing_methods(pool, user, have, target) if target else ()

    def redirect_back(self, **parameters: str) -> Answer:
        """Return the browser to the program that sent it, and name the issuer (RFC 9207)."""
        return _redirect_back(self.client, self.redirect_uri, self.form, **parameters)

    def redirect_with_tokens(self, login: Login, now: float) -> Answer:
        """Return the browser with tokens in the fragment, which no server gets to see (RFC 6749, 4.2.2)."""
        try:
            login.check_resource()
        except OAuthRefusal as refusal:
            return self.redirect_back(error=refusal.error)
        client, user, origin = self.client, login.user, login.origin
        parameters = {
            "access_token": access_token(client, user, origin, now),
            **({"id_token": id_token(client, user, origin, now)} if origin.has_id_token else {}),
            "token_type": "Bearer",
            "expires_in": str(int(client.access_validity)),
            **({"state": self.form["state"]} if "state" in self.form else {}),
        }
        return redirect(f"{self.redirect_uri}#{urlencode(parameters)}", {})


def authorization_request(pools: Pools, form: Form) -> AuthorizationRequest:
    """Return a request once it is checked.

    Raises:
        AuthorizationRefusal: It is not valid.
    """
    client, uri = _destination(pools, form)
    grant = _GRANTS.get(form.get("response_type", ""))
    if grant is None:
        raise _refused(client, uri, form, "unsupported_response_type")
    if grant not in client.grants:
        raise _refused(client, uri, form, "unauthorized_client")
    method, challenge = form.get("code_challenge_method"), form.get("code_challenge")
    if (method or challenge) and (method != "S256" or not _CHALLENGE.fullmatch(challenge or "")):
        raise _refused(client, uri, form, "invalid_request", "code_challenge_method should be S256")
    scopes = tuple(form.get("scope", "").split()) or client.scopes
    if not set(scopes) <= set(client.scopes) or ("openid" not in scopes and set(scopes) & set(OPENID_SCOPES)):
        raise _refused(client, uri, form, "invalid_scope")
    prompt = frozenset(form.get("prompt", "").split())
    if not prompt <= _PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise _refused(client, uri, form, "invalid_request", "prompt is not supported")
    age = form.get("max_age")
    if age is not None and not (age.isascii() and age.isdecimal()):
        raise _refused(client, uri, form, "invalid_request", "max_age is not a number of seconds")
    provider = form.get("identity_provider", "").replace(_NATIVE_PROVIDER, "")
    if provider not in ("", *client.pool.identity_providers):
        raise _refused(client, uri, form, "invalid_request", f"The identity provider {provider} does not exist")
    return AuthorizationRequest(client, uri, scopes, provider, prompt, int(age) if age is not None else None, form)


@dataclass(frozen=True, slots=True)
class Login:
    """A browser login that answers an authorization request."""

    request: AuthorizationRequest
    user: User
    at: float
    """When the code was issued."""
    authenticated_at: float
    """When the user authenticated: earlier if the browser was logged in already."""
    methods: frozenset[Method]
    sso_session: str = ""
    """The id of the browser's session; empty if the pool tracks none."""

    @property
    def origin(self) -> Origin:
        """The sign-in as its tokens describe it."""
        scopes, nonce = self.request.scopes, self.request.form.get("nonce", "")
        return Origin(
            self.authenticated_at,
            scopes,
            "openid" in scopes,
            nonce,
            methods=self.methods,
            sso_session=self.sso_session,
            resource=self.request.resource,
        )

    def check_resource(self) -> None:
        """Raise `invalid_grant` if no resource server of the pool has the requested URL as its identifier."""
        if self.request.resource not in ("", *self.request.client.pool.resource_servers):
            raise OAuthRefusal("invalid_grant")


class AuthorizationCodes:
    """The issued codes: good for one exchange, and for five minutes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._logins: dict[str, Login] = {}

    def issue(
        self,
        request: AuthorizationRequest,
        user: User,
        authenticated_at: float,
        methods: frozenset[Method],
        sso_session: str = "",
    ) -> str:
        """Return a new code."""
        code = str(uuid.uuid4())
        self._logins[code] = Login(request, user, self._now(), authenticated_at, methods, sso_session)
        return code

    def exchange(self, client: AppClient, form: Form) -> Login:
        """Return the login of a code. The code is used up even if the rest of the form is wrong.

        Raises:
            OAuthRefusal: The code, the redirect URI or the verifier is wrong.
        """
        code, redirect_uri = required_field(form, "code"), required_field(form, "redirect_uri")
        login = self._logins.get(code)
        if login is None or login.request.client is not client:
            raise OAuthRefusal("invalid_grant")
        del self._logins[code]
        if self._now() >= login.at + _CODE_LIFETIME or redirect_uri != login.request.redirect_uri:
            raise OAuthRefusal("invalid_grant")
        _check_verifier(login.request.form.get("code_challenge", ""), form.get("code_verifier", ""))
        return login


def _destination(pools: Pools, form: Form) -> tuple[AppClient, str]:
    """Return the client and a redirect URI that belongs to it. Until both are known, a redirect is not safe."""
    try:
        client = pools.client(form.get("client_id", ""))
    except Refusal:
        raise AuthorizationRefusal(page("<h1>An error was encountered</h1><p>invalid_client</p>", 400)) from None
    if form.get("redirect_uri") not in client.redirect_uris:
        raise AuthorizationRefusal(page("<h1>An error was encountered</h1><p>redirect_mismatch</p>", 400))
    return client, form["redirect_uri"]


def _refused(client: AppClient, uri: str, form: Form, error: str, description: str = "") -> AuthorizationRefusal:
    extra = {"error_description": description} if description else {}
    return AuthorizationRefusal(_redirect_back(client, uri, form, error=error, **extra))


def _redirect_back(client: AppClient, uri: str, form: Form, **parameters: str) -> Answer:
    state = {"state": form["state"]} if "state" in form else {}
    return redirect(uri, {**parameters, **state, "iss": client.pool.issuer})


def _check_verifier(challenge: str, verifier: str) -> None:
    if not challenge and not verifier:
        return
    if verifier and not _VERIFIER.fullmatch(verifier):
        raise OAuthRefusal("invalid_request", "code_verifier is malformed")
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not verifier or not hmac.compare_digest(hashed, challenge.encode()):
        raise OAuthRefusal("invalid_grant")
