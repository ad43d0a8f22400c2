"""Challenges of a sign-in as data, and the secrets that answer them.

The TUI and the CLI render prompts and know nothing of Cognito.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import string
from collections.abc import Mapping
from typing import ClassVar

from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import as_heading, inert
from cognitui.model.token import TokenSet

_BOM = "\ufeff"

_AROUND = "\"'`“”‘’«»\u200b" + _BOM  # noqa: RUF001 (typographic quotes are meant)
"""Quotes and invisible characters around a secret."""

_LONGEST_PARAMETERS = 10

_SETTINGS = {"algorithm": "SHA1", "digits": "6", "period": "30"}
"""The parameters of Cognito's TOTP codes, which are the defaults of RFC 6238."""

INSTEAD = "instead"
"""The answer name under which one of a challenge's `instead` choices is sent."""


class RememberedDevice(Frozen, frozen=True):
    """A device of one user, confirmed with ConfirmDevice."""

    hidden: ClassVar[tuple[str, ...]] = ("password",)

    key: str
    """DEVICE_KEY, `eu-west-1_5ac1…`: not a secret, but part of every sign-in and refresh."""
    group: str
    """DEVICE_GROUP_KEY: takes the place of the pool name in the SRP password proof."""
    password: str
    """Generated here and never sent: Cognito only has a verifier."""

    def pack(self) -> str:
        """Return its JSON list for the vault."""
        return json.dumps([self.key, self.group, self.password])

    @classmethod
    def unpack(cls, stored: str) -> RememberedDevice | None:
        """Return the device that `pack` wrote, or None for anything else."""
        try:
            parts = json.loads(stored)
        except (ValueError, RecursionError):
            return None
        if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) and part for part in parts):
            return None
        return cls(*parts)


class Choice(Frozen, frozen=True):
    """One of several possible answers to a prompt."""

    value: str
    label: str


AGAIN = Choice("again", "Start again")
"""Offered once a challenge has timed out."""

FORGOT = Choice("forgot", "Forgot the password")
"""Offered instead of the password: Cognito sends a code that sets a new one."""


class Rule(Frozen, frozen=True):
    """A rule that an answer is checked against while it is typed, such as one of a password policy."""

    label: str
    pattern: str
    """A regular expression that is searched for in the answer."""
    binding: bool = True
    """False if the rule is a guess because the pool does not publish its policy: shown, but not enforced."""

    def holds(self, answer: str) -> bool:
        """Return whether the answer satisfies the rule."""
        return re.search(self.pattern, answer, re.DOTALL) is not None


