"""Sign-in through the user pool API, as a state machine: an attempt in, a step out.

Each answer leads to tokens or to another challenge. How each challenge is answered is in `challenges`, and what the
user is asked outside Cognito's challenges in `account_recovery`. This module is how each flow begins, the loop, and
what follows a refused or lost answer.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cognitui.cognito.challenges.attempt import Attempt, ChallengeHandler
from cognitui.cognito.challenges.password import NEW_PASSWORD, with_typed_password
from cognitui.cognito.challenges.registry import HANDLERS, UNKNOWN_CHALLENGE
from cognitui.cognito.responses import IssuedTokens, NewDevice, Reply, token_set
from cognitui.cognito.signin.account_recovery import (
    ASKED_AGAIN,
    CLIENT_SECRET,
    MAY_HOLD,
    NOT_SET,
    OVER,
    PASSWORD,
    RECOVERY_STEPS,
    RecoveryStep,
    asked_once_set,
    asked_or_raised,
    instead_of,
    remark_of,
    remarked,
    with_outage,
)
from cognitui.cognito.srp import new_device
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import AGAIN, INSTEAD, Challenge, RememberedDevice, SignedIn, Step
from cognitui.model.errors import (
    CognituiError,
    DeviceUnknown,
    FlowUnsupported,
    PoolMisconfigured,
    Refused,
    ScopeMissing,
    ServiceFault,
    SessionExpired,
    Throttled,
    TokenRefused,
    TriggerRefused,
    Unreachable,
    WrongCredentials,
)
from cognitui.model.profile import Flow, PreferredChallenge, Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert

_Opening = tuple[Attempt, dict[str, str]]


@dataclass(frozen=True, slots=True)
class FlowStart:
    """How a flow begins."""

    cognito_name: str
    open: Callable[[Attempt], _Opening]
    """Returns the attempt and the AuthParameters of its first call."""


def flow_of(profile: Profile) -> FlowStart:
    """Return how the profile's flow begins.

    Raises:
        FlowUnsupported: This version has no such flow.
    """
    flow = _FLOWS.get(profile.flow)
    if flow is None:
        raise FlowUnsupported(
            f"{inert(profile.id)} signs in by {profile.flow.value}, which this version of cognitui cannot do."
        )
    return flow


def _open_with_password(attempt: Attempt) -> _Opening:
    return attempt, attempt.with_device(attempt.signed({"PASSWORD": attempt.given.password or ""}))


def _open_with_srp(attempt: Attempt) -> _Opening:
    attempt = attempt.with_key()
    return attempt, attempt.with_device(attempt.signed(_public_key(attempt)))


def _open_with_choice(attempt: Attempt) -> _Opening:
    """USER_AUTH: straight to the preferred factor, or to the list of those that there are.

    With an access token it is a step-up: Cognito chooses what is missing (AWS, InitiateAuth, AuthParameters).
    """
    wanted, token = attempt.profile.wanted_level, attempt.given.access_token
    parameters: dict[str, str] = {"TARGET_ACR_VALUES": wanted.target_values} if wanted.acr_values else {}
    if token is not None:
        age = {"MAX_AGE": str(wanted.max_age)} if wanted.max_age is not None else {}
        return attempt, attempt.with_device(attempt.signed({**parameters, **age, "ACCESS_TOKEN": token}))
    preferred = attempt.profile.fields.preferred_challenge
    if preferred:
        parameters["PREFERRED_CHALLENGE"] = preferred.value
    if preferred is PreferredChallenge.PASSWORD:
        parameters["PASSWORD"] = attempt.given.password or ""
    if preferred is PreferredChallenge.PASSWORD_SRP:
        attempt = attempt.with_key()
        parameters |= _public_key(attempt)
    return attempt, attempt.with_device(attempt.signed(parameters))


def _open_custom(attempt: Attempt) -> _Opening:
    """CUSTOM_AUTH: the triggers begin, or SRP comes first (CHALLENGE_NAME is SRP_A)."""
    if not attempt.profile.fields.srp_first:
        return attempt, attempt.with_device(attempt.signed({}))
    attempt = attempt.with_key()
    return attempt, attempt.with_device(attempt.signed({"CHALLENGE_NAME": "SRP_A", **_public_key(attempt)}))


def _public_key(attempt: Attempt) -> dict[str, str]:
    return {"SRP_A": attempt.key.public_hex} if attempt.key else {}


_FLOWS: Mapping[Flow, FlowStart] = {
    Flow.USER_PASSWORD_AUTH: FlowStart("USER_PASSWORD_AUTH", _open_with_password),
    Flow.USER_SRP_AUTH: FlowStart("USER_SRP_AUTH", _open_with_srp),
    Flow.ADMIN_USER_PASSWORD_AUTH: FlowStart("ADMIN_USER_PASSWORD_AUTH", _open_with_password),
    Flow.USER_AUTH: FlowStart("USER_AUTH", _open_with_choice),
    Flow.CUSTOM_AUTH: FlowStart("CUSTOM_AUTH", _open_custom),
}


_MOST_CHALLENGES = 20
"""A server that keeps asking is not followed any further."""


class SignInFlow:
    """Signs in through the user pool API. Threads may share it.

    `begin` and `answer` return tokens or the next challenge. They raise FlowUnsupported if this version lacks the flow
    or a challenge, Refused if Cognito refuses, and Unreachable if there is no network or no proper answer.
    """

    def __init__(self, api: UserPoolApi, clock: Callable[[], float], notify: Callable[[str], None]) -> None:
        """Store the parts.

        Args:
            api: The calls to Cognito.
            clock: Returns the seconds since the epoch.
            notify: Receives messages while a sign-in waits.
        """
        self._api = api
        self._clock = clock
        self._notify = notify

    def begin(self, attempt: Attempt) -> Step:
        """Start a sign-in; the user is asked for what the attempt lacks."""
        try:
            return self._begin_once(attempt)
        except SessionExpired:
            # A lost answer has used the session up, and the user was not asked anything yet.
            return self._begin_once(attempt)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Continue with the user's answers, by the names of the prompts.

        A refused answer leads to the same challenge again, with a remark.
        """
        attempt = challenge.state
        assert isinstance(attempt, Attempt)
        step = self._answered(challenge.kind, attempt, answers)
        if not isinstance(step, Challenge):
            return step
        assert isinstance(step.state, Attempt)
        return replace(step, taken=step.state.replaced)

    def _answered(self, kind: str, attempt: Attempt, answers: Mapping[str, str]) -> Step:
        if (recovery := RECOVERY_STEPS.get(kind)) is not None:
            return self._recovered(recovery, attempt, answers)
        if wish := answers.get(INSTEAD):
            step = self._from(instead_of(attempt, wish))
            return remarked(step, OVER) if wish == AGAIN.value else step
        answered = with_typed_password(attempt.answered(answers))
        try:
            return self._go_on(answered)
        except Throttled:
            # Nothing has changed: the same answer works later.
            raise
        except Unreachable as outage:
            return self._after_lost_answer(answered, outage)
        except SessionExpired:
            return self._after_expired_session(answered)
        except DeviceUnknown:
            if answered.given.device is None:
                raise
            return self.begin(answered.without_device())
        except Refused as refusal:
            if NEW_PASSWORD in answered.own_answers and isinstance(refusal, TriggerRefused | PoolMisconfigured):
                # Cognito sets the password before it runs the triggers of a sign-in.
                refusal.fix = f"{refusal.fix} {MAY_HOLD}"
            return asked_or_raised(refusal, answered)

    def _recovered(self, recovery: RecoveryStep, attempt: Attempt, answers: Mapping[str, str]) -> Step:
        try:
            way = recovery.take(attempt, answers, self._api)
        except Refused as refusal:
            return asked_or_raised(refusal, attempt)
        return self._from(way)

    def _after_expired_session(self, answered: Attempt) -> Step:
        """Start again after the session was used up or expired; other answers are kept and sent again.

        An earlier answer with a new password may have been accepted although its reply was lost: then the previous
        password is refused, and the new one signs in.
        """
        handler = self._handler_of(answered)
        lost = handler.lost(answered) if NEW_PASSWORD in answered.own_answers else None
        try:
            step = self._begin_once(handler.over(answered))
        except WrongCredentials:
            if lost is None:
                raise
            return _with_proven_password(self.begin(lost))
        if lost is not None and isinstance(step, Challenge) and step.kind == PASSWORD.kind:
            return _with_proven_password(self.begin(lost))
        return remarked(step, OVER)

    def _after_lost_answer(self, answered: Attempt, outage: Unreachable) -> Step:
        """Start again after a lost reply: Cognito may have accepted the answer, such as a new password.

        Raises:
            Unreachable: The lost reply, if the answer changes nothing.
        """
        again = self._handler_of(answered).lost(answered)
        if again is None:
            raise outage
        try:
            step = with_outage(self.begin(again), outage)
        except (WrongCredentials, Unreachable) as error:
            if NEW_PASSWORD in answered.own_answers:
                error.fix = f"{error.fix} {MAY_HOLD if isinstance(error, Unreachable) else NOT_SET}"
            raise
        return _with_proven_password(step) if NEW_PASSWORD in answered.own_answers else step

    def _from(self, way: Attempt | Challenge) -> Step:
        if not isinstance(way, Attempt):
            return way
        try:
            return self.begin(way)
        except CognituiError as error:
            if (question := asked_once_set(error, way)) is None:
                raise
            return question

    def _begin_once(self, attempt: Attempt) -> Step:
        attempt = attempt.from_the_start()
        flow = flow_of(attempt.profile)
        if (question := _missing(attempt)) is not None:
            return question
        try:
            opened, parameters = flow.open(attempt)
            reply = self._api.initiate(attempt.profile, flow.cognito_name, parameters)
            if isinstance(reply.outcome, IssuedTokens):
                return self._signed_in(opened, reply.outcome, reply)
            return self._go_on(opened.facing(reply.outcome, reply))
        except DeviceUnknown:
            if attempt.given.device is None:
                raise
            return self.begin(attempt.without_device())
        except (TokenRefused, ScopeMissing):
            # Revoked since: everything is asked for then.
            if attempt.given.access_token is None:
                raise
            return self.begin(attempt.without_access_token())
        except Refused as refusal:
            return asked_or_raised(refusal, attempt)

    def _go_on(self, attempt: Attempt) -> Step:
        """Answer the challenge and those that follow, as long as the user is not needed."""
        remark, before = "", attempt.taken
        for _ in range(_MOST_CHALLENGES):
            handler, now = self._handler_of(attempt), self._clock()
            try:
                attempt = handler.prepared(attempt, self._api)
                now = self._after_pause(handler.pause(attempt, now), attempt)
                # One time for an answer and its refusal: the code of the next half minute was not the refused one.
                responses = handler.responses(attempt, now)
                if responses is None:
                    question = handler.ask(attempt, now)
                    assert question is not None, "a challenge that waits for the user can be asked"
                    return replace(question, remark=remark)
                reply = self._api.respond(attempt.profile, attempt.asked, attempt.signed(responses))
            except CognituiError as error:
                if isinstance(error, ASKED_AGAIN) and handler.ask(attempt, now) is not None:
                    remark = remark_of(error, attempt.profile)
                    attempt = handler.refused(attempt, now)
                    continue
                if isinstance(error, WrongCredentials) and (restart := handler.restart(attempt)) is not None:
                    return remarked(self.begin(restart.attempt), restart.remark)
                # What Cognito set a step ago must not be lost with the step that failed.
                question = asked_once_set(error, attempt) if attempt.taken != before else None
                if question is None:
                    raise
                return question
            # Before the tokens: they may come with the answer that replaced a secret.
            attempt, remark = handler.settled(attempt), ""
            if isinstance(reply.outcome, IssuedTokens):
                return self._signed_in(attempt, reply.outcome, reply)
            attempt = attempt.facing(reply.outcome, reply)
        raise ServiceFault("The server keeps asking for something else.")

    def _handler_of(self, attempt: Attempt) -> ChallengeHandler:
        return HANDLERS.get(attempt.asked.name, UNKNOWN_CHALLENGE)

    def _after_pause(self, seconds: float, attempt: Attempt) -> float:
        """Wait, if there is anything to wait for, and return the time."""
        if seconds:
            words = "the code of the authenticator app is used; waiting {:.0f} s for the next one."
            self._notify(f"{inert(attempt.profile.id)}: {words.format(seconds)}")
            self._api.pause(seconds)
        return self._clock()

    def _signed_in(self, attempt: Attempt, issued: IssuedTokens, reply: Reply) -> SignedIn:
        device, warning = self._registered(attempt.profile, issued.access, issued.new_device)
        return SignedIn(
            token_set(issued, reply),
            served=attempt.served,
            taken=attempt.replaced,
            device=device,
            device_gone=attempt.device_gone and device is None,
            warning=warning,
        )

    def _registered(
        self, profile: Profile, access_token: str, new: NewDevice | None
    ) -> tuple[RememberedDevice | None, str]:
        """Make this machine a device of the user, if the pool offers it; return the device and a warning.

        The device is confirmed even if it is not remembered: a refresh of these tokens needs its key. If the pool
        leaves it to the user, `remember_device` in the profile says whether the device may replace MFA.
        """
        if new is None:
            return None, ""
        device, verifier = new_device(new.key, new.group)
        try:
            optional = self._api.confirm_device(profile, access_token, new.key, verifier, _device_name())
            if optional and profile.fields.remember_device:
                self._api.remember_device(profile, access_token, new.key)
        except CognituiError as error:
            # The tokens are good; a device that was not confirmed is a new one next time.
            return None, f"This machine could not be made a device of the user. {error.cause}"
        return device, ""


def _missing(attempt: Attempt) -> Challenge | None:
    """Return what must be asked before the first call."""
    if attempt.given.lacks_client_secret and attempt.given.client_secret is None:
        return CLIENT_SECRET.ask(attempt)
    needed = attempt.profile.begins_with_password and attempt.given.access_token is None
    return PASSWORD.ask(attempt) if needed and attempt.given.password is None else None


def _with_proven_password(step: Step) -> Step:
    """Return the result of a start with a new password: a challenge after it shows that the password is set."""
    if not isinstance(step, Challenge) or step.kind in RECOVERY_STEPS:
        return step
    attempt = step.state
    assert isinstance(attempt, Attempt)
    if attempt.given.password is None or not attempt.profile.begins_with_password:
        return step
    return replace(step, state=attempt.with_new_password(attempt.given.password))


def _device_name() -> str:
    """Return a name that identifies the machine in the pool's console."""
    return f"cognitui on {platform.node() or platform.system() or 'a computer'}"[:256]
