"""What must be known before Cognito is called at all: secrets that are not stored, asked for as challenges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cognitui.cognito.attempt import Attempt
from cognitui.model.errors import ClientSecretMissing, ClientSecretWrong, CognituiError, WrongCredentials
from cognitui.model.secret import SecretKind
from cognitui.model.signin import Challenge, Prompt
from cognitui.model.text import inert


@dataclass(frozen=True, slots=True)
class Need:
    """A secret that a person must give."""

    kind: str
    secret: SecretKind
    title: str
    message: str
    """`{user}`, `{client}` and `{pool}` stand for those of the profile."""

    def ask(self, attempt: Attempt, remark: str = "") -> Challenge:
        """Returns the challenge that asks for it."""
        profile = attempt.profile
        message = self.message.format(
            user=inert(profile.username), client=inert(profile.client_id), pool=inert(profile.user_pool_id)
        )
        prompt = Prompt(self.secret.value, self.secret.label, masked=True, keeps=self.secret)
        return Challenge(self.kind, profile, self.title, message, (prompt,), remark=remark, state=attempt)

    def take(self, attempt: Attempt, answers: Mapping[str, str]) -> Attempt:
        """Returns the attempt with the secret that was typed; an empty one is as good as none."""
        value = answers.get(self.secret.value) or None
        given = (
            replace(attempt.given, password=value)
            if self.secret is SecretKind.PASSWORD
            else replace(attempt.given, client_secret=value)
        )
        return replace(attempt.from_the_start(), given=given, typed=attempt.typed | {self.secret})


PASSWORD = Need("PASSWORD_NEEDED", SecretKind.PASSWORD, "Password needed", "The password of {user} in the pool {pool}.")
CLIENT_SECRET = Need(
    "CLIENT_SECRET_NEEDED",
    SecretKind.CLIENT_SECRET,
    "Client secret needed",
    "The app client {client} has a secret: copy it from the app client's page in the AWS console.",
)

NEEDS: Mapping[str, Need] = {need.kind: need for need in (PASSWORD, CLIENT_SECRET)}


def missing(attempt: Attempt) -> Challenge | None:
    """Returns what must be asked before the first call, or None."""
    return PASSWORD.ask(attempt) if attempt.given.password is None else None


def asked_after(error: CognituiError, attempt: Attempt) -> Challenge | None:
    """Returns what to ask because of a refusal: what was typed and is wrong, or what nobody has given yet.

    A stored secret that is refused is not asked for: the error says so, and a person decides.
    """
    if isinstance(error, WrongCredentials) and SecretKind.PASSWORD in attempt.typed:
        return PASSWORD.ask(attempt, remark=error.cause)
    if isinstance(error, ClientSecretMissing) and attempt.given.client_secret is None:
        return CLIENT_SECRET.ask(attempt)
    if isinstance(error, ClientSecretWrong) and SecretKind.CLIENT_SECRET in attempt.typed:
        return CLIENT_SECRET.ask(attempt, remark=error.cause)
    return None
