"""The files around that tell of a user pool: in a folder and those above it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cognitui.importing.from_file import found_in
from cognitui.importing.paths import is_file
from cognitui.importing.trail import Row
from cognitui.model.directory import Page
from cognitui.model.errors import UsageError

_ALWAYS = (
    "amplify_outputs.json",
    "aws-exports.js",
    "src/aws-exports.js",
    "amplifyconfiguration.json",
    "src/amplifyconfiguration.json",
)
"""Where Amplify writes: offered also where they cannot be read, as the reason is told then."""
_OF_AMPLIFY = frozenset(map(os.path.basename, _ALWAYS))
_PATTERNS = (
    *(".env", ".env.*", ".env-*", ".envrc", "*outputs*.json", "*output.json", "*postman_environment.json"),
    *("appsettings*.json", "application*.yml", "application*.yaml", "src/main/resources/application*.yml"),
    *("config.js", "config.ts", "src/config.js", "src/config.ts"),
)
"""Offered where they tell of a pool."""

_MOST_FOLDERS = 8
_MOST_FILES = 40
"""That are looked into: a folder may hold any number."""


def rows_nearby(folder: Path) -> Page[Row]:
    """Returns the files as rows to choose from, the nearest first; reads them, and may block."""
    rows = (_row(path, folder) for path in _candidates(folder))
    return Page(tuple(row for row in rows if row))


def _candidates(folder: Path) -> list[Path]:
    found: dict[Path, None] = {}
    for place in (folder, *folder.parents)[:_MOST_FOLDERS]:
        for path in _in(place):
            if len(found) < _MOST_FILES:
                found.setdefault(path)
    return list(found)


def _in(place: Path) -> Iterator[Path]:
    for name in _ALWAYS:
        if is_file(place / name):
            yield place / name
    for pattern in _PATTERNS:
        try:
            yield from sorted(path for path in place.glob(pattern) if is_file(path))
        except OSError:
            # A folder that is closed has nothing to offer.
            return


def _row(path: Path, folder: Path) -> Row | None:
    shown = os.path.relpath(path, folder)
    try:
        file = found_in(path)
    except UsageError:
        return Row(str(path), shown, "choose it to see why it cannot be used") if path.name in _OF_AMPLIFY else None
    pools = [pool.id for pool in file.found.pools]
    more = f" and {len(pools) - 1} more" if len(pools) > 1 else ""
    return Row(str(path), shown, f"{file.wrote_it}  {pools[0]}{more}")
