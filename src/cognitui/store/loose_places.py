"""Files and folders of the program that are open to others, or belong to another user."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from cognitui.model.examined import LoosePlace
from cognitui.store.ownership import danger_of_owner, danger_on_way
from cognitui.store.paths import Paths, pasteable, shown

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def loose_places(paths: Paths) -> tuple[LoosePlace, ...]:
    """Returns what others own or can write, and what they can read of that which the program notes for itself.

    The profile file holds no secret: others may read it. Windows keeps its permissions elsewhere.
    """
    if os.name != "posix":
        return ()
    written = _open_to(_OTHERS_WRITE, (paths.config, paths.profiles, paths.settings), "go-w")
    noted = _open_to(_OTHERS, (paths.state, paths.expiry_index, paths.log, paths.locks), "go=")
    # A folder is on the way to several files.
    return tuple({place.path: place for place in (*written, *noted)}.values())


def _open_to(others: int, places: Iterable[Path], mode: str) -> Iterator[LoosePlace]:
    for place in places:
        try:
            status = place.stat()
        except OSError:  # what does not exist is open to nobody
            continue
        if danger := danger_of_owner(place, status):
            yield LoosePlace(shown(danger.path), danger.fix)
        elif stat.S_IMODE(status.st_mode) & others:
            yield LoosePlace(shown(place), f"Run: chmod {mode} {pasteable(place)}")
        if danger := danger_on_way(place):
            yield LoosePlace(shown(danger.path), danger.fix)
