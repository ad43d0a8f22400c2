"""What the screen and the command line are handed: Protocols alone, so that a test hands them plain fakes.

`wiring.py` makes the real ones. Whatever is called here may block (a file, the keyring, the network): the screen
calls it from a worker thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cognitui.model.profile import Profile, ProfileBook, ProfileFields


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

    def add(self, environment: str, name: str, fields: ProfileFields) -> ProfileBook:
        """Adds a profile, and its environment where that is new.

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
    def keymap(self) -> Mapping[str, str]:
        """Keys by the id of the binding, as Textual's keymap has them."""
        ...
