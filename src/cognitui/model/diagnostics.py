"""What an examination of the set-up or of a profile finds, check by check."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cognitui.model.errors import CognituiError, UsageError
from cognitui.model.profile import ProfileError
from cognitui.model.struct import Frozen
from cognitui.model.text import inert

_LONGEST = 400


class Verdict(StrEnum):
    """How a check ended; part of the JSON contract of `cognitui doctor`."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    NOTE = "note"
    """How it is, and that is neither right nor wrong."""
    SKIP = "skip"
    """It was not checked: the finding says why, and how it can be."""

    @property
    def sign(self) -> str:
        """What stands before a finding."""
        return _SIGNS[self]


_SIGNS = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.FAIL: "✕", Verdict.NOTE: "·", Verdict.SKIP: "?"}


class Finding(Frozen, frozen=True):
    """The outcome of one check; its texts are inert."""

    check: str
    """What was looked at, in a word or two."""
    verdict: Verdict
    said: str
    """One sentence or less: how it is."""
    fix: str = ""
    """What to do; empty where nothing need be done."""
    exit_code: int = 0
    """What `cognitui doctor` ends with, where it fails."""


def passed(check: str, said: str) -> Finding:
    """Returns a check that is in order."""
    return Finding(check, Verdict.PASS, inert(said, _LONGEST))


def warned(check: str, said: str, fix: str) -> Finding:
    """Returns a check that may hinder."""
    return Finding(check, Verdict.WARN, inert(said, _LONGEST), inert(fix, _LONGEST))


def noted(check: str, said: str, fix: str = "") -> Finding:
    """Returns what a person may want to know, and what to do where they want it otherwise."""
    return Finding(check, Verdict.NOTE, inert(said, _LONGEST), inert(fix, _LONGEST))


def skipped(check: str, why: str, how: str) -> Finding:
    """Returns a check that was not made, and how it can be."""
    return Finding(check, Verdict.SKIP, inert(f"Not checked: {why}", _LONGEST), inert(how, _LONGEST))


def failed(check: str, error: CognituiError) -> Finding:
    """Returns a check that failed for an error."""
    return Finding(check, Verdict.FAIL, inert(error.cause, _LONGEST), inert(error.fix, _LONGEST), error.exit_code)


def worst_code(findings: Iterable[Finding]) -> int:
    """Returns 0 where nothing fails, else the highest of the exit codes: the secret store's before the network's."""
    return max((found.exit_code for found in findings if found.verdict is Verdict.FAIL), default=0)


class TerminalFacts(Frozen, frozen=True):
    """The terminal that the program was started in."""

    is_terminal: bool
    """False in a pipe or a CI job."""
    term: str
    """`TERM`."""
    encoding: str
    """That of standard output, as Python names it."""
    columns: int
    rows: int


class InsecurePath(Frozen, frozen=True):
    """A file or folder that others than this user can read or write, and need not."""

    path: str
    fix: str
    """The command that mends it."""


class KeysSeen(Frozen, frozen=True):
    """A pool's answer to whoever asks for its keys."""

    count: int
    skew: float
    """Seconds that the server's clock is ahead of this machine's; 0 where it is right or was not told."""


class ClientSettings(Frozen, frozen=True):
    """What DescribeUserPoolClient tells of an app client; its secret is not among it."""

    flows: tuple[str, ...]
    """ExplicitAuthFlows, `ALLOW_USER_SRP_AUTH`."""
    has_secret: bool
    secret_matches: bool
    """Whether the stored client secret is the app client's; False where either is missing."""
    grants: tuple[str, ...]
    """AllowedOAuthFlows, `code`, `client_credentials`."""
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]


_SETTING_FAULT_LONGEST = 60


class SettingError(Frozen, frozen=True):
    """It names the place and never a value that could not be read; all texts are inert."""

    path: tuple[str, ...]
    """Of the key, as the file has it: `("keymap", "copy_token")`; empty for the file as a whole."""
    what: str
    """How the sentence goes on that begins with the key."""
    fix: str
    source: str = ""
    """The path of the file."""
    line: int = 0
    """Counted from 1; 0 where it is not known."""

    @property
    def key(self) -> str:
        """The key with its table, `keymap.copy_token`."""
        return ".".join(inert(part, _SETTING_FAULT_LONGEST) for part in self.path)

    @property
    def cause(self) -> str:
        """`/home/a/.config/cognitui/config.toml:3: keymap.copy_token is not a text.`."""
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {' '.join(filter(None, (self.key, self.what)))}."

    def error(self) -> UsageError:
        """Returns it as the end of a command."""
        return UsageError(self.cause, fix=self.fix)

    def problem(self) -> ProfileError:
        """Returns it as the screen of faults shows it."""
        return ProfileError(where="", key=self.key, what=self.what, fix=self.fix, source=self.source, line=self.line)
