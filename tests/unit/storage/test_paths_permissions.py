"""Files and folders of another user, and those that others may write."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cognitui.model.errors import ProfileFileUnsafe
from cognitui.model.token import Expiries
from cognitui.profiles.store import ProfileFile
from cognitui.storage.atomic import FileLocks, RunLog, locked, write_private
from cognitui.storage.paths import Paths, danger_of, danger_on_way, insecure_permissions
from cognitui.storage.preferences import PreferencesFile
from cognitui.storage.settings import read_settings
from cognitui.storage.token_index import ExpiryIndex

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows keeps owners elsewhere")

ANOTHER = 54321
"""The user id of someone else."""

BASE = (
    '[environments.dev]\nuser_pool_id = "eu-west-1_AbCdEf123"\nclient_id = "1h57"\n'
    '[environments.dev.profiles.me]\nusername = "me"\n'
)

GiveAway = Callable[[Path], None]


@pytest.fixture
def give_away() -> Iterator[GiveAway]:
    """Give files and folders to another user, and takes them back at the end."""
    given: list[Path] = []

    def give(path: Path) -> None:
        if not _chown(ANOTHER, path):
            pytest.skip("only root, or a sudo without a password, gives files to others")
        given.append(path)

    yield give
    for path in given:
        _chown(os.geteuid(), path)


def _chown(owner: int, path: Path) -> bool:
    if os.geteuid() == 0:
        os.chown(path, owner, -1, follow_symlinks=False)
        return True
    if (sudo := shutil.which("sudo")) is None:
        return False
    ran = subprocess.run([sudo, "-n", "chown", "-h", str(owner), path], check=False, capture_output=True)
    return ran.returncode == 0


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir(0o700)
    return _written(folder / "profiles.toml", BASE)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o644)
    return path


def _refused(path: Path) -> ProfileFileUnsafe:
    with pytest.raises(ProfileFileUnsafe) as caught:
        ProfileFile(path).load()
    return caught.value


def _chown_fix(path: Path, link: str = "") -> str:
    sudo = "" if os.geteuid() == 0 else "sudo "
    as_owner = "Run cognitui as that user. " if os.geteuid() == 0 else ""
    return f"{as_owner}If you trust it, run: {sudo}chown {link}{os.geteuid()} {path}"


def _status(mode: int, owner: int) -> os.stat_result:
    return os.stat_result((mode, 1, 1, 1, owner, owner, 0, 0, 0, 0))


# What is a danger, for any user.


@pytest.mark.parametrize(("owner", "me"), [(1000, 1000), (0, 1000), (0, 0)])
def test_a_file_of_ones_own_or_of_root_is_safe(owner: int, me: int) -> None:
    assert danger_of(Path("/x"), _status(stat.S_IFREG | 0o644, owner), me) is None


@pytest.mark.parametrize(
    ("me", "fix"),
    [
        (1000, "If you trust it, run: sudo chown 1000 /x"),
        (0, "Run cognitui as that user. If you trust it, run: chown 0 /x"),
    ],
)
def test_a_file_of_another_user_is_a_danger_for_every_user(me: int, fix: str) -> None:
    danger = danger_of(Path("/x"), _status(stat.S_IFREG | 0o600, 1001), me)

    assert danger is not None
    assert danger.what == "belongs to another user (uid 1001)"
    assert danger.fix == fix


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_that_others_may_write_is_a_danger(mode: int) -> None:
    danger = danger_of(Path("/x y"), _status(stat.S_IFDIR | mode, 1000), 1000)

    assert danger is not None
    assert danger.fix == "Run: chmod go-w '/x y'"


def test_in_a_sticky_folder_nobody_can_replace_a_file_of_ones_own() -> None:
    assert danger_of(Path("/tmp"), _status(stat.S_IFDIR | 0o1777, 0), 1000) is None


def test_a_sticky_folder_of_another_user_is_a_danger() -> None:
    assert danger_of(Path("/x"), _status(stat.S_IFDIR | 0o1777, 1001), 1000) is not None


def test_what_is_missing_on_the_way_is_no_danger(tmp_path: Path) -> None:
    assert danger_on_way(tmp_path / "gone" / "profiles.toml") is None


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert danger_on_way(tmp_path / "a") is None


# The profile file.


def test_a_profile_file_of_another_user_is_refused_with_the_fix(profiles: Path, give_away: GiveAway) -> None:
    give_away(profiles)
    error = _refused(profiles)
    assert error.cause == f"{profiles} belongs to another user (uid {ANOTHER})."
    assert error.fix == _chown_fix(profiles)


def test_a_profile_file_in_a_folder_of_another_user_is_refused_with_the_fix(
    profiles: Path, give_away: GiveAway
) -> None:
    profiles.parent.chmod(0o755)
    give_away(profiles.parent)
    error = _refused(profiles)
    assert error.cause == f"{profiles.parent} belongs to another user (uid {ANOTHER})."
    assert error.fix == _chown_fix(profiles.parent)


def test_a_profile_file_in_a_folder_that_others_may_write_is_refused_with_the_fix(profiles: Path) -> None:
    profiles.parent.chmod(0o775)
    error = _refused(profiles)
    assert error.cause == f"{profiles.parent} is writable by others."
    assert error.fix == f"Run: chmod go-w {profiles.parent}"


@pytest.mark.parametrize("name", ["config/profiles.toml", "config"])
def test_a_link_to_what_another_user_owns_is_refused(
    profiles: Path, tmp_path: Path, give_away: GiveAway, name: str
) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(profiles)
    profiles.parent.chmod(0o755)
    give_away(tmp_path / name)
    assert "belongs to another user" in _refused(link).cause


def test_a_link_of_another_user_is_refused_with_the_fix(profiles: Path, tmp_path: Path, give_away: GiveAway) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(profiles)
    give_away(link)
    assert _refused(link).fix == _chown_fix(link, "-h ")


def test_each_folder_of_a_chain_of_links_is_looked_at(profiles: Path, tmp_path: Path) -> None:
    middle = tmp_path / "middle"
    middle.mkdir()
    (middle / "second.toml").symlink_to(profiles)
    (tmp_path / "first.toml").symlink_to("middle/second.toml")
    middle.chmod(0o777)
    assert _refused(tmp_path / "first.toml").fix == f"Run: chmod go-w {middle}"


def test_a_link_to_a_file_of_ones_own_is_followed(profiles: Path, tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to(profiles)
    assert set(ProfileFile(tmp_path / "link.toml").load().by_id) == {"dev/me"}


def test_nothing_is_saved_over_a_file_of_another_user(profiles: Path, give_away: GiveAway) -> None:
    seen = ProfileFile(profiles).load().by_id["dev/me"]
    give_away(profiles)
    with pytest.raises(ProfileFileUnsafe):
        ProfileFile(profiles).remove(seen)
    assert profiles.read_text("utf-8") == BASE


def test_nothing_is_saved_into_a_folder_of_another_user(tmp_path: Path, give_away: GiveAway) -> None:
    folder = tmp_path / "config"
    folder.mkdir(0o777)
    give_away(folder)
    with pytest.raises(ProfileFileUnsafe) as caught, locked(folder / "profiles.toml"):
        pass
    assert caught.value.fix == _chown_fix(folder)
    assert list(folder.iterdir()) == []


# Included files.


def test_an_included_file_may_belong_to_a_colleague(profiles: Path, tmp_path: Path, give_away: GiveAway) -> None:
    team = tmp_path / "checkout" / "team.toml"
    team.parent.mkdir(mode=0o755)
    _written(team, BASE.replace("dev", "team"))
    _written(profiles, f"include = ['{team}']\n{BASE}")
    give_away(team)
    give_away(team.parent)
    book = ProfileFile(profiles).load()
    assert book.by_id["team/me"].read_only
    assert book.errors == ()


def test_an_included_file_in_a_folder_that_others_may_write_is_refused_with_the_fix(
    profiles: Path, tmp_path: Path
) -> None:
    team = tmp_path / "checkout" / "team.toml"
    team.parent.mkdir()
    team.parent.chmod(0o777)
    _written(team, BASE.replace("dev", "team"))
    _written(profiles, f"include = ['{team}']\n{BASE}")
    book = ProfileFile(profiles).load()
    assert [problem.fix for problem in book.errors] == [f"Run: chmod go-w {team.parent}"]
    assert set(book.by_id) == {"dev/me"}


# Settings.


def test_settings_of_another_user_are_refused_with_the_fix(tmp_path: Path, give_away: GiveAway) -> None:
    config = _written(tmp_path / "config.toml", "clear_after = 0\n")
    give_away(config)
    reading = read_settings(config)
    assert reading.settings.clear_after == 30
    assert [fault.cause for fault in reading.errors] == [f"{config}: belongs to another user (uid {ANOTHER})."]
    assert reading.errors[0].fix == _chown_fix(config)


def test_settings_that_others_may_write_are_refused_with_the_fix(tmp_path: Path) -> None:
    config = _written(tmp_path / "config.toml", "clear_after = 0\n")
    config.chmod(0o666)
    assert [fault.fix for fault in read_settings(config).errors] == [f"Run: chmod go-w {config}"]


def test_settings_in_a_folder_that_others_may_write_are_refused_with_the_fix(tmp_path: Path) -> None:
    config = _written(tmp_path / "config.toml", "clear_after = 0\n")
    tmp_path.chmod(0o777)
    reading = read_settings(config)
    assert reading.settings.clear_after == 30
    assert reading.errors[0].cause == f"{config}: is not safe: {tmp_path} is writable by others."


# What the program notes for itself.


def test_expiry_times_that_another_user_wrote_count_as_none(tmp_path: Path, give_away: GiveAway) -> None:
    index = ExpiryIndex(tmp_path / "expiry.json")
    index.put("alice", Expiries())
    assert set(index.read()) == {"alice"}
    give_away(tmp_path / "expiry.json")
    index.put("bob", Expiries())
    assert set(ExpiryIndex(tmp_path / "expiry.json").read()) == {"bob"}
    assert (tmp_path / "expiry.json").stat().st_uid == os.geteuid()


def test_choices_that_others_may_write_count_as_none(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "choices.json", tmp_path / "profiles.toml")
    file.change(lambda choices: type(choices)(order="expiry"))
    assert file.read().order == "expiry"
    (tmp_path / "choices.json").chmod(0o666)
    assert file.read().order != "expiry"


@pytest.mark.parametrize("use", ["write", "lock", "note"])
def test_nothing_is_noted_in_a_folder_of_another_user(tmp_path: Path, give_away: GiveAway, use: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir(0o777)
    give_away(folder)
    if use == "note":
        RunLog(folder / "cognitui.log", lambda: 0).note("x")
    else:
        with pytest.raises(ProfileFileUnsafe):
            _use(folder, use)
    assert list(folder.iterdir()) == []


def _use(folder: Path, use: str) -> None:
    if use == "write":
        write_private(folder / "expiry.json", b"{}")
    else:
        with FileLocks(folder).hold("alice"):
            pass


def test_nothing_is_added_to_a_log_of_another_user(tmp_path: Path, give_away: GiveAway) -> None:
    log = _written(tmp_path / "cognitui.log", "theirs\n")
    log.chmod(0o666)
    give_away(log)
    RunLog(log, lambda: 0).note("mine")
    assert log.read_text("utf-8") == "theirs\n"


def test_the_doctor_names_what_belongs_to_another_user(tmp_path: Path, give_away: GiveAway) -> None:
    paths = Paths.find({"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")})
    paths.config.mkdir(0o700)
    _written(paths.profiles, BASE)
    _written(paths.settings, "")
    give_away(paths.config)
    give_away(paths.settings)
    assert [place.fix for place in insecure_permissions(paths)] == [
        _chown_fix(paths.config),
        _chown_fix(paths.settings),
    ]
