"""The sign-in as a state machine: a step in, a step out.

A sign-in is a loop: each answer brings tokens or another challenge. What the challenges are and how each is answered
stands in the tables of `flows`, `challenges` and `detours`; here is only the loop, and what follows when an answer is
refused.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from cognitui.cognito.challenges.attempt import Attempt
from cognitui.cognito.challenges.code import CodeSource
from cognitui.cognito.challenges.password import NEW_PASSWORD, with_typed_password
from cognitui.cognito.challenges.registry import Challenges
from cognitui.cognito.connections import not_counted
from cognitui.cognito.responses import IssuedTokens, Reply, token_set
from cognitui.cognito.signin.account_recovery import (
    ASKED_AGAIN,
    DETOURS,
    MAY_HOLD,
    NOT_SET,
    OVER,
    PASSWORD,
    asked_after,
    asked_once_set,
    instead_of,
    missing,
    remark_of,
    remarked,
    with_outage,
)
from cognitui.cognito.signin.auth_flows import flow_of
from cognitui.cognito.signin.refresh import Refresher
from cognitui.cognito.srp import new_device
from cognitui.cognito.user_pool_api import CognitoApi, DeviceCalls
from cognitui.model.challenge import (
    AGAIN,
    INSTEAD,
    Challenge,
    GivenSecrets,
    RememberedDevice,
    SignedIn,
    Step,
    begins_with_password,
)
from cognitui.model.errors import (
    CognituiError,
    DeviceUnknown,
    PoolMisconfigured,
    Refused,
    ServiceFault,
    SessionExpired,
    Throttled,
    TriggerRefused,
    Unreachable,
    WrongCredentials,
)
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import TokenSet


@dataclass(frozen=True, slots=True)
class Registration:
    """What came of it."""

    device: RememberedDevice | None = None
    warning: str = ""


def register(calls: DeviceCalls, profile: Profile, issued: IssuedTokens) -> Registration:
    """Returns the device that this machine is now.

    It is confirmed whether or not it shall be remembered: a refresh of these tokens works with its key alone. Where
    the pool leaves it to the user, `remember_device` in the profile says whether it may take the place of MFA.
    """
    new = issued.new_device
    if new is None:
        return Registration()
    device, verifier = new_device(new.key, new.group)
    try:
        optional = calls.confirm(profile, issued.access, new.key, verifier, _name())
        if optional and profile.fields.remember_device:
            calls.remember(profile, issued.access, new.key)
    except CognituiError as error:
        # The tokens are good; a device that was not confirmed is a new one next time.
        return Registration(warning=f"This machine could not be made a device of the user. {error.cause}")
    return Registration(device)


def _name() -> str:
    """A name that a person knows the machine by in the pool's console."""
    return f"cognitui on {platform.node() or platform.system() or 'a computer'}"[:256]


def telling(step: Step) -> Step:
    """Returns a step whose question tells which secrets hold."""
    if not isinstance(step, Challenge):
        return step
    assert isinstance(step.state, Attempt)
    return replace(step, taken=step.state.replaced)


def proven(step: Step) -> Step:
    """Returns what a start with a new password has brought: a challenge comes after that one has served."""
    if not isinstance(step, Challenge) or step.kind in DETOURS:
        return step
    attempt = step.state
    assert isinstance(attempt, Attempt)
    if attempt.given.password is None or not begins_with_password(attempt.profile):
        return step
    return replace(step, state=attempt.with_new_password(attempt.given.password))


_MOST_CHALLENGES = 20
"""A server that asks without end is not waited for."""


def _no_code(_profile: Profile) -> str | None:
    return None


def _at_leisure(code_of: CodeSource, profile: Profile) -> str | None:
    """Returns the code of an `mfa_process`, which has a time of its own: it may ask a person to touch a key."""
    with not_counted():
        return code_of(profile)


def _tell_nobody(_text: str) -> None:
    pass


