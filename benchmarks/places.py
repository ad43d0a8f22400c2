"""Folders of their own for what is measured: nothing of the person's is read."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cognitui.model.token import Expiries, Lifetime
from cognitui.profiles.store import ProfileFile
from cognitui.storage.paths import Paths
from cognitui.storage.token_index import ExpiryIndex

LAST = "the-last-one-in-view"
"""The name of a profile that is in the first screenful: once it is painted, the list is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one cognitui keeps its files."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process that works here."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }

    @property
    def argv(self) -> list[str]:
        """The command that opens the screen."""
        return [sys.executable, "-m", "cognitui", "--vault", "memory"]

    @property
    def paths(self) -> Paths:
        """Its files."""
        return Paths.find(self.env)

    def write_profiles(self, count: int) -> None:
        """Writes so many profiles of one environment; the fifth is `LAST`."""
        names = [LAST if number == 4 else f"user{number:05}" for number in range(count)]
        lines = [
            "version = 1",
            "[environments.dev]",
            'user_pool_id = "eu-west-1_AbCdEf123"',
            'client_id = "1h57kf5cpq17m0eml12example"',
            *(f'[environments.dev.profiles.{name}]\nusername = "{name}@example.com"' for name in names),
        ]
        self.paths.profiles.parent.mkdir(parents=True, exist_ok=True)
        self.paths.profiles.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run_countdowns(self) -> None:
        """Notes a running token for every profile."""
        index, now = ExpiryIndex(self.paths.expiry_index), time.time()
        for number, profile in enumerate(ProfileFile(self.paths.profiles).load().profiles):
            life = Lifetime(now, now + 1800 + number)
            index.put(profile.token_key, Expiries(access=life, id=life))


@contextmanager
def place(profiles: int = 0) -> Iterator[Place]:
    """Makes a place, with so many profiles, that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cognitui-benchmark-") as folder:
        made = Place(Path(folder))
        if profiles:
            made.write_profiles(profiles)
        yield made
