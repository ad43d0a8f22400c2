"""One renewal at a time: the lock of an identity, across threads and processes."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from shutil import rmtree

import pytest

from cognitui.model.errors import SaveFailed, Throttled
from cognitui.storage.atomic import FileLocks
from tests.system_calls import EVERY, before_system_call

posix = pytest.mark.skipif(os.name != "posix", reason="modes and symbolic links of POSIX")

HOLDER = """
import sys
from pathlib import Path
from cognitui.storage.atomic import FileLocks

with FileLocks(Path(sys.argv[1])).hold("alice"):
    print("held", flush=True)
    sys.stdin.read()
"""


@posix
@pytest.mark.parametrize("mask", [0, 0o777])
def test_the_folder_and_the_lock_are_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with FileLocks(tmp_path / "state" / "locks").hold("alice"):
            pass
    finally:
        os.umask(before)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert found == {"state": 0o700, "locks": 0o700, "alice.lock": 0o600}


def test_threads_take_turns(tmp_path: Path) -> None:
    locks, total = FileLocks(tmp_path), [0]

    def work() -> None:
        for _ in range(10):
            with locks.hold("alice"):
                seen = total[0]
                time.sleep(0.0005)  # lets the others run: without the lock, their counts are lost
                total[0] = seen + 1

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total == [50]


def test_one_identity_does_not_wait_for_another(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path, patience=0)
    with locks.hold("alice"), locks.hold("bob"):
        assert {path.name for path in tmp_path.iterdir()} == {"alice.lock", "bob.lock"}


def test_anyone_who_waits_too_long_for_another_process_is_reported(tmp_path: Path) -> None:
    with subprocess.Popen(  # the interpreter that runs the tests
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Throttled, match="for 0 s") as caught, FileLocks(tmp_path, patience=0).hold("alice"):
            pass
        assert "prompt" in caught.value.fix
        holder.kill()
        holder.wait()
        # The lock ends with its holder, however that ends.
        with FileLocks(tmp_path).hold("alice"):
            pass


def test_the_lock_is_free_again_after_a_failure_inside_of_it(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path, patience=0)
    with pytest.raises(ZeroDivisionError), locks.hold("alice"):
        raise ZeroDivisionError
    with locks.hold("alice"):
        pass


@posix
def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (tmp_path / "alice.lock").symlink_to(victim)
    with pytest.raises(SaveFailed), FileLocks(tmp_path).hold("alice"):
        pass
    assert not victim.exists()


@posix
def test_a_failure_at_any_system_call_is_reported_and_frees_the_lock(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def hold() -> None:
        with FileLocks(tmp_path / "state" / "locks", patience=0).hold("alice"):
            pass

    with before_system_call(EVERY, lambda: None) as calls:
        hold()
    told = 0
    for call in range(len(calls)):
        try:
            with before_system_call(call, fail):
                hold()
        except SaveFailed:
            told += 1
    hold()
    assert told


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with (
        pytest.raises(SaveFailed, match="Cannot create the folder"),
        FileLocks(tmp_path / "state" / "locks").hold("alice"),
    ):
        pass


@posix
def test_a_folder_of_locks_that_is_removed_is_made_again_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "locks"
    locks = FileLocks(folder)
    with locks.hold("alice"):
        pass
    rmtree(tmp_path / "state")
    with locks.hold("alice"):
        assert (folder / "alice.lock").exists()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
