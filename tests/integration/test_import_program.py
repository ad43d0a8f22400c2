"""Import and provision in the real program, with a real keyring and a server that checks signatures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cognitui.demo.strict.pools import Pool
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import UserStatus
from tests.integration.conftest import SecretService

KEY, KEY_SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PASSWORD = "Canary-Passw0rd!"
SECRET = "canary9drv7kalt3vq0ssexample"


class Shell:
    """Runs the program with IAM credentials in its environment."""

    def __init__(self, service: SecretService, server: StrictServer) -> None:
        self._environ = {
            **service.environ,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY_SECRET,
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": server.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cognitui", *arguments],
            env=self._environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def done(self, *arguments: str, stdin: str = "") -> str:
        """Run it successfully, and return its output."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture
def pool(strict: StrictServer) -> Pool:
    strict.add_iam_user(KEY, KEY_SECRET)
    return strict.add_pool(title="shop-dev")


@pytest.fixture
def shell(secret_service: SecretService, strict: StrictServer, pool: Pool) -> Shell:
    return Shell(secret_service, strict)


def test_an_imported_profile_gets_a_token_with_the_secret_from_the_keyring(
    shell: Shell, strict: StrictServer, pool: Pool, tmp_path: Path
) -> None:
    strict.add_client(pool, name="web", secret=SECRET)
    strict.add_user(pool, "alice@example.com", PASSWORD, username="alice")

    told = shell.done("import", "aws", "--pool", "shop-dev", "--client", "web", "--user", "alice", "--json")
    shell.done("secret", "set", "dev/alice", "password", stdin=PASSWORD)
    token = shell.done("token", "dev/alice", "--no-input")

    assert json.loads(told)[0]["id"] == "dev/alice"
    assert token.startswith("eyJ")
    files = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "keyrings" not in path.parts
    )
    assert SECRET.encode() not in files


def test_a_provisioned_user_gets_a_token_without_more_input(shell: Shell, pool: Pool) -> None:
    shell.done("provision", "--pool", "shop-dev", "--user", "carol", "--generate", "--yes")

    assert pool.users["carol"].status is UserStatus.CONFIRMED
    assert shell.done("token", "dev/carol", "--no-input").startswith("eyJ")


def test_provisioning_twice_creates_nothing_twice(shell: Shell, strict: StrictServer, pool: Pool) -> None:
    command = ("provision", "--pool", "shop-dev", "--user", "carol", "--yes")
    shell.done(*command, stdin=PASSWORD)
    shell.done(*command, stdin="Another-Passw0rd!")

    assert strict.journal.count("CreateUserPoolClient") == 1
    assert strict.journal.count("AdminCreateUser") == 1
    assert pool.users["carol"].password == "Another-Passw0rd!"
    assert shell.done("token", "dev/carol", "--no-input", "--fresh").startswith("eyJ")


def test_a_password_that_the_policy_rejects_is_reported_with_what_was_created(shell: Shell, pool: Pool) -> None:
    ran = shell.run("provision", "--pool", "shop-dev", "--user", "carol", "--yes", stdin="weak")

    assert ran.returncode == 4
    assert "Created before that: the app client cognitui (" in ran.stderr
    assert f"aws cognito-idp admin-delete-user --user-pool-id {pool.id} --username carol" in ran.stderr
    assert shell.run("list").stdout.strip() == ""


def test_a_dry_run_makes_no_call_that_creates_something(shell: Shell, strict: StrictServer, pool: Pool) -> None:
    printed = shell.done("provision", "--pool", "shop-dev", "--user", "carol", "--dry-run")

    assert "cognito-idp:AdminCreateUser" in printed
    assert not any(request.operation.startswith(("Create", "AdminC", "AdminS")) for request in strict.journal.requests)


def test_an_app_client_of_the_console_survives_a_rotation_without_a_person(
    shell: Shell, strict: StrictServer, pool: Pool
) -> None:
    client = strict.add_client(pool, name="web", secret=SECRET)
    strict.add_user(pool, "alice@example.com", PASSWORD, username="alice")
    strict.client_secrets.publish(client)

    imported = shell.run("import", "aws", "--pool", "shop-dev", "--client", "web", "--user", "alice")
    shell.done("secret", "set", "dev/alice", "password", stdin=PASSWORD)
    first = shell.done("token", "dev/alice", "--no-input")
    strict.client_secrets.rotate(client)
    second = shell.done("token", "dev/alice", "--no-input", "--fresh")

    assert "its client secret stays in Secrets Manager and is read when it is needed" in imported.stderr
    assert first != second
    assert "○ not stored, read from the secret" in shell.done("secret", "check", "dev/alice")
    checks = {finding["check"]: finding for finding in json.loads(shell.done("doctor", "dev/alice", "--json"))}
    assert checks["client secret source"]["verdict"] == "pass"


def test_a_machine_only_client_gets_tokens_without_a_domain_and_its_secret_is_rotated(
    shell: Shell, strict: StrictServer, pool: Pool
) -> None:
    client = strict.add_client(
        pool, name="batch", secret=SECRET, flows=frozenset({"CLIENT_TOKEN_AUTH"}), scopes=("orders/read",)
    )

    shell.done("import", "aws", "--pool", "shop-dev", "--client", "batch", "--env", "dev")
    shell.done("token", "dev/batch", "--no-input")
    declined = shell.run("secret", "rotate", "dev/batch")
    rotated = shell.run("secret", "rotate", "dev/batch", "--yes", "--json")
    shell.done("token", "dev/batch", "--no-input", "--fresh")

    assert declined.returncode == 3
    assert rotated.returncode == 0, rotated.stderr
    assert f"App client  batch ({client.id})" in rotated.stderr
    assert json.loads(rotated.stdout)["stored"] in strict.client_secrets.ids(client)
    assert not client.has_secret(SECRET)
    # A token for the proof, and one for each command.
    assert strict.journal.count("GetClientToken") == 3
