"""What an examination of the set-up or of a profile finds, check by check."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cognitui.model.errors import CognituiError
from cognitui.model.frozen import Frozen
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
