"""The parts that the broker, the screen and the command line are handed: Protocols alone.

A test hands them plain fakes, `wiring.py` the real ones. Whatever is called here may block (a file, the keyring, the
network): the screen calls it from a worker thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from cognitui.model.aws import AwsCredentials
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.diagnostics import ClientSettings, KeysSeen, LoosePlace, SettingFault, TerminalFacts
from cognitui.model.preferences import Choices
from cognitui.model.profile import NO_FIELDS, Draft, FileStamp, Problem, Profile, ProfileBook, ProfileFields
from cognitui.model.secret import SecretName
from cognitui.model.token import Expiries, TokenSet, UserInfo, Verification


class ProfileStore(Protocol):
    """The profile file. Each change returns the book as it is afterwards."""

    @property
    def path(self) -> Path:
        """The file that edits go to."""
        ...

    def load(self) -> ProfileBook:
        """Reads the file and what it includes; faults are in the book's `problems`.

        Raises:
            ProfileFileError: The file as a whole cannot be read (not TOML, not UTF-8, a newer version, unsafe).
        """
        ...

    def stamps(self, book: ProfileBook | None) -> tuple[FileStamp, ...]:
        """Returns what tells whether a book is still what its files say: other stamps than its own, and it is not.

        Args:
            book: Without one, the file alone that edits go to is looked at.
        """
        ...

    def check(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> None:
        """Looks whether `add` would take a profile, and writes nothing.

        Raises:
            ProfileFileError: A name or a field is wrong, there is such a profile, or the file cannot be read.
        """
        ...

    def add(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> ProfileBook:
        """Adds a profile, and its environment where that is new.

        Args:
            environment: Where it belongs.
            name: Its name.
            fields: All that the profile itself sets.
            protected: Its environment is protected from then on; otherwise that stays as it is.
            shared: What its environment sets for all of its profiles if it is new; in one that is there already the
                profile sets it itself, so that no other profile changes.

        Raises:
            ProfileFileError: A name or a field is wrong, or there is such a profile.
            SaveFailed: The file could not be written; it is as before.
        """
        ...

    def change(self, seen: Profile, environment: str, name: str, fields: ProfileFields) -> ProfileBook:
        """Gives a profile new own fields, a new name or another environment.

        Args:
            seen: The profile as it was when the person began to edit.
            environment: Where it belongs now; made where it is new.
            name: Its name now.
            fields: All that the profile itself sets now; a field that is None is taken out of the file.

        Raises:
            ProfileConflict: The profile on disk is no longer as `seen`.
            ProfileFileError: A name or a field is wrong, or the new name is taken, or it comes from an include.
            SaveFailed: The file could not be written; it is as before.
        """
        ...

    def remove(self, seen: Profile) -> ProfileBook:
        """Takes a profile out; raises as `change` does."""
        ...


class ProfileDrafts(Protocol):
    """The profile file edited whole, in a copy."""

    def begin(self, profile_id: str) -> Draft:
        """Returns a copy of the file, at the line of a profile; of an empty file where there is none yet.

        Raises:
            ProfileFileError: The file cannot be read, or others may write it; that it is not TOML is no hindrance.
            SaveFailed: The copy cannot be made.
        """
        ...

    def has_changed(self, draft: Draft) -> bool:
        """Returns whether the copy is another than at first."""
        ...

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
        """Returns the faults of the copy that the file did not have."""
        ...

    def save(self, draft: Draft) -> None:
        """Puts the copy in the place of the file.

        Raises:
            ProfileConflict: Another program wrote the file meanwhile.
            SaveFailed: The file could not be written; it is as before.
        """
        ...

    def keep(self, draft: Draft) -> Path:
        """Puts the copy aside and returns where it is then: no later run removes it."""
        ...

    def drop(self, draft: Draft) -> None:
        """Removes the copy."""
        ...


class ProfileSharing(Protocol):
    """Chosen profiles as a file without secrets, for others to include."""

    def text(self, profiles: Sequence[Profile]) -> str:
        """Returns the profiles with their environments as TOML."""
        ...

    def left_out(self, profiles: Sequence[Profile]) -> tuple[str, ...]:
        """Returns the keys that the profiles set and that are not for others."""
        ...

    def save(self, path: Path, text: str) -> None:
        """Writes a new file.

        Raises:
            UsageError: There is one already.
            SaveFailed: It could not be written.
        """
        ...


class Settings(Protocol):
    """What `config.toml` says."""

    @property
    def theme(self) -> str:
        """Name of the Textual theme."""
        ...

    @property
    def clear_after(self) -> float:
        """Seconds after which a copied token is cleared from the clipboard; 0 is never."""
        ...

    @property
    def clipboard(self) -> str:
        """How a token reaches the clipboard: `auto`, `native`, `tmux` or `osc52`."""
        ...

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing on the screen moves by itself but the countdowns."""
        ...

    @property
    def idle_lock(self) -> float:
        """Seconds without a key or a click after which tokens and secrets are dropped from memory; 0 is never."""
        ...

    @property
    def auto_refresh(self) -> bool:
        """Whether every token that was got is kept alive, except in protected environments."""
        ...

    @property
    def keymap(self) -> Mapping[str, str]:
        """Keys by the id of the binding, as Textual's keymap has them."""
        ...


