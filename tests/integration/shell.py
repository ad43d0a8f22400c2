"""A shell on a desktop with a keyring, and a Cognito that refuses what AWS refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import tomli_w

from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User
from cognitui.model.profile import Environment, Profile, ProfileFields
from cognitui.model.secret import SecretKind, SecretName
from tests.integration.conftest import SecretService

PASSWORD = "Canary-Passw0rd!"
SECRET = "canary9drv7kalt3vq0ssexample"


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs the program as a person would in a shell whose desktop has a keyring."""

    service: SecretService
    server: StrictServer
    client: AppClient
    user: User

    def argv(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "cognitui", *arguments]

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*arguments),
            env=self.service.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def done(self, *arguments: str, stdin: str = "") -> str:
        """Run it, and return its output where it ended well."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def add_profile(self, name: str = "alice", **options: str) -> None:
        keys = {
            "username": "alice@example.com",
            "user-pool-id": self.client.pool.id,
            "client-id": self.client.id,
            "endpoint-url": self.server.url,
            **options,
        }
        self.done(
            "profile", "add", f"dev/{name}", *[word for key, value in keys.items() for word in (f"--{key}", value)]
        )

    def store_secrets(self) -> None:
        self.done("secret", "set", "dev/alice", "password", stdin=f"{PASSWORD}\n")
        self.done("secret", "set", "dev/alice", "client-secret", stdin=f"{SECRET}\n")

    def give_profile(self, **fields: str) -> None:
        """Put `dev/alice` and her secrets where the commands put them, without their processes.

        `test_what_a_test_is_given_is_what_the_commands_store` compares both.
        """
        own = {
            "user_pool_id": self.client.pool.id,
            "client_id": self.client.id,
            "username": "alice@example.com",
            "endpoint_url": self.server.url,
            **fields,
        }
        self.profile_file.parent.mkdir(mode=0o700, parents=True)
        self.profile_file.write_text(
            tomli_w.dumps({"version": 1, "environments": {"dev": {"profiles": {"alice": own}}}}), "utf-8"
        )
        self.profile_file.chmod(0o600)
        profile = Profile(environment=Environment(name="dev"), name="alice", own=msgspec.convert(own, ProfileFields))
        self._keep(profile.secret_name(SecretKind.PASSWORD), PASSWORD)
        self._keep(profile.secret_name(SecretKind.CLIENT_SECRET), SECRET)

    @property
    def profile_file(self) -> Path:
        """Where the program looks for profiles."""
        return Path(self.service.settings["XDG_CONFIG_HOME"]) / "cognitui" / "profiles.toml"

    def _keep(self, name: SecretName, secret: str) -> None:
        label = f"Password for '{name.account}' on '{name.service}'"
        attributes = ("service", name.service, "username", name.account, "application", "Python keyring library")
        self.service.secret_tool("store", f"--label={label}", *attributes, stdin=secret)

    def files(self, folder: Path) -> Iterator[bytes]:
        """All files that the program left behind."""
        for path in folder.rglob("*"):
            if path.is_file() and "keyrings" not in path.parts:
                yield path.read_bytes()


@pytest.fixture
def shell(secret_service: SecretService, strict: StrictServer) -> Shell:
    pool = strict.add_pool()
    client = strict.add_client(pool, secret=SECRET, access_validity=3600.0)
    return Shell(secret_service, strict, client, strict.add_user(pool, "alice@example.com", PASSWORD))


@pytest.fixture
def ready(shell: Shell) -> Shell:
    shell.give_profile()
    return shell
