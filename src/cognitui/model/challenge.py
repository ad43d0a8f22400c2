"""What a sign-in asks of a person, as data: a screen or a prompt renders it and knows no Cognito challenge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from cognitui.model.errors import UsageError
from cognitui.model.given_secret import given_secret
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import as_heading, inert
from cognitui.model.token import TokenSet


class RememberedDevice(Frozen, frozen=True):
    """A device of one user, as ConfirmDevice made it known."""

    hidden: ClassVar[tuple[str, ...]] = ("password",)

    key: str
    """DEVICE_KEY, `eu-west-1_5ac1…`; no secret, but it goes with every sign-in and refresh."""
    group: str
    """DEVICE_GROUP_KEY: stands where the pool's name stands in a password proof."""
    password: str
    """Made here and told to nobody: Cognito has a verifier alone."""

    def pack(self) -> str:
        """Returns it as the vault holds it: a JSON list."""
        return json.dumps([self.key, self.group, self.password])

    @classmethod
    def unpack(cls, stored: str) -> RememberedDevice | None:
        """Returns the device that `pack` wrote; None for anything else, which is as good as no device."""
        try:
            parts = json.loads(stored)
        except (ValueError, RecursionError):
            return None
        if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) and part for part in parts):
            return None
        return cls(*parts)


INSTEAD = "instead"
"""The name of an answer that is none to a prompt: the value of one of the challenge's `instead`."""


class Choice(Frozen, frozen=True):
    """One of several answers to a prompt."""

    value: str
    label: str


AGAIN = Choice("again", "Start again")
"""What is said where the time of a question is up and nobody has answered it."""

FORGOT = Choice("forgot", "Forgot the password")
"""What a person may say instead of giving a password: a code is sent, and sets another."""


class Rule(Frozen, frozen=True):
    """A rule that an answer is checked against while it is typed, such as one of a password policy."""

    label: str
    pattern: str
    """A regular expression that is searched for in the answer."""
    binding: bool = True
    """False where the rule is a guess (the pool keeps its policy to itself): shown, but nothing is held back."""

    def holds(self, answer: str) -> bool:
        """Returns whether the answer keeps the rule."""
        import re

        return re.search(self.pattern, answer, re.DOTALL) is not None


class Prompt(Frozen, frozen=True):
    """One thing that is asked."""

    name: str
    """The key of the answer."""
    label: str
    masked: bool = False
    confirm: bool = False
    """True where a person types it twice: what they choose and nobody has seen."""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    rules: tuple[Rule, ...] = ()
    keeps: SecretKind | None = None
    """The secret that the answer becomes, where a person agrees to keep it in the keyring."""

    def cleaned(self, answer: str) -> str:
        """Returns an answer as it is sent and kept; raises UsageError where it cannot be the secret that is asked."""
        return given_secret(self.keeps, answer) if self.keeps is not None and answer else answer

    def fault(self, answer: str, again: str | None = None) -> str:
        """Returns what is wrong with an answer, in one sentence, inert; an empty text where nothing is.

        Args:
            answer: What was given.
            again: The same once more, where it is asked for twice and was.
        """
        heading = as_heading(self.label)
        try:
            answer, again = self.cleaned(answer), None if again is None else self.cleaned(again)
        except UsageError as error:
            return error.cause
        if not answer:
            return f"{heading} is empty."
        if broken := [inert(rule.label, 100) for rule in self.rules if rule.binding and not rule.holds(answer)]:
            return f"{heading} needs {', '.join(broken)}."
        return "" if again in (None, answer) else f"{heading}: the two are not the same."


