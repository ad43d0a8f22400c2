"""The command for the user's editor, and its exit."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cognitui.model.errors import UsageError
from cognitui.system.editor import command_for, edit

FILE = Path("/state/profiles.toml")


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim", ["vim", "+12", "/state/profiles.toml"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+12", "/state/profiles.toml"]),
        ("emacsclient -t", ["emacsclient", "-t", "+12", "/state/profiles.toml"]),
        ("hx", ["hx", "/state/profiles.toml:12"]),
        ("code", ["code", "--wait", "--goto", "/state/profiles.toml:12"]),
        ("code -w", ["code", "-w", "--goto", "/state/profiles.toml:12"]),
        ("subl --wait", ["subl", "--wait", "/state/profiles.toml:12"]),
        ("micro", ["micro", "+12", "/state/profiles.toml"]),
        ("kak", ["kak", "+12", "/state/profiles.toml"]),
        ("env TERM=xterm /usr/bin/nano", ["env", "TERM=xterm", "/usr/bin/nano", "+12", "/state/profiles.toml"]),
        ("gvim", ["gvim", "--nofork", "+12", "/state/profiles.toml"]),
        ("gvim -f", ["gvim", "-f", "+12", "/state/profiles.toml"]),
        ("zed", ["zed", "--wait", "/state/profiles.toml:12"]),
        ("kate", ["kate", "--block", "--line", "12", "/state/profiles.toml"]),
        ("idea --wait", ["idea", "--wait", "--line", "12", "/state/profiles.toml"]),
        ("'/my editors/ed'", ["/my editors/ed", "/state/profiles.toml"]),
    ],
)
def test_an_editor_that_can_take_a_line_is_given_it(editor: str, command: list[str]) -> None:
    assert command_for(FILE, 12, {"EDITOR": editor}) == command


def test_visual_goes_before_editor() -> None:
    assert command_for(FILE, 1, {"VISUAL": "nvim", "EDITOR": "ed"})[0] == "nvim"


def test_an_empty_variable_counts_as_unset() -> None:
    assert command_for(FILE, 1, {"VISUAL": " ", "EDITOR": "nano"})[0] == "nano"


def test_without_a_variable_the_default_editor_is_used_and_recognised(tmp_path: Path) -> None:
    for name in ("vim.basic", "vi"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "editor").symlink_to(tmp_path / "vim.basic")

    assert command_for(FILE, 3, {"PATH": str(tmp_path)}, "linux") == ["editor", "+3", str(FILE)]


def test_windows_has_notepad_and_paths_with_backslashes() -> None:
    assert command_for(FILE, 3, {"EDITOR": r'"C:\Program Files\ed.exe" -x'}, "win32") == [
        r"C:\Program Files\ed.exe",
        "-x",
        str(FILE),
    ]


@pytest.mark.parametrize("environ", [{"PATH": "/nowhere"}, {"VISUAL": "vi 'm"}])
def test_without_an_editor_the_error_says_how_to_set_one(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        command_for(FILE, 1, environ, "linux")

    assert "VISUAL" in caught.value.fix


def test_an_editor_that_cannot_be_started_is_reported() -> None:
    with pytest.raises(UsageError, match="cannot be started"):
        edit(FILE, 1, {"EDITOR": "/no/such/editor"})


def test_a_failed_editor_is_reported() -> None:
    with pytest.raises(UsageError, match="exited with code 3"):
        edit(FILE, 1, {**os.environ, "VISUAL": f'"{sys.executable}" -c "raise SystemExit(3)"'})
