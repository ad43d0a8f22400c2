"""Challenges with a password or a remembered device: send it, prove it by SRP, or choose a new one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognitui.cognito.challenges.attempt import Attempt, ChallengeHandler, Restart
from cognitui.cognito.srp import ServerChallenge, device_claim, password_claim
from cognitui.model.challenge import Challenge, Choice, Prompt, Rule
from cognitui.model.errors import ServiceFault
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.cognito.user_pool_api import UserPoolApi


NEW_PASSWORD = "NEW_PASSWORD"
"""The name of a new password among the answers."""

AS_ADMIN = Choice("as-admin", "Make the current password permanent (admin)")


class PasswordVerifier(ChallengeHandler):
    """SRP's second half: the proof that the password is known."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str]:
        """Return the proof; a late one is refused, so it is computed just before it is sent."""
        challenge = server_challenge(attempt)
        if attempt.key is None or attempt.given.password is None:
            raise unexpected_srp()
        claim = password_claim(
            attempt.key, attempt.profile.user_pool_id, challenge, attempt.given.password, now + attempt.skew
        )
        return attempt.with_device(
            {
                "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                "PASSWORD_CLAIM_SECRET_BLOCK": challenge.secret_block,
                "TIMESTAMP": claim.timestamp,
            }
        )


class Password(ChallengeHandler):
    """USER_AUTH's PASSWORD, and ADMIN_NO_SRP_AUTH: the password itself."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the stored password, or the one that was typed."""
        return {"PASSWORD": attempt.given.password} if attempt.given.password else None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for it."""
        return ask_password(attempt, now)


class PasswordSrp(ChallengeHandler):
    """USER_AUTH's PASSWORD_SRP: a proof of the password, whose first half is the answer."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Make a key pair."""
        return attempt.with_key()

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the public key, once there is a password to prove."""
        if attempt.given.password is None or attempt.key is None:
            return None
        return {"SRP_A": attempt.key.public_hex}

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the password."""
        return ask_password(attempt, now)


class NewPasswordRequired(ChallengeHandler):
    """FORCE_CHANGE_PASSWORD: the user must choose a password, and give what else the pool demands."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str] | None:
        """Return the person's answers, under the very names that Cognito wants."""
        return dict(attempt.own_answers) or None

    def ask(self, attempt: Attempt, now: float) -> Challenge:
        """Ask for the password, twice, and for the required attributes."""
        return Challenge(
            attempt.asked.name,
            attempt.profile,
            "New password needed",
            f"{inert(attempt.profile.username)} has a temporary password. Choose one of your own.",
            (new_password_prompt(NEW_PASSWORD), *map(_attribute_prompt, _required_attributes(attempt))),
            instead=(AS_ADMIN,) if attempt.profile.fields.aws_profile else (),
            session_ends=attempt.session_ends,
            state=attempt,
        )

    def lost(self, attempt: Attempt) -> Attempt | None:
        """Start again with the new password, which shows whether it was set."""
        return self.settled(attempt).without_proof() if NEW_PASSWORD in attempt.own_answers else None

    def settled(self, attempt: Attempt) -> Attempt:
        """Return it with the new password for the old one: what a new start would need."""
        return attempt.unanswered().with_new_password(attempt.own_answers.get(NEW_PASSWORD))


PASSWORD_PROMPT = Prompt("password", SecretKind.PASSWORD.label, masked=True, keeps=SecretKind.PASSWORD)


def new_password_prompt(name: str) -> Prompt:
    """Return the prompt for a password that the user chooses."""
    return Prompt(name, "new password", masked=True, confirm=True, rules=_USUAL_POLICY, keeps=SecretKind.PASSWORD)


def ask_password(attempt: Attempt, now: float) -> Challenge:
    """Return the question for the password in the middle of a sign-in."""
    profile = attempt.profile
    message = f"The password of {inert(profile.username)} in the pool {inert(profile.user_pool_id)}."
    return Challenge(
        attempt.asked.name,
        profile,
        "Password needed",
        message,
        (PASSWORD_PROMPT,),
        instead=attempt.other_factors,
        session_ends=attempt.session_ends,
        state=attempt,
    )


