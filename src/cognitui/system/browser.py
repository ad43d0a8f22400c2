"""Opening an address in the user's browser."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping

_OPEN = "import sys, webbrowser; webbrowser.open(sys.argv[1])"


def open_browser(url: str, environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Open an address without waiting for the browser; return False if the user must open it.

    Args:
        url: An address without a secret: it is visible in the list of processes.
        environ: The environment of this process.
        platform: As `sys.platform`.
    """
    if not can_open(environ, platform):
        return False
    threading.Thread(target=_run, args=(url, environ), name="cognitui-browser", daemon=True).start()
    return True


def can_open(environ: Mapping[str, str], platform: str) -> bool:
    """Return whether the user would see a browser that is opened here."""
    if environ.get("BROWSER"):
        # The user's choice; editors that run over ssh set it to one that opens on the local machine.
        return True
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    # Without a display, Python's webbrowser would fall back to one in this terminal.
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _run(url: str, environ: Mapping[str, str]) -> None:
    # In a process without our streams: a browser writes to its terminal, and `$(cognitui token ID)` would wait for
    # one that keeps the pipe open.
    subprocess.run(  # noqa: S603 (our own interpreter and arguments)
        (sys.executable, "-P", "-c", _OPEN, url),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # ctrl+c in the terminal is meant for this process.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        check=False,
    )