class CognitoSignIn:
    """Signs in by Cognito's own API. Threads may share it."""

    def __init__(
        self,
        api: CognitoApi,
        clock: Callable[[], float],
        code_of: CodeSource = _no_code,
        tell: Callable[[str], None] = _tell_nobody,
    ) -> None:
        """Takes its parts.

        Args:
            api: The calls to Cognito.
            clock: Returns the seconds since the epoch.
            code_of: Runs an `mfa_process`.
            tell: Hears what a person should know while a sign-in takes its time.
        """
        self._tell = tell
        self._api = api
        self._clock = clock
        self._challenges = Challenges(partial(_at_leisure, code_of))
        self._refresher = Refresher(api)

    def start(self, profile: Profile, secrets: GivenSecrets, *, anew: bool = False) -> Step:
        """Begins; a person is asked for what is not given. By Cognito's own API each sign-in is one anew.

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
        return telling(self._answered(challenge.kind, attempt, answers))

    def _answered(self, kind: str, attempt: Attempt, answers: Mapping[str, str]) -> Step:
        if (detour := DETOURS.get(kind)) is not None:
            try:
                way = detour.take(attempt, answers, self._api.accounts)
            except Refused as refusal:
                return self._asked_or_raised(refusal, attempt)
            return self._from(way)
        if wish := answers.get(INSTEAD):
            step = self._from(instead_of(attempt, wish))
            return remarked(step, OVER) if wish == AGAIN.value else step
        answered = with_typed_password(attempt.answered(answers))
        try:
            return self._go_on(answered)
        except Throttled:
            # Refused for now, and nothing has changed: the same answer serves later.
            raise
        except Unreachable as outage:
            return self._after_a_lost_answer(answered, outage)
        except SessionExpired:
            return self._after_the_session(answered)
        except DeviceUnknown:
            if answered.given.device is None:
                raise
            return self._begin(answered.without_device())
        except Refused as refusal:
            return self._after_a_refusal(refusal, answered)

    def wait(self, challenge: Challenge, stop: threading.Event) -> None:
        """Returns nothing: of Cognito's own challenges none is answered by itself."""

    def _after_the_session(self, answered: Attempt) -> Step:
        """The session is burnt or too old. What else was answered is kept, and given again by itself.

        It may be burnt because a new password was taken the last time, and nobody heard of it: then the former one is
        refused, and the new one signs in.
        """
        handler = self._challenges.handler_of(answered)
        lost = handler.lost(answered) if NEW_PASSWORD in answered.own_answers else None
        try:
            step = self._begin_once(handler.over(answered))
        except WrongCredentials:
            if lost is None:
                raise
            return proven(self._begin(lost))
        if lost is not None and isinstance(step, Challenge) and step.kind == PASSWORD.kind:
            return proven(self._begin(lost))
        return remarked(step, OVER)

    def _after_a_lost_answer(self, answered: Attempt, outage: Unreachable) -> Step:
        """Cognito may have taken a new password, say, although its answer was lost: a start with it tells.

        Raises:
            Unreachable: The answer that was lost, where nothing has changed by it.
        """
        again = self._challenges.handler_of(answered).lost(answered)
        if again is None:
            raise outage
        try:
            step = with_outage(self._begin(again), outage)
        except (WrongCredentials, Unreachable) as error:
            if NEW_PASSWORD in answered.own_answers:
                error.fix = f"{error.fix} {MAY_HOLD if isinstance(error, Unreachable) else NOT_SET}"
            raise
        return proven(step) if NEW_PASSWORD in answered.own_answers else step

    def _after_a_refusal(self, refusal: Refused, answered: Attempt) -> Step:
        if NEW_PASSWORD in answered.own_answers and isinstance(refusal, TriggerRefused | PoolMisconfigured):
            # Cognito sets the password before it runs the triggers of a sign-in.
            refusal.fix = f"{refusal.fix} {MAY_HOLD}"
        return self._asked_or_raised(refusal, answered)

    def refresh(
        self,
        profile: Profile,
        refresh_token: str,
        client_secret: str | None,
        username: str,
        device_key: str = "",
    ) -> TokenSet:
        """Returns new tokens for a refresh token; see `Refresher.refresh`."""
        flow_of(profile)
        return self._refresher.refresh(profile, refresh_token, client_secret, username, device_key)

    def _from(self, way: Attempt | Challenge) -> Step:
        if not isinstance(way, Attempt):
            return way
        try:
            return self._begin(way)
        except CognituiError as error:
            if (question := asked_once_set(error, way)) is None:
                raise
            return question

    def _begin(self, attempt: Attempt) -> Step:
        try:
            return self._begin_once(attempt)
        except SessionExpired:
            # An answer that was lost on the way back has used the session up, and nobody was asked yet.
            return self._begin_once(attempt)

    def _begin_once(self, attempt: Attempt) -> Step:
        attempt = attempt.from_the_start()
        flow = flow_of(attempt.profile)
        if (question := missing(attempt)) is not None:
            return question
        try:
            opened, parameters = flow.open(attempt)
            reply = self._api.initiate(attempt.profile, flow.cognito_name, parameters)
            return self._after(opened, reply)
        except DeviceUnknown:
            if attempt.given.device is None:
                raise
            return self._begin(attempt.without_device())
        except Refused as refusal:
            return self._asked_or_raised(refusal, attempt)

    def _asked_or_raised(self, refusal: CognituiError, attempt: Attempt) -> Challenge:
        question = asked_after(refusal, attempt)
        if question is None:
            raise refusal
        return question

    def _after(self, attempt: Attempt, reply: Reply) -> Step:
        if isinstance(reply.outcome, IssuedTokens):
            return self._signed_in(attempt, reply.outcome, reply)
        return self._go_on(attempt.facing(reply.outcome, reply))

    def _go_on(self, attempt: Attempt) -> Step:
        """Answers the challenge that waits, and those that follow, as long as that needs no person."""
        remark, before = "", attempt.taken
        for _ in range(_MOST_CHALLENGES):
            handler, now = self._challenges.handler_of(attempt), self._clock()
            try:
                attempt = handler.prepared(attempt, self._api)
                now = self._after_a_pause(handler.pause(attempt, now), attempt)
                # One moment for an answer and its refusal: a code of the next half minute was not the one refused.
                responses = handler.responses(attempt, now)
                if responses is None:
                    question = handler.ask(attempt, now)
                    assert question is not None, "a challenge that waits for a person can be asked"
                    return replace(question, remark=remark)
                reply = self._api.respond(attempt.profile, attempt.asked, attempt.signed(responses))
            except CognituiError as error:
                if isinstance(error, ASKED_AGAIN) and handler.ask(attempt, now) is not None:
                    remark = remark_of(error, attempt.profile)
                    attempt = handler.refused(attempt, now)
                    continue
                if isinstance(error, WrongCredentials) and (anew := handler.anew(attempt)) is not None:
                    return remarked(self._begin(anew.attempt), anew.remark)
                # What Cognito has set a step ago must not be lost with the step that failed.
                question = asked_once_set(error, attempt) if attempt.taken != before else None
                if question is None:
                    raise
                return question
            # Before the tokens, too: they may come with the answer that replaced a secret.
            attempt, remark = handler.settled(attempt), ""
            if isinstance(reply.outcome, IssuedTokens):
                return self._signed_in(attempt, reply.outcome, reply)
            attempt = attempt.facing(reply.outcome, reply)
        raise ServiceFault("The server asks for one thing after the other, without end.")

    def _after_a_pause(self, seconds: float, attempt: Attempt) -> float:
        """Waits, where there is anything to wait for, and returns the time."""
        if seconds:
            words = "the code of the authenticator app is used; waiting {:.0f} s for the next one."
            self._tell(f"{inert(attempt.profile.id)}: {words.format(seconds)}")
            self._api.pause(seconds)
        return self._clock()

    def _signed_in(self, attempt: Attempt, issued: IssuedTokens, reply: Reply) -> SignedIn:
        registration = register(self._api.devices, attempt.profile, issued) if issued.new_device else Registration()
        return SignedIn(
            token_set(issued, reply),
            served=attempt.served,
            taken=attempt.replaced,
            device=registration.device,
            device_gone=attempt.device_gone and registration.device is None,
            warning=registration.warning,
        )
