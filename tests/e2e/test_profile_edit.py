"""`cognitui profile edit ID` in a real terminal, with its own editor."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.unit.system.test_processes import comes_true, is_gone

PROFILES = """\
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.dev.profiles.alice]
username = "alice"
"""

EDITOR = """\
#!/bin/sh
echo "editing $1"
if [ -e "$2.once" ]
then sed 's/username = 7/username = "alicia"/' "$2" > "$2.new"
else sed 's/username = "alice"/username = 7/' "$2" > "$2.new"; touch "$2.once"
fi
mv "$2.new" "$2"
"""
"""Breaks the file the first time, and fixes it the second time."""


def test_an_invalid_edit_is_prompted_about_and_saved_once_it_is_fixed(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    file, editor = tmp_path / "profiles.toml", tmp_path / "vi"
    file.write_text(PROFILES)
    file.chmod(0o600)
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    env = {**home, "VISUAL": str(editor), "COGNITUI_PROFILES": str(file)}
    with Terminal([*cognitui, "profile", "edit", "alice"], env=env) as terminal:
        terminal.see("editing +5")
        terminal.see("dev/alice: username")
        assert file.read_text() == PROFILES
        terminal.see("Edit again (e)")
        terminal.press("e", "enter")
        terminal.see("editing +6")
        terminal.see("Saved ")

        assert terminal.exit_code() == 0
    assert file.read_text() == PROFILES.replace('"alice"', '"alicia"')
    assert list((tmp_path / "state").rglob("edit-*")) == []


@pytest.mark.parametrize("typed", ["", "# mine"], ids=["nothing was typed", "something was saved"])
def test_a_copy_that_a_closed_terminal_left_is_gone_at_the_next_start_unless_something_was_typed(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, typed: str
) -> None:
    file, editor = tmp_path / "profiles.toml", tmp_path / "vi"
    file.write_text(PROFILES)
    file.chmod(0o600)
    editor.write_text(f'#!/bin/sh\nprintf "%s" "{typed}" >> "$2"\necho editing\nexec sleep 60\n')
    editor.chmod(0o755)
    env = {**home, "VISUAL": str(editor), "COGNITUI_PROFILES": str(file)}
    with Terminal([*cognitui, "profile", "edit", "alice"], env=env) as terminal:
        terminal.see("editing")
        terminal.hang_up()
        assert terminal.exit_code() != 0

    said = [subprocess.run([*cognitui, "list"], env=env, text=True, capture_output=True) for _ in range(2)]

    kept = [path.read_text() for path in (tmp_path / "state").rglob("profiles.toml")]
    assert [run.returncode for run in said] == [0, 0]
    assert kept == ([PROFILES + typed] if typed else [])
    assert ["What was typed is kept in" in run.stderr for run in said] == [bool(typed), False]


def test_ctrl_c_belongs_to_the_editor(home: dict[str, str], cognitui: list[str], tmp_path: Path) -> None:
    file, editor = tmp_path / "profiles.toml", tmp_path / "vi"
    file.write_text(PROFILES)
    file.chmod(0o600)
    editor.write_text(
        '#!/bin/sh\ntrap "echo heard; echo \\"# mine\\" >> $2; exit 0" INT\necho editing\nsleep 60 & wait\n'
    )
    editor.chmod(0o755)
    env = {**home, "VISUAL": str(editor), "COGNITUI_PROFILES": str(file)}
    with Terminal([*cognitui, "profile", "edit", "alice"], env=env) as terminal:
        terminal.see("editing")
        terminal.press("ctrl+c")
        terminal.see("Saved ")

        assert terminal.exit_code() == 0
    assert file.read_text() == PROFILES + "# mine\n"


def test_an_editor_stopped_by_ctrl_c_leaves_the_file_unchanged(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    file, editor = tmp_path / "profiles.toml", tmp_path / "vi"
    file.write_text(PROFILES)
    file.chmod(0o600)
    editor.write_text("#!/bin/sh\necho editing\nexec sleep 60\n")
    editor.chmod(0o755)
    env = {**home, "VISUAL": str(editor), "COGNITUI_PROFILES": str(file)}
    with Terminal([*cognitui, "profile", "edit", "alice"], env=env) as terminal:
        terminal.see("editing")
        terminal.press("ctrl+c")

        assert terminal.exit_code() == 128 + signal.SIGINT
    assert file.read_text() == PROFILES


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_a_signal_terminates_the_editor_too(
    home: dict[str, str], cognitui: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    file, editor = tmp_path / "profiles.toml", tmp_path / "vi"
    file.write_text(PROFILES)
    file.chmod(0o600)
    editor.write_text("#!/bin/sh\necho editing $$\nexec sleep 60\n")
    editor.chmod(0o755)
    env = {**home, "VISUAL": str(editor), "COGNITUI_PROFILES": str(file)}
    with Terminal([*cognitui, "profile", "edit", "alice"], env=env) as terminal:
        terminal.see("editing")
        editing = int(terminal.text.split()[1])
        terminal.process.send_signal(number)

        assert terminal.exit_code() == 128 + number
        assert comes_true(lambda: is_gone(editing))
        assert terminal.modes == terminal.modes_before
