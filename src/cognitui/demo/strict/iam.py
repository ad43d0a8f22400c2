"""IAM users, the signatures of their calls, and GetCallerIdentity of STS."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.wire import Answer, Call

GET_CALLER_IDENTITY = "GetCallerIdentity"

ACCOUNT = "123456789012"
"""The AWS account of everything on the server."""
USER_POOLS, SECRETS_MANAGER, _STS = "cognito-idp", "secretsmanager", "sts"
"""The services, as the scope of a credential names them."""

_ALGORITHM = "AWS4-HMAC-SHA256"
_TOLERANCE = 300.0
"""Seconds that a caller's clock may be off."""

_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} Credential=(?P<key>\w+)/(?P<day>\d{{8}})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/"
    r"aws4_request, ?SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)
_ALWAYS_SIGNED = frozenset({"host", "x-amz-date"})
_SIGNED_IF_SENT = frozenset({"x-amz-target", "x-amz-security-token"})

_STS_FORM = "application/x-www-form-urlencoded"
_STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_STS_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "IncompleteSignatureException": "IncompleteSignature",
}
"""Names of the signature errors in the query protocol: AWS, STS, "Common errors"."""


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user with one access key."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    """Required with temporary credentials."""
    denied: frozenset[str] = frozenset()
    """Operations that the policies do not allow: `AdminGetUser`."""

    @property
    def arn(self) -> str:
        """The user's name in error messages."""
        return f"arn:aws:iam::{ACCOUNT}:user/{self.access_key_id}"

    def check_allowed(self, operation: str, resource: str = "*", service: str = USER_POOLS) -> None:
        """Raise AccessDeniedException for a denied operation; the resource `*` means all."""
        if operation in self.denied:
            raise Refusal(
                "AccessDeniedException",
                f"User: {self.arn} is not authorized to perform: {service}:{operation} on resource: {resource} "
                f"because no identity-based policy allows the {service}:{operation} action",
            )


@dataclass(frozen=True, slots=True)
class Signer:
    """The user who signed a call, and the region that the signature is for."""

    user: IamUser
    region: str


class IamUsers:
    """The IAM users of the account, and who of them signed a call."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._users: dict[str, IamUser] = {}

    def add(self, user: IamUser) -> None:
        """Add a user."""
        self._users[user.access_key_id] = user

    def signer(self, call: Call, service: str = USER_POOLS) -> Signer:
        """Return who signed a call to a service with AWS Signature Version 4.

        Source: IAM User Guide, "Create a signed AWS API request".

        Raises:
            Refusal: The call is not signed, or with an unknown key, with another secret, for another service, or too
                long ago.
        """
        signature, now = _parsed(call), self._now()
        user = self._by_key(signature.access_key_id, call.headers.get("x-amz-security-token"))
        if signature.service != service:
            raise _invalid(f"Credential should be scoped to correct service: '{service}'.")
        _check_time(call, signature, now)
        unsigned = (_ALWAYS_SIGNED | _SIGNED_IF_SENT & call.headers.keys()) - set(signature.headers)
        if unsigned:
            raise _invalid(f"'{sorted(unsigned)[0]}' must be a 'SignedHeader' in the AWS Authorization.")
        if not hmac.compare_digest(_expected(call, signature, user), signature.value):
            raise _invalid(
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
            )
        return Signer(user, signature.region)

    def get_caller_identity(self, call: Call) -> Answer:
        """Answer GetCallerIdentity: in XML, and no policy can deny it."""
        try:
            user = self.signer(call, _STS).user
        except Refusal as refusal:
            code, message = escape(_STS_CODES[refusal.name]), escape(refusal.message)
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            return _xml(403, f'<ErrorResponse xmlns="{_STS_NAMESPACE}">{error}</ErrorResponse>')
        arn, user_id = escape(user.arn), escape(user.access_key_id)
        name = GET_CALLER_IDENTITY
        result = f"<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{ACCOUNT}</Account>"
        return _xml(
            200, f'<{name}Response xmlns="{_STS_NAMESPACE}"><{name}Result>{result}</{name}Result></{name}Response>'
        )

    def _by_key(self, access_key_id: str, session_token: str | None) -> IamUser:
        user = self._users.get(access_key_id)
        if user is None or user.session_token != session_token:
            raise Refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
        return user


def is_sts_call(call: Call) -> bool:
    """Return whether a call goes to STS."""
    if call.method != "POST" or not call.headers.get("content-type", "").startswith(_STS_FORM) or call.path != "/":
        return False
    return parse_qs(call.body.decode("utf-8", "replace")).get("Action") == [GET_CALLER_IDENTITY]


@dataclass(frozen=True, slots=True)
class _Signature:
    """A parsed Authorization header."""

    access_key_id: str
    day: str
    region: str
    service: str
    headers: tuple[str, ...]
    """The signed headers, in lower case."""
    value: str = field(repr=False)

    @property
    def scope(self) -> str:
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


def _parsed(call: Call) -> _Signature:
    header = call.headers.get("authorization")
    if header is None:
        raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    match = _AUTHORIZATION.fullmatch(header)
    if match is None or "x-amz-date" not in call.headers:
        raise Refusal("IncompleteSignatureException", "Authorization header requires a signature of version 4.")
    return _Signature(
        match["key"],
        match["day"],
        match["region"],
        match["service"],
        tuple(match["headers"].split(";")),
        match["signature"],
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


def _xml(status: int, body: str) -> Answer:
    return Answer(status, body.encode(), "text/xml")
