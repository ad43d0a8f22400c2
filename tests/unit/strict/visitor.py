"""Someone who signs in by raw calls, and sends with each answer what Cognito wants with every answer."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pycognito.aws_srp import AWSSRP

from cognitui.demo.strict.outbox import Message
from cognitui.demo.strict.pools import AppClient, Pool
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User
from tests.unit.strict.raw import Said, ask
from tests.unit.strict.world import PASSWORD, hashed

BOB = "bob@example.com"


@dataclass(frozen=True)
class Visitor:
    """A user at an app client."""

    server: StrictServer
    client: AppClient
    user: User

    @property
    def pool(self) -> Pool:
        return self.client.pool

    @property
    def message(self) -> Message:
        """The latest that was sent to the user."""
        return self.server.outbox.last(self.user.username)

    def start(self, flow: str = "USER_PASSWORD_AUTH", name: str = BOB, **given: str) -> Said:
        asked = {"USERNAME": name, **hashed(self.client, name), **given}
        return ask(self.server, "InitiateAuth", ClientId=self.client.id, AuthFlow=flow, AuthParameters=asked)

    def enter(self, **given: str) -> Said:
        """Starts with the right password."""
        return self.start(PASSWORD=PASSWORD, **given)

    def answer(self, asked: Said, **given: str) -> Said:
        """Answers a challenge, under the name that it told, or the one that is given."""
        name = given.pop("USERNAME", self.user.username)
        sent = {"USERNAME": name, **hashed(self.client, name), **given}
        return self.send(asked.body["ChallengeName"], asked.body.get("Session"), sent)

    def srp(self, password: str = PASSWORD) -> AWSSRP:
        """Returns pycognito's half of a proof; it makes no calls."""
        return AWSSRP(BOB, password, self.pool.id, self.client.id, client=object(), client_secret=self.client.secret)

    def prove(self, srp: AWSSRP, asked: Said, **given: str) -> Said:
        """Answers PASSWORD_VERIFIER."""
        proof = srp.process_challenge(parameters(asked), {"USERNAME": BOB})
        return self.send("PASSWORD_VERIFIER", asked.body.get("Session"), {**proof, **given})

    def send(self, challenge: object, session: object, given: dict[str, str]) -> Said:
        """Answers with exactly what is given."""
        return ask(
            self.server,
            "RespondToAuthChallenge",
            ClientId=self.client.id,
            ChallengeName=challenge,
            Session=session,
            ChallengeResponses=given,
        )


def parameters(said: Said) -> dict[str, str]:
    """Returns the challenge's parameters."""
    told = said.body["ChallengeParameters"]
    assert isinstance(told, dict)
    return told


def listed(said: Said, name: str) -> list[str]:
    """Returns a challenge parameter that is a list in JSON."""
    value = json.loads(parameters(said)[name])
    assert isinstance(value, list)
    return value


def tokens(said: Said) -> dict[str, str]:
    """Returns the tokens of a sign-in that is through."""
    assert said.status == 200, said.body
    result = said.body["AuthenticationResult"]
    assert isinstance(result, dict)
    assert result["AccessToken"]
    return result


def other(code: str) -> str:
    """Returns a code that differs in its last digit."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")
