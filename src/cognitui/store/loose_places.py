"""Files and folders of the program that are open to others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from cognitui.model.examined import LoosePlace
from cognitui.store.paths import Paths, pasteable, shown

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def loose_places(paths: Paths) -> tuple[LoosePlace, ...]:
    """Returns what others can write, and what they can read of that which the program notes for itself.

    The profile file holds no secret: others may read it. Windows keeps its permissions elsewhere.
    """
    if os.name != "posix":
        return ()
    written = _open_to(_OTHERS_WRITE, (paths.config, paths.profiles, paths.settings), "go-w")
    noted = _open_to(_OTHERS, (paths.state, paths.expiry_index, paths.log, paths.locks), "go=")
    return (*written, *noted)


def _open_to(others: int, places: Iterable[Path], mode: str) -> tuple[LoosePlace, ...]:
    return tuple(
        LoosePlace(shown(place), f"Run: chmod {mode} {pasteable(place)}") for place in places if _mode(place) & others
    )


def _mode(place: Path) -> int:
    try:
        return stat.S_IMODE(place.stat().st_mode)
    except OSError:  # what does not exist is open to nobody
        return 0
