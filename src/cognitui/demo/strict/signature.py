"""AWS Signature Version 4: who has signed a call (IAM User Guide, "Create a signed AWS API request")."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cognitui.demo.strict.iam import IamUser, IamUsers
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.wire import Call

_ALGORITHM = "AWS4-HMAC-SHA256"
USER_POOLS, TOKEN_SERVICE = "cognito-idp", "sts"
"""The services, as a credential's scope names them."""

_TOLERANCE = 300.0
"""Seconds that a caller's clock may be off."""

_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} Credential=(?P<key>\w+)/(?P<day>\d{{8}})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/"
    r"aws4_request, ?SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)
_MUST_BE_SIGNED = frozenset({"host", "x-amz-date"})
_SIGNED_WHERE_SENT = frozenset({"x-amz-target", "x-amz-security-token"})


@dataclass(frozen=True, slots=True)
class _Signature:
    """An Authorization header, taken apart."""

    access_key_id: str
    day: str
    region: str
    service: str
    headers: tuple[str, ...]
    """What is signed, in lower case."""
    value: str = field(repr=False)

    @property
    def scope(self) -> str:
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who has signed a call, and for which region."""

    user: IamUser
    region: str


def signer(call: Call, users: IamUsers, now: float, service: str = USER_POOLS) -> Signer:
    """Returns who has signed a call of a service.

    Raises:
        Refusal: It is not signed, or by an unknown key, with another secret, for another service, or too long ago.
    """
    signature = _parsed(call)
    user = users.by_key(signature.access_key_id, call.headers.get("x-amz-security-token"))
    if signature.service != service:
        raise _invalid(f"Credential should be scoped to correct service: '{service}'.")
    _check_time(call, signature, now)
    unsigned = (_MUST_BE_SIGNED | _SIGNED_WHERE_SENT & call.headers.keys()) - set(signature.headers)
    if unsigned:
        raise _invalid(f"'{sorted(unsigned)[0]}' must be a 'SignedHeader' in the AWS Authorization.")
    if not hmac.compare_digest(_expected(call, signature, user), signature.value):
        raise _invalid(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
        )
    return Signer(user, signature.region)


def _parsed(call: Call) -> _Signature:
    header = call.headers.get("authorization")
    if header is None:
        raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    parts = _AUTHORIZATION.fullmatch(header)
    if parts is None or "x-amz-date" not in call.headers:
        raise Refusal("IncompleteSignatureException", "Authorization header requires a signature of version 4.")
    return _Signature(
        parts["key"],
        parts["day"],
        parts["region"],
        parts["service"],
        tuple(parts["headers"].split(";")),
        parts["signature"],
    )


def _check_time(call: Call, signature: _Signature, now: float) -> None:
    stamp = call.headers["x-amz-date"]
    try:
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refusal("IncompleteSignatureException", "Date must be in ISO-8601 'basic format'.") from None
    if not stamp.startswith(signature.day):
        raise _invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
    if at < now - _TOLERANCE:
        bound = f"{_basic(now - _TOLERANCE)} ({_basic(now)} - 5 min.)"
        raise _invalid(f"Signature expired: {stamp} is now earlier than {bound}")
    if at > now + _TOLERANCE:
        bound = f"{_basic(now + _TOLERANCE)} ({_basic(now)} + 5 min.)"
        raise _invalid(f"Signature not yet current: {stamp} is still later than {bound}")


def _expected(call: Call, signature: _Signature, user: IamUser) -> str:
    key = f"AWS4{user.secret_access_key}".encode()
    for part in signature.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, _string_to_sign(call, signature).encode(), "sha256").hexdigest()


def _string_to_sign(call: Call, signature: _Signature) -> str:
    path, _, query = call.path.partition("?")
    headers = "".join(f"{name}:{' '.join(call.headers.get(name, '').split())}\n" for name in signature.headers)
    body = hashlib.sha256(call.body).hexdigest()
    request = "\n".join((call.method, path, query, headers, ";".join(signature.headers), body))
    hashed = hashlib.sha256(request.encode()).hexdigest()
    return "\n".join((_ALGORITHM, call.headers["x-amz-date"], signature.scope, hashed))


def _basic(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidSignatureException", message)