SettingsRules = Callable[[Settings], Iterable[SettingFault]]
"""What the screen alone knows of settings: its themes, its actions, its keys."""


class ChoicesStore(Protocol):
    """What is remembered of how a person uses the program; nothing depends on it."""

    def read(self) -> Choices:
        """Returns what is remembered; nothing where that cannot be read."""
        ...

    def change(self, change: Callable[[Choices], Choices]) -> Choices:
        """Changes what is remembered now, by whichever process, and returns it as it is then.

        Raises:
            SaveFailed: It could not be written; all is as before.
            ProfileFileUnsafe: The lock is a symbolic link.
        """
        ...


class Vault(Protocol):
    """Where secrets lie. Every method may raise a SecretStoreError."""

    def get(self, name: SecretName) -> str | None: ...  # noqa: D102
    def set(self, name: SecretName, value: str) -> None: ...  # noqa: D102
    def delete(self, name: SecretName) -> bool: ...  # noqa: D102


class SignIn(Protocol):
    """Cognito, as far as a token needs it. Every method may raise Refused or Unreachable."""

    def start(self, profile: Profile, secrets: GivenSecrets, *, anew: bool = False) -> Step: ...  # noqa: D102
    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step: ...  # noqa: D102

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Waits for the answers to a challenge that `waits`; None once `stop` is set.

        Raises:
            RedirectUnavailable: They cannot come by themselves; a person may still give them.
        """
        ...

    def refresh(  # noqa: D102
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet: ...


class Sessions(Protocol):
    """What a token opens at Cognito, and what ends it. Every method may raise Refused or Unreachable."""

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None: ...  # noqa: D102
    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None: ...  # noqa: D102
    def user(self, profile: Profile, access_token: str) -> UserInfo: ...  # noqa: D102
    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None: ...  # noqa: D102


class Identities(Protocol):
    """An identity pool. Every method may raise Refused or Unreachable."""

    def credentials(self, profile: Profile, id_token: str) -> AwsCredentials: ...  # noqa: D102


class Index(Protocol):
    """What is known of expiry without the vault, by `Profile.token_key`."""

    def read(self) -> Mapping[str, Expiries]: ...  # noqa: D102
    def put(self, token_key: str, expiries: Expiries) -> None: ...  # noqa: D102
    def forget(self, token_key: str) -> None: ...  # noqa: D102

    def stamp(self) -> object:
        """Returns what is another one, by `==`, once a process has written it; costs no reading."""
        ...


class Locks(Protocol):
    """One at a time, across threads and processes."""

    def hold(self, key: str) -> AbstractContextManager[None]: ...  # noqa: D102


class Verifier(Protocol):
    """Checks a token's signature and claims against its pool."""

    def verify(self, profile: Profile, token: str) -> Verification: ...  # noqa: D102


class Machine(Protocol):
    """What can be seen of this computer."""

    @property
    def memory_was_chosen(self) -> bool:
        """Whether a person said that secrets are to be kept in memory."""
        ...

    def settings_file(self) -> str:
        """Returns where `config.toml` is, or that there is none."""
        ...

    def settings_faults(self) -> tuple[SettingFault, ...]:
        """Returns all that is wrong with `config.toml` as it is now, keys and theme included."""
        ...

    def loose_places(self) -> tuple[LoosePlace, ...]:
        """Returns the program's files and folders that are open to others."""
        ...

    def try_keyring(self) -> str:
        """Stores a throw-away entry, reads and removes it; returns the keyring's name, empty for memory.

        Raises:
            SecretStoreError: There is none, or it failed.
        """
        ...

    def clipboard_way(self) -> str:
        """Returns how a token would be copied; raises ClipboardUnavailable where it could not."""
        ...

    def terminal(self) -> TerminalFacts:
        """Returns what is known of the terminal."""
        ...


class PoolExam(Protocol):
    """What can be told of pools without signing in. Every method may raise Refused or Unreachable."""

    def keys(self, profile: Profile) -> KeysSeen:
        """Returns what a pool answers to whoever asks for its keys; raises PoolOrClientNotFound for no such pool."""
        ...

    def domain(self, profile: Profile) -> None:
        """Looks whether the pool's domain answers."""
        ...

    def client(self, profile: Profile, client_secret: str | None) -> None:
        """Looks whether Cognito knows the app client and takes its secret; no user is named, and no token comes of it.

        Raises:
            ClientSecretMissing: It has a secret.
            ClientSecretWrong: It has another.
            ClientSecretUnwanted: It has none.
            PoolOrClientNotFound: There is no such client.
        """
        ...

    def settings(self, profile: Profile, client_secret: str | None) -> ClientSettings:
        """Returns what IAM credentials may see of the app client, held against the stored secret."""
        ...
