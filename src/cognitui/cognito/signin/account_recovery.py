"""Account recovery and missing secrets: what the user is asked outside Cognito's challenges.

Each step is a question, and what follows its answer: another start of the sign-in, with more secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cognitui.cognito.challenges.attempt import OTHER_FACTOR, Attempt
from cognitui.cognito.challenges.code import CODE, RESEND
from cognitui.cognito.challenges.password import AS_ADMIN, new_password_prompt
from cognitui.cognito.responses import Delivery
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.challenge import FORGOT, INSTEAD, Challenge, Choice, Prompt, Step
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    CodeWrong,
    CognituiError,
    InputRejected,
    NewPasswordRejected,
    PasswordResetRequired,
    TemporaryPasswordExpired,
    Throttled,
    Unreachable,
    UserNotConfirmed,
    WrongCredentials,
)
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert


@dataclass(frozen=True, slots=True)
class Need:
    """A secret that the user must give."""

    kind: str
    secret: SecretKind
    title: str
    message: str
    """`{user}`, `{client}` and `{pool}` are replaced by those of the profile."""
    instead: tuple[Choice, ...] = ()

    def ask(self, attempt: Attempt, remark: str = "") -> Challenge:
        """Return the challenge that asks for it."""
        profile = attempt.profile
        message = self.message.format(
            user=inert(profile.username), client=inert(profile.client_id), pool=inert(profile.user_pool_id)
        )
        prompt = Prompt(self.secret.value, self.secret.label, masked=True, keeps=self.secret)
        return Challenge(
            self.kind,
            profile,
            self.title,
            message,
            (prompt,),
            instead=(*self.instead, *attempt.other_factors),
            remark=remark,
            state=attempt,
        )

    def take(self, attempt: Attempt, answers: Mapping[str, str]) -> Attempt:
        """Return the attempt with the secret that was typed; an empty one counts as none."""
        value = answers.get(self.secret.value) or None
        given = (
            replace(attempt.given, password=value)
            if self.secret is SecretKind.PASSWORD
            else replace(attempt.given, client_secret=value)
        )
        again = attempt.from_the_start()
        if self.secret is SecretKind.PASSWORD:
            again = again.without_proof()
        return replace(again, given=given, typed=attempt.typed | {self.secret})


PASSWORD = Need(
    "PASSWORD_NEEDED",
    SecretKind.PASSWORD,
    "Password needed",
    "The password of {user} in the pool {pool}.",
    instead=(FORGOT,),
)
CLIENT_SECRET = Need(
    "CLIENT_SECRET_NEEDED",
    SecretKind.CLIENT_SECRET,
    "Client secret needed",
    "The app client {client} has a secret: copy it from the app client's page in the AWS console.",
)


MAY_HOLD = "The new password may already be set: try it first, then the previous one."

NOT_SET = "The new password was not set: the previous one is still valid."

OVER = "The session had expired: the sign-in started again, and an earlier code or QR code no longer works."


def remark_of(refusal: CognituiError, profile: Profile) -> str:
    """Return why it is asked again: Cognito's message, with an explanation if it is hard to understand."""
    words = refusal.cause.removeprefix(f"{inert(profile.id)}: ")
    return f"That code was not accepted ({words.rstrip('.')})." if isinstance(refusal, CodeWrong) else words


def remarked(step: Step, why: str) -> Step:
    """Return a step whose question says why it is asked again, unless it already does."""
    return replace(step, remark=step.remark or why) if isinstance(step, Challenge) else step


def with_outage(step: Step, outage: Unreachable) -> Step:
    """Return the step of a restarted sign-in, with a remark about the lost answer."""
    if not isinstance(step, Challenge):
        return step
    why = NOT_SET if step.kind == PASSWORD.kind else step.remark
    return replace(step, remark=" ".join(filter(None, (outage.cause, why))))


ASKED_AGAIN = (NewPasswordRejected, CodeWrong, InputRejected)
"""Refusals that leave a question open: the same once more, with Cognito's words."""

_NEW_PASSWORD = new_password_prompt("new-password")

_OWN_PASSWORD = Choice("own", "Choose a new password")


class RecoveryStep(Protocol):
    """One step of it."""

    @property
    def kind(self) -> str:
        """The kind of its challenge."""
        ...

    def take(self, attempt: Attempt, answers: Mapping[str, str], api: UserPoolApi) -> Attempt | Challenge:
        """Return the attempt to start again with, or the next question."""
        ...


