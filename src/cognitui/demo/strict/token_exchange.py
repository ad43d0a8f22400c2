"""Token exchange (RFC 8693): GetDerivedToken, and the grant of the token endpoint.

Sources: the service model of botocore 1.44.8 and AWS, "Exchanging tokens for downstream services". What AWS has not
published is a choice of this server, and nothing may depend on it: the form of `act`, the texts of errors, the
lifetime, the answer of a small plan, and which scopes the exchange of an ID token grants.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.oauth_messages import Form, OAuthRefusal, required_field
from cognitui.demo.strict.parameters import Parameters, optional, required, string_list
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.signing import Claims
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.tokens import SignedToken, signed_token
from cognitui.demo.strict.wire import Body

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
"""The grant type."""

DELEGATION, IMPERSONATION = "TOKEN_EXCHANGE_DELEGATION", "TOKEN_EXCHANGE_IMPERSONATION"
"""The flows in ExplicitAuthFlows, without `ALLOW_`: with an actor's token, and without one."""

_ACCESS, _ID = "ACCESS_TOKEN", "ID_TOKEN"
_TOKEN_TYPES = (_ACCESS, _ID, "SAML2")
_TOKEN_USES = {_ACCESS: "access", _ID: "id"}
_URNS = {
    "urn:ietf:params:oauth:token-type:access_token": _ACCESS,
    "urn:ietf:params:oauth:token-type:id_token": _ID,
    "urn:ietf:params:oauth:token-type:saml2": "SAML2",
}
"""RFC 8693, 3."""

_MOST_SCOPES = 50
_TOKEN = re.compile(r"[A-Za-z0-9-_+/=.]+")
_NAME = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,256}")
"""ScopeType, AudienceType and ResourceServerIdentifierType."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A token that the caller presents, and its type in the words of the API."""

    name: str
    """`subject` or `actor`."""
    token: str = field(repr=False)
    type: str


@dataclass(frozen=True, slots=True)
class _Request:
    """An exchange in the words of the API, however it was asked for."""

    client: AppClient
    subject: _Given
    actor: _Given | None
    scopes: tuple[str, ...]
    """Empty for all of the subject's."""
    target: str
    """The audience or resource; empty if none is asked for."""
    issues: str
    """ACCESS_TOKEN or ID_TOKEN."""


@dataclass(frozen=True, slots=True)
class _Issued:
    token: str = field(repr=False)
    type: str
    scopes: tuple[str, ...]
    expires_in: int


class TokenExchange:
    """Narrower tokens for tokens of the same pool; there is no refresh token."""

    def __init__(self, pools: Pools, has_revoked: Callable[[str], bool], now: Callable[[], float]) -> None:
        """Create the exchange.

        Args:
            pools: The pools that sign the tokens.
            has_revoked: Whether the sign-in with this `origin_jti` was revoked.
            now: The time, in seconds since the epoch.
        """
        self._pools = pools
        self._has_revoked = has_revoked
        self._now = now

    def get_derived_token(self, parameters: Parameters, *, signed: bool = False) -> Body:
        """Answer GetDerivedToken.

        Args:
            parameters: The request.
            signed: Whether IAM credentials have signed it; they replace the client secret.
        """
        client = self._pools.client(required(parameters, "ClientId"))
        if not signed:
            client.check_secret(optional(parameters, "ClientSecret"))
        issued = self._exchanged(_request_of(client, parameters))
        return {
            "IssuedToken": issued.token,
            "IssuedTokenType": issued.type,
            "TokenType": "Bearer" if issued.type == _ACCESS else "N_A",
            "ExpiresIn": issued.expires_in,
            "Scopes": list(issued.scopes),
        }

    def by_grant(self, client: AppClient, form: Form) -> Body:
        """Answer the token endpoint, whose caller has proven to be the client."""
        request = _request_of_form(client, form)
        try:
            issued = self._exchanged(request)
        except Refusal as refusal:
            raise _OAUTH_REFUSALS.get(type(refusal), _invalid_request)(refusal.message) from None
        return {
            "access_token": issued.token,
            "issued_token_type": next(urn for urn, name in _URNS.items() if name == issued.type),
            "token_type": "Bearer" if issued.type == _ACCESS else "N_A",
            "expires_in": issued.expires_in,
            "scope": " ".join(issued.scopes),
        }

    def _exchanged(self, request: _Request) -> _Issued:
        client = request.client
        if not client.pool.tier.includes(Tier.ESSENTIALS):
            raise _NotInPlan("Token exchange is not available in the feature plan of the user pool.")
        flow = DELEGATION if request.actor else IMPERSONATION
        if flow not in client.flows:
            raise _FlowOff(f"{flow} flow not enabled for this client")
        subject = self._checked(request.subject, client)
        actor = self._checked(request.actor, client) if request.actor else None
        scopes = _granted(request, subject)
        if not scopes:
            raise _NothingGranted("None of the requested scopes can be granted.")
        now = self._now()
        life = client.access_validity if request.issues == _ACCESS else client.id_validity
        claims = _claims(request, subject, actor, scopes, now)
        token = client.pool.key.sign({**claims, "iat": int(now), "exp": int(now + life), "jti": str(uuid.uuid4())})
        return _Issued(token, request.issues, scopes, int(life))

    def _checked(self, given: _Given, client: AppClient) -> SignedToken:
        """Return a token that the client's pool has issued and that is still valid."""
        signed = signed_token(self._pools, given.token)
        if signed is None or signed.pool is not client.pool or signed.text("token_use") != _TOKEN_USES[given.type]:
            raise not_authorized(f"Invalid {given.name} token.")
        if self._now() >= signed.expires_at:
            raise not_authorized(f"The {given.name} token has expired.")
        if self._has_revoked(signed.text("origin_jti")):
            raise not_authorized(f"The {given.name} token has been revoked.")
        _check_user(signed)
        return signed


