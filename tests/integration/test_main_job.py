"""The main job from the shell: the real program, a real keyring, and a Cognito that refuses what AWS refuses."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from cognitui.demo.strict.users import UserStatus
from tests.integration.shell import PASSWORD, SECRET, Shell

_KINDS = ("password", "client-secret")


def test_what_a_test_is_given_is_what_the_commands_store(shell: Shell) -> None:
    shell.give_profile()
    given = _stored(shell)
    for kind in _KINDS:
        shell.service.secret_tool("clear", "service", f"cognitui/{kind}")
    shell.profile_file.unlink()
    assert _stored(shell) == ({}, [])

    shell.add_profile()
    shell.store_secrets()

    assert _stored(shell) == given


def _stored(shell: Shell) -> tuple[dict[str, object], list[str]]:
    """Return what the profile file says, and the entries of the keyring without their times and numbers."""
    text = shell.profile_file.read_text("utf-8") if shell.profile_file.exists() else ""
    found = [shell.service.secret_tool("search", "--all", "service", f"cognitui/{kind}") for kind in _KINDS]
    # gnome-keyring reports its default schema for some entries, and not for others.
    varying = ("[/", "created", "modified", "schema")
    lines = [line for lines in found for line in lines.splitlines() if line and not line.startswith(varying)]
    return tomllib.loads(text), sorted(lines)


def test_a_token_is_one_that_decode_verifies(ready: Shell) -> None:
    token = ready.done("token", "dev/alice")

    said = json.loads(ready.done("decode", "-", "--verify", "--json", stdin=token))
    assert said["verified"] is True
    assert said["claims"]["username"] == ready.user.username


def test_a_second_token_within_its_life_asks_nobody(ready: Shell) -> None:
    first = ready.done("token", "dev/alice")
    asked = len(ready.server.journal.requests)

    assert ready.done("token", "dev/alice") == first
    assert len(ready.server.journal.requests) == asked


def test_a_token_after_expiry_is_one_refresh_and_no_sign_in(shell: Shell) -> None:
    short = shell.server.add_client(shell.client.pool, secret=SECRET, access_validity=1.0, id_validity=1.0)
    shell.add_profile(**{"client-id": short.id})
    shell.store_secrets()
    shell.done("token", "dev/alice")
    signed_in = shell.server.journal.count("InitiateAuth")
    time.sleep(1.2)

    shell.done("token", "dev/alice")

    assert shell.server.journal.count("GetTokensFromRefreshToken") == 1
    assert shell.server.journal.count("InitiateAuth") == signed_in


def test_the_keyring_has_the_entries_under_the_name_of_the_program(ready: Shell) -> None:
    ready.done("token", "dev/alice")

    for kind in ("password", "client-secret", "access-token", "id-token", "refresh-token"):
        assert "attribute.service" in ready.service.secret_tool("search", "--all", "service", f"cognitui/{kind}")


def test_no_file_holds_a_secret(ready: Shell, tmp_path: Path) -> None:
    token = ready.done("token", "dev/alice").strip()
    ready.done("token", "dev/alice", "--fresh")
    ready.run("token", "dev/nobody")

    left = b"\n".join(ready.files(tmp_path))
    assert b"dev" in left
    for secret in (PASSWORD, SECRET, token, token.rpartition(".")[2]):
        assert secret.encode() not in left


def test_the_list_knows_the_state_without_the_keyring(ready: Shell) -> None:
    ready.done("token", "dev/alice")
    ready.service.kill_bus()

    (row,) = json.loads(ready.done("list", "--json"))
    assert row["id"] == "dev/alice"
    assert row["state"] == "valid"
    assert set(row["expires_at"]) == {"access", "id", "refresh"}


def test_a_login_and_a_logout_begin_and_end_what_the_list_shows(ready: Shell) -> None:
    ready.done("login", "dev/alice", "--no-input")
    assert json.loads(ready.done("list", "--json"))[0]["state"] == "valid"

    ran = ready.run("logout", "dev/alice", "--revoke")

    assert (ran.returncode, ran.stdout) == (0, "")
    assert "signature and expiry" in ran.stderr
    assert ready.server.journal.count("RevokeToken") == 1
    assert json.loads(ready.done("list", "--json"))[0]["state"] == "none"


def test_a_sdk_of_aws_gets_its_credentials_from_the_program(ready: Shell, tmp_path: Path) -> None:
    identities = ready.server.add_identity_pool(ready.client.pool, ready.client)
    ready.add_profile("cloud", **{"identity-pool-id": identities.id})
    config = tmp_path / "aws-config"
    command = f'"{sys.executable}" -m cognitui credential-process dev/cloud'
    config.write_text(f"[profile shop]\nregion = eu-west-1\ncredential_process = {command}\n")
    code = (
        "import boto3; print(boto3.Session(profile_name='shop').get_credentials().get_frozen_credentials().access_key)"
    )
    files = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}

    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**ready.service.environ, **files},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.stdout.startswith("ASIA"), ran.stderr
    given = json.loads(ready.done("credential-process", "dev/cloud"))
    assert ran.stdout.strip() == given["AccessKeyId"]
    assert ready.server.journal.count("GetCredentialsForIdentity") == 1
    assert given["SecretAccessKey"].encode() not in b"\n".join(ready.files(tmp_path))


class TestEachFailureHasItsOwnWordsAndCode:
    def test_a_wrong_password(self, ready: Shell) -> None:
        ready.done("secret", "set", "dev/alice", "password", stdin="wrong")

        ran = ready.run("token", "dev/alice", "--no-input")

        assert (ran.returncode, ran.stdout) == (4, "")
        assert "Incorrect username or password" in ran.stderr

    def test_a_missing_password(self, shell: Shell) -> None:
        shell.add_profile()

        ran = shell.run("token", "dev/alice", "--no-input")

        assert (ran.returncode, ran.stdout) == (3, "")
        assert "cognitui secret set dev/alice password" in ran.stderr

    def test_a_missing_client_secret(self, shell: Shell) -> None:
        shell.add_profile()
        shell.done("secret", "set", "dev/alice", "password", stdin=PASSWORD)

        ran = shell.run("token", "dev/alice", "--no-input")

        assert (ran.returncode, ran.stdout) == (3, "")
        assert "cognitui secret set dev/alice client-secret" in ran.stderr

    def test_a_wrong_client_secret(self, ready: Shell) -> None:
        ready.done("secret", "set", "dev/alice", "client-secret", stdin="x" * 40)

        ran = ready.run("token", "dev/alice")

        assert (ran.returncode, ran.stdout) == (4, "")
        assert "secret" in ran.stderr.lower()

    def test_an_unknown_user(self, shell: Shell) -> None:
        telling = shell.server.add_client(shell.client.pool, secret=SECRET, hides_users=False)
        shell.give_profile(client_id=telling.id, username="nobody@example.com")

        ran = shell.run("token", "dev/alice")

        assert ran.returncode == 4
        assert "User does not exist" in ran.stderr

    def test_a_disabled_user(self, ready: Shell) -> None:
        ready.user.enabled = False

        ran = ready.run("token", "dev/alice")

        assert ran.returncode == 4
        assert "disabled" in ran.stderr

    def test_a_flow_that_is_not_enabled(self, shell: Shell) -> None:
        other = shell.server.add_client(shell.client.pool, secret=SECRET, flows=frozenset({"USER_PASSWORD_AUTH"}))
        shell.give_profile(client_id=other.id)

        ran = shell.run("token", "dev/alice")

        assert ran.returncode == 4
        assert 'flow = "USER_PASSWORD_AUTH"' in ran.stderr

    def test_a_temporary_password(self, ready: Shell) -> None:
        ready.user.status = UserStatus.FORCE_CHANGE_PASSWORD

        ran = ready.run("token", "dev/alice", "--no-input")

        assert ran.returncode == 3
        assert "new password" in ran.stderr

    def test_no_network(self, ready: Shell) -> None:
        ready.server.close()

        ran = ready.run("token", "dev/alice")

        assert (ran.returncode, ran.stdout) == (5, "")
        assert "cannot be reached" in ran.stderr

    def test_no_keyring(self, ready: Shell) -> None:
        ready.service.kill_bus()

        ran = ready.run("token", "dev/alice")

        assert (ran.returncode, ran.stdout) == (6, "")
        assert "--vault memory" in ran.stderr

    def test_a_profile_that_is_not_there(self, ready: Shell) -> None:
        ran = ready.run("token", "dev/alise")

        assert (ran.returncode, ran.stdout) == (2, "")
        assert "dev/alice" in ran.stderr
