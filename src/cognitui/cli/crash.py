"""A fault of ours: one sentence for the person, and a report that holds no secret.

The report names types of exceptions and places in the code. It leaves out what may hold a secret: locals, the
exceptions' own messages, and the source lines' values.
"""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from cognitui import __version__
from cognitui.cli.output import tell
from cognitui.cli.session import Session
from cognitui.model.text import inert

if TYPE_CHECKING:
    import click

_LONGEST_CHAIN = 20
_LONGEST_TRACE = 200


def tell_crash(ctx: click.Context, error: BaseException) -> None:
    """Writes the report and says where it lies."""
    try:
        path = write_report(error, _state_folder(ctx), datetime.now(UTC))
    except OSError:
        tell("Error: cognitui failed by a fault of its own; the report could not be written.")
        return
    tell(f"Error: cognitui failed by a fault of its own; the report without any secret is {inert(str(path))}")


def write_report(error: BaseException, folder: Path, now: datetime) -> Path:
    """Returns the path of a new report, 0600, in `folder`, which is made 0700 where it is missing.

    Raises:
        OSError: It cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    # O_EXCL: a link that waits under this name is not followed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report_of(error, now))
    return path


def report_of(error: BaseException, now: datetime) -> str:
    """Returns the report: versions, and for each exception of the chain its type and frames."""
    head = (
        f"cognitui {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "Types and places alone: no values, no messages, no locals.",
    )
    return "\n".join((*head, *_of_chain(error))) + "\n"


def _of_chain(error: BaseException) -> Iterator[str]:
    """The exception and what led to it, the last one first; of a group, its members too."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < _LONGEST_CHAIN:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield ""
        yield f"{type(current).__module__}.{type(current).__qualname__}"
        yield from _of_frames(current.__traceback__)
        waiting.extend(before for before in (current.__cause__, current.__context__) if before is not None)
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)


def _of_frames(trace: TracebackType | None) -> Iterator[str]:
    frames = list(traceback.walk_tb(trace))
    # The ends of an endless recursion tell it all.
    for frame, line in frames[-_LONGEST_TRACE:]:
        yield f"  {inert(frame.f_code.co_filename)}:{line} in {inert(frame.f_code.co_qualname)}"


def _state_folder(ctx: click.Context) -> Path:
    """The folder of the log; where even that cannot be told, a private one among the temporary files."""
    try:
        session = ctx.find_object(Session)
        places = session.services.locations() if session else ()
        return next(place.path.parent for place in places if place.name == "log")
    except Exception:  # noqa: BLE001 (whatever broke the program may break this, and the report must still be written)
        return Path(tempfile.mkdtemp(prefix="cognitui-"))
