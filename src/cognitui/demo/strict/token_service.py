"""STS, as far as a caller asks it who they are: the query protocol, whose answers are XML."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.iam import ACCOUNT, IamUsers
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.signature import TOKEN_SERVICE, signer
from cognitui.demo.strict.wire import Call

GET_CALLER_IDENTITY = "GetCallerIdentity"

_FORM = "application/x-www-form-urlencoded"
_SPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "IncompleteSignatureException": "IncompleteSignature",
}
"""What the query protocol calls the refusals of a signature: AWS, STS, "Common errors"."""


class TokenService:
    """GetCallerIdentity: no policy can deny it."""

    def __init__(self, users: IamUsers, now: Callable[[], float]) -> None:
        self._users = users
        self._now = now

    def perform(self, call: Call) -> Answer:
        """Returns whose signature a call carries."""
        try:
            user = signer(call, self._users, self._now(), TOKEN_SERVICE).user
        except Refusal as refusal:
            code = _CODES[refusal.name]
            said = f"<Code>{escape(code)}</Code><Message>{escape(refusal.message)}</Message>"
            return _xml(
                403, f'<ErrorResponse xmlns="{_SPACE}"><Error><Type>Sender</Type>{said}</Error></ErrorResponse>'
            )
        told = f"<Arn>{escape(user.arn)}</Arn><UserId>{escape(user.access_key_id)}</UserId><Account>{ACCOUNT}</Account>"
        name = GET_CALLER_IDENTITY
        return _xml(200, f'<{name}Response xmlns="{_SPACE}"><{name}Result>{told}</{name}Result></{name}Response>')


def asks_token_service(call: Call) -> bool:
    """Returns whether a call is one of STS."""
    if call.method != "POST" or not call.headers.get("content-type", "").startswith(_FORM) or call.path != "/":
        return False
    return parse_qs(call.body.decode("utf-8", "replace")).get("Action") == [GET_CALLER_IDENTITY]


def _xml(status: int, body: str) -> Answer:
    return Answer(status, body.encode(), "text/xml")