class Prompt(Frozen, frozen=True):
    """One value to ask for."""

    name: str
    """The key of the answer."""
    label: str
    masked: bool = False
    confirm: bool = False
    """True if it is typed twice, because it is new and masked."""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    rules: tuple[Rule, ...] = ()
    keeps: SecretKind | None = None
    """The kind of secret that the answer is, if it may be kept in the keyring."""

    def cleaned(self, answer: str) -> str:
        """Return an answer as it is sent and stored; raise UsageError if it cannot be that kind of secret."""
        return given_secret(self.keeps, answer) if self.keeps is not None and answer else answer

    def error(self, answer: str, again: str | None = None) -> str:
        """Return what is wrong with an answer, in one inert sentence; an empty string if nothing is.

        Args:
            answer: The answer.
            again: The repeated answer, if the prompt asks twice.
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
        return "" if again in (None, answer) else f"{heading}: the two do not match."


class Challenge(Frozen, frozen=True):
    """The next input that a sign-in needs before there are tokens."""

    hidden: ClassVar[tuple[str, ...]] = ("shown", "qr", "url", "state", "given", "accepted", "kept", "taken", "offered")

    kind: str
    """The challenge's name in logs and with `--no-input`; nothing outside `cognito` branches on it."""
    profile: Profile
    title: str
    message: str
    prompts: tuple[Prompt, ...]
    """Empty if only a confirmation is needed."""
    instead: tuple[Choice, ...] = ()
    """Alternatives to an answer, such as sending another code; answered under the name `INSTEAD`."""
    shown: tuple[tuple[str, str], ...] = ()
    """Further information by label: the public parameters of a custom challenge."""
    qr: str = ""
    """Text to draw as a QR code: the otpauth URI of a new authenticator app."""
    url: str = ""
    """Address to open in a browser."""
    waits: bool = False
    """Whether the answer may arrive automatically from the browser; `TokenBroker.wait` waits for it."""
    sent_to: str = ""
    """The masked destination of a code, as Cognito returns it: `a***@e***`."""
    remark: str = ""
    """Why the question is asked again: what was wrong with the last answer."""
    given: Mapping[str, str] = {}
    """Earlier answers that were accepted, by prompt name; they are not asked for again."""
    renews: bool = False
    """Whether the answer lets a refresh continue, so that no sign-in is needed."""
    session_ends: float | None = None
    """Seconds since the epoch; None if nothing expires."""
    state: object = None
    """State of the sign-in (session, secrets); opaque to callers."""
    accepted: Mapping[SecretKind, str] = {}
    """Secrets that were typed so far; this run reuses them once Cognito has accepted them."""
    kept: Mapping[SecretKind, str] = {}
    """Those of them that may be kept in the vault."""
    taken: Mapping[SecretKind, str] = {}
    """Secrets that Cognito has already replaced, such as a new password: they are valid however the sign-in ends."""
    offered: Mapping[SecretKind, str] = {}
    """Secrets of the challenge itself that may be kept too: the seed of a new authenticator app."""
    exchange: Profile | None = None
    """The requested profile, if it exchanges a token of `profile`, which must sign in first."""

    @property
    def requested(self) -> Profile:
        """The profile whose token was requested."""
        return self.exchange or self.profile

    def carrying(self, accepted: Mapping[SecretKind, str], kept: Mapping[SecretKind, str]) -> Challenge:
        """Return the challenge with the secrets that were typed before it."""
        return replace(self, accepted=accepted, kept=kept)

    def cleaned(self, answers: Mapping[str, str]) -> Mapping[str, str]:
        """Return answers as they are sent and stored; raise UsageError if one cannot be the secret asked for."""
        prompts = {prompt.name: prompt for prompt in self.prompts}
        return {name: prompts[name].cleaned(value) if name in prompts else value for name, value in answers.items()}

    def with_answers(self, answers: Mapping[str, str], *, keep: bool) -> Challenge:
        """Return the challenge with the secrets among the answers; they replace earlier ones.

        Args:
            answers: By prompt name.
            keep: Whether the user agreed to keep them in the vault.
        """
        if INSTEAD in answers:
            # The user chose an alternative: what was typed before is no answer and replaces nothing.
            return self
        secrets = {
            prompt.keeps: answers[prompt.name]
            for prompt in self.prompts
            if prompt.keeps is not None and answers.get(prompt.name)
        }
        if keep:
            secrets |= self.offered
        # An offered secret replaces an earlier one, whether it is kept or not.
        replaced = secrets.keys() | self.offered.keys()
        accepted = {kind: value for kind, value in self.accepted.items() if kind not in replaced}
        earlier = {kind: value for kind, value in self.kept.items() if kind not in replaced}
        return self.carrying({**accepted, **secrets}, {**earlier, **secrets} if keep else earlier)

    @property
    def needs(self) -> str:
        """The required input in words: `new password and name`."""
        if self.url:
            return "a browser sign-in"
        return " and ".join(prompt.label for prompt in self.prompts) or "confirmation"

    @property
    def may_keep(self) -> bool:
        """Whether the challenge has a secret that the vault can keep."""
        return bool(self.offered) or any(prompt.keeps for prompt in self.prompts)


class SignedIn(Frozen, frozen=True):
    """Result of a completed sign-in."""

    hidden: ClassVar[tuple[str, ...]] = ("served", "taken")

    tokens: TokenSet
    device: RememberedDevice | None = None
    """The device that the pool now knows this machine as; None if that did not change."""
    device_gone: bool = False
    """True if the pool no longer knows the device that was sent."""
    warning: str = ""
    """A warning to show although the sign-in worked."""
    served: Mapping[SecretKind, str] | None = None
    """The secrets that led to the tokens; None if the sign-in used none. Refused ones are not included."""
    taken: Mapping[SecretKind, str] = {}
    """Secrets that Cognito has replaced during the sign-in."""


Step = SignedIn | Challenge
"""Result of an answer: tokens or the next challenge."""