class ConfirmSignUp:
    """The user has signed up and has not confirmed the address or number."""

    kind = "CONFIRM_SIGN_UP"

    def ask(self, attempt: Attempt, sent: Delivery | None = None) -> Challenge:
        """Ask for the code."""
        return Challenge(
            self.kind,
            attempt.profile,
            "Confirm the account",
            f"{inert(attempt.profile.username)} is not confirmed yet. Enter the code that came with the sign-up"
            f"{'' if sent is None else ', the newest one'}.",
            (CODE,),
            instead=(RESEND,),
            sent_to=sent.destination if sent else "",
            state=replace(attempt, sent=sent),
        )

    def take(self, attempt: Attempt, answers: Mapping[str, str], api: UserPoolApi) -> Attempt | Challenge:
        """Confirm the account, or send another code."""
        profile, secret = attempt.profile, attempt.given.client_secret
        if answers.get(INSTEAD) == RESEND.value:
            return self.ask(attempt, api.resend_confirmation_code(profile, secret))
        try:
            api.confirm_sign_up(profile, secret, "".join(answers.get(CODE.name, "").split()))
        except ASKED_AGAIN as refusal:
            return replace(self.ask(attempt, attempt.sent), remark=remark_of(refusal, profile))
        except Throttled:
            raise
        except Unreachable as outage:
            raise _perhaps_done(outage, "The account may be confirmed") from outage
        return attempt


class ResetPassword:
    """A forgotten password, or one that an admin has reset: a code, and a new one."""

    kind = "RESET_PASSWORD"

    def ask(self, attempt: Attempt, sent: Delivery | None = None) -> Challenge:
        """Ask for the code and the new password."""
        user = inert(attempt.profile.username)
        which = "that Cognito sent" if sent else "that came when it was reset, or have another sent,"
        words = f"The password of {user} must be reset. Enter the code {which} and a new password."
        return Challenge(
            self.kind,
            attempt.profile,
            "Set a new password",
            words,
            (CODE, _NEW_PASSWORD),
            instead=(RESEND,),
            sent_to=sent.destination if sent else "",
            state=replace(attempt, sent=sent),
        )

    def begin(self, attempt: Attempt, api: UserPoolApi) -> Challenge:
        """Has a code sent, and asks for it."""
        return self.ask(attempt, api.forgot_password(attempt.profile, attempt.given.client_secret))

    def take(self, attempt: Attempt, answers: Mapping[str, str], api: UserPoolApi) -> Attempt | Challenge:
        """Set the password, or has another code sent."""
        if answers.get(INSTEAD) == RESEND.value:
            typed = {name: answer for name, answer in answers.items() if name == _NEW_PASSWORD.name and answer}
            return replace(self.begin(attempt, api), given=typed)
        profile, secret = attempt.profile, attempt.given.client_secret
        code, password = "".join(answers.get(CODE.name, "").split()), answers.get(_NEW_PASSWORD.name, "")
        try:
            api.confirm_forgot_password(profile, secret, code, password)
        except ASKED_AGAIN as refusal:
            wrong = {CodeWrong: CODE.name, NewPasswordRejected: _NEW_PASSWORD.name}.get(type(refusal))
            good = {name: answer for name, answer in answers.items() if wrong is not None and name != wrong}
            again = self.ask(attempt, attempt.sent)
            return replace(again, remark=remark_of(refusal, profile), given=good)
        except Throttled:
            raise
        except Unreachable as outage:
            raise _perhaps_done(outage, "The new password may be set") from outage
        return _with_password(attempt, password)


def _perhaps_done(outage: Unreachable, what: str) -> Unreachable:
    """Return the error for a lost answer: a code works once, so only a sign-in shows whether it was accepted."""
    fix = f"{outage.fix} If the code is then refused, sign in again."
    return type(outage)(f"{outage.cause} {what} all the same.", fix=fix)


class PasswordAsAdmin:
    """AdminSetUserPassword: leaves FORCE_CHANGE_PASSWORD, or an expired temporary password, with IAM credentials."""

    kind = "SET_PASSWORD_AS_ADMIN"

    def ask(self, attempt: Attempt) -> Challenge:
        """Ask for confirmation, and for a password if the present one no longer works."""
        profile = attempt.profile
        user, pool, whose = (
            inert(profile.username),
            inert(profile.user_pool_id),
            inert(profile.fields.aws_profile or ""),
        )
        known = attempt.given.password is not None
        what = "the present password becomes permanent" if known else "a new password is set, permanently"
        return Challenge(
            self.kind,
            profile,
            "Set the password as an admin",
            f"{user} in the pool {pool}: {what}, with the IAM credentials of the AWS profile {whose}.",
            () if known else (_NEW_PASSWORD,),
            instead=(_OWN_PASSWORD,) if known else (),
            state=attempt,
        )

    def take(self, attempt: Attempt, answers: Mapping[str, str], api: UserPoolApi) -> Attempt | Challenge:
        """Set it, or goes back to the question for a password of the user's own."""
        if answers.get(INSTEAD) == _OWN_PASSWORD.value:
            return attempt
        password = attempt.given.password or answers.get(_NEW_PASSWORD.name, "")
        try:
            api.set_password(attempt.profile, attempt.username, password)
        except ASKED_AGAIN as refusal:
            again = replace(attempt, given=replace(attempt.given, password=None))
            return replace(self.ask(again), remark=remark_of(refusal, attempt.profile))
        return _with_password(attempt, password)


