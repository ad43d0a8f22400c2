"""The profile file: what is read, what is wrong with it, and what an edit leaves as it was."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pytest

from cognitui.model.errors import ProfileConflict, ProfileFileError, ProfileFileUnsafe
from cognitui.model.profile import Flow, Profile, ProfileFields, ProfileSet
from cognitui.profiles.store import ProfileFile

BASE = """\
# our pools
version = 1

[environments.dev]              # the harmless one
label = "Development"
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57"

[environments.dev.profiles.alice]   # the boss
username = "alice@example.com"   # by e-mail
tags = ["web"]

# works at night
[environments.dev.profiles.bob]
username = "bob"

[environments.prod]
protected = true
user_pool_id = "eu-central-1_XyZ987654"
client_id = "7d8c"

[environments.prod.profiles.alice]
username = "alice@example.com"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "profiles.toml", BASE)


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return path


def loaded(path: Path, text: str = "") -> ProfileSet:
    return ProfileFile(written(path, text) if text else path).load()


def profile_of(path: Path, id_: str) -> Profile:
    return loaded(path).by_id[id_]


def with_line(line: str) -> str:
    """The file with one more key for dev/bob."""
    return BASE.replace('username = "bob"\n', f'username = "bob"\n{line}\n')


class TestReading:
    def test_a_file_that_is_not_there_is_an_empty_book(self, tmp_path: Path) -> None:
        profile_set = ProfileFile(tmp_path / "none.toml").load()

        assert (profile_set.exists, profile_set.profiles) == (False, ())

    def test_a_profile_has_the_keys_of_its_environment_and_its_own_win(self, path: Path) -> None:
        profile_set = loaded(path, with_line('client_id = "own"'))

        assert profile_set.by_id["dev/alice"].client_id == "1h57"
        assert profile_set.by_id["dev/bob"].client_id == "own"
        assert profile_set.by_id["dev/bob"].flow is Flow.USER_SRP_AUTH
        assert profile_set.by_id["prod/alice"].region == "eu-central-1"
        assert profile_set.by_id["prod/alice"].protected

    def test_the_order_of_the_file_is_kept(self, path: Path) -> None:
        assert list(loaded(path).by_id) == ["dev/alice", "dev/bob", "prod/alice"]

    @pytest.mark.parametrize(
        ("line", "key"),
        [
            ('pasword = "canary"', "pasword"),
            ("region = 7", "region"),
            ('region = "cn-north-1"', "region"),
            ('flow = "canary"', "flow"),
            ('user_pool_id = "canary"', "user_pool_id"),
            ('endpoint_url = "http://canary.example.com"', "endpoint_url"),
            ('endpoint_url = "ftp://canary"', "endpoint_url"),
            ('scopes = "canary"', "scopes"),
            ('remember_device = "canary"', "remember_device"),
            ('client_metadata = { a = 1, b = "canary" }', "client_metadata"),
            ("tags = [1]", "tags"),
        ],
    )
    def test_a_key_that_is_wrong_is_reported_with_its_place_and_never_its_value(
        self, path: Path, line: str, key: str
    ) -> None:
        profile_set = loaded(path, with_line(line))

        (problem,) = profile_set.errors
        assert (problem.where, problem.key.split(".")[0]) == ("dev/bob", key)
        assert problem.source == str(path)
        assert problem.line > 0
        assert problem.what
        assert problem.fix
        assert "canary" not in str(problem)

    def test_one_bad_profile_does_not_hide_the_others(self, path: Path) -> None:
        profile_set = loaded(path, with_line("region = 7"))

        assert list(profile_set.by_id) == ["dev/alice", "prod/alice"]

    @pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "http://localhost:9229", "https://idp.example.com"])
    def test_an_endpoint_is_https_or_this_machine(self, path: Path, endpoint: str) -> None:
        assert loaded(path, with_line(f'endpoint_url = "{endpoint}"')).errors == ()

    def test_a_newer_version_is_not_guessed_at(self, path: Path) -> None:
        with pytest.raises(ProfileFileError, match="version"):
            loaded(path, BASE.replace("version = 1", "version = 2"))

    def test_what_is_not_toml_is_reported_with_its_line_and_without_its_text(self, path: Path) -> None:
        with pytest.raises(ProfileFileError) as caught:
            loaded(path, BASE.replace('username = "bob"', 'username = "canary'))

        assert ":15:" in caught.value.cause
        assert "canary" not in caught.value.cause

    def test_what_is_not_utf_8_is_reported(self, path: Path) -> None:
        path.write_bytes(BASE.encode() + b"\n# \xff\xfe\n")

        with pytest.raises(ProfileFileError, match="UTF-8"):
            loaded(path)

    @pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
    def test_a_file_that_others_may_write_is_refused_with_the_fix(self, path: Path) -> None:
        path.chmod(0o666)

        with pytest.raises(ProfileFileUnsafe) as caught:
            loaded(path)

        assert "chmod go-w" in caught.value.fix


