"""A user who signs in by raw calls, with the parameters that Cognito requires in every answer."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pycognito.aws_srp import AWSSRP

from cognitui.demo.strict.outbox import Message
from cognitui.demo.strict.pools import AppClient, Pool
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User
from tests.unit.demo.strict.raw import Reply, ask
from tests.unit.demo.strict.world import PASSWORD, hashed

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
        """The latest message to the user."""
        return self.server.outbox.last(self.user.username)

    def start(self, flow: str = "USER_PASSWORD_AUTH", name: str = BOB, **given: str) -> Reply:
        asked = {"USERNAME": name, **hashed(self.client, name), **given}
        return ask(self.server, "InitiateAuth", ClientId=self.client.id, AuthFlow=flow, AuthParameters=asked)

    def enter(self, **given: str) -> Reply:
        """Start with the right password."""
        return self.start(PASSWORD=PASSWORD, **given)

    def answer(self, asked: Reply, **given: str) -> Reply:
        """Answer a challenge, with the username that it contained or the given one."""
        name = given.pop("USERNAME", self.user.username)
        sent = {"USERNAME": name, **hashed(self.client, name), **given}
        return self.send(asked.body["ChallengeName"], asked.body.get("Session"), sent)

    def srp(self, password: str = PASSWORD) -> AWSSRP:
        """Return pycognito's half of a proof; it makes no calls."""
        return AWSSRP(BOB, password, self.pool.id, self.client.id, client=object(), client_secret=self.client.secret)

    def prove(self, srp: AWSSRP, asked: Reply, **given: str) -> Reply:
        """Answer PASSWORD_VERIFIER."""
        proof = srp.process_challenge(parameters(asked), {"USERNAME": BOB})
        return self.send("PASSWORD_VERIFIER", asked.body.get("Session"), {**proof, **given})

    def send(self, challenge: object, session: object, given: dict[str, str]) -> Reply:
        """Answer with exactly the given parameters."""
        return ask(
            self.server,
            "RespondToAuthChallenge",
            ClientId=self.client.id,
            ChallengeName=challenge,
            Session=session,
            ChallengeResponses=given,
        )


def parameters(reply: Reply) -> dict[str, str]:
    """Return the parameters of a challenge."""
    found = reply.body["ChallengeParameters"]
    assert isinstance(found, dict)
    return found


def listed(reply: Reply, name: str) -> list[str]:
    """Return a challenge parameter that is a list in JSON."""
    value = json.loads(parameters(reply)[name])
    assert isinstance(value, list)
    return value


def tokens(reply: Reply) -> dict[str, str]:
    """Return the tokens of a completed sign-in."""
    assert reply.status == 200, reply.body
    result = reply.body["AuthenticationResult"]
    assert isinstance(result, dict)
    assert result["AccessToken"]
    return result


def other(code: str) -> str:
    """Return a code that differs in its last digit."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")