def with_typed_password(attempt: Attempt) -> Attempt:
    """Return the attempt with a password that was typed as an answer moved to the given secrets.

    As an answer it would be sent again instead of the next one that is typed.
    """
    typed = attempt.own_answers.get(PASSWORD_PROMPT.name)
    if not typed:
        return attempt
    others = {name: answer for name, answer in attempt.own_answers.items() if name != PASSWORD_PROMPT.name}
    given = replace(attempt.given, password=typed)
    return replace(attempt.unanswered().answered(others), given=given, typed=attempt.typed | {SecretKind.PASSWORD})


def server_challenge(attempt: Attempt) -> ServerChallenge:
    """Return the SRP challenge; raises ServiceFault if a value is missing."""
    asked = attempt.asked.parameters
    if not {"SALT", "SRP_B", "SECRET_BLOCK"} <= set(asked):
        raise unexpected_srp()
    # AWS sends the same name as USERNAME; an emulator may not.
    user_id = asked.get("USER_ID_FOR_SRP") or attempt.username
    return ServerChallenge(user_id, asked["SALT"], asked["SRP_B"], asked["SECRET_BLOCK"])


def unexpected_srp() -> ServiceFault:
    """Return the error for an SRP challenge that nothing asked for."""
    return ServiceFault("The server sent an SRP challenge that does not belong to this sign-in.")


_USUAL_POLICY = tuple(
    # Only admins can read a pool's policy: this is the default one.
    Rule(label, pattern, binding=False)
    for label, pattern in (
        ("8 characters", r".{8}"),
        ("a lower-case letter", r"[a-z]"),
        ("an upper-case letter", r"[A-Z]"),
        ("a digit", r"[0-9]"),
        ("a symbol", r"[^A-Za-z0-9]"),
    )
)

_ATTRIBUTE_PREFIX = "userAttributes."

_ATTRIBUTE_HINTS = {
    "email": "alice@example.com",
    "phone_number": "+14155550123",
    "birthdate": "1990-12-31",
    "zoneinfo": "Europe/Berlin",
    "locale": "en-US",
    "website": "https://example.com",
}


def _required_attributes(attempt: Attempt) -> list[str]:
    """Return the names in the JSON list, without their prefix if they have one."""
    return [name.removeprefix(_ATTRIBUTE_PREFIX) for name in json_names(attempt, "requiredAttributes")]


def json_names(attempt: Attempt, parameter: str) -> list[str]:
    """Return the names in a parameter that is a JSON list; none if it is not one."""
    try:
        names = json.loads(attempt.asked.parameters.get(parameter) or "[]")
    except (ValueError, RecursionError):
        return []
    texts = [name for name in names if isinstance(name, str) and name] if isinstance(names, list) else []
    return list(dict.fromkeys(texts))


def _attribute_prompt(name: str) -> Prompt:
    label = inert(name.removeprefix("custom:").replace("_", " "), 40)
    return Prompt(_ATTRIBUTE_PREFIX + name, label, hint=_ATTRIBUTE_HINTS.get(name, ""))


class DeviceSrpAuth(ChallengeHandler):
    """The first half: a public key."""

    def prepared(self, attempt: Attempt, api: UserPoolApi) -> Attempt:
        """Make a key pair of its own: that of the password is used up."""
        return attempt.with_key()

    def responses(self, attempt: Attempt, now: float) -> dict[str, str]:
        """Return the device's key and the public key."""
        if attempt.key is None or attempt.given.device is None:
            raise unexpected_srp()
        return attempt.with_device({"SRP_A": attempt.key.public_hex})


class DevicePasswordVerifier(ChallengeHandler):
    """The second half: the proof."""

    def responses(self, attempt: Attempt, now: float) -> dict[str, str]:
        """Return the proof that this machine knows the device's password."""
        challenge = server_challenge(attempt)
        if attempt.key is None or attempt.given.device is None:
            raise unexpected_srp()
        claim = device_claim(attempt.key, attempt.given.device, challenge, now + attempt.skew)
        return attempt.with_device(
            {
                "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                "PASSWORD_CLAIM_SECRET_BLOCK": challenge.secret_block,
                "TIMESTAMP": claim.timestamp,
            }
        )

    def restart(self, attempt: Attempt) -> Restart:
        """Start again without a device whose proof is refused: another flow may work."""
        remark = "The pool does not take this machine for the device that it remembers."
        return Restart(attempt.without_device(), remark)