class GivenSecrets(Frozen, frozen=True):
    """The stored secrets of a profile at the start of a sign-in."""

    hidden: ClassVar[tuple[str, ...]] = (
        "password",
        "client_secret",
        "totp_seed",
        "access_token",
        "subject_token",
        "actor_token",
    )

    password: str | None = None
    client_secret: str | None = None
    totp_seed: str | None = None
    device: RememberedDevice | None = None
    access_token: str | None = None
    """A valid one whose level is too low: a step-up asks only for what it lacks."""
    lacks_client_secret: bool = False
    """Whether a refresh has shown that the app client has a secret, and none is stored: it is asked for first."""
    subject_token: str | None = None
    """For a token exchange: the token to exchange."""
    actor_token: str | None = None
    """For a token exchange: that of who acts for the subject; None if the exchange names nobody."""


def _bare(text: str) -> str:
    """Remove quotes and spaces around a text, and the line breaks that a terminal has put into it."""
    return re.sub(r"\s*[\r\n]\s*", "", text).strip(string.whitespace + _AROUND)


def _seed(text: str) -> str:
    bare = text.strip().strip(_AROUND).strip()
    if not bare:
        raise UsageError(
            "No TOTP seed was entered.",
            fix="Paste the key that the authenticator app was set up with, or its otpauth URI.",
        )
    seed = _seed_of_uri(bare) if re.match(r"otpauth[a-z-]*:", bare, re.IGNORECASE) else bare
    compact = re.sub(r"[\s\-_]", "", seed).strip(_AROUND).rstrip("=").upper()
    try:
        base64.b32decode(compact + "=" * (-len(compact) % 8))
    except (binascii.Error, ValueError):
        compact = ""
    if not compact:
        # Raised outside of the except block, because the caught exception may hold the seed.
        raise _no_seed("The TOTP seed is not base32, which only has the letters A to Z and the digits 2 to 7.")
    return compact


def _seed_of_uri(uri: str) -> str:
    # Costs 3 ms, and few secrets are URIs.
    from urllib.parse import parse_qsl, urlsplit

    try:
        address = urlsplit(uri)
        given = {name.lower(): value for name, value in parse_qsl(address.query, max_num_fields=_LONGEST_PARAMETERS)}
    except ValueError:
        address, given = urlsplit("otpauth:"), {}
    if address.scheme == "otpauth-migration":
        raise _no_seed("A Google Authenticator export holds several seeds.")
    if address.netloc.lower() == "hotp":
        raise _no_seed("The otpauth URI is for counter-based codes (hotp); Cognito uses time-based ones (totp).")
    if address.netloc.lower() != "totp" or not given.get("secret"):
        raise _no_seed("The otpauth URI has no secret.")
    for name, cognitos in _SETTINGS.items():
        if given.get(name, cognitos).upper().replace("-", "") != cognitos:
            raise _no_seed(f"The otpauth URI has another {name} than Cognito's {cognitos}.")
    return given["secret"]


def _no_seed(cause: str) -> UsageError:
    return UsageError(cause, fix="Paste the authenticator app's key or its otpauth URI: otpauth://totp/…?secret=…")


def given_secret(kind: SecretKind, text: str) -> str:
    """Return a secret as it is stored or sent.

    Args:
        kind: Its kind; a password is kept as it is, except for a leading byte order mark.
        text: The secret as it was typed, pasted, piped or found in a file.

    Raises:
        UsageError: It is empty or not a TOTP seed; the message does not repeat it.
    """
    if kind is SecretKind.TOTP:
        return _seed(text)
    secret = _bare(text) if kind is SecretKind.CLIENT_SECRET else text.removeprefix(_BOM)
    if not secret:
        raise UsageError(f"No {kind.label} was entered.", fix="Type it at the prompt, or pipe it into the command.")
    return secret


def refuse_without_user(profile: Profile, kind: SecretKind) -> None:
    """Raise UsageError if a secret of a user is given for a profile that has none."""
    if profile.needs_user or kind not in (SecretKind.PASSWORD, SecretKind.TOTP):
        return
    if profile.flow is Flow.AUTHORIZATION_CODE:
        fix = "Nothing needs to be stored: the user signs in in the browser."
    elif profile.subject is not None:
        fix = f"Store it for the subject: cognitui secret set {profile.subject.id} {kind.value}"
    else:
        fix = f"Store its client secret: cognitui secret set {profile.id} {SecretKind.CLIENT_SECRET.value}"
    raise UsageError(f"{profile.id} signs in without a user of its own, so it has no {kind.label}.", fix=fix)
