"""WEB_AUTHN: a passkey, which a terminal does not have."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.parameters import Answers
from cognitui.demo.strict.refusal import wrong_credentials
from cognitui.demo.strict.sessions import Sessions

WEB_AUTHN = "WEB_AUTHN"


class WebAuthn:
    """Refuses every answer: no test has an authenticator."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._sessions: Sessions[None] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Tells what a browser would hand to the authenticator."""
        if "CREDENTIAL" in given:
            raise wrong_credentials()
        options = {
            "challenge": _random_text(),
            "timeout": 180_000,
            "rpId": "auth.example.com",
            "allowCredentials": [{"id": _random_text(), "type": "public-key", "transports": ["internal"]}],
            "userVerification": "preferred",
        }
        return challenge(
            WEB_AUTHN,
            self._sessions.open(attempt, None),
            USERNAME=attempt.username,
            CREDENTIAL_REQUEST_OPTIONS=json.dumps(options),
        )

    def answer(self, response: Response) -> Body:
        """Ends the session."""
        response.needed("CREDENTIAL")
        self._sessions.answered(response)
        self._sessions.burn(response.session)
        raise wrong_credentials()


def _random_text() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