class SignInAgain:
    """A new password or app is set up, and the sign-in after it failed."""

    kind = "SIGN_IN_ANEW"

    def ask(self, attempt: Attempt, remark: str) -> Challenge:
        """Ask for confirmation."""
        user = inert(attempt.profile.username)
        words = f"The authenticator app of {user} is set up. What is left is to sign in with it."
        if SecretKind.PASSWORD in attempt.taken:
            words = f"The new password of {user} is set. What is left is to sign in with it."
        return Challenge(self.kind, attempt.profile, "Sign in once more", words, (), remark=remark, state=attempt)

    def take(self, attempt: Attempt, answers: Mapping[str, str], api: UserPoolApi) -> Attempt | Challenge:
        """Sign in."""
        return attempt


class MissingSecret:
    """A secret that is not stored, or was typed wrong."""

    def __init__(self, need: Need) -> None:
        self._need = need

    @property
    def kind(self) -> str:
        """The kind of its challenge."""
        return self._need.kind

    def take(self, attempt: Attempt, answers: Mapping[str, str], api: UserPoolApi) -> Attempt | Challenge:
        """Take the secret, or sets out to replace a forgotten password."""
        if answers.get(INSTEAD) == FORGOT.value:
            return _RESET.begin(attempt, api)
        if answers.get(INSTEAD) == OTHER_FACTOR.value:
            return attempt.without_choice()
        return self._need.take(attempt, answers)


_CONFIRM, _RESET, _AS_ADMIN, _AGAIN = ConfirmSignUp(), ResetPassword(), PasswordAsAdmin(), SignInAgain()

_NEEDS = MissingSecret(PASSWORD), MissingSecret(CLIENT_SECRET)

_STEPS: tuple[RecoveryStep, ...] = (*_NEEDS, _CONFIRM, _RESET, _AS_ADMIN, _AGAIN)

RECOVERY_STEPS: Mapping[str, RecoveryStep] = {step.kind: step for step in _STEPS}
"""By the kind of their challenges."""


def asked_or_raised(refusal: CognituiError, attempt: Attempt) -> Challenge:
    """Return the question that a refusal leads to; raise the refusal if there is none."""
    question = asked_after(refusal, attempt)
    if question is None:
        raise refusal
    return question


def asked_after(error: CognituiError, attempt: Attempt) -> Challenge | None:
    """Return the question that a refusal leads to: what was typed and is wrong, or what is missing.

    A stored secret that is refused is not asked for: the error says so, and the user decides.
    """
    match error:
        case UserNotConfirmed():
            return _CONFIRM.ask(attempt)
        case PasswordResetRequired():
            return _RESET.ask(attempt.without_proof())
        case TemporaryPasswordExpired() if attempt.profile.fields.aws_profile:
            return _AS_ADMIN.ask(replace(attempt, given=replace(attempt.given, password=None)).without_proof())
        case WrongCredentials() if SecretKind.PASSWORD in attempt.typed:
            return PASSWORD.ask(attempt.without_typed_password(), remark=error.cause)
        case ClientSecretMissing() if attempt.given.client_secret is None:
            return CLIENT_SECRET.ask(attempt)
        case ClientSecretWrong() if SecretKind.CLIENT_SECRET in attempt.typed:
            return CLIENT_SECRET.ask(attempt, remark=error.cause)
    return None


def asked_once_set(error: CognituiError, attempt: Attempt) -> Challenge | None:
    """Return the question whether to continue if a secret was set that must not be lost; None otherwise."""
    return _AGAIN.ask(attempt, " ".join(filter(None, (error.cause, error.fix)))) if attempt.taken else None


def instead_of(attempt: Attempt, wish: str) -> Attempt | Challenge:
    """Return what follows if the user chose something else instead of answering a challenge."""
    if wish == AS_ADMIN.value:
        return _AS_ADMIN.ask(attempt)
    if wish == OTHER_FACTOR.value:
        return attempt.without_choice()
    # Another code: Cognito sends one at each start.
    return attempt


def _with_password(attempt: Attempt, password: str) -> Attempt:
    return replace(attempt.with_new_password(password), typed=attempt.typed | {SecretKind.PASSWORD})
