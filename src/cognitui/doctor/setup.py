"""Checks of the setup and of profiles, each with its fix.

Checks run one by one as the iterator is read, so that the command and the TUI can show each finding at once. A failed
check doesn't stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cognitui.doctor.profile import ProfileDoctor, clock_finding
from cognitui.model.diagnostics import Finding, failed, noted, passed, skipped, warned
from cognitui.model.errors import CognituiError, ProfileFileError
from cognitui.model.profile import Profile, ProfileSet, foreign_endpoint

if TYPE_CHECKING:
    from cognitui.cognito.health import PoolHealth
    from cognitui.doctor.machine import ThisMachine
    from cognitui.profiles.store import ProfileFile

_LEAST_COLUMNS, _LEAST_ROWS = 60, 20


class Doctor:
    """Finds out what is wrong, without signing in."""

    def __init__(
        self,
        profiles: ProfileFile,
        machine: ThisMachine,
        pools: PoolHealth,
        of_profile: ProfileDoctor,
    ) -> None:
        self._profiles = profiles
        self._machine = machine
        self._pools = pools
        self.of_profile = of_profile.examine

    def of_setup(self) -> Iterator[Finding]:
        """Check this computer: files, keyring, clipboard, terminal, clock."""
        profile_set = ProfileSet()
        try:
            profile_set = self._profiles.load()
            yield from _of_profile_file(profile_set)
        except CognituiError as error:
            yield failed("profile file", error)
        for check in (self._settings, self._permissions, self._keyring, self._clipboard, self._terminal):
            yield from check()
        yield self._clock(profile_set)

    def _settings(self) -> Iterator[Finding]:
        errors = self._machine.settings_errors()
        for error in errors:
            yield failed("config.toml", error.error())
        if not errors:
            yield passed("config.toml", self._machine.settings_file())

    def _permissions(self) -> Iterator[Finding]:
        loose = self._machine.insecure_permissions()
        for place in loose:
            yield warned("permissions", f"{place.path} is open to others.", place.fix)
        if not loose:
            yield passed("permissions", "Other users cannot write the files.")

    def _keyring(self) -> Iterator[Finding]:
        try:
            name = self._machine.try_keyring()
        except CognituiError as error:
            yield failed("keyring", error)
            return
        if name:
            yield passed("keyring", f"{name} stored, returned and removed an entry.")
        elif self._machine.memory_was_chosen:
            yield noted("keyring", "Secrets are kept in memory for this run only, as chosen.")
        else:
            yield warned(
                "keyring",
                "Secrets are kept in memory for this run only, because there is no usable keyring.",
                "Fix the keyring and start again. cognitui --vault keyring doctor says what is wrong with it.",
            )

    def _clipboard(self) -> Iterator[Finding]:
        yield _checked("clipboard", self._machine.clipboard_way)

    def _terminal(self) -> Iterator[Finding]:
        facts = self._machine.terminal()
        result = f"{facts.term or 'no TERM'}, {facts.columns} by {facts.rows}, {facts.encoding}"
        if not facts.is_terminal:
            yield noted("terminal", "This is not a terminal. Commands work, but the TUI needs one.")
        elif facts.term in ("", "dumb"):
            yield warned("terminal", result, "Set TERM to the name of the terminal, such as xterm-256color.")
        elif facts.encoding.lower().replace("-", "") != "utf8":
            yield warned("terminal", result, "Set LANG to a UTF-8 locale, such as C.UTF-8.")
        elif facts.columns < _LEAST_COLUMNS or facts.rows < _LEAST_ROWS:
            yield warned("terminal", result, f"Make it at least {_LEAST_COLUMNS} by {_LEAST_ROWS}.")
        else:
            yield passed("terminal", result)

    def _clock(self, profile_set: ProfileSet) -> Finding:
        """Compare with the clock of AWS, if a profile uses AWS; an emulator has the clock of this computer."""
        pools = [profile for profile in profile_set.profiles if profile.user_pool_id and not foreign_endpoint(profile)]
        if not pools:
            how = "Add a profile for a pool in AWS."
            return skipped("clock", "it is compared with the clock of AWS, and no profile uses AWS.", how)
        return self._compared(pools[0])

    def _compared(self, profile: Profile) -> Finding:
        try:
            skew = self._pools.keys(profile).skew
        except CognituiError as error:
            return skipped("clock", error.cause, error.fix)
        return clock_finding("clock", skew)


def _of_profile_file(profile_set: ProfileSet) -> Iterator[Finding]:
    for error in profile_set.errors:
        yield failed("profile file", ProfileFileError(str(error), fix="Fix it: cognitui profile edit"))
    if not profile_set.exists:
        yield warned("profile file", f"{profile_set.path} does not exist yet.", "Add a profile: cognitui profile add")
    elif not profile_set.errors:
        count = len(profile_set.profiles)
        yield passed("profile file", f"{count} profile{'' if count == 1 else 's'} in {profile_set.path}")


def _checked(check: str, look: Callable[[], str]) -> Finding:
    try:
        return passed(check, look())
    except CognituiError as error:
        return failed(check, error)
