"""Opening a file in the user's editor, at a line if the editor supports it."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cognitui.model.errors import UsageError
from cognitui.model.text import inert
from cognitui.system.processes import exit_on_signals

_PLUS = frozenset(
    (
        *("vi", "vim", "nvim", "view", "vimx", "gvim", "mvim", "nvi", "vis", "kak"),
        *("emacs", "emacsclient", "mg", "zile", "jed"),
        *("nano", "pico", "micro", "ne", "joe", "jmacs", "jstar", "jpico", "mcedit", "dte", "gedit", "pluma", "bbedit"),
    )
)
"""Editors that accept `+LINE FILE`."""

_COLON = frozenset(("hx", "helix", "subl", "sublime_text", "zed", "zeditor", "atom", "pulsar"))
"""Editors that accept `FILE:LINE`."""

_GOTO = frozenset(("code", "code-insiders", "code-oss", "codium", "vscodium", "cursor", "windsurf"))
"""Editors that accept `--goto FILE:LINE`."""

_LINE = frozenset(("kate", "mate", "idea", "pycharm", "webstorm", "goland", "phpstorm", "rubymine", "rider", "clion"))
"""Editors that accept `--line LINE FILE`."""

_WAITING = {
    **dict.fromkeys(_GOTO | _LINE | (_COLON - {"hx", "helix"}) | {"gedit", "bbedit"}, ("--wait", "-w")),
    **dict.fromkeys(("gvim", "mvim"), ("--nofork", "-f")),
    "kate": ("--block", "-b"),
}
"""Options that make an editor with a window wait until it is closed, instead of returning at once."""

_BEFORE = re.compile(r"env|\w+=.*", re.DOTALL)
"""What may come before the editor: `env TERM=xterm nano`."""

_SHUTDOWN = 2.0
"""Seconds for a terminated editor to save what it can and restore the terminal."""

_FIX = "Set an editor: export VISUAL=nano"


def edit(path: Path, line: int, environ: Mapping[str, str], platform: str = sys.platform) -> None:
    """Open a file and wait until the editor exits.

    Args:
        path: The file.
        line: Where to open it, from 1.
        environ: The environment of this process; `VISUAL`, else `EDITOR`, is the editor.
        platform: As `sys.platform`.

    Raises:
        UsageError: There is no editor, or it failed.
        KeyboardInterrupt: ctrl+c stopped it.
        SystemExit: A signal stops this process and the editor.
    """
    command = command_for(path, line, environ, platform)
    name = inert(command[0], 60)
    try:
        code = _run(command)
    except OSError:
        raise UsageError(f"The editor {name} cannot be started.", fix=_FIX) from None
    if code in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    if code:
        raise UsageError(f"The editor {name} exited with code {code}.", fix="Nothing was changed.")


def _run(command: list[str]) -> int:
    """Wait for the editor; a signal to this process also terminates the editor, which restores the terminal."""
    # ctrl+c and ctrl+\ are keys of some editors.
    with exit_on_signals(left_to_child=("SIGINT", "SIGQUIT")):
        # It inherits the lock on the copy, because an editor with a window may outlive this process.
        process = subprocess.Popen(command, close_fds=False)  # noqa: S603 (the user's own command, without a shell)
        try:
            return process.wait()
        except SystemExit:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_SHUTDOWN)
            process.kill()
            process.wait()
            raise


def command_for(path: Path, line: int, environ: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """Return the editor's command line; raise UsageError if there is no editor."""
    editor = _named(environ, platform) or _found(environ, platform)
    program = next((word for word in editor if not _BEFORE.fullmatch(word)), editor[0])
    name = _name(program, environ)
    return [*editor, *_waiting(name, editor), *_at(name, path, line)]


def _waiting(name: str, editor: list[str]) -> list[str]:
    ways = _WAITING.get(name, ())
    return [] if set(ways) & set(editor) else list(ways[:1])


def _at(name: str, path: Path, line: int) -> list[str]:
    if name in _PLUS:
        return [f"+{line}", str(path)]
    if name in _GOTO:
        return ["--goto", f"{path}:{line}"]
    if name in _COLON:
        return [f"{path}:{line}"]
    if name in _LINE:
        return ["--line", str(line), str(path)]
    return [str(path)]


def _named(environ: Mapping[str, str], platform: str) -> list[str]:
    chosen = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    try:
        words = shlex.split(chosen, posix=platform != "win32")
    except ValueError:
        raise UsageError("VISUAL or EDITOR contains unclosed quotes.", fix=_FIX) from None
    return [word.strip('"') for word in words] if platform == "win32" else words


def _found(environ: Mapping[str, str], platform: str) -> list[str]:
    """Return the system's editor: Debian's default is called `editor`, and POSIX has vi."""
    usual = ("notepad",) if platform == "win32" else ("editor", "vi", "nano")
    found = next((name for name in usual if shutil.which(name, path=environ.get("PATH"))), None)
    if found is None:
        raise UsageError("No editor found.", fix=_FIX)
    return [found]


def _name(program: str, environ: Mapping[str, str]) -> str:
    """Return the real name of a program: `editor` may be a link to vim.basic."""
    own = Path(program).name.partition(".")[0].lower()
    if own in _PLUS | _COLON | _GOTO | _LINE:
        return own
    path = shutil.which(program, path=environ.get("PATH"))
    return Path(path).resolve().name.partition(".")[0].lower() if path else own
