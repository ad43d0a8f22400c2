"""The log."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from shutil import rmtree

import pytest

from cognitui.storage.atomic import RunLog
from tests.unit.fakes import FakeClock


def test_a_line_has_its_time_and_its_process(tmp_path: Path) -> None:
    RunLog(tmp_path / "cognitui.log", FakeClock()).note("sign-in of dev/alice at AWS")

    assert (
        tmp_path / "cognitui.log"
    ).read_text() == f"2026-11-22T09:42:11Z {os.getpid()} sign-in of dev/alice at AWS\n"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_it_is_private_to_this_user(tmp_path: Path) -> None:
    path = tmp_path / "state" / "cognitui.log"

    RunLog(path, FakeClock()).note("x")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_long_log_begins_again_and_keeps_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "cognitui.log"
    path.write_bytes(b"x" * 300_000)

    RunLog(path, FakeClock()).note("new")

    assert path.read_text().endswith("new\n")
    assert path.stat().st_size < 100
    assert (tmp_path / "cognitui.log.1").stat().st_size == 300_000


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")

    RunLog(tmp_path / "state" / "cognitui.log", FakeClock()).note("x")


def test_a_log_whose_folder_is_removed_is_made_again(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "state" / "cognitui.log", FakeClock())
    log.note("first")
    rmtree(tmp_path / "state")
    log.note("lost")
    log.note("second")

    assert (tmp_path / "state" / "cognitui.log").read_text().endswith("second\n")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_a_log_that_others_may_write_to_since_the_last_line_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cognitui.log"
    log = RunLog(path, FakeClock())
    log.note("first")
    path.chmod(0o666)
    log.note("second")

    assert "second" not in path.read_text()
