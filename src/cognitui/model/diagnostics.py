"""Findings of the doctor, one per check, and the facts that they are based on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cognitui.model.errors import CognituiError, UsageError
from cognitui.model.profile import ProfileError
from cognitui.model.struct import Frozen
from cognitui.model.text import inert

_LONGEST = 400

_LONGEST_KEY = 60


class Verdict(StrEnum):
    """The outcome of a check; part of the JSON contract of `cognitui doctor`."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    NOTE = "note"
    """Information only, neither good nor bad."""
    SKIP = "skip"
    """Not checked; the finding says why and how to check it."""

    @property
    def sign(self) -> str:
        """The symbol in front of a finding."""
        return _SIGNS[self]


class Finding(Frozen, frozen=True):
    """The result of one check; its texts are inert."""

    check: str
    """What was checked, in a word or two."""
    verdict: Verdict
    result: str
    """The result, in a sentence or less."""
    fix: str = ""
    """What to do; empty if nothing needs to be done."""
    exit_code: int = 0
    """The exit code of `cognitui doctor` if the check failed, else 0."""


def passed(check: str, result: str) -> Finding:
    """Return the finding of a check that passed."""
    return Finding(check, Verdict.PASS, inert(result, _LONGEST))


def warned(check: str, result: str, fix: str) -> Finding:
    """Return the finding of a check that may cause trouble."""
    return Finding(check, Verdict.WARN, inert(result, _LONGEST), inert(fix, _LONGEST))


def noted(check: str, result: str, fix: str = "") -> Finding:
    """Return information, with what to do to change it."""
    return Finding(check, Verdict.NOTE, inert(result, _LONGEST), inert(fix, _LONGEST))


def skipped(check: str, why: str, how: str) -> Finding:
    """Return the finding of a check that was not made, with how to make it."""
    return Finding(check, Verdict.SKIP, inert(f"Not checked: {why}", _LONGEST), inert(how, _LONGEST))


def failed(check: str, error: CognituiError) -> Finding:
    """Return the finding of a check that failed with an error."""
    return Finding(check, Verdict.FAIL, inert(error.cause, _LONGEST), inert(error.fix, _LONGEST), error.exit_code)


def worst_code(findings: Iterable[Finding]) -> int:
    """Return 0 if nothing failed, else the highest exit code: the secret store's ranks above the network's."""
    return max((found.exit_code for found in findings if found.verdict is Verdict.FAIL), default=0)


class TerminalFacts(Frozen, frozen=True):
    """The terminal that the program runs in."""

    is_terminal: bool
    """False in a pipe or a CI job."""
    term: str
    """`TERM`."""
    encoding: str
    """The encoding of standard output, as Python names it."""
    columns: int
    rows: int


class InsecurePath(Frozen, frozen=True):
    """A file or folder that other users can read or write although they need not."""

    path: str
    fix: str
    """The command that fixes it."""


class KeysSeen(Frozen, frozen=True):
    """A pool's public keys, as the JWKS endpoint returned them."""

    count: int
    skew: float
    """Seconds by which the server's clock is ahead of this machine's; 0 if they agree or the server sent no time."""


class PoolSettings(Frozen, frozen=True):
    """The settings of a user pool that decide about its tokens, as far as IAM and boto3 show them."""

    has_updated_issuer: bool = False
    """IssuerConfiguration: whether new tokens name the updated issuer."""
    replica_status: str = ""
    """The state of the replica that the profile signs in at: ACTIVE, INACTIVE, …; empty if it is not known."""
    tier: str = ""
    """UserPoolTier, the feature plan: LITE, ESSENTIALS or PLUS; empty if it is not known."""


class ClientSettings(Frozen, frozen=True):
    """The settings of an app client from DescribeUserPoolClient, without its secret."""

    flows: tuple[str, ...]
    """ExplicitAuthFlows: `ALLOW_USER_SRP_AUTH`."""
    has_secret: bool
    secret_matches: bool
    """Whether the stored client secret is the app client's; False if either is missing."""
    grants: tuple[str, ...]
    """AllowedOAuthFlows: `code`, `client_credentials`."""
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    secret_source: str = ""
    """The place of its secret if Cognito keeps it in Secrets Manager: `secretsmanager:ARN`."""


class SettingError(Frozen, frozen=True):
    """An error in `config.toml`: it names the place and never the value; all texts are inert."""

    path: tuple[str, ...]
    """The path of the key in the file: `("keymap", "copy_token")`; empty for the whole file."""
    what: str
    """The rest of a sentence that begins with the key."""
    fix: str
    source: str = ""
    """The path of the file."""
    line: int = 0
    """Counted from 1; 0 if it is not known."""

    @property
    def key(self) -> str:
        """The key with its table: `keymap.copy_token`."""
        return ".".join(inert(part, _LONGEST_KEY) for part in self.path)

    @property
    def cause(self) -> str:
        """`/home/a/.config/cognitui/config.toml:3: keymap.copy_token is not a string.`."""
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {' '.join(filter(None, (self.key, self.what)))}."

    def error(self) -> UsageError:
        """Return it as an exception."""
        return UsageError(self.cause, fix=self.fix)

    def profile_error(self) -> ProfileError:
        """Return it as the error list of the TUI shows it."""
        return ProfileError(where="", key=self.key, what=self.what, fix=self.fix, source=self.source, line=self.line)


_SIGNS = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.FAIL: "✕", Verdict.NOTE: "·", Verdict.SKIP: "?"}
