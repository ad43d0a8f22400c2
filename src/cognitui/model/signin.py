"""What a sign-in asks of a person, as data: a screen or a prompt renders it and knows no Cognito challenge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenSet


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers to a prompt."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Rule:
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


@dataclass(frozen=True, slots=True)
class Prompt:
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


@dataclass(frozen=True, slots=True)
class Challenge:
    """The next thing that a person must give before there are tokens."""

    kind: str
    """Names the challenge for logs and `--no-input`; nothing branches on it outside `cognito`."""
    profile: Profile
    title: str
    message: str
    prompts: tuple[Prompt, ...]
    sent_to: str = ""
    """Where a code went, masked by Cognito: `a***@e***`."""
    remark: str = ""
    """Why it is asked again: what was wrong with the last answer."""
    session_ends: float | None = None
    """Seconds since the epoch; None where nothing runs out."""
    state: object = field(default=None, repr=False, compare=False)
    """What the sign-in needs to go on (sessions, what was given); opaque to everyone else."""
    accepted: Mapping[SecretKind, str] = field(default_factory=dict, repr=False, compare=False)
    """Secrets that a person gave on the way here; they serve this run once Cognito has accepted them."""
    kept: Mapping[SecretKind, str] = field(default_factory=dict, repr=False, compare=False)
    """Those of them that a person agreed to keep in the vault."""

    def carrying(self, accepted: Mapping[SecretKind, str], kept: Mapping[SecretKind, str]) -> Challenge:
        """Returns the challenge with the secrets that were given before it."""
        return replace(self, accepted=accepted, kept=kept)

    @property
    def needs(self) -> str:
        """What is needed, in words: `a new password and a name`."""
        return " and ".join(prompt.label for prompt in self.prompts)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The end of a sign-in."""

    tokens: TokenSet


Step = SignedIn | Challenge
"""What follows an answer: tokens or the next challenge."""


@dataclass(frozen=True, slots=True)
class GivenSecrets:
    """What the vault holds for a profile when a sign-in begins."""

    password: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)