class TestIncludes:
    TEAM = '[environments.team]\nuser_pool_id = "eu-west-1_Team00001"\nclient_id = "t"\n'

    def include(self, path: Path, *names: str) -> ProfileSet:
        listed = ", ".join(f'"{name}"' for name in names)
        return loaded(path, BASE.replace("version = 1", f"version = 1\ninclude = [{listed}]"))

    def test_an_included_file_is_found_beside_the_one_that_includes_it_and_only_read(self, path: Path) -> None:
        written(path.parent / "team.toml", self.TEAM + '[environments.team.profiles.ci]\nusername = "ci"\n')

        profile_set = self.include(path, "team.toml")

        assert profile_set.by_id["team/ci"].read_only
        assert not profile_set.by_id["dev/alice"].read_only

    def test_a_missing_one_is_an_error_and_the_rest_stays(self, path: Path) -> None:
        profile_set = self.include(path, "nowhere.toml")

        assert len(profile_set.errors) == 1
        assert "dev/alice" in profile_set.by_id

    def test_a_circle_comes_to_an_end(self, path: Path) -> None:
        written(path.parent / "team.toml", 'include = ["profiles.toml"]\n' + self.TEAM)

        assert "dev/alice" in self.include(path, "team.toml").by_id

    def test_an_included_profile_cannot_be_edited(self, path: Path) -> None:
        written(path.parent / "team.toml", self.TEAM + '[environments.team.profiles.ci]\nusername = "ci"\n')
        profile = self.include(path, "team.toml").by_id["team/ci"]

        with pytest.raises(ProfileFileError, match="included"):
            ProfileFile(path).remove(profile)


