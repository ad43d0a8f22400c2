"""A save replaces the file as a whole or not at all, privately, and one at a time."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from cognitui.model.errors import CognituiError, ProfileConflict, ProfileFileUnsafe, SaveFailed
from cognitui.model.profile import ProfileFields
from cognitui.profiles.store import ProfileFile
from cognitui.storage.atomic import locked, replace_locked, write_private
from cognitui.storage.paths import private_folder
from tests.system_calls import EVERY, before_system_call

posix = pytest.mark.skipif(os.name != "posix", reason="modes and symbolic links of POSIX")

FIELDS = ProfileFields(user_pool_id="eu-west-1_AbCdEf123", client_id="1h57", username="alice")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A profile file with one profile, dev/alice."""
    path = tmp_path / "config" / "profiles.toml"
    ProfileFile(path).add("dev", "alice", FIELDS)
    return path


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def save(path: Path, data: bytes = b"new") -> None:
    with locked(path) as target:
        replace_locked(target, data, seen=target.read_bytes() if target.exists() else b"")


# What fails


def calls_of_a_save(file: Path) -> int:
    with before_system_call(EVERY, lambda: None) as calls:
        ProfileFile(file).add("dev", "calls", FIELDS)
    return len(calls)


def fault_of(act: Callable[[], object], call: int, fail: Callable[[], None]) -> CognituiError | None:
    try:
        with before_system_call(call, fail):
            act()
    except CognituiError as error:
        return error
    return None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_a_save_that_fails_at_any_system_call_says_so_and_changes_nothing(file: Path, number: int) -> None:
    def fail() -> None:
        raise OSError(number, os.strerror(number))

    failed = 0
    for call in range(calls_of_a_save(file)):
        before = file.read_bytes()
        error = fault_of(partial(ProfileFile(file).add, "dev", f"bob{call}", FIELDS), call, fail)
        if error is None:
            assert f"dev/bob{call}" in ProfileFile(file).load().by_id
        else:
            failed += 1
            assert os.strerror(number) in str(error)
            assert error.fix
            assert file.read_bytes() == before
    assert failed > 20
    ProfileFile(file).add("dev", "last", FIELDS)
    assert names(file.parent) == {"profiles.toml", "profiles.toml.lock"}


