"""What tells cheaply whether a file was written since it was read."""

from __future__ import annotations

from pathlib import Path

from cognitui.model.profile import FileStamp


def stamp_of(path: Path) -> FileStamp:
    """Returns the stamp of a file as it is now; that of one that is missing has neither a time nor a size."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # a NUL in its name is no file's
        return FileStamp(str(path))
    return FileStamp(str(path), status.st_mtime_ns, status.st_size)
