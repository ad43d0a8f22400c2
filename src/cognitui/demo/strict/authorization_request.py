"""What a browser is sent to the authorize endpoint with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.oauth_answer import Form, page, redirect
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.tokens import OPENID_SCOPES

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 hash in base64url (RFC 7636, 4.2)."""

_PROMPTS = frozenset({"none", "login", "select_account", "consent"})
"""OpenID Connect Core, 3.1.2.1. The last two are for identity providers: the pool's own users see no difference."""

_OF_THE_POOL = "COGNITO"
"""What the pool's own login page is called among the identity providers."""


class Misdirected(Exception):
    """A request that is refused: `answer` is a page, or a redirect where it is known that there is one to trust."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that is in order."""

    client: AppClient
    redirect_uri: str
    scopes: tuple[str, ...]
    provider: str
    """The identity provider that logs the user in; empty where the pool does."""
    prompt: frozenset[str]
    """How a browser is treated that is logged in already."""
    form: Form
    """As it came: the login form sends it along."""

    def back(self, **parameters: str) -> Answer:
        """Sends the browser back to the program that asked, and tells who answers (RFC 9207)."""
        return _back(self.client, self.redirect_uri, self.form, **parameters)


def authorization_request(pools: Pools, form: Form) -> AuthorizationRequest:
    """Returns a request once it is checked.

    Raises:
        Misdirected: It is not in order.
    """
    client, uri = _destination(pools, form)
    if form.get("response_type") != "code":
        raise _refused(client, uri, form, "unsupported_response_type")
    if "code" not in client.grants:
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
    provider = form.get("identity_provider", "").replace(_OF_THE_POOL, "")
    if provider not in ("", *client.pool.identity_providers):
        raise _refused(client, uri, form, "invalid_request", f"The identity provider {provider} does not exist")
    return AuthorizationRequest(client, uri, scopes, provider, prompt, form)


def _destination(pools: Pools, form: Form) -> tuple[AppClient, str]:
    """Until both are known to belong together, nothing may be sent there: who sent the browser may be anyone."""
    try:
        client = pools.client(form.get("client_id", ""))
    except Refusal:
        raise Misdirected(page("<h1>An error was encountered</h1><p>invalid_client</p>", 400)) from None
    if form.get("redirect_uri") not in client.redirect_uris:
        raise Misdirected(page("<h1>An error was encountered</h1><p>redirect_mismatch</p>", 400))
    return client, form["redirect_uri"]


def _refused(client: AppClient, uri: str, form: Form, error: str, description: str = "") -> Misdirected:
    extra = {"error_description": description} if description else {}
    return Misdirected(_back(client, uri, form, error=error, **extra))


def _back(client: AppClient, uri: str, form: Form, **parameters: str) -> Answer:
    state = {"state": form["state"]} if "state" in form else {}
    return redirect(uri, {**parameters, **state, "iss": client.pool.issuer})