class TestEditing:
    def test_one_changed_field_changes_one_line(self, path: Path) -> None:
        seen = profile_of(path, "dev/alice")

        ProfileFile(path).change(seen, "dev", "alice", msgspec.structs.replace(seen.own, username="al"))

        assert path.read_text() == BASE.replace(
            'username = "alice@example.com"   # by e-mail', 'username = "al"   # by e-mail'
        )

    def test_an_added_profile_leaves_every_other_byte(self, path: Path) -> None:
        profile_set = ProfileFile(path).add("dev", "carol", ProfileFields(username="carol"))

        text = path.read_text()
        added = [line for line in text.splitlines() if line not in BASE.splitlines()]
        assert added == ["[environments.dev.profiles.carol]", 'username = "carol"']
        assert [line for line in text.splitlines() if line in BASE.splitlines() or not line]
        assert profile_set.by_id["dev/carol"].client_id == "1h57"

    def test_a_new_environment_is_made_for_it(self, path: Path) -> None:
        ProfileFile(path).add("qa", "zoe", ProfileFields(username="zoe", user_pool_id="eu-west-1_A1", client_id="c"))

        assert "qa/zoe" in loaded(path).by_id
        assert path.read_text().startswith(BASE)

    def test_a_removed_profile_takes_its_comment_with_it_and_nothing_else(self, path: Path) -> None:
        ProfileFile(path).remove(profile_of(path, "dev/bob"))

        text = path.read_text()
        assert "works at night" not in text
        assert "# the boss" in text
        assert list(loaded(path).by_id) == ["dev/alice", "prod/alice"]

    def test_a_rename_keeps_keys_and_comments(self, path: Path) -> None:
        seen = profile_of(path, "dev/bob")

        ProfileFile(path).change(seen, "dev", "robert", seen.own)

        assert path.read_text() == BASE.replace("profiles.bob]", "profiles.robert]")

    def test_a_move_to_another_environment_keeps_the_keys(self, path: Path) -> None:
        seen = profile_of(path, "dev/bob")

        profile_set = ProfileFile(path).change(seen, "prod", "bob", seen.own)

        assert profile_set.by_id["prod/bob"].own == seen.own
        assert "dev/bob" not in profile_set.by_id

    @pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
    def test_line_ends_and_the_byte_order_mark_stay(self, path: Path, change: object) -> None:
        before = change(BASE)  # type: ignore[operator]  # a lambda
        written(path, before)
        seen = profile_of(path, "dev/bob")

        ProfileFile(path).change(seen, "dev", "bob", ProfileFields(username="rob"))

        assert path.read_bytes() == before.replace('"bob"', '"rob"').encode()

    def test_a_name_that_is_taken_is_refused(self, path: Path) -> None:
        with pytest.raises(ProfileFileError, match="already"):
            ProfileFile(path).add("dev", "alice", ProfileFields(username="a"))

        assert path.read_text() == BASE

    @pytest.mark.parametrize("name", ["", "a b", "a/b", "\x1b[2J", ".hidden"])
    def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(self, path: Path, name: str) -> None:
        with pytest.raises(ProfileFileError):
            ProfileFile(path).add("dev", name, ProfileFields(username="x"))

        assert path.read_text() == BASE

    def test_a_value_that_could_not_be_loaded_again_is_refused_with_its_key(self, path: Path) -> None:
        with pytest.raises(ProfileFileError) as caught:
            ProfileFile(path).add("dev", "eve", ProfileFields(username="eve", region="cn-north-1"))

        assert caught.value.errors[0].key == "region"
        assert path.read_text() == BASE

    def test_a_profile_that_changed_on_disk_is_not_overwritten_unseen(self, path: Path) -> None:
        seen = profile_of(path, "dev/bob")
        written(path, BASE.replace('username = "bob"', 'username = "somebody else"'))

        with pytest.raises(ProfileConflict):
            ProfileFile(path).change(seen, "dev", "bob", ProfileFields(username="mine"))

        assert "somebody else" in path.read_text()

    def test_the_edit_of_another_profile_in_the_meantime_is_kept(self, path: Path) -> None:
        seen = profile_of(path, "dev/bob")
        written(path, BASE.replace("# the boss", "# the new boss"))

        ProfileFile(path).change(seen, "dev", "bob", ProfileFields(username="mine"))

        assert "# the new boss" in path.read_text()

    @pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
    @pytest.mark.parametrize("umask", [0, 0o777])
    def test_a_new_file_is_private_to_this_user_whatever_the_umask(self, tmp_path: Path, umask: int) -> None:
        path = tmp_path / "new" / "profiles.toml"
        before = os.umask(umask)
        try:
            whole = ProfileFields(username="a", user_pool_id="eu-west-1_A1", client_id="c")
            ProfileFile(path).add("dev", "alice", whole)
        finally:
            os.umask(before)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    @pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
    def test_a_link_stays_a_link(self, path: Path) -> None:
        link = path.parent / "link.toml"
        link.symlink_to(path)

        ProfileFile(link).add("dev", "zoe", ProfileFields(username="zoe"))

        assert link.is_symlink()
        assert "zoe" in path.read_text()

    def test_one_field_of_ten_thousand_profiles_changes_one_line(self, tmp_path: Path) -> None:
        many = "".join(f'\n[environments.dev.profiles.u{n}]  # {n}\nusername = "u{n}"\n' for n in range(10_000))
        path = written(tmp_path / "many.toml", BASE + many)
        seen = profile_of(path, "dev/u7777")

        ProfileFile(path).change(seen, "dev", "u7777", ProfileFields(username="new"))

        assert path.read_text() == (BASE + many).replace('username = "u7777"', 'username = "new"')


def _told(path: Path) -> list[str]:
    """What is said of the file: its one error, or its problems."""
    try:
        return [str(problem) for problem in ProfileFile(path).load().errors]
    except ProfileFileError as error:
        return [error.cause]


def test_a_file_cut_at_any_byte_is_reported_or_read_and_stays_as_it_is(path: Path) -> None:
    whole = BASE.encode()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        told = _told(path)
        assert all(str(path) in words for words in told)
        assert path.read_bytes() == whole[:end]


def test_a_broken_file_is_never_overwritten(path: Path) -> None:
    broken = BASE + "[environments.dev"
    written(path, broken)

    with pytest.raises(ProfileFileError):
        ProfileFile(path).add("dev", "zoe", ProfileFields(username="zoe"))

    assert path.read_text() == broken
