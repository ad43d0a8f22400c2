"""What a challenge is: something to ask, and the check of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.parameters import Answers, needed
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.secret_hash import check_secret_hash


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a challenge, from someone who knows the client's secret."""

    client: AppClient
    username: str
    given: Answers = field(repr=False)
    session: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, client: AppClient, given: Answers, session: str | None) -> Response:
        """Returns ChallengeResponses: all must name the user and, where there is a secret, prove it."""
        username = needed(given, "USERNAME")
        check_secret_hash(client, username, given)
        return cls(client, username, given, session)

    def needed(self, name: str) -> str:
        """Returns an entry that must be there."""
        return needed(self.given, name)


class Challenge(Protocol):
    """One challenge, under one name."""

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Returns what is asked.

        Args:
            attempt: Whom.
            given: What came with the call that leads here: some challenges find their answer in it.
        """

    def answer(self, response: Response) -> Body:
        """Returns what comes next: another challenge, or the tokens."""


def challenge(name: str, session: str, **parameters: str) -> Body:
    """Returns a challenge as it goes out."""
    return {"ChallengeName": name, "Session": session, "ChallengeParameters": parameters}
