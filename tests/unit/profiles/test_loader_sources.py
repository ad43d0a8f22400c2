"""Secret sources in a profile file: their form, and those of a file that another person writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.model.profile import ProfileSet
from cognitui.profiles.store import ProfileFile

SOURCE = 'client_secret_from = "secretsmanager:shop/web"\n'
POOL = 'user_pool_id = "eu-west-1_AbCdEf123"\nclient_id = "1h57"\n'
FOREIGN = 'endpoint_url = "https://cognito.example"\n'
AT_FOREIGN_DOMAIN = 'flow = "authorization_code"\ndomain = "https://login.example"\n'


def environment(keys: str = "", profile: str = "") -> str:
    text = f"[environments.dev]\n{keys}"
    return f"{text}[environments.dev.profiles.alice]\nusername = 'alice'\n{profile}" if profile != "none" else text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def loaded(folder: Path, own: str, team: str = "") -> ProfileSet:
    files = {"profiles.toml": f"include = ['team.toml']\n{own}" if team else own, "team.toml": team}
    for name, text in files.items():
        if text:
            (folder / name).write_text(text)
            (folder / name).chmod(0o600)
    return ProfileFile(folder / "profiles.toml").load()


def test_a_source_is_a_key_like_any_other(folder: Path) -> None:
    profile = loaded(folder, environment(POOL + SOURCE)).by_id["dev/alice"]

    assert profile.fields.client_secret_from == "secretsmanager:shop/web"


@pytest.mark.parametrize("source", ["shop/web", "command:pass show web", "secretsmanager:", "secretsmanager:a b"])
def test_an_invalid_source_is_an_error_of_its_key_that_does_not_repeat_it(folder: Path, source: str) -> None:
    profile_set = loaded(folder, environment(POOL, f'client_secret_from = "{source}"\n'))

    (error,) = profile_set.errors
    assert error.key == "client_secret_from"
    assert "secretsmanager:NAME" in error.fix
    assert source.removeprefix("secretsmanager:") not in error.what or source == "secretsmanager:"
    assert profile_set.profiles == ()


@pytest.mark.parametrize("server", ["", 'endpoint_url = "http://localhost:4566"\n'])
def test_an_included_source_is_accepted_at_aws_and_on_this_machine(folder: Path, server: str) -> None:
    profile_set = loaded(folder, "[environments.dev]\n", environment(POOL + SOURCE + server))

    assert profile_set.errors == ()
    assert profile_set.by_id["dev/alice"].fields.client_secret_from == "secretsmanager:shop/web"


@pytest.mark.parametrize(
    ("own", "team"),
    [
        ("[environments.dev]\n", environment(POOL + SOURCE + FOREIGN)),
        ("[environments.dev]\n", environment(POOL + SOURCE, AT_FOREIGN_DOMAIN)),
        (environment(), environment(POOL + SOURCE + FOREIGN, "none")),
        (environment(FOREIGN), environment(POOL + SOURCE, "none")),
        (environment("", SOURCE), environment(POOL + FOREIGN, "none")),
        (f"[environments.dev]\n{SOURCE}", environment(POOL + FOREIGN)),
    ],
    ids=["its own", "its own at a domain", "inherited", "its source", "its server", "its profile"],
)
def test_another_persons_file_never_sends_a_secret_of_ones_account_elsewhere(folder: Path, own: str, team: str) -> None:
    profile_set = loaded(folder, own, team)

    assert [error.key for error in profile_set.errors] == ["client_secret_from"]
    assert "included file" in profile_set.errors[0].what
    assert profile_set.profiles == ()


def test_a_file_of_ones_own_may_send_it_anywhere(folder: Path) -> None:
    profile_set = loaded(folder, environment(POOL + SOURCE + FOREIGN), "[environments.test]\nlabel = 'Test'\n")

    assert profile_set.errors == ()
