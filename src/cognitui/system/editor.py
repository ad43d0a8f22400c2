"""Opens a file in the person's own editor, at a line where the editor can take one."""

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
from cognitui.system.termination import ended_in_order

_PLUS = frozenset(
    (
        *("vi", "vim", "nvim", "view", "vimx", "gvim", "mvim", "nvi", "vis", "kak"),
        *("emacs", "emacsclient", "mg", "zile", "jed"),
        *("nano", "pico", "micro", "ne", "joe", "jmacs", "jstar", "jpico", "mcedit", "dte", "gedit", "pluma", "bbedit"),
    )
)
"""They take `+LINE FILE`."""

_COLON = frozenset(("hx", "helix", "subl", "sublime_text", "zed", "zeditor", "atom", "pulsar"))
"""They take `FILE:LINE`."""

_GOTO = frozenset(("code", "code-insiders", "code-oss", "codium", "vscodium", "cursor", "windsurf"))
"""They take `--goto FILE:LINE`."""

_LINE = frozenset(("kate", "mate", "idea", "pycharm", "webstorm", "goland", "phpstorm", "rubymine", "rider", "clion"))
"""They take `--line LINE FILE`."""

_WAITING = {
    **dict.fromkeys(_GOTO | _LINE | (_COLON - {"hx", "helix"}) | {"gedit", "bbedit"}, ("--wait", "-w")),
    **dict.fromkeys(("gvim", "mvim"), ("--nofork", "-f")),
    "kate": ("--block", "-b"),
}
"""A window opens and the command returns at once: what makes it wait, so that somebody knows when it is closed."""

_BEFORE = re.compile(r"env|\w+=.*", re.DOTALL)
"""What may stand before the editor: `env TERM=xterm nano`."""

_LAST_WORDS = 2.0
"""Seconds in which an editor that is ended saves what it can and gives the terminal back."""

_FIX = "Name an editor: export VISUAL=nano"


def edit(path: Path, line: int, environ: Mapping[str, str], platform: str = sys.platform) -> None:
    """Opens a file and waits for the editor's end.

    Args:
        path: The file.
        line: Where to begin, from 1.
        environ: The environment of this process: `VISUAL`, else `EDITOR`, names the editor.
        platform: As `sys.platform`.

    Raises:
        UsageError: There is no editor, or it ended with an error.
        KeyboardInterrupt: ctrl+c ended it.
        SystemExit: A signal ends this process and the editor.
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
        raise UsageError(f"The editor {name} ended with code {code}.", fix="Nothing was changed.")


def _run(command: list[str]) -> int:
    """Waits for the editor; whatever ends this process ends it in order, and it gives the terminal back."""
    # ctrl+c and ctrl+\ are keys of some editors.
    with ended_in_order(left_to_child=("SIGINT", "SIGQUIT")):
        # It inherits what marks the copy as being edited: a window of its own may outlive this process.
        process = subprocess.Popen(command, close_fds=False)  # noqa: S603 (the person's own command, without a shell)
        try:
            return process.wait()
        except SystemExit:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LAST_WORDS)
            process.kill()
            process.wait()
            raise


def command_for(path: Path, line: int, environ: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """Returns the editor's command line; raises UsageError where no editor is known."""
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
    said = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    try:
        words = shlex.split(said, posix=platform != "win32")
    except ValueError:
        raise UsageError("VISUAL or EDITOR holds quotes that are not closed.", fix=_FIX) from None
    return [word.strip('"') for word in words] if platform == "win32" else words


def _found(environ: Mapping[str, str], platform: str) -> list[str]:
    """The system's: Debian's choice is called `editor`, and POSIX has vi."""
    usual = ("notepad",) if platform == "win32" else ("editor", "vi", "nano")
    found = next((name for name in usual if shutil.which(name, path=environ.get("PATH"))), None)
    if found is None:
        raise UsageError("There is no editor.", fix=_FIX)
    return [found]


def _name(program: str, environ: Mapping[str, str]) -> str:
    """What a program is, whatever it is called: `editor` may be a link to vim.basic."""
    own = Path(program).name.partition(".")[0].lower()
    if own in _PLUS | _COLON | _GOTO | _LINE:
        return own
    path = shutil.which(program, path=environ.get("PATH"))
    return Path(path).resolve().name.partition(".")[0].lower() if path else own