class _NotInPlan(Refusal):
    """The model declares no FeatureUnavailableInTierException for GetDerivedToken."""

    def __init__(self, message: str) -> None:
        super().__init__("OperationNotEnabledException", message)


class _FlowOff(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__("InvalidParameterException", message)


class _NothingGranted(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__("InvalidParameterException", message)


def _invalid_request(message: str) -> OAuthRefusal:
    """Return the error for a subject's or actor's token that is not accepted (RFC 8693, 2.2.2)."""
    return OAuthRefusal("invalid_request", message)


_OAUTH_REFUSALS: dict[type[Refusal], Callable[[str], OAuthRefusal]] = {
    _NotInPlan: lambda message: OAuthRefusal("unsupported_grant_type", message),
    _FlowOff: lambda message: OAuthRefusal("unauthorized_client", message),
    _NothingGranted: lambda message: OAuthRefusal("invalid_scope", message),
}


def _request_of(client: AppClient, parameters: Parameters) -> _Request:
    subject_type = _token_type("subjectTokenType", required(parameters, "SubjectTokenType"))
    subject = _Given("subject", _token("subjectToken", required(parameters, "SubjectToken")), subject_type)
    actor_token, actor_type = optional(parameters, "ActorToken"), optional(parameters, "ActorTokenType")
    if (actor_token is None) != (actor_type is None):
        raise invalid_parameter("ActorToken and ActorTokenType must be provided together.")
    actor = None
    if actor_token is not None and actor_type is not None:
        actor = _Given("actor", _token("actorToken", actor_token), _token_type("actorTokenType", actor_type))
    audiences, resources = _names(parameters, "Audiences", 1), _names(parameters, "Resources", 1)
    if audiences and resources:
        raise invalid_parameter("Audiences and Resources cannot be requested together.")
    issues = optional(parameters, "RequestedTokenType") or _ACCESS
    if issues not in (_ACCESS, _ID):
        raise _out_of_enum("requestedTokenType", (_ACCESS, _ID))
    for name in ("SubjectTokenProviderName", "ActorTokenProviderName"):
        if optional(parameters, name) is not None:
            raise invalid_parameter(f"{name}: the pool has no such provider.")
    scopes = _names(parameters, "Scopes", _MOST_SCOPES)
    return _Request(client, subject, actor, scopes, "".join((*audiences, *resources)), issues)


def _request_of_form(client: AppClient, form: Form) -> _Request:
    subject = _Given("subject", required_field(form, "subject_token"), _type_of(form, "subject_token_type"))
    if bool(form.get("actor_token")) != bool(form.get("actor_token_type")):
        raise _invalid_request("actor_token and actor_token_type belong together")
    actor = None
    if form.get("actor_token"):
        actor = _Given("actor", form["actor_token"], _type_of(form, "actor_token_type"))
    if form.get("audience") and form.get("resource"):
        raise _invalid_request("audience and resource cannot be requested together")
    issues = _type_of(form, "requested_token_type") if form.get("requested_token_type") else _ACCESS
    scopes, target = tuple(form.get("scope", "").split()), form.get("audience") or form.get("resource") or ""
    return _Request(client, subject, actor, scopes, target, issues)


def _token(member: str, token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise _out_of_pattern(member, _TOKEN)
    return token


def _token_type(member: str, name: str) -> str:
    if name not in _TOKEN_TYPES:
        raise _out_of_enum(member, _TOKEN_TYPES)
    if name not in _TOKEN_USES:
        raise invalid_parameter("A SAML assertion needs the name of its provider.")
    return name


def _type_of(form: Form, name: str) -> str:
    found = _URNS.get(required_field(form, name))
    if found not in _TOKEN_USES:
        raise _invalid_request(f"{name} is not supported")
    return found


def _names(parameters: Parameters, name: str, most: int) -> tuple[str, ...]:
    names, member = string_list(parameters, name), name[0].lower() + name[1:]
    if len(names) > most:
        raise invalid_parameter(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {most}"
        )
    if not all(map(_NAME.fullmatch, names)):
        raise _out_of_pattern(member, _NAME)
    return names


def _granted(request: _Request, subject: SignedToken) -> tuple[str, ...]:
    """Return the requested scopes that both the subject's token and the client have, in their order.

    An ID token has no scopes: the client's decide.
    """
    held = tuple(subject.text("scope").split()) if request.subject.type == _ACCESS else request.client.scopes
    asked = request.scopes or held
    return tuple(dict.fromkeys(scope for scope in asked if scope in held and scope in request.client.scopes))


def _claims(
    request: _Request, subject: SignedToken, actor: SignedToken | None, scopes: tuple[str, ...], now: float
) -> Claims:
    """Return the claims without times and id: the user and the sign-in are the subject's, the client is the caller."""
    kept = {
        name: subject.claims[name]
        for name in ("sub", "cognito:groups", "origin_jti", "event_id", "acr", "amr")
        if name in subject.claims
    }
    names = {name: subject.claims[name] for name in ("username", "cognito:username") if name in subject.claims}
    username = next(iter(names.values()), "")
    is_access = request.issues == _ACCESS
    return {
        **kept,
        "iss": request.client.pool.issuer,
        "auth_time": subject.claims.get("auth_time", int(now)),
        "token_use": _TOKEN_USES[request.issues],
        **({"client_id": request.client.id, "scope": " ".join(scopes)} if is_access else {}),
        **({"username" if is_access else "cognito:username": username} if username else {}),
        **({"aud": request.target} if request.target else {} if is_access else {"aud": request.client.id}),
        **({"act": _act(subject, actor)} if actor else {}),
    }


def _act(subject: SignedToken, actor: SignedToken) -> Claims:
    """Return who acts now, and inside of it who acted before (RFC 8693, 4.1)."""
    earlier = subject.claims.get("act")
    client_id = actor.text("client_id")
    return {
        "sub": actor.text("sub"),
        **({"client_id": client_id} if client_id else {}),
        **({"act": earlier} if earlier else {}),
    }


def _check_user(signed: SignedToken) -> None:
    """Refuse the token of a user who is gone or disabled; an app client's own token names no user."""
    name = signed.text("username") or signed.text("cognito:username")
    if not name:
        return
    user = signed.pool.users.get(name.casefold())
    if user is None:
        raise Refusal("UserNotFoundException", "User does not exist.")
    if not user.enabled:
        raise not_authorized("User is disabled.")


def _out_of_enum(member: str, names: tuple[str, ...]) -> Refusal:
    return invalid_parameter(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(names)}]"
    )


def _out_of_pattern(member: str, pattern: re.Pattern[str]) -> Refusal:
    return invalid_parameter(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {pattern.pattern}"
    )