@pytest.mark.parametrize(
    ("number", "fix"),
    [(errno.ENOSPC, "Free some space"), (errno.EROFS, "read-only"), (errno.EACCES, "permissions"), (errno.EIO, "disk")],
    ids=["ENOSPC", "EROFS", "EACCES", "EIO"],
)
def test_a_failed_save_names_the_file_the_reason_and_the_fix(tmp_path: Path, number: int, fix: str) -> None:
    target = tmp_path / "profiles.toml"
    save(target, b"old")
    with before_system_call(EVERY, lambda: None) as calls:
        save(target, b"older")

    def fail() -> None:
        raise OSError(number, os.strerror(number), "a path that the system names")

    with pytest.raises(SaveFailed) as caught, before_system_call(calls.index("write"), fail):
        save(target)
    assert str(caught.value) == f"{target} was not saved: {os.strerror(number)}."
    assert fix in caught.value.fix
    assert target.read_bytes() == b"older"


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of a process on Windows")
def test_a_file_that_cannot_grow_is_not_cut(file: Path) -> None:
    import resource

    before, limits = file.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), limits[1]))
    try:
        with pytest.raises(SaveFailed, match="File too large"):
            ProfileFile(file).add("dev", "bob", FIELDS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert file.read_bytes() == before
    assert names(file.parent) == {"profiles.toml", "profiles.toml.lock"}


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("")
    with pytest.raises(SaveFailed, match="config"):
        ProfileFile(tmp_path / "config" / "profiles.toml").add("dev", "alice", FIELDS)
    assert (tmp_path / "config").read_text() == ""


def test_a_disk_that_gives_back_something_else_is_found_out(tmp_path: Path) -> None:
    target = tmp_path / "profiles.toml"
    save(target, b"old")
    with before_system_call(EVERY, lambda: None) as calls:
        save(target, b"older")

    def spoil() -> None:
        next(tmp_path.glob(".profiles.toml.*.tmp")).write_bytes(b"n\0w")

    # After the first close comes the reading back.
    with (
        pytest.raises(SaveFailed, match="the disk returned different content"),
        before_system_call(calls.index("close") + 1, spoil),
    ):
        save(target)
    assert target.read_bytes() == b"older"


def test_what_an_editor_wrote_during_the_save_stays(tmp_path: Path) -> None:
    target = tmp_path / "profiles.toml"
    save(target, b"old")
    with before_system_call(EVERY, lambda: None) as calls:
        save(target, b"older")

    def edit() -> None:
        target.write_bytes(b"by an editor")

    with pytest.raises(ProfileConflict), before_system_call(calls.index("fsync"), edit):
        save(target)
    assert target.read_bytes() == b"by an editor"


# What is left behind


def test_temporary_files_of_a_writer_that_died_are_swept(file: Path) -> None:
    mine = file.with_name(f".{file.name}.0123456789ab.tmp")
    foreign = (file.with_name(f".{file.name}.backup.tmp"), file.with_name(".other.toml.0123456789ab.tmp"))
    for each in (mine, *foreign):
        each.write_text("")
    ProfileFile(file).add("dev", "bob", FIELDS)
    assert not mine.exists()
    assert all(each.exists() for each in foreign)


def test_without_a_lock_only_old_temporary_files_are_swept(tmp_path: Path) -> None:
    target = tmp_path / "expiry.json"
    young, old = (target.with_name(f".{target.name}.{number * 12}.tmp") for number in "12")
    young.write_text("")
    old.write_text("")
    os.utime(old, (time.time() - 120,) * 2)
    write_private(target, b"{}")
    assert names(tmp_path) == {young.name, target.name}


# Who may read and write


@posix
@pytest.mark.parametrize("mask", [0, 0o777])
def test_new_files_and_folders_are_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "a" / "b" / "profiles.toml"
    with umask(mask):
        ProfileFile(path).add("dev", "alice", FIELDS)
    assert {mode(path), mode(path.with_name("profiles.toml.lock"))} == {0o600}
    assert {mode(tmp_path / "a"), mode(tmp_path / "a" / "b")} == {0o700}


@posix
@pytest.mark.parametrize("mask", [0, 0o777])
def test_a_temporary_file_is_private_from_its_first_moment(tmp_path: Path, mask: int) -> None:
    target = tmp_path / "profiles.toml"
    modes: list[int] = []
    with umask(mask):
        save(target, b"oldest")
        target.chmod(0o644)
        with before_system_call(EVERY, lambda: None) as calls:
            save(target, b"old")

        def look() -> None:
            modes.extend(mode(each) for each in tmp_path.glob(".*.tmp"))

        with before_system_call(calls.index("fchmod"), look):
            save(target, b"new")
    assert modes == [0o600 & ~mask]


@posix
def test_the_state_files_are_private_too(tmp_path: Path) -> None:
    with umask(0):
        write_private(tmp_path / "state" / "expiry.json", b"{}")
    assert mode(tmp_path / "state") == 0o700
    assert mode(tmp_path / "state" / "expiry.json") == 0o600


@posix
def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert mode(tmp_path) == 0o755


@posix
def test_a_file_that_others_may_read_stays_so(file: Path) -> None:
    file.chmod(0o644)
    ProfileFile(file).add("dev", "bob", FIELDS)
    assert mode(file) == 0o644


@posix
@pytest.mark.parametrize("bits", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_refused_with_the_fix(file: Path, bits: int) -> None:
    file.chmod(bits)
    before = file.read_bytes()
    for act in (ProfileFile(file).load, lambda: ProfileFile(file).add("dev", "bob", FIELDS)):
        with pytest.raises(ProfileFileUnsafe) as caught:
            act()
        assert caught.value.fix == f"Run: chmod go-w {file}"
    assert file.read_bytes() == before
    assert mode(file) == bits


@posix
def test_the_fix_can_be_pasted_if_the_path_has_spaces(tmp_path: Path) -> None:
    path = tmp_path / "my profiles.toml"
    path.write_text("")
    path.chmod(0o666)
    with pytest.raises(ProfileFileUnsafe) as caught:
        ProfileFile(path).load()
    assert caught.value.fix == f"Run: chmod go-w '{path}'"


@posix
def test_a_linked_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "dotfiles" / "profiles.toml"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(file, link.parent))
    ProfileFile(link).add("dev", "bob", FIELDS)
    assert link.is_symlink()
    assert "dev/bob" in ProfileFile(file).load().by_id
    assert names(link.parent) == {"profiles.toml"}


@posix
def test_a_link_to_a_file_that_is_not_there_makes_the_file(tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to(tmp_path / "new" / "profiles.toml")
    ProfileFile(tmp_path / "link.toml").add("dev", "alice", FIELDS)
    assert (tmp_path / "link.toml").is_symlink()
    assert "dev/alice" in ProfileFile(tmp_path / "new" / "profiles.toml").load().by_id


@posix
def test_links_in_a_circle_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to(tmp_path / "b.toml")
    (tmp_path / "b.toml").symlink_to(tmp_path / "a.toml")
    with pytest.raises(SaveFailed, match="circle"):
        save(tmp_path / "a.toml")


# The lock


@posix
@pytest.mark.parametrize("dangling", [False, True], ids=["to a file", "to nothing"])
def test_a_lock_that_is_a_link_is_refused(file: Path, tmp_path: Path, dangling: bool) -> None:
    lock, victim = file.with_name("profiles.toml.lock"), tmp_path / "victim"
    if not dangling:
        victim.write_text("precious")
    lock.unlink()
    lock.symlink_to(victim)
    with pytest.raises(ProfileFileUnsafe) as caught:
        ProfileFile(file).add("dev", "bob", FIELDS)
    assert caught.value.fix == f"Remove it: rm {lock}"
    assert victim.exists() is not dangling
    assert dangling or victim.read_text() == "precious"


def test_who_waits_too_long_for_the_lock_is_reported(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "profiles.toml"),
        pytest.raises(SaveFailed, match="Another process has held"),
        outside_of_this_thread(tmp_path / "profiles.toml"),
    ):
        pass


@contextmanager
def outside_of_this_thread(path: Path) -> Iterator[None]:
    """Raise what another thread meets that asks for the lock."""
    met: list[CognituiError] = []

    def ask() -> None:
        try:
            with locked(path, patience=0):
                pass
        except CognituiError as error:
            met.append(error)

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    if met:
        raise met[0]
    yield


def test_the_lock_is_free_after_a_failed_save(tmp_path: Path) -> None:
    target = tmp_path / "profiles.toml"
    with suppress(ProfileConflict), locked(target) as held:
        replace_locked(held, b"new", seen=b"something else")
    with outside_of_this_thread(target):
        save(target)
    assert target.read_bytes() == b"new"


def test_threads_take_turns(file: Path) -> None:
    def add(name: str) -> None:
        for number in range(5):
            ProfileFile(file).add("dev", f"{name}{number}", FIELDS)

    threads = [threading.Thread(target=add, args=(name,)) for name in "bcde"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ProfileFile(file).load().profiles) == 21


@posix
def test_a_file_that_was_made_read_only_is_not_replaced(file: Path) -> None:
    before = file.read_bytes()
    file.chmod(0o400)

    with pytest.raises(SaveFailed) as caught:
        ProfileFile(file).add("dev", "bob", FIELDS)

    assert "read-only" in caught.value.cause
    assert "chmod u+w" in caught.value.fix
    assert file.read_bytes() == before
