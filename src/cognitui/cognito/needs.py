"""What must be known before Cognito is called at all: secrets that are not stored, asked for as challenges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cognitui.cognito.attempt import Attempt
from cognitui.model.challenge import FORGOT, Challenge, Choice, Prompt
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert


@dataclass(frozen=True, slots=True)
class Need:
    """A secret that a person must give."""

    kind: str
    secret: SecretKind
    title: str
    message: str
    """`{user}`, `{client}` and `{pool}` stand for those of the profile."""
    instead: tuple[Choice, ...] = ()

    def ask(self, attempt: Attempt, remark: str = "") -> Challenge:
        """Returns the challenge that asks for it."""
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
        """Returns the attempt with the secret that was typed; an empty one is as good as none."""
        value = answers.get(self.secret.value) or None
        given = (
            replace(attempt.given, password=value)
            if self.secret is SecretKind.PASSWORD
            else replace(attempt.given, client_secret=value)
        )
        anew = attempt.from_the_start()
        if self.secret is SecretKind.PASSWORD:
            anew = anew.without_proof()
        return replace(anew, given=given, typed=attempt.typed | {self.secret})


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
