"""No profile is ever lost: processes that die while they save, and several that save at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from cognitui.model.errors import ProfileConflict
from cognitui.profiles.store import ProfileFile
from tests.integration.saver import FIELDS, PROFILES

posix = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork of POSIX")

ROOT = Path(__file__).parents[2]
LONGEST = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with dev/alice and others, longer than one page."""
    file = tmp_path / "profiles.toml"
    ProfileFile(file).add("dev", "alice", FIELDS)
    others = "".join(
        f'\n[environments.dev.profiles.user{n}]\nclient_id = "1h57"\nuser_pool_id = "eu-west-1_AbCdEf123"\n'
        f'username = "user{n}"\n'
        for n in range(1, PROFILES)
    )
    file.write_text(file.read_text() + others)
    return file


def start(path: Path, *task: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.saver", str(path), *task]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))}
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def output(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, err
    return out


def files(path: Path) -> set[str]:
    return {entry.name for entry in path.parent.iterdir()}


@posix
def test_300_savers_killed_at_random_leave_a_whole_file(path: Path) -> None:
    interrupted = int(output(start(path, "kills", "300")))
    assert interrupted > 10, "the kills did hit saves"
    seen = ProfileFile(path).load().by_id["dev/alice"]
    ProfileFile(path).remove(seen)
    assert files(path) == {path.name, f"{path.name}.lock"}, "what the dead left behind is swept"


@posix
def test_a_saver_killed_before_any_of_its_system_calls_leaves_a_whole_file(path: Path) -> None:
    killed = int(output(start(path, "calls")))
    assert killed > 40
    assert files(path) == {path.name, f"{path.name}.lock"}, "the last saver lived, and swept"


def test_four_processes_with_100_edits_each_keep_all_400(path: Path) -> None:
    processes = [start(path, "edits", name, "100") for name in ("one-", "two-", "three-", "four-")]
    for process in processes:
        output(process)
    book = ProfileFile(path).load()
    assert book.errors == ()
    assert len(book.profiles) == PROFILES + 400
    assert files(path) == {path.name, f"{path.name}.lock"}


def test_a_profile_that_changed_on_disk_in_the_meantime_is_not_overwritten(path: Path) -> None:
    mine, theirs = ProfileFile(path), ProfileFile(path)
    seen = mine.load().by_id["dev/alice"]
    book = theirs.change(seen, "dev", "alice", msgspec.structs.replace(seen.own, notes="theirs"))
    data = path.read_bytes()
    acts: tuple[Callable[[], object], ...] = (
        lambda: mine.change(seen, "dev", "alice", msgspec.structs.replace(seen.own, notes="mine")),
        lambda: mine.change(seen, "dev", "alicia", seen.own),
        lambda: mine.change(seen, "prod", "alice", seen.own),
        lambda: mine.remove(seen),
    )
    for act in acts:
        with pytest.raises(ProfileConflict, match="was changed"):
            act()
        assert path.read_bytes() == data
    mine.remove(book.by_id["dev/alice"])
    with pytest.raises(ProfileConflict, match="no longer"):
        theirs.remove(book.by_id["dev/alice"])


def test_what_others_changed_elsewhere_in_the_file_is_kept(path: Path) -> None:
    mine = ProfileFile(path)
    seen = mine.load().by_id["dev/alice"]
    path.write_text(path.read_text().replace('"user7"', '"seven"  # by hand'))
    mine.change(seen, "dev", "alice", msgspec.structs.replace(seen.own, notes="mine"))
    assert 'username = "seven"  # by hand\n' in path.read_text()
