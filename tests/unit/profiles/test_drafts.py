"""Copies of the profile file that an editor left: nothing typed is lost, and nothing else is removed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cognitui.profiles.drafts import ProfileDrafts, mark_in_use, sweep

TEXT = 'version = 1\n[environments.dev]\nuser_pool_id = "eu-west-1_AbCdEf123"\n'

LEAVING = """
import os, sys
from pathlib import Path
from cognitui.profiles.drafts import ProfileDrafts
draft = ProfileDrafts(Path(sys.argv[1]), Path(sys.argv[2])).begin("")
for name in sys.argv[3:]:
    (draft.path.parent / name).write_text("typed")
os._exit(0)
"""


class Folder:
    """A profile file, and the state folder with its copies."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "profiles.toml"
        self.file.write_text(TEXT)
        self.file.chmod(0o600)
        self.state = folder / "state"

    def leave(self, *changed: str) -> None:
        """Leave a copy behind as a killed program does; `changed` are written to."""
        argv = [sys.executable, "-c", LEAVING, str(self.file), str(self.state), *changed]
        subprocess.run(argv, check=True)

    def sweep(self) -> tuple[Path, ...]:
        return sweep(self.state, self.file)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.state.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_copy_in_which_nothing_was_typed_is_removed(folder: Folder) -> None:
    folder.leave()

    assert folder.sweep() == ()
    assert folder.names == []


def test_that_also_holds_if_the_profile_file_changed_since(folder: Folder) -> None:
    folder.leave()
    folder.file.write_text(TEXT + "# later\n")

    assert folder.sweep() == ()
    assert folder.names == []


@pytest.mark.parametrize(
    "name", ["profiles.toml", "profiles.toml.save"], ids=["the copy", "what nano saves on a hangup"]
)
def test_what_was_typed_is_kept_and_reported_once(folder: Folder, name: str) -> None:
    folder.leave(name)

    (kept,) = folder.sweep()
    assert (kept / name).read_text() == "typed"
    assert folder.sweep() == ()
    assert (kept / name).read_text() == "typed"


def test_a_swap_file_of_vim_counts_only_if_something_was_typed(folder: Folder) -> None:
    folder.leave()
    (left,) = folder.state.iterdir()
    swap = left / ".profiles.toml.swp"
    swap.write_bytes(b"b0VIM 9.0" + bytes(4096))
    assert folder.sweep() == ()
    assert folder.names == []

    folder.leave()
    (left,) = folder.state.iterdir()
    (left / swap.name).write_bytes((b"b0VIM 9.0" + bytes(4096))[:1007] + b"\x55" + bytes(3000))
    assert len(folder.sweep()) == 1


def test_a_copy_that_is_being_edited_is_left_alone(folder: Folder) -> None:
    drafts = ProfileDrafts(folder.file, folder.state)
    draft = drafts.begin("")

    assert folder.sweep() == ()
    assert draft.path.read_text() == TEXT
    drafts.drop(draft)
    assert folder.names == []


@pytest.mark.skipif(os.name != "posix", reason="processes inherit no lock")
def test_a_copy_is_being_edited_for_as_long_as_the_editor_runs(folder: Folder) -> None:
    program = "import subprocess, sys, time; "
    program += "from pathlib import Path; from cognitui.profiles.drafts import ProfileDrafts; "
    program += "drafts = ProfileDrafts(Path(sys.argv[1]), Path(sys.argv[2])); draft = drafts.begin(''); "
    program += "from cognitui.system.editor import edit; edit(draft.path, 1, {'VISUAL': sys.argv[3]})"
    editor = folder.file.with_name("slow-editor")
    editor.write_text("#!/bin/sh\necho $$ > pid.new\nmv pid.new pid\nexec sleep 60\n")
    editor.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(folder.file), str(folder.state), str(editor)], cwd=folder.file.parent
    )
    pid = folder.file.with_name("pid")
    try:
        end = time.monotonic() + 20
        while not pid.exists():
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    try:
        folder.sweep()
        left = len(folder.names)
    finally:
        os.kill(int(pid.read_text()), signal.SIGKILL)

    assert left == 1


def test_what_was_kept_on_purpose_stays_if_it_was_said_to_be(folder: Folder) -> None:
    drafts = ProfileDrafts(folder.file, folder.state)
    draft = drafts.begin("")
    draft.path.write_text("typed")
    place = drafts.keep(draft)

    assert folder.sweep() == ()
    assert place.read_text() == "typed"


def test_what_is_not_ours_is_left_alone(folder: Folder) -> None:
    elsewhere = folder.file.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "profiles.toml").write_text(TEXT)
    folder.state.mkdir()
    (folder.state / "edit-link").symlink_to(elsewhere, target_is_directory=True)
    (folder.state / "edit-other").mkdir()
    (folder.state / "edit-other" / "notes.txt").write_text("mine")
    (folder.state / "edit-file").write_text("mine")

    assert folder.sweep() == ()
    assert folder.names == ["edit-file", "edit-link", "edit-other"]
    assert (elsewhere / "profiles.toml").read_text() == TEXT


def test_a_copy_that_is_about_to_be_owned_is_not_seen(folder: Folder) -> None:
    made = folder.state / "edit-new"
    made.mkdir(parents=True)
    (made / "profiles.toml").write_text(TEXT)
    descriptor = mark_in_use(made)
    try:
        assert folder.sweep() == ()
        assert folder.names == ["edit-new"]
    finally:
        os.close(descriptor)
