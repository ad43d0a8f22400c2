"""The sign-in as a state machine: a step in, a step out.

A sign-in is a loop: each answer brings tokens or another challenge. What the challenges are and how each is answered
stands in the tables of `flows`, `needs` and `challenges`; here is only the loop, and what follows when an answer is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cognitui.cognito.api import CognitoApi
from cognitui.cognito.attempt import Attempt
from cognitui.cognito.challenges import handler_of
from cognitui.cognito.flows import flow_of
from cognitui.cognito.issued import token_set
from cognitui.cognito.needs import NEEDS, asked_after, missing
from cognitui.cognito.refresh import Refresher
from cognitui.cognito.replies import IssuedTokens, Reply
from cognitui.model.errors import CodeWrong, InputRejected, NewPasswordRejected, Refused, ServiceFault, SessionExpired
from cognitui.model.profile import Profile
from cognitui.model.signin import Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.token import TokenSet

_MOST_CHALLENGES = 20
"""A server that asks without end is not waited for."""

_ASKED_AGAIN = (NewPasswordRejected, CodeWrong, InputRejected)
"""Refusals that leave the session open: the same question again, with Cognito's words."""


class CognitoSignIn:
    """Signs in by Cognito's own API. Threads may share it."""

    def __init__(self, api: CognitoApi, clock: Callable[[], float]) -> None:
        """Takes the calls to Cognito, and the clock (seconds since the epoch)."""
        self._api = api
        self._clock = clock
        self._refresher = Refresher(api)

    def start(self, profile: Profile, secrets: GivenSecrets) -> Step:
        """Begins; a person is asked for what is not given.

        Raises:
            FlowUnsupported: This version lacks the flow or a challenge.
            Refused: Cognito said no.
            Unreachable: No network, or no proper answer.
        """
        return self._begin(Attempt(profile, secrets))

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Goes on with what a person gave, by the names of the prompts; raises as `start` does.

        Returns:
            Tokens, the next challenge, or the same one with a remark where the answer was refused.
        """
        attempt = challenge.state
        assert isinstance(attempt, Attempt)
        if (need := NEEDS.get(challenge.kind)) is not None:
            return self._begin(need.take(attempt, answers))
        answered = attempt.answered(answers)
        try:
            return self._go_on(answered)
        except SessionExpired:
            # The session is burnt or too old. The answers are kept, so that the new start gives them again by itself.
            return self._begin(answered)

    def refresh(self, profile: Profile, refresh_token: str, client_secret: str | None, username: str) -> TokenSet:
        """Returns new tokens for a refresh token; see `Refresher.refresh`."""
        flow_of(profile)
        return self._refresher.refresh(profile, refresh_token, client_secret, username)

    def _begin(self, attempt: Attempt) -> Step:
        attempt = attempt.from_the_start()
        flow = flow_of(attempt.profile)
        if (question := missing(attempt)) is not None:
            return question
        try:
            opened, parameters = flow.open(attempt)
            reply = self._api.initiate(attempt.profile, flow.cognito_name, parameters)
            return self._after(opened, reply)
        except Refused as refusal:
            question = asked_after(refusal, attempt)
            if question is None:
                raise
            return question

    def _after(self, attempt: Attempt, reply: Reply) -> Step:
        if isinstance(reply.outcome, IssuedTokens):
            return SignedIn(token_set(reply.outcome, reply))
        return self._go_on(attempt.facing(reply.outcome, reply.skew))

    def _go_on(self, attempt: Attempt) -> Step:
        """Answers the challenge that waits, and those that follow, as long as that needs no person."""
        for _ in range(_MOST_CHALLENGES):
            handler = handler_of(attempt)
            responses = handler.responses(attempt, self._clock())
            if responses is None:
                return handler.ask(attempt, self._clock())
            try:
                reply = self._api.respond(attempt.profile, attempt.asked, attempt.signed(responses))
            except _ASKED_AGAIN as refusal:
                question = handler.ask(attempt.unanswered(), self._clock())
                return replace(question, remark=refusal.cause)
            if isinstance(reply.outcome, IssuedTokens):
                return SignedIn(token_set(reply.outcome, reply))
            attempt = handler.settled(attempt).facing(reply.outcome, reply.skew)
        raise ServiceFault("The server asks for one thing after the other, without end.")
