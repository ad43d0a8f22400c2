"""What `wiring.py` hands to the screen and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    # Types alone: `cognitui --help` and `cognitui list` load none of them.
    from pathlib import Path

    from cognitui.doctor.setup import Doctor
    from cognitui.importing.interfaces import Directory, Provisioning
    from cognitui.model.diagnostics import SettingFault
    from cognitui.model.profile import Profile
    from cognitui.model.token import Expiries
    from cognitui.system.clipboard import Clipboard
    from cognitui.tokens.broker import TokenBroker
    from cognitui.tokens.interfaces import (
        ChoicesStore,
        ProfileDrafts,
        ProfileSharing,
        ProfileStore,
        Settings,
        SettingsRules,
    )


def say_nothing(_told: object) -> None:
    """Tells nobody."""


class Options(Struct, frozen=True):
    """The options that stand before every command, and whom to tell what."""

    profiles: Path | None = None
    """`--profiles FILE`."""
    vault: str = ""
    """`--vault NAME`: keyring, memory, or empty for what the environment says."""
    for_command: bool = False
    """Whether a command runs, and not the TUI: it waits longer for a slow keyring."""
    state: Path | None = None
    """The folder of what the program notes for itself, where it is not the person's own (the demo's)."""
    warn: Callable[[str], None] = say_nothing
    """Is told what a person should know while a call runs: a server that is not AWS's, a keyring that asks, a clock."""
    news: Callable[[Callable[[str], None]], None] = say_nothing
    """Is handed whom to tell what a server that this program has started itself has to say (the demo's post)."""
    own_server: bool = False
    """Whether the endpoints are servers that this program has started itself (the demo's): nobody is told of them."""


class Location(Struct, frozen=True):
    """A file or folder that the program uses, for `cognitui locate`."""

    name: str
    path: Path


class Services(Protocol):
    """The running program's parts. Making one costs next to nothing; each part is made when it is first used."""

    @property
    def profiles(self) -> ProfileStore:
        """The profile file."""
        ...

    @property
    def drafts(self) -> ProfileDrafts:
        """The profile file edited whole."""
        ...

    @property
    def sharing(self) -> ProfileSharing:
        """Profiles for others."""
        ...

    @property
    def broker(self) -> TokenBroker:
        """Tokens and secrets."""
        ...

    @property
    def doctor(self) -> Doctor:
        """Examines the set-up and profiles; signs nobody in."""
        ...

    @property
    def directory(self) -> Directory:
        """What an AWS account has of Cognito."""
        ...

    @property
    def provisioning(self) -> Provisioning:
        """What an AWS account is given."""
        ...

    @property
    def aws_endpoint(self) -> str:
        """The address that AWS_ENDPOINT_URL names for user pools: an emulator's; empty for AWS's own.

        Raises:
            UsageError: It is no https address and not this machine's.
        """
        ...

    @property
    def settings(self) -> Settings:
        """What `config.toml` says; the default for what is faulty in it."""
        ...

    def settings_faults(self, rules: SettingsRules) -> tuple[SettingFault, ...]:
        """Returns all that is wrong with `config.toml`, in its order.

        Args:
            rules: What else is wrong with what could be read: keys and themes, which the screen alone knows.
        """
        ...

    def change_settings(self, values: Mapping[str, str | bool]) -> None:
        """Writes settings to `config.toml`, by their names there; `settings` has them from then on.

        Raises:
            UsageError: A value is none that the setting can have, or the file is faulty; nothing was written.
            SaveFailed: The file could not be written; it is as before.
        """
        ...

    @property
    def choices(self) -> ChoicesStore:
        """What is remembered of how a person uses the program."""
        ...

    @property
    def clock(self) -> Callable[[], float]:
        """Returns the seconds since the epoch."""
        ...

    @property
    def uptime(self) -> Callable[[], float]:
        """Returns seconds by a clock that nobody sets; it goes on while the machine sleeps, if the system has such."""
        ...

    @property
    def secrets_in_memory(self) -> bool:
        """Whether secrets are kept for this run alone."""
        ...

    def expiries(self) -> Mapping[str, Expiries]:
        """Returns what is noted of all tokens, by `Profile.token_key`: the index alone, without broker and keyring."""
        ...

    def clipboard(self, write_to_terminal: Callable[[str], None]) -> Clipboard:
        """Returns the clipboard; `write_to_terminal` sends an escape sequence for OSC 52."""
        ...

    def locations(self) -> tuple[Location, ...]:
        """Returns every file and folder that the program uses."""
        ...

    def warm_up(self, profile: Profile) -> None:
        """Loads what a first token will need (boto3: some 200 ms), so that the person does not wait for it."""
        ...

    def open_browser(self, url: str) -> bool:
        """Opens an address in the person's browser; returns False where they must do it themselves."""
        ...

    def edit(self, path: Path, line: int) -> None:
        """Opens the person's editor on a file at a line, and waits for its end.

        Raises:
            UsageError: It cannot be started, or ended with an error.
        """
        ...

    def become(self, command: Sequence[str], environ: Mapping[str, str]) -> int:
        """Replaces this process by a command; where the system cannot, runs it and returns its exit code.

        Raises:
            CommandNotFound: There is no such program.
            CommandNotRun: There is one, and the system does not run it.
        """
        ...

    def use_memory(self) -> None:
        """Keeps secrets in memory for the rest of this run: there is no usable keyring."""
        ...

    def listen(self, hear: Callable[[str], None], hear_news: Callable[[str], None]) -> None:
        """Sends what a person should know while a call runs to `hear`, from whichever thread makes the call.

        That the keyring asks to be unlocked, or that a secret goes to an endpoint that is not AWS's.

        Args:
            hear: Is told this.
            hear_news: Is told what a server that this program has started itself has to say; the newest alone counts.
        """
        ...


Wire = Callable[[Options], Services]
"""Makes the services for the options of a command."""