class Challenge(Frozen, frozen=True):
    """The next thing that a person must give before there are tokens."""

    hidden: ClassVar[tuple[str, ...]] = ("shown", "qr", "url", "state", "given", "accepted", "kept", "taken", "offered")

    kind: str
    """Names the challenge for logs and `--no-input`; nothing branches on it outside `cognito`."""
    profile: Profile
    title: str
    message: str
    prompts: tuple[Prompt, ...]
    """None where a yes is all that is asked."""
    instead: tuple[Choice, ...] = ()
    """What a person may do instead of answering: have another code sent, say. Answered under the name `INSTEAD`."""
    shown: tuple[tuple[str, str], ...] = ()
    """What belongs to the question, by label: the public parameters of a custom challenge."""
    qr: str = ""
    """A text to be drawn as a QR code: the otpauth URI of a new authenticator app."""
    url: str = ""
    """An address to be opened in a browser."""
    waits: bool = False
    """Whether the answer may come by itself, once the browser has been there: `TokenBroker.wait` waits for it."""
    sent_to: str = ""
    """Where a code went, masked by Cognito: `a***@e***`."""
    remark: str = ""
    """Why it is asked again: what was wrong with the last answer."""
    given: Mapping[str, str] = {}
    """Answers from before that were good, by the names of their prompts: nobody types them twice."""
    renews: bool = False
    """Whether the answer is what a refresh lacked: it may go on, and no sign-in is needed."""
    session_ends: float | None = None
    """Seconds since the epoch; None where nothing runs out."""
    state: object = None
    """What the sign-in needs to go on (sessions, what was given); opaque to everyone else."""
    accepted: Mapping[SecretKind, str] = {}
    """Secrets that a person gave on the way here; they serve this run once Cognito has accepted them."""
    kept: Mapping[SecretKind, str] = {}
    """Those of them that a person agreed to keep in the vault."""
    taken: Mapping[SecretKind, str] = {}
    """Those that Cognito has put in the place of former ones: they hold, however the sign-in ends."""
    offered: Mapping[SecretKind, str] = {}
    """Secrets that come with the question and may be kept, too: the seed of a new authenticator app."""

    def carrying(self, accepted: Mapping[SecretKind, str], kept: Mapping[SecretKind, str]) -> Challenge:
        """Returns the challenge with the secrets that were given before it."""
        return replace(self, accepted=accepted, kept=kept)

    def cleaned(self, answers: Mapping[str, str]) -> Mapping[str, str]:
        """Returns answers as they are sent and kept; raises UsageError where one cannot be the secret that is asked."""
        prompts = {prompt.name: prompt for prompt in self.prompts}
        return {name: prompts[name].cleaned(value) if name in prompts else value for name, value in answers.items()}

    def with_answers(self, answers: Mapping[str, str], *, keep: bool) -> Challenge:
        """Returns the challenge carrying the secrets among the answers; what was answered before is out of date.

        Args:
            answers: By the names of the prompts.
            keep: Whether a person agreed to keep them in the vault.
        """
        if INSTEAD in answers:
            # What was typed before the person chose another way is no answer, and replaces nothing.
            return self
        secrets = {
            prompt.keeps: answers[prompt.name]
            for prompt in self.prompts
            if prompt.keeps is not None and answers.get(prompt.name)
        }
        if keep:
            secrets |= self.offered
        # What is offered now takes the place of what was offered before, whether it is kept or not.
        replaced = secrets.keys() | self.offered.keys()
        accepted = {kind: value for kind, value in self.accepted.items() if kind not in replaced}
        earlier = {kind: value for kind, value in self.kept.items() if kind not in replaced}
        return self.carrying({**accepted, **secrets}, {**earlier, **secrets} if keep else earlier)

    @property
    def needs(self) -> str:
        """What is needed, in words: `new password and name`."""
        if self.url:
            return "a sign-in in the browser"
        return " and ".join(prompt.label for prompt in self.prompts) or "a yes"

    @property
    def may_keep(self) -> bool:
        """Whether there is a secret among the answers, or beside them, that the vault can hold."""
        return bool(self.offered) or any(prompt.keeps for prompt in self.prompts)


class SignedIn(Frozen, frozen=True):
    """The end of a sign-in."""

    hidden: ClassVar[tuple[str, ...]] = ("served", "taken")

    tokens: TokenSet
    device: RememberedDevice | None = None
    """The device that the pool knows this machine as from now on; None where that did not change."""
    device_gone: bool = False
    """True where the pool does not know the device any more that was sent."""
    warning: str = ""
    """What a person should know although it worked."""
    served: Mapping[SecretKind, str] | None = None
    """The secrets that led to the tokens; None where the sign-in used none. One that was refused is not among them."""
    taken: Mapping[SecretKind, str] = {}
    """Those that Cognito has put in the place of former ones."""


Step = SignedIn | Challenge
"""What follows an answer: tokens or the next challenge."""


class GivenSecrets(Frozen, frozen=True):
    """What the vault holds for a profile when a sign-in begins."""

    hidden: ClassVar[tuple[str, ...]] = ("password", "client_secret", "totp_seed")

    password: str | None = None
    client_secret: str | None = None
    totp_seed: str | None = None
    device: RememberedDevice | None = None
    lacks_client_secret: bool = False
    """Whether a refresh has shown that the app client has a secret, and none is stored: it is asked for first."""
