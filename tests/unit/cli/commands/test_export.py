"""`cognitui export`: files for others to include."""

from __future__ import annotations

import errno
import os
import stat
import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from cognitui.model.errors import SaveFailed
from cognitui.model.profile import Flow, Profile, ProfileError, ProfileFields
from cognitui.profiles.export import ProfileExport
from cognitui.profiles.store import ProfileFile
from tests.system_calls import before_system_call
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import FakeProfileStore, FakeServices, make_book, make_exchange, make_profile, services_with

ALICE = make_profile("dev/alice", label="Development", defaults=ProfileFields(tags=("web", "two words")))
BOB = make_profile("dev/bob", label="Development", defaults=ProfileFields(tags=("web", "two words")))
BOSS = make_profile("prod/boss", protected=True)
ORDERS = make_profile(
    "m2m/orders",
    username=None,
    flow=Flow.CLIENT_CREDENTIALS,
    domain="https://shop.auth.eu-west-1.amazoncognito.com",
    scopes=("orders/read", "orders/write"),
    client_metadata={"tenant": "a b", "with.dot": "c"},
    notes='says "hello"\nand goes',
)
ALL = (ALICE, BOB, BOSS, ORDERS)


def included(tmp_path: Path, text: str) -> dict[str, Profile]:
    """The profiles of somebody who includes the text."""
    shared, own = tmp_path / "shared.toml", tmp_path / "profiles.toml"
    shared.write_text(text, "utf-8")
    own.write_text('version = 1\ninclude = ["shared.toml"]\n')
    for path in (shared, own):
        path.chmod(0o600)
    profile_set = ProfileFile(own).load()
    assert profile_set.errors == ()
    return dict(profile_set.by_id)


def test_including_the_file_gives_the_same_profiles(tmp_path: Path) -> None:
    result = run(services_with(*ALL), "export", *(profile.id for profile in ALL))

    found = included(tmp_path, result.stdout)
    assert list(found) == [profile.id for profile in ALL]
    assert [found[profile.id].fields for profile in ALL] == [profile.fields for profile in ALL]
    assert [found[profile.id].token_key for profile in ALL] == [profile.token_key for profile in ALL]
    assert found["prod/boss"].protected
    assert found["dev/alice"].environment.label == "Development"


def test_only_the_named_profiles_are_written(tmp_path: Path) -> None:
    found = included(tmp_path, run(services_with(*ALL), "export", "bob", "prod/boss", "bob").stdout)

    assert list(found) == ["dev/bob", "prod/boss"]


@pytest.mark.parametrize("arguments", [["export", "--env", "dev"], ["--env", "dev", "export"]])
def test_an_environment_is_written_whole(tmp_path: Path, arguments: list[str]) -> None:
    assert list(included(tmp_path, run(services_with(*ALL), *arguments).stdout)) == ["dev/alice", "dev/bob"]


def test_no_secret_is_read(tmp_path: Path) -> None:
    services = services_with(*ALL)
    run(services, "export", "--env", "dev")

    assert services.vault.calls == []


def test_a_command_of_this_machine_is_left_out_and_named() -> None:
    result = run(services_with(make_profile("dev/eve", mfa_process="totp eve")), "export", "dev/eve")

    assert "mfa_process" not in result.stdout
    assert "Left out because it is only for this machine: mfa_process" in result.stderr


def test_the_name_of_an_aws_profile_is_left_out() -> None:
    eve = make_profile("dev/eve", aws_profile="eves-own", defaults=ProfileFields(aws_profile="admin-of-shop"))
    result = run(services_with(eve), "export", "dev/eve")

    assert "aws_profile" not in result.stdout
    assert "Left out because it is only for this machine: aws_profile" in result.stderr


def test_client_metadata_is_included_and_reported() -> None:
    printed = run(services_with(*ALL), "export", "m2m/orders", "dev/alice")
    untold = run(services_with(*ALL), "export", "dev/alice")

    assert "tenant" in printed.stdout
    assert "client_metadata is included (m2m/orders)" in printed.stderr
    assert "client_metadata" not in untold.stderr


def test_control_characters_are_escaped_and_come_back_unchanged(tmp_path: Path) -> None:
    hostile = "a\x1b[2J\u202eb\u2066\x9b\u2028\U000e0001c"
    result = run(services_with(make_profile("dev/eve", notes=hostile)), "export", "dev/eve")

    assert result.stdout.isascii()
    assert "\x1b" not in result.stdout
    assert included(tmp_path, result.stdout)["dev/eve"].fields.notes == hostile


