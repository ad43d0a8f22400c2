"""Export of selected profiles as a file for others to include."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import tomli_w
from msgspec import structs

from cognitui.model.errors import UsageError
from cognitui.model.profile import Environment, Profile, ProfileFields
from cognitui.profiles.document import VERSION, values
from cognitui.storage.atomic import save_failed
from cognitui.storage.paths import PRIVATE_FILE, pasteable, reason, shown

_NOT_FOR_OTHERS = ("mfa_process", "aws_profile")
"""Keys for this machine only: a shared file must not run programs or sign with someone's AWS profile."""

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL

_BAD_PATH = frozenset(
    (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP)
)
"""Errors of the path itself, whatever the state of the disk."""


class ProfileExport:
    """Profiles as TOML without secrets, and the file to write them to."""

    def text(self, profiles: Sequence[Profile]) -> str:
        """Return the profiles with their environments as TOML; characters that a terminal might act on are escaped."""
        environments: dict[str, dict[str, object]] = {}
        for name, members in _by_environment(profiles).items():
            common = _common(members)
            own = {profile.name: _values(_own_beside(profile, common)) for profile in members}
            environments[name] = {**_settings(members[0].environment, common), "profiles": own}
        written = tomli_w.dumps({"version": VERSION, "environments": environments})
        return "".join(character if _prints(character) else _escape(character) for character in written)

    def left_out(self, profiles: Sequence[Profile]) -> tuple[str, ...]:
        """Return the keys that the profiles set and that are not exported."""
        return tuple(key for key in _NOT_FOR_OTHERS if any(getattr(profile.fields, key) for profile in profiles))

    def save(self, path: Path, text: str) -> None:
        """Write a new file with mode 0600.

        Raises:
            UsageError: The path cannot be used: it exists, is a folder, or its folder is missing or not writable.
            SaveFailed: The disk failed; the file is removed.
        """
        try:
            descriptor = os.open(path, _NEW_FILE, PRIVATE_FILE)
        except FileExistsError:
            if path.is_dir():
                raise UsageError(f"{shown(path)} is a folder.", fix=f"Name a file in it: {_example(path)}") from None
            raise UsageError(f"{shown(path)} already exists.", fix="Name another file, or remove it first.") from None
        except OSError as error:
            if error.errno in _BAD_PATH:
                raise UsageError(
                    f"{shown(path)} cannot be written: {reason(error)}.", fix=_fix_of(path, error)
                ) from None
            raise save_failed(path, error) from None
        except ValueError:  # a null character
            raise UsageError(f"{shown(path)!r} is not a valid path.", fix="Name another file.") from None
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode("utf-8"))
        except OSError as error:
            with suppress(OSError):
                path.unlink()
            raise save_failed(path, error) from None


def _example(folder: Path) -> str:
    return f"-o {pasteable(folder / 'cognito.toml')}"


def _fix_of(path: Path, error: OSError) -> str:
    folder = path.absolute().parent
    if error.errno == errno.ENOENT and not os.path.lexists(folder):
        return f"Create the folder: mkdir -p {pasteable(folder)}"
    return "Name another file, in a folder that you can write to."


def _by_environment(profiles: Sequence[Profile]) -> dict[str, list[Profile]]:
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        found.setdefault(profile.environment.name, []).append(profile)
    return found


def _common(profiles: Sequence[Profile]) -> ProfileFields:
    """Return what all of them inherit; an included file may give some profiles less."""
    first, *others = [profile.environment.defaults for profile in profiles]
    differing = [key for key in first.set_values() if any(getattr(one, key) != getattr(first, key) for one in others)]
    return structs.replace(first, **dict.fromkeys(differing))


def _own_beside(profile: Profile, common: ProfileFields) -> ProfileFields:
    """Return the profile's own keys, with the inherited ones that `common` lacks."""
    inherited = [key for key in profile.environment.defaults.set_values() if getattr(common, key) is None]
    return structs.replace(profile.own, **{key: getattr(profile.fields, key) for key in inherited})


def _settings(environment: Environment, common: ProfileFields) -> dict[str, object]:
    settings: dict[str, object] = {}
    if environment.label:
        settings["label"] = environment.label
    if environment.color:
        settings["color"] = environment.color
    if environment.protected:
        settings["protected"] = True
    return {**settings, **_values(common)}


def _values(fields: ProfileFields) -> dict[str, object]:
    return {key: value for key, value in values(fields).items() if key not in _NOT_FOR_OTHERS}


def _prints(character: str) -> bool:
    return character == "\n" or character.isprintable()


def _escape(character: str) -> str:
    """Escape a character; in TOML such characters only occur in strings that support escapes."""
    return f"\\U{ord(character):08X}"