def test_the_file_is_new_and_private_and_its_include_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "cognito.toml"
    result = run(services_with(*ALL), "export", "dev/alice", "-o", str(file))

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Wrote 1 profile to " in result.stderr
    assert f'include = ["{file}"]' in result.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(included(tmp_path, file.read_text())) == ["dev/alice"]


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "cognito.toml"
    file.write_text("mine")
    result = run(services_with(*ALL), "export", "dev/alice", "-o", str(file))

    assert result.exit_code == 2
    assert file.read_text() == "mine"


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "elsewhere")

    assert run(services_with(*ALL), "export", "dev/alice", "-o", str(link)).exit_code == 2
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_folder_is_wrong_usage_and_the_fix_creates_it(tmp_path: Path) -> None:
    folder = tmp_path / "no-folder"
    result = run(services_with(*ALL), "export", "dev/alice", "-o", str(folder / "cognito.toml"))

    assert result.exit_code == 2
    assert "cannot be written: No such file or directory" in result.stderr
    assert f"mkdir -p {folder}" in result.stderr


@pytest.mark.parametrize("place", ["file/cognito.toml", "x" * 300, "loop/cognito.toml"])
def test_a_path_that_cannot_be_a_file_is_wrong_usage(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    result = run(services_with(*ALL), "export", "dev/alice", "-o", str(tmp_path / place))

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert "Name another file" in result.stderr


def test_a_folder_is_no_file_and_the_fix_does_not_remove_it(tmp_path: Path) -> None:
    result = run(services_with(*ALL), "export", "dev/alice", "-o", str(tmp_path))

    assert result.exit_code == 2
    assert f"{tmp_path} is a folder." in result.stderr
    assert f"-o {tmp_path / 'cognito.toml'}" in result.stderr
    assert "remove" not in result.stderr


def test_a_full_disk_is_a_failed_save_and_nothing_is_left_behind(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "cognito.toml"
    with pytest.raises(SaveFailed, match="No space left"), before_system_call(0, fail):
        ProfileExport().save(file, "x")

    assert not file.exists()


@pytest.mark.parametrize("arguments", [[], ["nobody"], ["--env", "nowhere"]])
def test_without_a_profile_it_is_wrong_usage(arguments: list[str]) -> None:
    assert run(services_with(*ALL), "export", *arguments).exit_code == 2


def test_the_json_contains_what_the_file_says() -> None:
    eve = make_profile("dev/eve", mfa_process="totp eve")
    result = run(services_with(*ALL, eve), "export", "m2m/orders", "dev/eve", "--json")

    assert printed_json(result) == {
        "profiles": ["m2m/orders", "dev/eve"],
        "file": None,
        "left_out": ["mfa_process"],
        "content": tomllib.loads(run(services_with(*ALL, eve), "export", "m2m/orders", "dev/eve").stdout),
    }


def test_the_json_contains_the_path_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "cognito.toml"
    printed = printed_json(run(services_with(*ALL), "export", "dev/alice", "-o", str(file), "--json"))

    assert printed["file"] == str(file)
    assert printed["left_out"] == []
    assert printed["content"] == tomllib.loads(file.read_text())


BOB_IS_FAULTY = ProfileError(where="dev/bob", key="regoin", what="is not known", fix="fix it")


def test_an_invalid_profile_is_named_as_left_out() -> None:
    twice = ProfileError(where="dev/bob", key="flow", what="is not a flow", fix="fix it")
    other = ProfileError(where="prod/eve", key="", what="is wrong", fix="fix it")
    services = FakeServices(profiles=FakeProfileStore(make_book(ALICE, BOSS, errors=(BOB_IS_FAULTY, twice, other))))
    result = run(services, "export", "--env", "dev", "--json")

    assert printed_json(result)["left_out"] == ["dev/bob"]
    assert "Warning: dev/bob: regoin: is not known (fix it)" in result.stderr
    assert "Left out because of an error in the profile file: dev/bob\n" in result.stderr
    assert "prod/eve" not in result.stderr


def test_a_profile_that_is_valid_in_another_file_is_included() -> None:
    services = FakeServices(profiles=FakeProfileStore(make_book(ALICE, BOB, errors=(BOB_IS_FAULTY,))))

    assert printed_json(run(services, "export", "--env", "dev", "--json"))["left_out"] == []


def test_an_environment_with_only_invalid_profiles_is_reported_with_the_errors() -> None:
    profile_set = make_book(ALICE, errors=(BOB_IS_FAULTY,))
    services = FakeServices(profiles=FakeProfileStore(replace(profile_set, profiles=())))
    result = run(services, "export", "--env", "dev")

    assert result.exit_code == 2
    assert "dev/bob: regoin: is not known" in result.stderr
    assert "There are no usable profiles in dev." in result.stderr


def test_an_exchange_without_its_subject_is_reported() -> None:
    exchange = make_exchange("dev/for-boss", BOSS, ORDERS)

    result = run(services_with(exchange, BOSS, ORDERS), "export", "dev/for-boss", "m2m/orders")

    assert "dev/for-boss exchanges a token of prod/boss, which the file does not contain." in result.stderr
